"""Memory that the program and its decoding process share, for pixels on their way.

It has no name that could outlive both, so nothing is left behind whoever is killed when. On Linux
it lies in memory, on macOS in a file that has been deleted already and that the system keeps in
memory while there is room; on Windows it is a mapping that goes with the last who holds it.
"""

import mmap
import os
import sys
import tempfile
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_KEPT_BYTES = 32 << 20  # enough for a photo as a network sees it


class FrameReader:
    """The program's side. Used by one thread at a time.

    >>> import numpy as np
    >>> from engine.photos.apart.frames import FrameReader, FrameWriter
    >>> reader = FrameReader()
    >>> ticket = FrameWriter(reader.argument).put(np.array([1, 2, 3], np.uint8))
    >>> reader.take(ticket, 3).tolist()
    [1, 2, 3]
    >>> reader.close()
    """

    def __init__(self) -> None:
        self._descriptor = -1 if sys.platform == "win32" else _unnamed_file()

    @property
    def argument(self) -> str:
        """What the decoding process is told of the memory when it is started."""
        return str(self._descriptor)

    @property
    def inherited(self) -> Sequence[int]:
        """The descriptors that the decoding process must inherit."""
        return () if self._descriptor < 0 else (self._descriptor,)

    def take(self, ticket: str, num_bytes: int) -> Bytes:
        """A copy of what was put; OSError if there is less than that."""
        taken = np.empty(num_bytes, np.uint8)
        if not num_bytes:
            return taken
        if sys.platform == "win32":
            with mmap.mmap(-1, num_bytes, tagname=ticket, access=mmap.ACCESS_READ) as shared:
                taken[:] = np.frombuffer(shared, np.uint8)
        else:
            rest = taken.data
            while rest:
                done = os.preadv(self._descriptor, [rest], num_bytes - len(rest))
                if not done:
                    raise OSError("The decoding process has put less than it says.")
                rest = rest[done:]
            if num_bytes > _KEPT_BYTES:
                os.ftruncate(self._descriptor, 0)  # gives the memory back
        return taken

    def close(self) -> None:
        """Give the memory back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class FrameWriter:
    """The decoding process's side.

    >>> import numpy as np
    >>> from engine.photos.apart.frames import FrameReader, FrameWriter
    >>> reader = FrameReader()
    >>> writer = FrameWriter(reader.argument)  # which the process is told when it is started
    >>> tickets = [writer.put(np.array(content, np.uint8)) for content in ([1, 2, 3], [9, 8, 7])]
    >>> reader.take(tickets[-1], 3).tolist()  # the last took the place of the first
    [9, 8, 7]
    >>> reader.close()
    """

    def __init__(self, argument: str) -> None:
        self._descriptor = int(argument)
        self._held: mmap.mmap | None = None

    def put(self, content: Bytes) -> str:
        """Lay bytes down for the program, in place of what was put before; returns the ticket."""
        flat = np.ascontiguousarray(content).reshape(-1)
        if sys.platform == "win32":
            ticket = f"discern-{os.urandom(16).hex()}"
            if self._held is not None:
                self._held.close()
            self._held = mmap.mmap(-1, flat.size, tagname=ticket)
            self._held[:] = flat.tobytes()
        else:
            ticket = ""
            rest = flat.data
            while rest:
                rest = rest[os.pwrite(self._descriptor, rest, flat.size - len(rest)) :]
        return ticket


def _unnamed_file() -> int:
    if hasattr(os, "memfd_create"):
        descriptor: int = os.memfd_create("discern-frame")
        return descriptor
    with tempfile.TemporaryFile(buffering=0) as file:
        return os.dup(file.fileno())
