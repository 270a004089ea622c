"""What to tell views when the rows of a list change: removed, moved and inserted ones."""

# M rows before, W rows wanted

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

# Each range costs views a little; with more of them they had better begin anew.
_MOST_RANGES = 32

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RowChanges:
    """The way from one order of rows to another: remove, then reorder, then insert.

    Ranges have both ends included and ascend. `removed` counts in the rows before, `inserted` in
    those wanted, each valid once the ranges before it are in place. `kept` are the numbers that
    stay, in their new order.
    """

    removed: Ranges
    kept: npt.NDArray[np.int32]
    is_reordered: bool
    inserted: Ranges

    @classmethod
    def between(
        cls,
        before: npt.NDArray[np.int32],
        wanted: npt.NDArray[np.int32],
        *,
        num_photos: int,
    ) -> Self | None:
        """The changes, or None when beginning anew is cheaper. Both arrays hold photo numbers."""
        was_shown = np.zeros(num_photos, np.bool_)
        was_shown[before] = True
        is_wanted = np.zeros(num_photos, np.bool_)
        is_wanted[wanted] = True
        stays = is_wanted[before]
        is_kept = was_shown[wanted]
        removed = _ranges(~stays)
        inserted = _ranges(~is_kept)
        if len(removed) + len(inserted) > _MOST_RANGES:
            return None
        kept = wanted[is_kept]
        return cls(
            removed=removed,
            kept=kept,
            is_reordered=not np.array_equal(before[stays], kept),
            inserted=inserted,
        )


def _ranges(is_in: npt.NDArray[np.bool_]) -> Ranges:
    """Where the array is true, as ranges with both ends included."""
    edges = np.flatnonzero(np.diff(is_in, prepend=False, append=False))
    return tuple(
        (int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)
    )
