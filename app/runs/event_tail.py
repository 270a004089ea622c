"""What a run wrote into events.jsonl since one last looked."""

import logging
from pathlib import Path

from trainer.protocol import LineSplitter, Message, ProtocolError, decode

_log = logging.getLogger(__name__)

_CHUNK_BYTES = 1 << 20


class EventTail:
    """Reads the messages of a run from its file, also while it is being written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._splitter = LineSplitter()

    def read(self) -> list[Message]:
        """The messages that came since the last call; lines that are none are passed over."""
        messages: list[Message] = []
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                while chunk := file.read(_CHUNK_BYTES):
                    self._offset += len(chunk)
                    for line in self._splitter.feed(chunk):
                        _add(messages, line)
        except FileNotFoundError:
            return messages
        except OSError as error:
            _log.info("%s could not be read: %s", self._path, error)
        return messages


def _add(messages: list[Message], line: bytes) -> None:
    try:
        messages.append(decode(line))
    except ProtocolError as error:  # a kill leaves a line cut in two
        _log.info("%s", error)
