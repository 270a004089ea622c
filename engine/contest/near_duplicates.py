"""Photos that show the same thing in the same quality, of which a contest needs only one.

A picture is hashed by its coarse gradients (256 bits, "difference hash"): copies, resized ones and
re-compressed ones differ in a few bits. But so do a sharp photo and its blurred twin, and those
make a fine pair. So two photos are near-duplicates only if, besides, no model sees a difference.
"""

# N photos, B bits

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engine.contest.pool import ContestPool
from engine.errors import UnreadablePhoto
from engine.photos.decode import read_photo
from engine.photos.read_ahead import read_ahead

_SIDE = 16
_MOST_BITS = 20  # of 256; unrelated photos differ in about 128, re-compressed copies in 0 to 10
_SAME_SCORE = 1.5  # points
_ROWS_AT_ONCE = 128

Hashes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicate:
    """A photo that is left out because another one shows the same.

    >>> from pathlib import Path
    >>> from engine.contest.near_duplicates import NearDuplicate
    >>> found = NearDuplicate(photo=Path("copy of sea.jpg"), kept=Path("sea.jpg"))
    >>> f"{found.photo} shows the same as {found.kept}"
    'copy of sea.jpg shows the same as sea.jpg'
    """

    photo: Path
    kept: Path


def picture_hash(path: Path) -> bytes:
    """32 bytes that are alike for pictures that look alike. Raises UnreadablePhoto.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.contest.near_duplicates import picture_hash
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "ramp.png"
    ...     Image.linear_gradient("L").rotate(90).save(path)  # brighter from left to right
    ...     picture_hash(path) == bytes([0b11111111] * 32)  # each place is brighter than its left
    True
    """
    pixels_HW3 = read_photo(path, short_side_px=4 * _SIDE).pixels_HW3
    grey_HW = cv2.cvtColor(pixels_HW3, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey_HW, (_SIDE + 1, _SIDE), interpolation=cv2.INTER_AREA).astype(np.int16)
    bits = small[:, 1:] > small[:, :-1]
    return np.packbits(bits).tobytes()


def picture_hashes(
    paths: Iterable[Path], *, num_threads: int = 2
) -> Iterator[tuple[Path, bytes | None]]:
    """Each path with its hash, in order as they come; None for a photo that can't be read.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.contest.near_duplicates import picture_hashes
    >>> with TemporaryDirectory() as folder:
    ...     paths = [Path(folder) / "grey.png", Path(folder) / "missing.png"]
    ...     Image.new("L", (64, 64), 128).save(paths[0])
    ...     [found == bytes(32) if found else found for _, found in picture_hashes(paths)]
    [True, None]
    """

    def hashed(path: Path) -> tuple[Path, bytes | None]:
        try:
            return path, picture_hash(path)
        except UnreadablePhoto:
            return path, None

    return read_ahead(hashed, paths, num_threads=num_threads, depth=4 * num_threads)


def near_duplicates(pool: ContestPool, hashes: Mapping[Path, bytes]) -> list[NearDuplicate]:
    """Photos to leave out, each with the one that is kept: the first by path of those alike.

    Photos without a hash are never duplicates.

    >>> from pathlib import Path
    >>> from engine.contest.near_duplicates import near_duplicates
    >>> from engine.contest.pool import make_pool
    >>> sea, copy, wood = Path("sea.jpg"), Path("sea2.jpg"), Path("wood.jpg")
    >>> pool = make_pool([sea, copy, wood], {"one": [60, 61, 60], "two": [50, 50, 50]})
    >>> same = bytes(32)
    >>> found = near_duplicates(pool, {sea: same, copy: same, wood: bytes([255] * 32)})
    >>> [(one.photo.name, one.kept.name) for one in found]
    [('sea2.jpg', 'sea.jpg')]
    """
    known = [index for index, photo in enumerate(pool.photos) if photo in hashes]
    if len(known) < 2:
        return []
    hashes_NB = np.array(
        [np.unpackbits(np.frombuffer(hashes[pool.photos[i]], dtype=np.uint8)) for i in known],
        dtype=np.float32,
    )
    scores_NM = np.stack([scores[known] for scores in pool.scores.values()], axis=1)
    kept_of: dict[int, int] = {}
    for start in range(0, len(known), _ROWS_AT_ONCE):
        rows_RB = hashes_NB[start : start + _ROWS_AT_ONCE]
        # Bits that differ = ones of both, less twice the ones that they share.
        bits_RN = rows_RB.sum(axis=1)[:, None] + hashes_NB.sum(axis=1) - 2 * rows_RB @ hashes_NB.T
        for row, other in zip(*np.nonzero(bits_RN <= _MOST_BITS), strict=True):
            first, second = int(row) + start, int(other)
            if second <= first or first in kept_of or second in kept_of:
                continue
            if np.abs(scores_NM[first] - scores_NM[second]).max() <= _SAME_SCORE:
                kept_of[second] = first
    return [
        NearDuplicate(photo=pool.photos[known[photo]], kept=pool.photos[known[kept]])
        for photo, kept in sorted(kept_of.items())
    ]
