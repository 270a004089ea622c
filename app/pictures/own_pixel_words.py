"""Focus and noise at 100 % in words, beside their numbers."""

from app.translation import translated

# Standard deviations of the line spread, in pixels. A sharp lens on a camera's full resolution has
# about 0.7; at 1.3 an edge looks soft at 100 %, and at 2 nobody would call it sharp.
_SHARP_UNTIL_PX, _ALMOST_UNTIL_PX, _SOFT_UNTIL_PX = 0.9, 1.3, 2.0
# Standard deviations of luminance in smooth places, in levels of 255.
_CLEAN_UNTIL, _SLIGHT_UNTIL, _CLEAR_UNTIL = 1.5, 4.0, 9.0


def focus_words(spread_px: float) -> str:
    """How sharp the sharpest place is, by the spread of a line in it."""
    if spread_px <= _SHARP_UNTIL_PX:
        return _said("sharp")
    if spread_px <= _ALMOST_UNTIL_PX:
        return _said("a little soft")
    return _said("soft") if spread_px <= _SOFT_UNTIL_PX else _said("blurred everywhere")


def noise_words(levels: float) -> str:
    """How noisy smooth places are."""
    if levels <= _CLEAN_UNTIL:
        return _said("hardly any")
    if levels <= _SLIGHT_UNTIL:
        return _said("slight")
    return _said("clear") if levels <= _CLEAR_UNTIL else _said("strong")


def megapixels(width_px: int, height_px: int) -> float:
    """The size of a photo in millions of pixels."""
    return width_px * height_px / 1e6


def _said(words: str) -> str:
    return translated(words, context="OwnPixels")
