"""A guard against a fault of PySide6 6.12.0 that ends the whole program."""

import ctypes
import sys

_PLENTY = 1 << 40


def hold_constants() -> None:
    """Make sure that Python never deletes None, True and their like.

    PySide6 6.12.0 hands them back without counting the reference, in every `emit` and every
    `data` of a model. From Python 3.12 on they are never deleted; before, the program aborts
    after some thousand calls.
    """
    if sys.version_info < (3, 12) and sys.implementation.name == "cpython":
        for constant in (None, True, False, NotImplemented, ...):
            # The count is the first field of every object.
            ctypes.c_ssize_t.from_address(id(constant)).value += _PLENTY
