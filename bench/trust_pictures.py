"""python -m bench.trust_pictures DIR: what both overlays make of the program's own photographs.

One picture of planted defects, one of photographs with a blurred background and nothing planted.
"""

# H W pixels of the photo, 3 red, green, blue

import argparse
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw

from app.demo.photographs import read_photographs
from app.pictures.explain_picture import defects_overlaid, overlaid
from bench.defect_measures import Mapper
from bench.defect_planting import Pixels, Spoilt
from bench.trust_grad_cam import grad_cam
from bench.trust_real import in_words
from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_finder import DefectFinder
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model
from trainer.distortion.defects import DEFECTS
from trainer.distortion.planting import blend
from trainer.distortion.regions import irregular

_CELL_PX = 240
_LINE_PX = 36
_LETTERS = 58  # that fit over a picture
_STRENGTH = 0.6
_AREA = 1 / 9
_BLURRED_BACKGROUND = ("cat", "coffee", "astronaut", "motorcycle")
_GROUND = (64, 64, 64)
_TEXT = (236, 236, 236)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw both pictures into a folder."""
    parser = argparse.ArgumentParser(prog="python -m bench.trust_pictures", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--file", type=Path, default=bundled_defect_network(), help="a defect network"
    )
    args = parser.parse_args(arguments)
    finder = DefectFinder.open(args.file)
    blame = grad_cam(*open_model(default_model()))
    args.folder.mkdir(parents=True, exist_ok=True)
    photos = {name: finder.sized(pixels) for name, pixels in read_photographs().items()}
    rows = [_row(finder, blame, one.pixels_HW3, one) for one in _planted(list(photos.values()))]
    _stacked(rows).save(args.folder / "trust-planted.jpg", quality=80)
    rows = [_row(finder, blame, photos[name], None) for name in _BLURRED_BACKGROUND]
    _stacked(rows).save(args.folder / "trust-background.jpg", quality=80)
    return 0


def _planted(photos: Sequence[Pixels]) -> list[Spoilt]:
    """The defects that the pictures have had since the first map, so that maps can be compared."""
    planted = []
    for number, (kind, defect) in enumerate(DEFECTS.items()):
        clean_HW3 = photos[number % len(photos)]
        rng = np.random.default_rng(number)
        weights_HW = irregular(*clean_HW3.shape[:2], share=_AREA, rng=rng)
        spoilt_HW3 = defect(clean_HW3, _STRENGTH, rng)
        planted.append(
            Spoilt(
                pixels_HW3=blend(clean_HW3, spoilt_HW3, weights_HW),
                clean_HW3=clean_HW3,
                is_inside_HW=weights_HW >= 0.5,
                kind=kind,
                area="1/9",
                strength=_STRENGTH,
            )
        )
    return planted


def _row(
    finder: DefectFinder, blame: Mapper, pixels_HW3: Pixels, spoilt: Spoilt | None
) -> Image.Image:
    """One photo under both overlays, with the outline of what was planted."""
    photo = Image.fromarray(pixels_HW3)
    found = finder.look_at_whole(pixels_HW3).map
    cells = {
        "photo" if spoilt is None else f"planted: {spoilt.kind}": photo,
        "Grad-CAM: lowers the score": overlaid(photo, blame(pixels_HW3)),
        in_words(found, finder): defects_overlaid(photo, found),
    }
    outline = None if spoilt is None else _outline(spoilt)
    row = Image.new("RGB", (len(cells) * (_CELL_PX * 3 // 2 + 8), _CELL_PX + _LINE_PX), _GROUND)
    draw = ImageDraw.Draw(row)
    for place, (caption, shown) in enumerate(cells.items()):
        picture = shown
        if outline is not None:
            picture = Image.composite(Image.new("RGB", shown.size, "white"), shown, outline)
        width_px = min(_CELL_PX * 3 // 2, round(picture.width * _CELL_PX / picture.height))
        height_px = round(picture.height * width_px / picture.width)
        left_px = place * (_CELL_PX * 3 // 2 + 8)
        lines = textwrap.wrap(caption, _LETTERS, max_lines=2, placeholder=" ...")
        draw.multiline_text((left_px, 3), "\n".join(lines), _TEXT, font_size=12, spacing=3)
        row.paste(picture.resize((width_px, height_px)), (left_px, _LINE_PX))
    return row


def _outline(spoilt: Spoilt) -> Image.Image:
    """A thin line around the defect, as a mask."""
    inside = spoilt.is_inside_HW
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
    cv2.setNumThreads(1)
    sys.exit(main())
