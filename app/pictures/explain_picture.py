"""Photo, its visible defects, what lowers and raises its score, and the scale, in one picture."""

from functools import cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.pictures.defect_lines import DefectLine, defect_lines
from app.pictures.distortion_colours import coloured_defects
from engine.defects.defect_card import DefectCard
from engine.explain.distortion_map import DistortionMap
from engine.explain.quality_map import QualityMap

# H W pixels of the panel; values in [0, 1] on the model's common scale

PANEL_PX = 560  # the long side of each panel
_MARGIN_PX = 28
_SCALE_WIDTH_PX = 26
_MIN_CELL_WIDTH_PX = 300  # room for the captions
_LINE_PX = 52  # the line on weak evidence under the panels
_DEFECT_LINE_PX = 26
_PATCH_PX = 16  # of colour in the legend
_MIN_CELL_HEIGHT_PX = 180  # room for the scale
# Neutral greys, because people judge colour here.
_GROUND = (64, 64, 64)
_TEXT = (236, 236, 236)
_QUIET_TEXT = (190, 190, 190)
# Perceptually even, readable by colour-blind eyes, and far from grey except at its dark end.
_COLOUR_MAP = "inferno"
# Opacity rises faster than the value, so that half the evidence is more than a tint.
_TOP_OPACITY = 0.85
_OPACITY_POWER = 0.7
_DEFECT_OPACITY = 0.7


def draw_explanation(quality_map: QualityMap, *, model_name: str, card: DefectCard) -> Image.Image:
    """The explanation of one photo's score as a picture, RGB.

    The maps keep the model's common scale, so that pictures of different photos can be compared.
    `card` is that of the defect network, which says how much it finds.
    """
    photo = Image.fromarray(quality_map.photo_HW3)
    panel_size = _panel_size(photo.size)
    photo = photo.resize(panel_size, Image.Resampling.LANCZOS)
    panels = {"Photo": photo}
    if quality_map.distortions is not None:
        panels["Visible defects"] = defects_overlaid(photo, quality_map.distortions)
    panels |= {
        "Lowers the score": overlaid(photo, _enlarged(quality_map.lowers_HW, panel_size)),
        "Raises the score": overlaid(photo, _enlarged(quality_map.raises_HW, panel_size)),
    }
    return _put_together(panels, quality_map, model_name, card)


def overlaid(photo: Image.Image, values_HW: np.ndarray) -> Image.Image:
    """The photo in grey under the coloured values, which cover it the more the higher they are."""
    # In grey, because a coloured photo would change the colours that the scale explains.
    grey_HW3 = np.asarray(photo.convert("L").convert("RGB"), dtype=np.float32)
    opacity_HW1 = _TOP_OPACITY * values_HW[..., None] ** _OPACITY_POWER
    mixed_HW3 = (1 - opacity_HW1) * grey_HW3 + opacity_HW1 * _coloured(values_HW)
    return Image.fromarray(np.rint(mixed_HW3).astype(np.uint8))


def defects_overlaid(photo: Image.Image, found: DistortionMap) -> Image.Image:
    """The photo in grey under its defects, each kind in its own colour."""
    strength_KHW = np.stack([_enlarged(one_HW, photo.size) for one_HW in found.strength_KHW])
    colours_HW3, opacity_HW = coloured_defects(found.kinds, strength_KHW)
    grey_HW3 = np.asarray(photo.convert("L").convert("RGB"), dtype=np.float32)
    opacity_HW1 = _DEFECT_OPACITY * opacity_HW[..., None]
    mixed_HW3 = (1 - opacity_HW1) * grey_HW3 + opacity_HW1 * colours_HW3
    return Image.fromarray(np.rint(mixed_HW3).astype(np.uint8))


def _put_together(
    panels: dict[str, Image.Image], quality_map: QualityMap, model_name: str, card: DefectCard
) -> Image.Image:
    width_px, height_px = next(iter(panels.values())).size
    cell_width_px = max(width_px, _MIN_CELL_WIDTH_PX)
    cell_height_px = max(height_px, _MIN_CELL_HEIGHT_PX)
    top_px = _MARGIN_PX + 112
    full_width_px = _MARGIN_PX + len(panels) * (cell_width_px + _MARGIN_PX) + _SCALE_WIDTH_PX + 92
    lines = []
    if quality_map.distortions is not None:
        room_px = full_width_px - 2 * _MARGIN_PX - _PATCH_PX - 8
        lines = defect_lines(
            quality_map.distortions, card, fits=lambda text: _font(18).getlength(text) <= room_px
        )
    heights = (
        len(lines) * _DEFECT_LINE_PX + (_LINE_PX - _DEFECT_LINE_PX if lines else 0),
        _LINE_PX if quality_map.is_evidence_weak else 0,
    )
    picture_size = (full_width_px, top_px + cell_height_px + sum(heights) + _MARGIN_PX)
    picture = Image.new("RGB", picture_size, _GROUND)
    draw = ImageDraw.Draw(picture)
    _write_heading(draw, quality_map, model_name, picture_size[0] - 2 * _MARGIN_PX)
    left_px = _MARGIN_PX
    for caption, panel in panels.items():
        draw.text((left_px, top_px - 32), caption, _TEXT, _font(20))
        picture.paste(panel, (left_px, top_px))
        left_px += cell_width_px + _MARGIN_PX
    _draw_scale(picture, left_px, top_px, cell_height_px)
    line_px = top_px + cell_height_px + 24
    _write_defects(draw, (_MARGIN_PX, line_px), lines)
    line_px += heights[0]
    if quality_map.is_evidence_weak:
        _write_weak_evidence(draw, (_MARGIN_PX, line_px))
    return picture


