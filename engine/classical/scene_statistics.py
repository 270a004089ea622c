"""How far a photo's local contrasts follow the statistics of natural scenes.

Mittal, Moorthy and Bovik, "No-reference image quality assessment in the spatial domain" (BRISQUE),
IEEE TIP 2012: brightness, less its local mean and divided by its local deviation (MSCN), is close
to a Gaussian in clean photographs; blur, noise and compression change its shape in their own ways.
Here 36 numbers: at two scales, the shape and variance of the coefficients, and of the products of
neighbours in four directions the shape, the mean, and the variance to the left and to the right.
"""

# H W pixels

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from scipy.special import gamma

FloatArray = npt.NDArray[np.float64]

NUM_FEATURES = 36
_NUM_SCALES = 2
_WINDOW_PX, _WINDOW_SIGMA_PX = 7, 7 / 6
_STEADY = 1.0  # keeps flat areas from being divided by nothing; of 255
_DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))


def scene_statistics(pixels_HW3: npt.NDArray[np.uint8]) -> FloatArray:
    """The 36 numbers of an RGB photo of at least 32 pixels a side, all finite.

    >>> import numpy as np
    >>> from engine.classical.scene_statistics import scene_statistics
    >>> ramp = np.arange(64, dtype=np.uint8)[:, None, None].repeat(64, 1).repeat(3, 2)
    >>> numbers = scene_statistics(ramp)
    >>> len(numbers), bool(np.isfinite(numbers).all())
    (36, True)
    >>> float(scene_statistics(0 * ramp)[1])  # the variance of a black photo
    0.0
    """
    grey_HW: FloatArray = cv2.cvtColor(pixels_HW3, cv2.COLOR_RGB2GRAY).astype(np.float64)
    numbers: list[float] = []
    for scale in range(_NUM_SCALES):
        if scale:
            half = (max(1, grey_HW.shape[1] // 2), max(1, grey_HW.shape[0] // 2))
            halved_HW = cv2.resize(grey_HW, half, interpolation=cv2.INTER_AREA)
            grey_HW = np.asarray(halved_HW, dtype=np.float64)
        contrasts_HW = local_contrasts(grey_HW)
        shape, variance = symmetric_fit(contrasts_HW)
        numbers += [shape, variance]
        for down, right in _DIRECTIONS:
            numbers += asymmetric_fit(_products(contrasts_HW, down, right))
    return np.array(numbers)


def local_contrasts(grey_HW: FloatArray) -> FloatArray:
    """Brightness (0 to 255) less its local mean, over its local deviation (MSCN).

    >>> import numpy as np
    >>> from engine.classical.scene_statistics import local_contrasts
    >>> edge = np.zeros((16, 16))
    >>> edge[:, 8:] = 255.0
    >>> row = local_contrasts(edge)[0]
    >>> float(row[0]), bool(row[7] < 0 < row[8])  # nothing far from the edge, both signs at it
    (0.0, True)
    """
    size = (_WINDOW_PX, _WINDOW_PX)
    mean_HW = cv2.GaussianBlur(grey_HW, size, _WINDOW_SIGMA_PX, borderType=cv2.BORDER_REPLICATE)
    square_HW = cv2.GaussianBlur(
        grey_HW**2, size, _WINDOW_SIGMA_PX, borderType=cv2.BORDER_REPLICATE
    )
    deviation_HW = np.sqrt(np.maximum(square_HW - mean_HW**2, 0.0))
    contrasts_HW: FloatArray = (grey_HW - mean_HW) / (deviation_HW + _STEADY)
    return contrasts_HW


def symmetric_fit(values: FloatArray) -> tuple[float, float]:
    """Shape and variance of a generalised Gaussian by moment matching; shape 2 is a Gaussian.

    >>> import numpy as np
    >>> from engine.classical.scene_statistics import symmetric_fit
    >>> shape, variance = symmetric_fit(np.array([-2.0, 0.0, 0.0, 2.0]))
    >>> round(shape, 3), variance  # mean(|x|)**2 / mean(x**2) is 1/2, as for a Laplacian
    (1.0, 2.0)
    """
    variance = float(np.mean(values**2))
    mean_size = float(np.mean(np.abs(values)))
    if variance < 1e-12:
        return float(_shapes()[-1]), 0.0  # a flat picture has no tails at all
    ratio = mean_size**2 / variance
    return _shape_of(ratio), variance


def asymmetric_fit(values: FloatArray) -> list[float]:
    """Shape, mean, and the variances to the left and right of 0, of a generalised Gaussian.

    >>> import numpy as np
    >>> from engine.classical.scene_statistics import asymmetric_fit
    >>> shape, mean, left, right = asymmetric_fit(np.array([-2.0, 0.0, 0.0, 2.0]))
    >>> round(shape, 3), mean, left, right  # both sides alike
    (1.0, 0.0, 4.0, 4.0)
    >>> asymmetric_fit(np.array([-3.0, 0.0, 0.0, 1.0]))[1] < 0  # longer to the left
    True
    """
    left, right = values[values < 0], values[values > 0]
    variance_left = float(np.mean(left**2)) if left.size else 0.0
    variance_right = float(np.mean(right**2)) if right.size else 0.0
    mean_square = float(np.mean(values**2))
    if mean_square < 1e-12 or variance_right < 1e-12:
        return [float(_shapes()[-1]), 0.0, variance_left, variance_right]
    lean = np.sqrt(variance_left / variance_right)
    ratio = float(np.mean(np.abs(values))) ** 2 / mean_square
    ratio *= (lean**3 + 1) * (lean + 1) / (lean**2 + 1) ** 2
    shape = _shape_of(float(ratio))
    spread = np.sqrt(gamma(1 / shape) / gamma(3 / shape))
    mean = (np.sqrt(variance_right) - np.sqrt(variance_left)) * spread
    mean *= gamma(2 / shape) / gamma(1 / shape)
    return [shape, float(mean), variance_left, variance_right]


def _products(values_HW: FloatArray, down: int, right: int) -> FloatArray:
    """Every value times its neighbour in one direction; at the edges there is none."""
    height, width = values_HW.shape
    here = values_HW[: height - down, max(0, -right) : width - max(0, right)]
    there = values_HW[down:, max(0, right) : width + min(0, right)]
    return here * there


@cache
def _shapes() -> FloatArray:
    return np.arange(0.2, 10.0, 0.001)


@cache
def _ratios() -> FloatArray:
    shapes = _shapes()
    ratios: FloatArray = gamma(2 / shapes) ** 2 / (gamma(1 / shapes) * gamma(3 / shapes))
    return ratios


def _shape_of(ratio: float) -> float:
    return float(_shapes()[np.abs(_ratios() - ratio).argmin()])
