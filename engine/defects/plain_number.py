"""Whether something read from a file is a finite number."""

import math


def is_number(value: object) -> bool:
    """True of a finite int or float, not of a truth value or a text.

    >>> from engine.defects.plain_number import is_number
    >>> [is_number(value) for value in (3, 0.5, True, "3", float("nan"), float("inf"))]
    [True, True, False, False, False, False]
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)
