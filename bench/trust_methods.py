"""The overlays that are put to the test, seen alike: a photo in, blame per pixel out."""

# H W pixels of the resized photo, 3 red, green, blue

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.explain.distortion_head import DistortionHead
from engine.explain.distortion_map import DistortionMap, distortion_map
from engine.explain.grad_cam import photo_map
from engine.networks.model_card import ModelCard
from engine.networks.quality_network import QualityNetwork

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """What a method says of one photo: (H, W) in [0, 1], and the kind it names, if it can."""

    map_HW: npt.NDArray[np.float32]
    named: str | None
    is_strong: bool


Method = Callable[[Pixels], Blame]


def grad_cam_blame(network: QualityNetwork, card: ModelCard) -> Method:
    """Grad-CAM's side that lowers the score, on the model's common scale."""
    top = card.map_scale.top or 1.0

    def blame(photo_HW3: Pixels) -> Blame:
        signed_HW = photo_map(network, photo_HW3)
        lowers_HW = np.clip(-signed_HW / top, 0, 1).astype(np.float32)
        return Blame(map_HW=lowers_HW, named=None, is_strong=bool((lowers_HW >= 0.5).any()))

    return blame


def distortion_blame(network: QualityNetwork, head: DistortionHead) -> Method:
    """The strongest kind at every pixel; the kind named is the one with the most to show."""

    def blame(photo_HW3: Pixels) -> Blame:
        found = distortion_map(network, head, photo_HW3)
        map_HW = found.strongest_HW()
        return Blame(map_HW=map_HW, named=named_kind(found), is_strong=bool((map_HW >= 0.5).any()))

    return blame


def named_kind(found: DistortionMap) -> str:
    """The kind a person would read off the map: the one that covers most, else the strongest."""
    shares = found.share_affected()
    if max(shares.values()) > 0:
        return max(shares, key=lambda kind: shares[kind])
    strongest_K = found.strength_KHW.max(axis=(1, 2))
    return found.kinds[int(strongest_K.argmax())]
