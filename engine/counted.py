"""A number with what it counts, for sentences that people read."""


def counted(number: int, what: str = "photo", *, many: str = "") -> str:
    """`1 photo`, `2 photos`, `1,200 photos`; `many` where the plural is no mere s.

    >>> from engine.counted import counted
    >>> counted(1), counted(1200), counted(3, "person", many="people")
    ('1 photo', '1,200 photos', '3 people')
    """
    return f"{number:,} {what if number == 1 else many or what + 's'}"
