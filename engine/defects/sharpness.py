"""Sharpness as a number that grows with it."""

import math

_DETAIL_PERIOD_PX = 8.0


def sharpness_0_100(spread_px: float) -> float:
    """How much contrast a line spread of this standard deviation leaves of 8-pixel detail, in %.

    That is the contrast transfer of a Gaussian at an eighth of a cycle per pixel.

    >>> from engine.defects.sharpness import sharpness_0_100
    >>> [round(sharpness_0_100(spread_px)) for spread_px in (0, 0.7, 1, 2, 4)]
    [100, 86, 73, 29, 1]
    """
    return 100 * math.exp(-2 * (math.pi * spread_px / _DETAIL_PERIOD_PX) ** 2)
