"""How the program and its decoding process talk: JSON, each message with its length before it."""

import json
import struct
from typing import IO, Any

Message = dict[str, Any]

_LENGTH = struct.Struct("<I")


def send(stream: IO[bytes], message: Message) -> None:
    """Write one message; OSError where nobody reads any more.

    >>> from io import BytesIO
    >>> from engine.photos.apart.wire import send
    >>> stream = BytesIO()
    >>> send(stream, {"do": 1})
    >>> stream.getvalue()[4:], stream.getvalue()[0]  # after four bytes for its length
    (b'{"do": 1}', 9)
    """
    # ASCII: half a character in a file name travels as an escape.
    content = json.dumps(message).encode("ascii")
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def receive(stream: IO[bytes]) -> Message | None:
    """The next message; None when the other side has gone, even in the middle of one.

    >>> from io import BytesIO
    >>> from engine.photos.apart.wire import receive, send
    >>> stream = BytesIO()
    >>> send(stream, {"path": "Größe.heic"})
    >>> receive(BytesIO(stream.getvalue()))
    {'path': 'Größe.heic'}
    >>> receive(BytesIO(stream.getvalue()[:-1])) is None  # cut short
    True
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    content = stream.read(length)
    if len(content) < length:
        return None
    message: Message = json.loads(content)
    return message