def _write_heading(
    draw: ImageDraw.ImageDraw, quality_map: QualityMap, model_name: str, width_px: int
) -> None:
    score = quality_map.score
    assert score.score_0_100 is not None
    assert score.uncertainty is not None
    rating = f"{score.score_0_100:.1f} ± {score.uncertainty:.1f}"
    draw.text((_MARGIN_PX, _MARGIN_PX - 6), rating, _TEXT, _font(30, is_bold=True))
    after_px = draw.textlength(rating, _font(30, is_bold=True)) + _MARGIN_PX + 12
    draw.text((after_px, _MARGIN_PX + 7), "of 100", _QUIET_TEXT, _font(18))
    name = _drawable(score.path.name)
    named = f"{name}   rated by {model_name}"
    font = _font(16)
    while draw.textlength(named, font) > width_px and len(name) > 8:
        name = name[: len(name) // 2 - 2] + "…" + name[len(name) // 2 + 2 :]
        named = f"{name}   rated by {model_name}"
    draw.text((_MARGIN_PX, _MARGIN_PX + 36), named, _QUIET_TEXT, font)


def _write_defects(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], lines: list[DefectLine]
) -> None:
    """Every kind that was found, beside its colour, and what was looked for in vain."""
    left_px, top_px = place
    for line in lines:
        if line.colour is not None:
            patch = (left_px, top_px + 3, left_px + _PATCH_PX, top_px + 3 + _PATCH_PX)
            draw.rectangle(patch, line.colour, _GROUND)
        colour = _QUIET_TEXT if line.colour is None else _TEXT
        draw.text((left_px + _PATCH_PX + 8, top_px), line.text, colour, _font(18))
        top_px += _DEFECT_LINE_PX


def _write_weak_evidence(draw: ImageDraw.ImageDraw, place: tuple[int, int]) -> None:
    draw.text(place, "Weak evidence", _TEXT, _font(20, is_bold=True))
    after_px = place[0] + draw.textlength("Weak evidence", _font(20, is_bold=True)) + 12
    sentence = "No part of the photo stands out; read nothing into faint colours."
    draw.text((after_px, place[1] + 2), sentence, _QUIET_TEXT, _font(18))


def _draw_scale(picture: Image.Image, left_px: int, top_px: int, height_px: int) -> None:
    # As it looks over mid grey: fading out towards "none", like the maps.
    values_HW = np.linspace(1.0, 0.0, height_px)[:, None].repeat(_SCALE_WIDTH_PX, axis=1)
    middle = Image.new("RGB", (_SCALE_WIDTH_PX, height_px), (128, 128, 128))
    picture.paste(overlaid(middle, values_HW), (left_px, top_px))
    draw = ImageDraw.Draw(picture)
    draw.text((left_px, top_px - 32), "Evidence", _TEXT, _font(20))
    for value, label in ((1.0, "1 strong"), (0.5, "0.5"), (0.0, "0 none")):
        middle_px = top_px + round((1 - value) * (height_px - 1))
        draw.line(
            (left_px + _SCALE_WIDTH_PX, middle_px, left_px + _SCALE_WIDTH_PX + 5, middle_px), _TEXT
        )
        beside = (left_px + _SCALE_WIDTH_PX + 10, middle_px)
        draw.text(beside, label, _TEXT, _font(16), anchor="lm")


def _panel_size(photo_size: tuple[int, int]) -> tuple[int, int]:
    shrink = PANEL_PX / max(photo_size)
    return (max(1, round(photo_size[0] * shrink)), max(1, round(photo_size[1] * shrink)))


def _enlarged(values_HW: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    image = Image.fromarray(np.ascontiguousarray(values_HW, dtype=np.float32))
    resized = image.resize(size, Image.Resampling.BILINEAR)
    enlarged_HW: np.ndarray = np.clip(np.asarray(resized), 0.0, 1.0)
    return enlarged_HW


def _coloured(values_HW: np.ndarray) -> np.ndarray:
    colours = mpl.colormaps[_COLOUR_MAP](values_HW)
    return np.asarray(colours[..., :3] * 255, dtype=np.float32)


def _drawable(text: str) -> str:
    # Control characters would break the line, and half characters can't be drawn at all.
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


@cache
def _font(size_px: int, *, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    # Matplotlib carries this font on every operating system.
    name = "DejaVuSans-Bold.ttf" if is_bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(mpl.get_data_path()) / "fonts" / "ttf" / name, size_px)
