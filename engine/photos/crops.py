"""Where a photo is cut into crops: at fixed places, everywhere, or by chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

import numpy as np


@dataclass(frozen=True, slots=True)
class CropBox:
    """A square cut from a photo, by its upper left corner.

    >>> from engine.photos.crops import CropBox
    >>> box = CropBox(left_px=100, top_px=40, size_px=224)
    >>> box.left_px + box.size_px, box.top_px + box.size_px  # the lower right corner
    (324, 264)
    """

    left_px: int
    top_px: int
    size_px: int


def fixed_crops(width_px: int, height_px: int, *, crop_px: int, num_crops: int) -> list[CropBox]:
    """Exactly num_crops evenly spread places, always the same for one size of photo.

    The crops stand in rows (columns in a portrait) that reach from edge to edge; rows may hold
    different numbers, mirrored about the middle: 3 + 4 + 3 crops in a square, 5 + 5 in a wide
    photo. From four crops on they cover the corners. Of all such layouts the one that shows the
    largest part of the photo is taken, and among equals the one that looks at every pixel most
    nearly equally often. Crops coincide only where the photo has fewer than num_crops different
    places. Their order runs row by row from the upper left.

    >>> from engine.photos.crops import fixed_crops
    >>> [(box.left_px, box.top_px) for box in fixed_crops(100, 80, crop_px=50, num_crops=4)]
    [(0, 0), (50, 0), (0, 30), (50, 30)]
    """
    _check(width_px, height_px, crop_px)
    if num_crops < 1:
        raise ValueError(f"num_crops is {num_crops}; it must be at least 1.")
    if height_px > width_px:
        turned = _spread(height_px, width_px, crop_px, num_crops)
        return [CropBox(left, top, crop_px) for top, left in sorted(turned)]
    return [
        CropBox(left, top, crop_px)
        for left, top in _spread(width_px, height_px, crop_px, num_crops)
    ]


def covering_crops(
    width_px: int, height_px: int, *, crop_px: int, overlap: float = 0.5
) -> list[CropBox]:
    """As few evenly spread crops as show every pixel with at least this overlap of neighbours.

    >>> from engine.photos.crops import covering_crops
    >>> [box.left_px for box in covering_crops(110, 50, crop_px=50)]  # at most 25 apart
    [0, 20, 40, 60]
    """
    _check(width_px, height_px, crop_px)
    if not 0 <= overlap < 1:
        raise ValueError(f"overlap is {overlap}; it must be at least 0 and less than 1.")
    stride_px = max(1, int(crop_px * (1 - overlap)))
    lefts, tops = (
        _even_places(side_px - crop_px, -(-(side_px - crop_px) // stride_px) + 1)
        for side_px in (width_px, height_px)
    )
    return [CropBox(left, top, crop_px) for top in tops for left in lefts]


def random_crops(
    width_px: int, height_px: int, *, crop_px: int, num_crops: int, rng: np.random.Generator
) -> list[CropBox]:
    """Crops at places drawn evenly and independently; the generator alone decides which.

    >>> import numpy as np
    >>> from engine.photos.crops import random_crops
    >>> boxes = random_crops(300, 224, crop_px=224, num_crops=5, rng=np.random.default_rng(0))
    >>> {box.top_px for box in boxes}, all(0 <= box.left_px <= 300 - 224 for box in boxes)
    ({0}, True)
    """
    _check(width_px, height_px, crop_px)
    lefts = rng.integers(0, width_px - crop_px + 1, num_crops)
    tops = rng.integers(0, height_px - crop_px + 1, num_crops)
    return [CropBox(int(left), int(top), crop_px) for left, top in zip(lefts, tops, strict=True)]


def _check(width_px: int, height_px: int, crop_px: int) -> None:
    if crop_px < 1 or min(width_px, height_px) < crop_px:
        raise ValueError(
            f"A crop of {crop_px} pixels does not fit in {width_px} x {height_px}; "
            "resize the photo first."
        )


@lru_cache(maxsize=1024)
def _spread(
    width_px: int, height_px: int, crop_px: int, num_crops: int
) -> tuple[tuple[int, int], ...]:
    """Left and top of every crop in the best layout by rows; the photo is not a portrait."""
    num_rows_at_most = min(num_crops, height_px - crop_px + 1)
    layouts = [
        _places(_row_counts(num_crops, num_rows), width_px, height_px, crop_px)
        for num_rows in range(1, num_rows_at_most + 1)
    ]
    corners = {(x, y) for x in (0, width_px - crop_px) for y in (0, height_px - crop_px)}

    def demerit(places: tuple[tuple[int, int], ...]) -> tuple[int, bool, int, int, int]:
        seen, unevenness = _coverage(places, width_px, height_px, crop_px)
        num_corners_missed = len(corners - set(places))
        return (
            -len(set(places)), not _is_mirrored(places), num_corners_missed, -seen, unevenness
        )  # fmt: skip

    return min(layouts, key=demerit)


def _row_counts(num_crops: int, num_rows: int) -> list[int]:
    """Crops per row, as equal as can be; the rows nearest the middle get the extra ones."""
    base, num_extra = divmod(num_crops, num_rows)
    middle = (num_rows - 1) / 2
    by_distance = sorted(range(num_rows), key=lambda row: abs(row - middle))
    if num_rows % 2 == 1 and num_extra % 2 == 0:
        by_distance = by_distance[1:]  # the middle row has no partner to share two with
    favoured = set(by_distance[:num_extra])
    return [base + (row in favoured) for row in range(num_rows)]


def _is_mirrored(places: Sequence[tuple[int, int]]) -> bool:
    """Whether the rows hold the same numbers of crops from the top as from the bottom."""
    counts = [len(list(row)) for _, row in groupby(places, key=lambda place: place[1])]
    return counts == counts[::-1]


def _places(
    counts: Sequence[int], width_px: int, height_px: int, crop_px: int
) -> tuple[tuple[int, int], ...]:
    tops = _even_places(height_px - crop_px, len(counts))
    return tuple(
        (left, top)
        for top, count in zip(tops, counts, strict=True)
        for left in _even_places(width_px - crop_px, count)
    )


def _even_places(room_px: int, num_places: int) -> list[int]:
    """Places from 0 to room_px, evenly spaced and mirrored about the middle; one is centred."""
    if num_places == 1:
        return [room_px // 2]
    gaps = num_places - 1
    first_half = [(2 * place * room_px + gaps) // (2 * gaps) for place in range(num_places // 2)]
    middle = [room_px // 2] if num_places % 2 else []
    return first_half + middle + [room_px - place for place in reversed(first_half)]


def _coverage(
    places: Sequence[tuple[int, int]], width_px: int, height_px: int, crop_px: int
) -> tuple[int, int]:
    """Pixels that some crop shows, and the sum over pixels of the squared number of crops."""
    columns = sorted({0, width_px, *(x for left, _ in places for x in (left, left + crop_px))})
    rows = sorted({0, height_px, *(y for _, top in places for y in (top, top + crop_px))})
    column_of = {x: column for column, x in enumerate(columns)}
    row_of = {y: row for row, y in enumerate(rows)}
    counts = np.zeros((len(rows) - 1, len(columns) - 1), dtype=np.int64)
    for left, top in places:
        counts[
            row_of[top] : row_of[top + crop_px], column_of[left] : column_of[left + crop_px]
        ] += 1
    areas = np.outer([b - a for a, b in pairwise(rows)], [b - a for a, b in pairwise(columns)])
    return int(areas[counts > 0].sum()), int((counts**2 * areas).sum())
