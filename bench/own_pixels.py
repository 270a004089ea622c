"""Rows of the proof at 100 %: canvases of 24 megapixels with defects planted in their own pixels.

A canvas is stitched from sharp photographs of 512 pixels, so that every part of it is natural at
100 % and nothing of what is planted can be seen in the reduced picture alone.
"""

# H W pixels of the canvas, h w the map's places, 3 red, green, blue

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from bench.defect_measures import named_kind
from bench.defect_planting import STRENGTHS, TAUGHT, Pixels, region, rounded
from bench.trust_figures import Row, Target, agreement_of, share_of
from engine.defects.defect_finder import DefectFinder
from engine.defects.own_pixels import glimpse, look_through
from engine.explain.distortion_map import DistortionMap
from trainer.defects.material import pixels_of

TILE_PX = 512
KINDS = ("blur", "motion blur", "noise", "compression")
RADII_PX = (0.0, 0.5, 0.8, 1.2, 1.7, 2.3, 3.0, 4.0, 5.5, 7.5, 10.0)
_SHARE = {"1/100": 1 / 100, "1/36": 1 / 36, "1/16": 1 / 16, "1/9": 1 / 9}
_PEAK, _NAMED = "24-megapixel canvases: peak inside", "24-megapixel canvases: kind named right"
_FOCUS = "focus at 100 %: rank agreement with the true blur radius, SRCC"
_PEAK_TARGET, _FOCUS_TARGET = 0.90, 0.97
_COARSE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One defect in a canvas, and what the look at its own pixels made of it."""

    kind: str
    strength: float
    is_peak_inside: bool
    named: str


def canvas_rows(
    finder: DefectFinder, paths: Sequence[Path], number: int, *, size: tuple[int, int]
) -> list[Row]:
    """Defects planted at 1:1 in so many canvases, kinds and strengths taking turns.

    A canvas has `size` columns and rows of photographs: 12 and 8 are 24 megapixels.
    """
    trials = list(_trials(finder, sharp_photos(paths), number, size))
    rows = [
        _row(_PEAK, [one.is_peak_inside for one in trials], target=_PEAK_TARGET),
        _row(_NAMED, [one.named == one.kind for one in trials]),
    ]
    for of in KINDS:
        some = [one.is_peak_inside for one in trials if one.kind == of]
        if some:
            rows.append(_row(_PEAK, some, of=of))
    for strength in STRENGTHS:
        some = [one.is_peak_inside for one in trials if one.strength == strength]
        if some:
            rows.append(_row(_PEAK, some, of=f"strength {strength:g}"))
    return rows


def focus_rows(paths: Sequence[Path], number: int, *, size: tuple[int, int]) -> list[Row]:
    """Canvases blurred all over, by Gaussians and discs, as they are and with noise and JPEG.

    The true radius is a Gaussian's sigma and half a disc's radius: the standard deviation of the
    spread of a line. Where no edge is found a photo counts as blurred most of all.
    """
    truth: dict[str, list[float]] = {}
    found: dict[str, list[float]] = {}
    photos = sharp_photos(paths)
    for turn in range(number):
        rng = np.random.default_rng([31, turn])
        sharp_HW3 = canvas(photos, size, rng)
        for shape in ("Gaussian", "disc"):
            for radius_px in RADII_PX:
                blurred_HW3 = _blurred(sharp_HW3, shape, radius_px)
                for stored in ("as it is", "with noise and JPEG"):
                    photo_HW3 = blurred_HW3
                    if stored != "as it is":
                        photo_HW3 = _as_from_a_camera(blurred_HW3, rng)
                    focus = glimpse(photo_HW3).own.focus
                    spread_px = np.inf if focus is None else focus.spread_px
                    spread = radius_px if shape == "Gaussian" else radius_px / 2
                    for of in ("", shape, stored):
                        truth.setdefault(of, []).append(spread)
                        found.setdefault(of, []).append(min(float(spread_px), 1e6))
    return [
        Row(
            measure=_FOCUS,
            measured=agreement_of(np.array(found[of]), np.array(values)),
            sample=f"{len(values)} canvases",
            of=of,
            target=None if of else Target(bound=_FOCUS_TARGET),
        )
        for of, values in truth.items()
    ]


def sharp_photos(paths: Sequence[Path]) -> list[Path]:
    """Of the best-rated quarter, the half with the most detail everywhere in the photo."""
    quarter = paths[: max(1, len(paths) // 4)]
    detail = [_detail(pixels_of(path)) for path in quarter]
    order = np.argsort(detail)[::-1][: max(1, len(quarter) // 2)]
    return [quarter[place] for place in sorted(order)]


def canvas(photos: Sequence[Path], size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """Photographs side by side, `size` is columns and rows of them."""
    columns, rows = size
    order = np.resize(rng.permutation(len(photos)), columns * rows)
    whole_HW3 = np.zeros((rows * TILE_PX, columns * TILE_PX, 3), np.uint8)
    for place, number in enumerate(order):
        photo_HW3 = pixels_of(photos[number])
        height, width = (min(TILE_PX, side) for side in photo_HW3.shape[:2])
        repeats = (-(-TILE_PX // height), -(-TILE_PX // width), 1)
        tile_HW3 = np.tile(photo_HW3[:height, :width], repeats)[:TILE_PX, :TILE_PX]
        top, left = place // columns * TILE_PX, place % columns * TILE_PX
        whole_HW3[top : top + TILE_PX, left : left + TILE_PX] = tile_HW3
    return whole_HW3


def planted_in(
    canvas_HW3: Pixels, kind: str, strength: float, share: float, rng: np.random.Generator
) -> tuple[Pixels, npt.NDArray[np.bool_]]:
    """A defect in a feathered region of a canvas, and where it weighs a half or more, (H, W)."""
    height, width = canvas_HW3.shape[:2]
    coarse_hw = region(height // _COARSE, width // _COARSE, share, rng).astype(np.float32)
    weights_HW = cv2.resize(coarse_hw, (width, height), interpolation=cv2.INTER_LINEAR)
    columns, rows = np.nonzero(weights_HW.any(axis=0))[0], np.nonzero(weights_HW.any(axis=1))[0]
    cut = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    clean_HW3 = np.ascontiguousarray(canvas_HW3[cut])
    spoilt_HW3 = TAUGHT[kind](clean_HW3, strength, rng)
    mixed_HW3 = canvas_HW3.copy()
    weight_HW1 = weights_HW[cut][..., None]
    mixed_HW3[cut] = rounded(clean_HW3 + weight_HW1 * (spoilt_HW3.astype(np.float32) - clean_HW3))
    return mixed_HW3, weights_HW >= 0.5


def _trials(
    finder: DefectFinder, photos: Sequence[Path], number: int, size: tuple[int, int]
) -> Iterator[Trial]:
    shares = list(_SHARE.values())
    for turn in range(number):
        rng = np.random.default_rng([29, turn])
        kind = KINDS[turn % len(KINDS)]
        strength = STRENGTHS[turn // len(KINDS) % len(STRENGTHS)]
        share = shares[(turn + turn // len(KINDS)) % len(shares)]
        clean_HW3 = canvas(photos, size, rng)
        spoilt_HW3, is_inside_HW = planted_in(clean_HW3, kind, strength, share, rng)
        found = _looked_through(finder, spoilt_HW3)
        map_hw = found.strongest_HW()
        y, x = np.unravel_index(int(map_hw.argmax()), map_hw.shape)
        (height, width), (rows, columns) = is_inside_HW.shape, map_hw.shape
        middle = (int((y + 0.5) * height / rows), int((x + 0.5) * width / columns))
        yield Trial(
            kind=kind,
            strength=strength,
            is_peak_inside=bool(is_inside_HW[middle]),
            named=named_kind(found),
        )


def _looked_through(finder: DefectFinder, photo_HW3: Pixels) -> DistortionMap:
    found = None
    for look in look_through(photo_HW3, finder):
        found = look.map
    if found is None:
        raise ValueError(f"A canvas of {photo_HW3.shape} has no tiles.")
    return found


def _detail(photo_HW3: Pixels) -> float:
    """The median over blocks of 64 pixels of how much neighbours differ, in levels of 255."""
    grey_HW = cv2.cvtColor(photo_HW3, cv2.COLOR_RGB2GRAY).astype(np.float32)
    change_HW = np.abs(np.diff(grey_HW, axis=1))
    size = (max(1, change_HW.shape[1] // 64), max(1, change_HW.shape[0] // 64))
    return float(np.median(cv2.resize(change_HW, size, interpolation=cv2.INTER_AREA)))


def _blurred(photo_HW3: Pixels, shape: str, radius_px: float) -> Pixels:
    if radius_px == 0:
        return photo_HW3
    if shape == "Gaussian":
        return np.asarray(cv2.GaussianBlur(photo_HW3, (0, 0), radius_px), np.uint8)
    return np.asarray(cv2.filter2D(photo_HW3, -1, _disc(radius_px)), np.uint8)


def _disc(radius_px: float) -> npt.NDArray[np.float32]:
    """The light of a point out of focus; pixels on the edge have their part of it."""
    half, fine = int(np.ceil(radius_px)), 9
    side = (np.arange((2 * half + 1) * fine) + 0.5) / fine - half - 0.5
    inside = (side[:, None] ** 2 + side[None, :] ** 2 <= radius_px**2).astype(np.float32)
    disc = inside.reshape(2 * half + 1, fine, 2 * half + 1, fine).sum(axis=(1, 3))
    return np.asarray(disc / disc.sum(), np.float32)


def _as_from_a_camera(photo_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """With noise of 3 levels, stored as JPEG at 85."""
    noise_HW3 = rng.standard_normal(photo_HW3.shape, np.float32)
    buffer = io.BytesIO()
    Image.fromarray(rounded(photo_HW3 + 3 * noise_HW3)).save(buffer, "JPEG", quality=85)
    return np.array(Image.open(buffer))


def _row(what: str, values: Sequence[bool], *, of: str = "", target: float | None = None) -> Row:
    return Row(
        measure=what,
        measured=share_of(values),
        sample=f"{len(values)} canvases",
        of=of,
        unit="%",
        target=None if target is None else Target(bound=target),
    )
