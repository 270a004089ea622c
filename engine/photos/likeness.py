"""Which photos show the same scene in the same framing, whatever their quality.

A look is a photo's coarse brightness, 16 x 16, less its overall light (a surface of second degree)
and of length 1. The likeness of two photos is the cosine of their looks: re-compressed, resized,
blurred, noisy, darker and slightly cropped copies and frames of one burst come out above 0.95,
unrelated photos far below. Photos with nothing coarse to see, such as flat grey ones, have no look:
what little they show would be alike by chance.

Stricter than the hashes of a contest (`engine.contest.near_duplicates`) about composition and
blind to quality: a sharp photo and its blurred twin are a fine pair for a contest, and a leak
between training and test.
"""

# N photos, D = 256 brightnesses, R photos of a block of rows

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engine.errors import UnreadablePhoto
from engine.photos.decode import read_photo
from engine.photos.read_ahead import read_ahead
from engine.processor import num_usable_cores

_SIDE = 16
_LEAST_DETAIL = 4.0  # standard deviation of a look before it is scaled, in grey levels of 255
# Of BIQ2021's pairs just above this, 63 of 63 looked at were the same scene.
_ALIKE = 0.95
# How like its first photo every photo of a group must at least be, so that photos that change
# little by little, or many that are alike by chance, do not chain up into one group.
_LIKE_THE_FIRST = 0.8
_ROWS_AT_ONCE = 256
_REMEMBERED = 32_768  # looks of a kilobyte: labels are checked more than once before a run

Look = npt.NDArray[np.float32]


def photo_look(path: Path) -> Look | None:
    """The look of a photo, of shape (256,) and length 1; None if it shows too little.

    Raises UnreadablePhoto.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.photos.likeness import photo_look
    >>> stripes = Image.linear_gradient("L").point(lambda grey: 255 * (grey // 64 % 2))
    >>> with TemporaryDirectory() as folder:
    ...     photos = (stripes, stripes.resize((128, 128)), stripes.rotate(90))
    ...     for name, photo in zip("abc", photos, strict=True):
    ...         photo.save(Path(folder) / f"{name}.png")
    ...     a, b, c = (photo_look(Path(folder) / f"{name}.png") for name in "abc")
    >>> a.shape, float(a @ b) > 0.95, round(abs(float(a @ c)), 2)  # c has the stripes upright
    ((256,), True, 0.0)
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise UnreadablePhoto(path, error.strerror or str(error)) from error
    return _look_of_file(path, stat.st_size, stat.st_mtime_ns)


def photo_looks(paths: Iterable[Path]) -> Iterator[Look | None]:
    """The look of each photo, in order; None where it shows too little or can't be read.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.photos.likeness import photo_looks
    >>> with TemporaryDirectory() as folder:
    ...     paths = [Path(folder) / name for name in ("stripes.png", "grey.png", "missing.png")]
    ...     stripes = Image.linear_gradient("L").point(lambda grey: 255 * (grey // 64 % 2))
    ...     stripes.save(paths[0])
    ...     Image.new("L", (256, 256), 128).save(paths[1])
    ...     [look is None for look in photo_looks(paths)]
    [False, True, True]
    """

    def look(path: Path) -> Look | None:
        try:
            return photo_look(path)
        except UnreadablePhoto:
            return None

    num_threads = num_usable_cores()
    return read_ahead(look, paths, num_threads=num_threads, depth=4 * num_threads)


def alike_groups(looks: Sequence[Look | None]) -> list[list[int]]:
    """Groups of two or more photos that look alike, as indices in rising order.

    Photos that are alike are in one group, unless some photo would then be too unlike the first
    one of its group. The order of the photos decides which is first. N photos take
    N * N / 2 comparisons of 256 numbers: 10,000 photos some seconds on one core.

    >>> import numpy as np
    >>> from engine.photos.likeness import alike_groups
    >>> cat, sea = np.eye(2, 256, dtype=np.float32)  # as unlike as can be
    >>> alike_groups([cat, sea, None, cat])
    [[0, 3]]
    """
    known = [index for index, look in enumerate(looks) if look is not None]
    if len(known) < 2:
        return []
    looks_ND = np.stack([look for look in looks if look is not None])
    first_N = np.arange(len(known))  # of the group that each photo is in, itself at the beginning
    for start in range(0, len(known), _ROWS_AT_ONCE):
        likeness_RN = looks_ND[start : start + _ROWS_AT_ONCE] @ looks_ND[start:].T
        is_alike_RN = np.triu(likeness_RN >= _ALIKE, k=1)
        for row in np.nonzero(is_alike_RN.any(axis=1))[0].tolist():
            others_M = np.nonzero(is_alike_RN[row])[0] + start
            _join(first_N, looks_ND, row + start, others_M)
    groups = [np.nonzero(first_N == first)[0] for first in np.unique(first_N)]
    return [[known[index] for index in group.tolist()] for group in groups if group.size > 1]


def _join(
    first_N: npt.NDArray[np.intp],
    looks_ND: npt.NDArray[np.float32],
    photo: int,
    others_M: npt.NDArray[np.intp],
) -> None:
    """Bring the groups of photos that are alike together, the earlier first photo staying first."""
    for other in np.unique(first_N[others_M]).tolist():
        kept, taken = sorted((int(first_N[photo]), other))
        members_M = np.nonzero(first_N == taken)[0]
        if kept < taken and (looks_ND[members_M] @ looks_ND[kept]).min() >= _LIKE_THE_FIRST:
            first_N[members_M] = kept


@lru_cache(maxsize=_REMEMBERED)
def _look_of_file(path: Path, size_bytes: int, mtime_ns: int) -> Look | None:
    del size_bytes, mtime_ns  # a file that was changed has another look
    pixels_HW3 = read_photo(path, short_side_px=4 * _SIDE).pixels_HW3
    grey_HW = cv2.cvtColor(pixels_HW3, cv2.COLOR_RGB2GRAY)
    small_HW = cv2.resize(grey_HW, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    brightness_D = small_HW.astype(np.float64).ravel()
    light_DL = _light()
    detail_D = brightness_D - light_DL @ (light_DL.T @ brightness_D)
    length = float(np.linalg.norm(detail_D))
    if length < _LEAST_DETAIL * _SIDE:
        return None
    look: Look = (detail_D / length).astype(np.float32)
    return look


@lru_cache(maxsize=1)
def _light() -> npt.NDArray[np.float64]:
    """An orthonormal basis, (256, 6), of all surfaces of second degree over the photo."""
    ends = np.linspace(-1.0, 1.0, _SIDE)
    y, x = (grid.ravel() for grid in np.meshgrid(ends, ends, indexing="ij"))
    surfaces = [np.ones_like(x), x, y, x * x, x * y, y * y]
    basis_DL: npt.NDArray[np.float64] = np.linalg.qr(np.stack(surfaces, axis=1))[0]
    return basis_DL
