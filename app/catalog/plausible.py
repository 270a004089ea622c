"""Values out of the catalog, which in a damaged file may be anything: any type, any size.

SQLite keeps what it finds: a text in a column of numbers, a number where bytes should be. What no
Discern ever wrote counts as not there, so that an odd value costs its row and no other.
"""

MOST_WHOLE = 2**63 - 1
"""The largest whole number that SQLite keeps."""


def whole(value: object, least: int = 0, most: int = MOST_WHOLE) -> int | None:
    """The value, if it is a whole number from `least` to `most`."""
    return value if type(value) is int and least <= value <= most else None


def number(value: object, least: float, most: float) -> float | None:
    """The value, if it is a number from `least` to `most`."""
    # A column of REAL gives floats; what is not a number compares with nothing.
    return value if type(value) is float and least <= value <= most else None


def binary(value: object) -> bytes | None:
    """The value, if it is bytes."""
    return value if type(value) is bytes else None


def text(value: object) -> str | None:
    """The value, if it is text."""
    return value if type(value) is str else None
