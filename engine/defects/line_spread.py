"""How much a sharp line is spread: measured on the edges of a tile, by blurring them again.

An edge of spread s that is blurred by a known t has the spread sqrt(s^2 + t^2), and the steepest
slope of an edge is inverse to its spread. So the ratio of the slopes after two known blurs gives s,
whatever the contrast (Zhuo and Sim, "Defocus map estimation from a single image", 2011). Edges
that are too faint beside the noise are measured in the tile at half its size.
"""

# H W pixels of a tile, E edge pixels

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_FIRST_PX, _SECOND_PX = 1.0, 2.0  # the two known blurs
_NUM_SIZES = 4
_TRUSTED_PX = 2.2  # above, ratios are too near 1
_MARGIN_PX = 5
_FEWEST_EDGES = 60
_FAINTEST_SLOPE = 3.0  # levels of 255 per pixel: blocks of stored pictures are fainter
_TIMES_NOISE = 15.0
_STRONG_SHARE = 0.5  # of the edges, by slope
_SHARPER_THAN_PX = 0.5  # below, spreads are told apart, but no longer in true pixels


def line_spread_px(luma_HW: Floats, *, noise: float | None = None) -> float | None:
    """The standard deviation of the line spread in pixels, at the stronger edges of a tile.

    `luma_HW` has levels from 0 to 255; `noise` is their standard deviation in smooth places, which
    is estimated unless given. None where there are too few edges. A Gaussian blur of standard
    deviation s spreads lines by s, a disc of radius r by r / 2. Below half a pixel the number goes
    on falling, towards 0 for lines that are thin or sharpened, but is no measure in pixels.

    >>> import cv2
    >>> import numpy as np
    >>> from engine.defects.line_spread import line_spread_px
    >>> corner = np.full((160, 160), 60, np.float32)
    >>> triangle = [np.array([[20, 0], [150, 80], [90, 150]])]
    >>> corner = cv2.fillPoly(corner, triangle, 190)
    >>> [round(line_spread_px(cv2.GaussianBlur(corner, (0, 0), s))) for s in (1, 2, 4)]
    [1, 2, 4]
    >>> line_spread_px(np.full((160, 160), 60, np.float32)) is None  # no edge anywhere
    True
    """
    noise = fine_noise(luma_HW) if noise is None else noise
    found, fewest, scale = None, _FEWEST_EDGES, 1
    for number in range(_NUM_SIZES):
        edges = _edges(luma_HW, noise)
        if len(edges.slope_E) >= fewest:
            is_strong_E = edges.slope_E >= np.quantile(edges.slope_E, 1 - _STRONG_SHARE)
            variance = float(np.median(_variance(edges.ratio_E[is_strong_E])))
            # Halving the size averages over squares, which spreads lines too.
            found = _spread_px(variance * scale**2 - (scale**2 - 1) / 12)
            if variance <= _TRUSTED_PX**2:
                break
        if number < _NUM_SIZES - 1:
            luma_HW = np.asarray(
                cv2.resize(luma_HW, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32
            )
            noise, scale, fewest = noise / 2, 2 * scale, max(16, fewest // 2)
    return found


def fine_noise(luma_HW: Floats) -> float:
    """The standard deviation of the finest noise of a tile, from its quieter half.

    >>> import numpy as np
    >>> from engine.defects.line_spread import fine_noise
    >>> noise = np.random.default_rng(0).normal(90, 5, (128, 128)).astype(np.float32)
    >>> round(fine_noise(noise), 1)
    5.0
    """
    # What is left of plain slopes is nothing (Immerkaer, "Fast noise variance estimation", 1996).
    residue_HW = np.abs(cv2.filter2D(luma_HW, -1, _RESIDUE))
    return float(np.quantile(residue_HW, 0.25)) / (0.31864 * 6)


@dataclass(frozen=True, slots=True)
class _Edges:
    """Edge pixels (E,): the slope after the first blur, and how many times the second's it is."""

    slope_E: Floats
    ratio_E: Floats


def _edges(luma_HW: Floats, noise: float) -> _Edges:
    across_HW, down_HW, slope_HW = _slopes(luma_HW, *_FIRST)
    _, _, blurred_HW = _slopes(luma_HW, *_SECOND)
    loud_HW = slope_HW > max(_FAINTEST_SLOPE, _TIMES_NOISE * noise * _NOISE_SLOPE)
    for border in (np.s_[:_MARGIN_PX], np.s_[-_MARGIN_PX:]):
        loud_HW[border] = False
        loud_HW[:, border] = False
    y_E, x_E = np.nonzero(loud_HW)
    slope_E = slope_HW[y_E, x_E]
    unit_x_E, unit_y_E = across_HW[y_E, x_E] / slope_E, down_HW[y_E, x_E] / slope_E
    after_E = _between(slope_HW, x_E + unit_x_E, y_E + unit_y_E)
    before_E = _between(slope_HW, x_E - unit_x_E, y_E - unit_y_E)
    ridge = np.flatnonzero((slope_E >= after_E) & (slope_E > before_E))
    x_E, y_E, unit_x_E, unit_y_E = x_E[ridge], y_E[ridge], unit_x_E[ridge], unit_y_E[ridge]
    slope_E = slope_E[ridge]
    before_E, after_E = (np.log(np.maximum(beside[ridge], 1e-3)) for beside in (before_E, after_E))
    # The steepest place lies between pixels: the logarithm of a Gaussian is a parabola.
    rise_E = after_E - before_E
    bend_E = np.minimum(after_E + before_E - 2 * np.log(slope_E), -1e-3)
    offset_E = np.clip(-rise_E / (2 * bend_E), -0.6, 0.6)
    steepest_E = slope_E * np.exp(np.clip(-(rise_E**2) / (8 * bend_E), 0, 0.2))
    blurred_E = _between(blurred_HW, x_E + offset_E * unit_x_E, y_E + offset_E * unit_y_E)
    return _Edges(slope_E, (steepest_E / np.maximum(blurred_E, 1e-6)).astype(np.float32))


def _variance(ratio_E: Floats) -> Floats:
    """The squared spread that has this ratio of slopes; below 0 at thin and sharpened lines."""
    squared_E = np.maximum(ratio_E, 1.01) ** 2
    variance_E: Floats = (_SECOND_PX**2 - squared_E * _FIRST_PX**2) / (squared_E - 1)
    return variance_E


def _spread_px(variance: float) -> float:
    """Its root, going on smoothly to where there is none, so that sharp photos keep an order."""
    if variance >= _SHARPER_THAN_PX**2:
        return math.sqrt(variance)
    past = (variance - _SHARPER_THAN_PX**2) / (2 * _SHARPER_THAN_PX**2)
    return _SHARPER_THAN_PX * math.exp(past)


def _slopes(luma_HW: Floats, bell: Floats, rise: Floats) -> tuple[Floats, Floats, Floats]:
    """The slope across, down, and its size, of the blurred tile."""
    across_HW = np.asarray(cv2.sepFilter2D(luma_HW, cv2.CV_32F, rise, bell), np.float32)
    down_HW = np.asarray(cv2.sepFilter2D(luma_HW, cv2.CV_32F, bell, rise), np.float32)
    return across_HW, down_HW, np.asarray(cv2.magnitude(across_HW, down_HW), np.float32)


def _between(values_HW: Floats, x_E: Floats, y_E: Floats) -> Floats:
    """Values between pixels, inside the margin."""
    left_E, top_E = x_E.astype(np.int32), y_E.astype(np.int32)
    part_x_E, part_y_E = x_E - left_E, y_E - top_E
    upper_E = values_HW[top_E, left_E] * (1 - part_x_E) + values_HW[top_E, left_E + 1] * part_x_E
    lower_E = (
        values_HW[top_E + 1, left_E] * (1 - part_x_E) + values_HW[top_E + 1, left_E + 1] * part_x_E
    )
    between_E: Floats = upper_E * (1 - part_y_E) + lower_E * part_y_E
    return between_E


def _filters(spread_px: float) -> tuple[Floats, Floats]:
    """A Gaussian and the slope of the Gaussian, each as a filter over a row."""
    reach = int(np.ceil(3.5 * spread_px))
    place = np.arange(-reach, reach + 1)
    bell = np.exp(-(place**2) / (2 * spread_px**2))
    bell /= bell.sum()
    rise = place * bell
    return bell.astype(np.float32), (rise / (rise * place).sum()).astype(np.float32)


_FIRST, _SECOND = _filters(_FIRST_PX), _filters(_SECOND_PX)
_NOISE_SLOPE = float(np.sqrt((_FIRST[0] ** 2).sum() * (_FIRST[1] ** 2).sum()))
_RESIDUE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
