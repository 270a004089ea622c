"""Whoever started the teaching: hears messages on stdout, and may say Stop on stdin."""

import logging
import threading
from typing import BinaryIO

from trainer.claimed_streams import ClaimedStreams
from trainer.protocol import LineSplitter, Message, ProtocolError, Stop, decode
from trainer.reporter import Wire

_log = logging.getLogger(__name__)

_CHUNK_BYTES = 1 << 16


class ParentListener:
    """Sends messages as docs/protocol.md says; the end of stdin means Stop as well."""

    def __init__(self, streams: ClaimedStreams) -> None:
        self._wire = Wire(streams.wire)
        self._should_stop = threading.Event()
        if streams.control is None:
            self._should_stop.set()
            return
        # Daemon: it may hang in a read for as long as the parent lives.
        threading.Thread(target=self._listen, args=(streams.control,), daemon=True).start()

    @property
    def should_stop(self) -> bool:
        """Whether the teaching is to end after the step in hand."""
        return self._should_stop.is_set()

    def send(self, message: Message) -> None:
        """Write the message as one line."""
        self._wire.send(message)

    def _listen(self, control: BinaryIO) -> None:
        splitter = LineSplitter()
        while chunk := control.read(_CHUNK_BYTES):
            for line in splitter.feed(chunk):
                try:
                    if isinstance(decode(line), Stop):
                        self._should_stop.set()
                except ProtocolError as error:
                    _log.warning("Not obeyed: %s", error)
        self._should_stop.set()
