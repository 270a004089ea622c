"""A guard against a fault of PySide6 6.12.0 that ends the whole program."""

import ctypes
import sys

_PLENTY = 1 << 40


def hold_true() -> None:
    """Make sure that Python never deletes True.

    Every `emit` of PySide6 6.12.0 forgets to count the reference to True that it returns. From
    Python 3.12 on True is never deleted; before, the program aborts after some thousand signals.
    """
    if sys.version_info < (3, 12) and sys.implementation.name == "cpython":
        # The count is the first field of every object.
        ctypes.c_ssize_t.from_address(id(True)).value += _PLENTY
