"""Sanity of the maps: do they follow the score, the weights, and the photo?"""

# H W pixels of the resized photo, 3 red, green, blue

import copy
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt
import torch
from scipy import stats

from bench.trust_methods import Floats, Method, Pixels
from bench.trust_planted import PlantedPhoto
from engine.networks.normalisation import normalise
from engine.networks.quality_network import QualityNetwork
from engine.photos.crops import fixed_crops

PATCH_PX = 32
RESTORED_SHARES = (0.05, 0.1, 0.2, 0.3)
SHIFTS_PX = ((16, 16), (7, 5))


def score_photo(network: QualityNetwork, photo_HW3: Pixels, *, num_crops: int) -> float:
    """The score of a resized photo, 0-100."""
    height, width = photo_HW3.shape[:2]
    boxes = fixed_crops(width, height, crop_px=network.crop_px, num_crops=num_crops)
    with torch.inference_mode():
        crops = normalise(network.sight.cut(photo_HW3, boxes), network.normalisation)
        return float(network(crops).mean())


def restoring_gains(
    score: Callable[[Pixels], float],
    planted: PlantedPhoto,
    blamed_HW: Floats,
) -> npt.NDArray[np.float64]:
    """What the score gains when the most blamed patches are given back, as the shares grow.

    In points of score, one value for each of `RESTORED_SHARES` of the photo.
    """
    before = score(planted.pixels_HW3)
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
        mixed_HW3 = np.where(restored_HW[..., None] == 1, planted.clean_HW3, planted.pixels_HW3)
        gains.append(score(np.ascontiguousarray(mixed_HW3)) - before)
    return np.array(gains)


def with_random_weights(network: QualityNetwork, *, seed: int = 0) -> QualityNetwork:
    """The same network with every weight drawn anew, as widely spread as it was."""
    other = copy.deepcopy(network)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in other.parameters():
            shuffled = torch.randperm(parameter.numel(), generator=generator)
            parameter.copy_(parameter.flatten()[shuffled].reshape(parameter.shape))
    return other


def likeness(first_HW: Floats, second_HW: Floats) -> float:
    """Spearman's correlation of two maps at one place in 16; 0 where one is flat."""
    first, second = (one[4::16, 4::16].ravel() for one in (first_HW, second_HW))
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(stats.spearmanr(first, second).statistic)


def flip_likeness(method: Method, photo_HW3: Pixels) -> float:
    """How alike the map of the mirrored photo, mirrored back, is to the photo's map."""
    there = method(photo_HW3).map_HW
    mirrored = method(np.ascontiguousarray(photo_HW3[:, ::-1])).map_HW[:, ::-1]
    return likeness(there, mirrored)


def shift_likeness(method: Method, photo_HW3: Pixels) -> float:
    """How alike the maps of the photo and of the photo moved by a few pixels are."""
    height, width = photo_HW3.shape[:2]
    found = []
    for right_px, down_px in SHIFTS_PX:
        first = method(np.ascontiguousarray(photo_HW3[: height - down_px, : width - right_px]))
        second = method(np.ascontiguousarray(photo_HW3[down_px:, right_px:]))
        found.append(
            likeness(
                first.map_HW[down_px:, right_px:],
                second.map_HW[: height - 2 * down_px, : width - 2 * right_px],
            )
        )
    return float(np.mean(found))


def random_blame(shape: Sequence[int], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Patches in random order, (H, W)."""
    height, width = shape[:2]
    coarse = rng.random((-(-height // PATCH_PX), -(-width // PATCH_PX)), np.float32)
    return coarse.repeat(PATCH_PX, axis=0).repeat(PATCH_PX, axis=1)[:height, :width]
