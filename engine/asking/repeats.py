"""When a person is shown a photo for the second time, and which."""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypeVar

REPEAT_EVERY = 6
"""Of so many questions, one shows a photo again."""

REPEAT_GAP = 10
"""So many other questions lie between the two, so that the first answer is not remembered."""

Photo = TypeVar("Photo", bound=Hashable)


def due_repeat(answered: Sequence[tuple[Photo, int]]) -> Photo | None:
    """The photo to show again now; None where a new one is due.

    `answered` are a person's photos and ratings in the order in which they were given; a photo that
    is there twice was repeated, and is not shown a third time. One question in REPEAT_EVERY is a
    repeat, once there is a photo that was rated REPEAT_GAP questions ago. Of those there are, it is
    one whose rating was repeated least so far, so that all ratings are tried; then the oldest.

    >>> from engine.asking.repeats import due_repeat
    >>> first = [(f"{number}.jpg", 3) for number in range(11)]
    >>> due_repeat(first)  # the twelfth question
    '0.jpg'
    >>> due_repeat(first[:10]) is None
    True
    """
    if (len(answered) + 1) % REPEAT_EVERY:
        return None
    times = Counter(photo for photo, _ in answered)
    tried: Counter[int] = Counter()
    seen: set[Photo] = set()
    for photo, rating in answered:
        if photo in seen:
            tried[rating] += 1
        seen.add(photo)
    old = [
        (tried[rating], place, photo)
        for place, (photo, rating) in enumerate(answered[: max(0, len(answered) - REPEAT_GAP)])
        if times[photo] == 1
    ]
    return min(old, key=lambda one: one[:2])[2] if old else None
