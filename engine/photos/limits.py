"""How large a picture may be before it is decoded, and who may decode a large one when."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from engine.errors import UnreadablePhoto

SMALLEST_SIDE_PX = 16
LARGEST_ASPECT_RATIO = 100
LARGEST_PIXELS = 1_000_000_000
LARGEST_FILE_BYTES = 4_000_000_000
LARGEST_DECODE_BYTES = 1_600_000_000
LARGE_DECODE_BYTES = 256_000_000

_large_decode = threading.Lock()


def check_shape(path: Path, width_px: int, height_px: int) -> None:
    """Refuses a picture that is too small or too narrow to judge.

    >>> from pathlib import Path
    >>> from engine.photos.limits import check_shape
    >>> check_shape(Path("a.jpg"), 640, 480)
    >>> check_shape(Path("a.jpg"), 640, 8)
    Traceback (most recent call last):
        ...
    engine.errors.UnreadablePhoto: a.jpg: The picture is 640 x 8 pixels, too small to judge.
    """
    if min(width_px, height_px) < SMALLEST_SIDE_PX:
        raise UnreadablePhoto(
            path, f"The picture is {width_px} x {height_px} pixels, too small to judge."
        )
    if max(width_px, height_px) > LARGEST_ASPECT_RATIO * min(width_px, height_px):
        raise UnreadablePhoto(
            path, f"The picture is {width_px} x {height_px} pixels, too narrow to judge."
        )


def check_memory(path: Path, width_px: int, height_px: int, decode_bytes: int) -> None:
    """Refuses, before anything is decoded, a picture that would take too much memory or time.

    The sizes come from the file's header; a file of a few kilobytes may claim any.

    >>> from pathlib import Path
    >>> from engine.photos.limits import check_memory
    >>> check_memory(Path("a.jpg"), 6000, 4000, 15 * 6000 * 4000)
    >>> check_memory(Path("a.jpg"), 60000, 40000, 1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.UnreadablePhoto: a.jpg: The picture is 60000 x 40000 pixels (2400 megapixels); ...
    """
    num_pixels = width_px * height_px
    megapixels = f"{width_px} x {height_px} pixels ({num_pixels / 1e6:.0f} megapixels)"
    if num_pixels > LARGEST_PIXELS:
        raise UnreadablePhoto(
            path,
            f"The picture is {megapixels}; the limit is {LARGEST_PIXELS // 10**6} megapixels. "
            "Rate a smaller copy of it.",
        )
    if decode_bytes > LARGEST_DECODE_BYTES:
        raise UnreadablePhoto(
            path,
            f"The picture is {megapixels} and would take {decode_bytes / 1e9:.1f} GB of memory; "
            f"the limit is {LARGEST_DECODE_BYTES / 1e9:.1f} GB. Rate a smaller copy of it.",
        )


def turn_for_large(decode_bytes: int) -> AbstractContextManager[None]:
    """Waits until nobody else decodes a large picture, if this one is large.

    So n threads together take at most LARGEST_DECODE_BYTES + n * LARGE_DECODE_BYTES.

    >>> from engine.photos.limits import LARGE_DECODE_BYTES, turn_for_large
    >>> with turn_for_large(LARGE_DECODE_BYTES + 1), turn_for_large(1000):
    ...     "a small one does not wait for a large one"
    'a small one does not wait for a large one'
    """
    return _turns(decode_bytes)


def take_turns_from(turns: Callable[[int], AbstractContextManager[None]]) -> None:
    """Let somebody else say when a picture's turn has come, for a process that is not alone.

    >>> from contextlib import nullcontext
    >>> from unittest.mock import patch
    >>> from engine.photos.limits import take_turns_from, turn_for_large
    >>> with patch("engine.photos.limits._turns"):  # so that it lasts as long as the example
    ...     take_turns_from(lambda decode_bytes: nullcontext("the program says: now"))
    ...     with turn_for_large(1000) as said:
    ...         said
    'the program says: now'
    """
    global _turns
    _turns = turns


@contextmanager
def _turn_among_threads(decode_bytes: int) -> Iterator[None]:
    if decode_bytes <= LARGE_DECODE_BYTES:
        yield
        return
    with _large_decode:
        yield


_turns: Callable[[int], AbstractContextManager[None]] = _turn_among_threads
