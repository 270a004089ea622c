"""Crops with planted defects and the answers wanted, and crops of photos as people scored them."""

# S crop side, 3 red, green, blue, K kinds, G map side (S / 4)

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engine.defects.defect_network import DEFECT_KINDS, OTHER_DAMAGE, STRIDE_PX
from trainer.defects.colour import veiled
from trainer.defects.exposure import too_bright, too_dark
from trainer.defects.innocent import before_soft_ground, changed_innocently, with_odd_thing
from trainer.defects.innocent_scenes import under_open_sky, with_lamps
from trainer.defects.optics import moved, unfocused
from trainer.defects.other_damage import damaged
from trainer.defects.sensor import noise_of_sensor
from trainer.defects.storage import stored_too_small
from trainer.distortion.defects import Defect, Pixels
from trainer.distortion.harmless import changed_harmlessly
from trainer.distortion.planting import blend
from trainer.distortion.regions import Weights, irregular, whole

DEFECTS: dict[str, Defect] = {
    "blur": unfocused,
    "motion blur": moved,
    "noise": noise_of_sensor,
    "compression": stored_too_small,
    "over-exposure": too_bright,
    "under-exposure": too_dark,
    "colour cast or haze": veiled,
    OTHER_DAMAGE: damaged,
}

_CLEAN_SHARE = 0.15
_SOFT_GROUND_SHARE = 0.1
_ODD_THING_SHARE = 0.1
_LAMPS_SHARE = 0.07
_SKY_SHARE = 0.07
_INNOCENT_SHARE = 0.45
_AFTERWARDS_SHARE = 0.25
_WHOLE_SHARE = 0.2
_SECOND_SHARE = 0.25
_WEAKEST = 0.08
_REGION_SHARES = (1 / 45, 0.6)
# Hard ones are planted more often, easy ones less.
_OFTEN = {"colour cast or haze": 2.6, "under-exposure": 2.2, "noise": 0.8, OTHER_DAMAGE: 1.3}
# The weight of the answer at the edge of a region, where the defect is half mixed in.
_EDGE_FROM, _EDGE_TO = 0.3, 0.55
_SLIGHT, _SPOILT = 0.6, 1.0
# Mean change around a place, of 255, under which nobody sees that anything was done to it.
_SEEN_FROM = 1.2
_SEEN_AROUND_PX = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedCrop:
    """A crop, what to say of it (K, G, G) in [0, 1], and where that is asked, 0 or 1."""

    pixels_SS3: Pixels
    wanted_KGG: npt.NDArray[np.float32]
    is_asked_KGG: npt.NDArray[np.float32]


def random_crop(
    photo_HW3: Pixels, side_px: int, rng: np.random.Generator, *, smallest_share: float
) -> Pixels:
    """A square crop, mirrored or not, of the photo at a random size down to a share of its own."""
    height, width = photo_HW3.shape[:2]
    least = max(side_px / min(height, width), smallest_share)
    scale = float(np.exp(rng.uniform(np.log(least), np.log(max(least, 1.0)))))
    cut_px = min(round(side_px / scale), height, width)
    top, left = (int(rng.integers(side - cut_px + 1)) for side in (height, width))
    crop = photo_HW3[top : top + cut_px, left : left + cut_px]
    if rng.random() < 0.5:
        crop = crop[:, ::-1]
    crop = np.ascontiguousarray(crop)
    if cut_px == side_px:
        return crop
    way = cv2.INTER_AREA if cut_px > side_px else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, (side_px, side_px), interpolation=way), np.uint8)


