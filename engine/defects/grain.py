"""How noisy a photo is at its own size."""

# H W pixels

import math

import cv2
import numpy as np
import numpy.typing as npt

_CELL_PX = 64
_REDUCED = 4
_SMOOTH_SHARE = 0.1
_FEWEST_CELLS, _MOST_CELLS = 4, 64
_DARKEST, _BRIGHTEST = 12.0, 243.0  # beyond, noise is cut off
_SHADING_PX = 4.0  # what is wider than this is shading, not noise
_QUIET_QUANTILE = 0.25
_SILENT, _DOUBLINGS = 0.5, 6.0
# Specks are no noise. So much of its spread a normal distribution keeps when its tails are cut.
_TAIL, _BOUNDED_SPREAD = 0.01, 0.9819


def noise_at_100(luma_HW: npt.NDArray[np.uint8]) -> float | None:
    """The noise in smooth places: the standard deviation of luminance, in levels of 255.

    Smooth are the cells of 64 x 64 pixels whose reduced picture changes least, so that the noise
    itself does not choose. None for a photo without cells that are neither black nor white.

    >>> import numpy as np
    >>> from engine.defects.grain import noise_at_100
    >>> photo = np.random.default_rng(0).normal(120, 6, (512, 512)).round().astype(np.uint8)
    >>> round(noise_at_100(photo))
    6
    >>> noise_at_100(np.zeros((512, 512), np.uint8)) is None  # black
    True
    """
    rows, columns = (side // _CELL_PX for side in luma_HW.shape)
    if not rows or not columns:
        return None
    size = (columns * _CELL_PX // _REDUCED, rows * _CELL_PX // _REDUCED)
    whole_HW = luma_HW[: rows * _CELL_PX, : columns * _CELL_PX]
    small_hw = cv2.resize(whole_HW, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    change_hw = cv2.magnitude(
        cv2.Sobel(small_hw, cv2.CV_32F, 1, 0), cv2.Sobel(small_hw, cv2.CV_32F, 0, 1)
    )
    cells = (columns, rows)
    change_rc = cv2.resize(change_hw, cells, interpolation=cv2.INTER_AREA)
    mean_rc = cv2.resize(small_hw, cells, interpolation=cv2.INTER_AREA)
    usable = np.flatnonzero((mean_rc > _DARKEST) & (mean_rc < _BRIGHTEST))
    if not len(usable):
        return None
    wanted = min(max(_FEWEST_CELLS, math.ceil(_SMOOTH_SHARE * len(usable))), _MOST_CELLS)
    smoothest = usable[np.argsort(change_rc.ravel()[usable], kind="stable")[:wanted]]
    found = [_cell_noise(luma_HW, *divmod(int(cell), columns)) for cell in smoothest]
    return float(np.quantile(found, _QUIET_QUANTILE))


def noise_0_100(noise: float) -> float:
    """Noise on a scale from 0, none to be seen, to 100; every doubling is a sixth of it.

    >>> from engine.defects.grain import noise_0_100
    >>> [round(noise_0_100(noise)) for noise in (0.4, 1, 2, 8, 32)]
    [0, 17, 33, 67, 100]
    """
    return 100 * min(max(math.log2(max(noise, 1e-9) / _SILENT) / _DOUBLINGS, 0.0), 1.0)


def _cell_noise(luma_HW: npt.NDArray[np.uint8], row: int, column: int) -> float:
    """The spread of a cell about its own shading, from the middle of the differences."""
    top, left = row * _CELL_PX, column * _CELL_PX
    cell_HW = luma_HW[top : top + _CELL_PX, left : left + _CELL_PX].astype(np.float32)
    rest_HW = cell_HW - cv2.GaussianBlur(cell_HW, (0, 0), _SHADING_PX)
    bounded_HW = np.clip(rest_HW, *np.quantile(rest_HW, (_TAIL, 1 - _TAIL)))
    return float(bounded_HW.std()) / _BOUNDED_SPREAD
