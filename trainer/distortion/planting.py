"""Defects planted in a clean photo, and what a head should answer at every patch."""

# H W pixels, 3 red, green, blue, K kinds, G patch grid side, p pixels of a patch's side

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engine.explain.distortion_kinds import KINDS, Kind
from trainer.distortion.defects import DEFECTS, Pixels
from trainer.distortion.regions import Weights

# Mean change of a patch, of 255, under which nobody sees that anything was done to it.
_SEEN_FROM = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A photo with one defect. `weights_HW` says where, `seen_HW` how much it changed a pixel."""

    pixels_HW3: Pixels
    kind: Kind
    strength: float
    weights_HW: Weights
    change_HW: npt.NDArray[np.float32]


def plant(
    pixels_HW3: Pixels,
    kind: Kind,
    strength: float,
    weights_HW: Weights,
    rng: np.random.Generator,
) -> Planted:
    """The photo with the defect where the weights are 1, mixed in where they are less."""
    spoilt_HW3 = DEFECTS[kind](pixels_HW3, strength, rng)
    mixed_HW3 = blend(pixels_HW3, spoilt_HW3, weights_HW)
    change_HW = cv2.absdiff(mixed_HW3, pixels_HW3).astype(np.float32).mean(axis=2)
    return Planted(
        pixels_HW3=mixed_HW3,
        kind=kind,
        strength=strength,
        weights_HW=weights_HW,
        change_HW=change_HW,
    )


def blend(clean_HW3: Pixels, spoilt_HW3: Pixels, weights_HW: Weights) -> Pixels:
    """From one picture to the other by weights."""
    weights_HW1 = weights_HW[..., None]
    mixed_HW3 = clean_HW3 + weights_HW1 * (spoilt_HW3.astype(np.float32) - clean_HW3)
    rounded_HW3: Pixels = np.rint(mixed_HW3).astype(np.uint8)
    return rounded_HW3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a head should say of a crop, (K, G, G) in [0, 1], and where that is asked, 0 or 1.

    It is not asked where a defect lies but changed nothing, as blur in a clear sky. The stronger a
    defect, the higher the answer.
    """

    wanted_KGG: npt.NDArray[np.float32]
    is_asked_KGG: npt.NDArray[np.float32]


def answer(planted: list[Planted], *, grid: int) -> Answer:
    """The answer to a crop with these defects; none for a clean one."""
    wanted_KGG = np.zeros((len(KINDS), grid, grid), np.float32)
    is_asked_KGG = np.ones_like(wanted_KGG)
    for one in planted:
        kind = KINDS.index(one.kind)
        weights_GG = cv2.resize(one.weights_HW, (grid, grid), interpolation=cv2.INTER_AREA)
        change_GG = cv2.resize(one.change_HW, (grid, grid), interpolation=cv2.INTER_AREA)
        level = 0.55 + 0.45 * one.strength
        wanted_KGG[kind] = np.maximum(wanted_KGG[kind], level * weights_GG)
        is_unseen_GG = (weights_GG > 0.05) & (change_GG < _SEEN_FROM)
        is_asked_KGG[kind, is_unseen_GG] = 0
    return Answer(wanted_KGG=wanted_KGG, is_asked_KGG=is_asked_KGG)
