"""Whether something read from a file is a finite number."""

import math


def is_number(value: object) -> bool:
    """True of a finite int or float, not of a truth value or a text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)
