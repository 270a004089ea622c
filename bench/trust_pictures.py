"""python -m bench.trust_pictures DIR: what both overlays make of the program's own photographs.

One picture of planted defects, one of photographs with a blurred background and nothing planted.
"""

# H W pixels of the resized photo, 3 red, green, blue

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from app.demo.photographs import read_photographs
from app.pictures.distortion_words import defect_sentence
from app.pictures.explain_picture import defects_overlaid, overlaid
from bench.trust_methods import Pixels
from bench.trust_planted import PlantedPhoto
from engine.explain.both_maps import both_maps
from engine.explain.distortion_head import DistortionHead
from engine.networks.distortion_file import open_distortion_head
from engine.networks.model_card import ModelCard
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model
from engine.networks.quality_network import QualityNetwork
from engine.photos.resize import resize_photo
from trainer.distortion.defects import DEFECTS
from trainer.distortion.planting import blend
from trainer.distortion.regions import irregular

_CELL_PX = 240
_LINE_PX = 20
_STRENGTH = 0.6
_AREA = 1 / 9
_BLURRED_BACKGROUND = ("cat", "coffee", "astronaut", "motorcycle")
_GROUND = (64, 64, 64)
_TEXT = (236, 236, 236)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw both pictures into a folder."""
    parser = argparse.ArgumentParser(prog="python -m bench.trust_pictures", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    folder: Path = parser.parse_args(arguments).folder
    network, card = open_model(default_model())
    head = open_distortion_head(default_model())
    assert head is not None, "the bundled model has a head"
    folder.mkdir(parents=True, exist_ok=True)
    found = {
        name: resize_photo(pixels, card.resize_rule, crop_px=card.crop_px)
        for name, pixels in read_photographs().items()
    }
    planted = _planted(list(found.values()))
    rows = [_row(network, card, head, one.pixels_HW3, one) for one in planted]
    _stacked(rows).save(folder / "trust-planted.jpg", quality=80)
    rows = [_row(network, card, head, found[name], None) for name in _BLURRED_BACKGROUND]
    _stacked(rows).save(folder / "trust-background.jpg", quality=80)
    return 0


def _planted(photos: Sequence[Pixels]) -> list[PlantedPhoto]:
    planted = []
    for number, (kind, defect) in enumerate(DEFECTS.items()):
        clean_HW3 = photos[number % len(photos)]
        rng = np.random.default_rng(number)
        weights_HW = irregular(*clean_HW3.shape[:2], share=_AREA, rng=rng)
        spoilt_HW3 = defect(clean_HW3, _STRENGTH, rng)
        planted.append(
            PlantedPhoto(
                pixels_HW3=blend(clean_HW3, spoilt_HW3, weights_HW),
                clean_HW3=clean_HW3,
                is_inside_HW=weights_HW >= 0.5,
                kind=kind,
                area=_AREA,
                strength=_STRENGTH,
            )
        )
    return planted


def _row(
    network: QualityNetwork,
    card: ModelCard,
    head: DistortionHead,
    pixels_HW3: Pixels,
    planted: PlantedPhoto | None,
) -> Image.Image:
    """One photo under both overlays, with the outline of what was planted."""
    photo = Image.fromarray(pixels_HW3)
    signed_HW, found = both_maps(network, head, pixels_HW3)
    assert found is not None
    lowers_HW = np.clip(-signed_HW / (card.map_scale.top or 1.0), 0, 1)
    cells = {
        "photo" if planted is None else f"planted: {planted.kind}": photo,
        "Grad-CAM: lowers the score": overlaid(photo, lowers_HW),
        defect_sentence(found.share_affected()): defects_overlaid(photo, found),
    }
    outline = None if planted is None else _outline(planted)
    row = Image.new("RGB", (len(cells) * (_CELL_PX * 3 // 2 + 8), _CELL_PX + _LINE_PX), _GROUND)
    draw = ImageDraw.Draw(row)
    for place, (caption, shown) in enumerate(cells.items()):
        picture = shown
        if outline is not None:
            picture = Image.composite(Image.new("RGB", shown.size, "white"), shown, outline)
        width_px = min(_CELL_PX * 3 // 2, round(picture.width * _CELL_PX / picture.height))
        height_px = round(picture.height * width_px / picture.width)
        left_px = place * (_CELL_PX * 3 // 2 + 8)
        draw.text((left_px, 3), caption, _TEXT, font_size=12)
        row.paste(picture.resize((width_px, height_px)), (left_px, _LINE_PX))
    return row


def _outline(planted: PlantedPhoto) -> Image.Image:
    """A thin line around the defect, as a mask."""
    inside = planted.is_inside_HW
    edge = np.zeros_like(inside)
    edge[1:] |= inside[1:] ^ inside[:-1]
    edge[:, 1:] |= inside[:, 1:] ^ inside[:, :-1]
    return Image.fromarray((edge * 255).astype(np.uint8))


def _stacked(rows: Sequence[Image.Image]) -> Image.Image:
    stacked = Image.new("RGB", (rows[0].width, sum(row.height + 6 for row in rows)), _GROUND)
    top_px = 0
    for row in rows:
        stacked.paste(row, (0, top_px))
        top_px += row.height + 6
    return stacked


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.exit(main())
