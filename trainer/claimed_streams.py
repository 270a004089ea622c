"""Takes stdin and stdout for the protocol, so that no library can write or read there."""

import os
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedStreams:
    """The two ends of the protocol; `control` is None in a process without stdin."""

    wire: BinaryIO
    control: BinaryIO | None


def claim_streams() -> ClaimedStreams:
    """Move stdout and stdin away; must be the first act of the process.

    Whatever is printed after it, even from C, lands on stderr. Reading stdin finds its end at
    once. On Windows a library that is loaded while another thread reads the true stdin would
    hang; that is why it is moved too.
    """
    wire = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    try:
        control = os.fdopen(os.dup(0), "rb", buffering=0)
    except OSError:
        return ClaimedStreams(wire=wire, control=None)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return ClaimedStreams(wire=wire, control=control)