def planted_crop(
    crop_SS3: Pixels, other_SS3: Callable[[], Pixels], rng: np.random.Generator
) -> PlantedCrop:
    """The crop spoilt in a region, everywhere, twice, or not at all.

    `other_SS3` gives a crop of another photo, to put something of it into this one.
    """
    if rng.random() < _SOFT_GROUND_SHARE:
        crop_SS3 = before_soft_ground(crop_SS3, other_SS3(), rng)
    elif rng.random() < _ODD_THING_SHARE:
        crop_SS3 = with_odd_thing(crop_SS3, other_SS3(), rng)
    elif rng.random() < _LAMPS_SHARE:
        crop_SS3 = with_lamps(crop_SS3, rng)
    elif rng.random() < _SKY_SHARE:
        crop_SS3 = under_open_sky(crop_SS3, rng)
    if rng.random() < _INNOCENT_SHARE:
        crop_SS3 = changed_innocently(crop_SS3, rng)
    side_px = len(crop_SS3)
    grid = side_px // STRIDE_PX
    wanted_KGG = np.zeros((len(DEFECT_KINDS), grid, grid), np.float32)
    is_asked_KGG = np.ones_like(wanted_KGG)
    num_defects = 0 if rng.random() < _CLEAN_SHARE else 1 + (rng.random() < _SECOND_SHARE)
    for number in range(num_defects):
        weights_SS = _region(side_px, rng, whole_share=_WHOLE_SHARE if number == 0 else 0.0)
        kind = _any_kind(rng)
        strength = float(rng.uniform(_WEAKEST, 1))
        spoilt_SS3 = DEFECTS[DEFECT_KINDS[kind]](crop_SS3, strength, rng)
        mixed_SS3 = blend(crop_SS3, spoilt_SS3, weights_SS)
        answer_GG, is_unseen_GG = _answer(crop_SS3, mixed_SS3, weights_SS, strength)
        # A later defect may hide the earlier ones where both are.
        hidden = (answer_GG > 0.05) & (wanted_KGG > 0)
        is_asked_KGG[hidden] = 0
        wanted_KGG[kind] = np.maximum(wanted_KGG[kind], answer_GG)
        is_asked_KGG[kind][answer_GG > 0.05] = 1
        is_asked_KGG[kind][is_unseen_GG] = 0
        crop_SS3 = mixed_SS3
    if rng.random() < _AFTERWARDS_SHARE:
        crop_SS3 = changed_harmlessly(crop_SS3, rng)  # but not grey: casts would be gone
    return PlantedCrop(pixels_SS3=crop_SS3, wanted_KGG=wanted_KGG, is_asked_KGG=is_asked_KGG)


def _any_kind(rng: np.random.Generator) -> int:
    weights = np.array([_OFTEN.get(kind, 1.0) for kind in DEFECT_KINDS])
    return int(rng.choice(len(DEFECT_KINDS), p=weights / weights.sum()))


def _region(side_px: int, rng: np.random.Generator, *, whole_share: float) -> Weights:
    if rng.random() < whole_share:
        return whole(side_px, side_px)
    smallest, largest = np.log(_REGION_SHARES)
    share = float(np.exp(rng.uniform(smallest, largest)))
    return irregular(side_px, side_px, share=share, rng=rng)


def _answer(
    before_SS3: Pixels, after_SS3: Pixels, weights_SS: Weights, strength: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """What to say at every place, and where nobody could see that anything was done."""
    grid = len(weights_SS) // STRIDE_PX
    size = (grid, grid)
    weights_GG = cv2.resize(weights_SS, size, interpolation=cv2.INTER_AREA)
    change_SS = cv2.absdiff(after_SS3, before_SS3).astype(np.float32).mean(axis=2)
    change_SS = cv2.blur(change_SS, (_SEEN_AROUND_PX, _SEEN_AROUND_PX))
    change_GG = cv2.resize(change_SS, size, interpolation=cv2.INTER_AREA)
    level = _SLIGHT + (_SPOILT - _SLIGHT) * strength
    rise_GG = np.clip((weights_GG - _EDGE_FROM) / (_EDGE_TO - _EDGE_FROM), 0, 1)
    answer_GG = np.asarray(level * rise_GG, np.float32)
    return answer_GG, (weights_GG > _EDGE_FROM / 2) & (change_GG < _SEEN_FROM)
