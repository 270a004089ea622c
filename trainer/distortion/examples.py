"""Examples for a head: crops of good photos, most with defects, and the answers wanted."""

# B crops, S crop side, 3 red, green, blue, K kinds, G patch grid side

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.explain.distortion_kinds import KINDS
from engine.photos.crops import random_crops
from trainer.distortion.defects import Pixels
from trainer.distortion.harmless import changed_harmlessly
from trainer.distortion.planting import Planted, answer, plant
from trainer.distortion.regions import irregular, whole

_CLEAN_SHARE = 0.22
_WHOLE_SHARE = 0.3
_SECOND_SHARE = 0.15
_HARMLESS_SHARE = 0.4
_REGION_SHARES = (1 / 50, 1 / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Crops (B, S, S, 3) with their answers, (B, K, G, G) each; see `Answer`."""

    crops_BSS3: Pixels
    wanted_BKGG: npt.NDArray[np.float32]
    is_asked_BKGG: npt.NDArray[np.float32]


def make_examples(
    photo_HW3: Pixels, *, crop_px: int, grid: int, num_crops: int, rng: np.random.Generator
) -> Examples:
    """Crops of one photo that was spoilt once: in a region, everywhere, twice, or not at all."""
    if rng.random() < 0.5:
        photo_HW3 = np.ascontiguousarray(photo_HW3[:, ::-1])
    if rng.random() < _HARMLESS_SHARE:
        photo_HW3 = changed_harmlessly(photo_HW3, rng)
    planted: list[Planted] = []
    if rng.random() >= _CLEAN_SHARE:
        planted.append(_planted(photo_HW3, rng, whole_share=_WHOLE_SHARE))
        photo_HW3 = planted[-1].pixels_HW3
        if rng.random() < _SECOND_SHARE:
            planted.append(_planted(photo_HW3, rng, whole_share=0.1))
            photo_HW3 = planted[-1].pixels_HW3
    height, width = photo_HW3.shape[:2]
    boxes = random_crops(width, height, crop_px=crop_px, num_crops=num_crops, rng=rng)
    crops, wanted, is_asked = [], [], []
    for box in boxes:
        rows = slice(box.top_px, box.top_px + crop_px)
        columns = slice(box.left_px, box.left_px + crop_px)
        crops.append(photo_HW3[rows, columns])
        inside = [
            replace(
                one,
                pixels_HW3=one.pixels_HW3[rows, columns],
                weights_HW=one.weights_HW[rows, columns],
                change_HW=one.change_HW[rows, columns],
            )
            for one in planted
        ]
        crop_answer = answer(inside, grid=grid)
        wanted.append(crop_answer.wanted_KGG)
        is_asked.append(crop_answer.is_asked_KGG)
    return Examples(
        crops_BSS3=np.stack(crops),
        wanted_BKGG=np.stack(wanted),
        is_asked_BKGG=np.stack(is_asked),
    )


def _planted(photo_HW3: Pixels, rng: np.random.Generator, *, whole_share: float) -> Planted:
    height, width = photo_HW3.shape[:2]
    if rng.random() < whole_share:
        weights_HW = whole(height, width)
    else:
        smallest, largest = np.log(_REGION_SHARES)
        share = float(np.exp(rng.uniform(smallest, largest)))
        weights_HW = irregular(height, width, share=share, rng=rng)
    kind = KINDS[int(rng.integers(len(KINDS)))]
    return plant(photo_HW3, kind, float(rng.random()), weights_HW, rng)
