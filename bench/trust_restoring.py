"""Does the score rise when what a map blames is given back from the clean photo?"""

# H W pixels of the photo, 3 red, green, blue, G patches a side

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt
import torch

from bench.defect_measures import Floats
from bench.defect_planting import Pixels, Spoilt
from engine.networks.model_card import ModelCard
from engine.networks.normalisation import normalise
from engine.networks.quality_network import QualityNetwork
from engine.photos.crops import fixed_crops
from engine.photos.resize import resize_photo

PATCH_PX = 32
RESTORED_SHARES = (0.05, 0.1, 0.2, 0.3)
Score = Callable[[Pixels], float]


def scored_by(network: QualityNetwork, card: ModelCard) -> Score:
    """What a model makes of a photo of any size, from 0 to 100."""

    def score(photo_HW3: Pixels) -> float:
        resized_HW3 = resize_photo(photo_HW3, card.resize_rule, crop_px=card.crop_px)
        height, width = resized_HW3.shape[:2]
        boxes = fixed_crops(width, height, crop_px=network.crop_px, num_crops=card.num_crops)
        with torch.inference_mode():
            crops = normalise(network.sight.cut(resized_HW3, boxes), network.normalisation)
            return float(network(crops).mean())

    return score


def restoring_gain(score: Score, spoilt: Spoilt, blamed_HW: Floats) -> float:
    """What the score gains, in points, when the most blamed patches are given back.

    The mean over `RESTORED_SHARES` of the photo.
    """
    before = score(spoilt.pixels_HW3)
    height, width = blamed_HW.shape
    size = (-(-width // PATCH_PX), -(-height // PATCH_PX))
    blame_GG = cv2.resize(blamed_HW.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    order = np.argsort(-blame_GG.ravel(), kind="stable")
    gains = []
    for share in RESTORED_SHARES:
        restored_GG = np.zeros(blame_GG.size, np.uint8)
        restored_GG[order[: round(share * blame_GG.size)]] = 1
        restored_HW = (
            restored_GG.reshape(blame_GG.shape)
            .repeat(PATCH_PX, axis=0)
            .repeat(PATCH_PX, axis=1)[:height, :width]
        )
        mixed_HW3 = np.where(restored_HW[..., None] == 1, spoilt.clean_HW3, spoilt.pixels_HW3)
        gains.append(score(np.ascontiguousarray(mixed_HW3)) - before)
    return float(np.mean(gains))


def random_blame(shape: Sequence[int], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Patches in random order, (H, W)."""
    height, width = shape[:2]
    coarse = rng.random((-(-height // PATCH_PX), -(-width // PATCH_PX)), np.float32)
    return coarse.repeat(PATCH_PX, axis=0).repeat(PATCH_PX, axis=1)[:height, :width]
