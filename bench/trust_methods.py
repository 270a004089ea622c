"""The overlays that are put to the test, seen alike: a photo in, blame per pixel out."""

# H W pixels of the resized photo, 3 red, green, blue

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.explain.both_maps import both_maps
from engine.explain.distortion_head import DistortionHead
from engine.explain.distortion_map import DistortionMap
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


class BothOverlays:
    """Both overlays of one model; asked for one photo after each other, they share a pass."""

    def __init__(self, network: QualityNetwork, head: DistortionHead, card: ModelCard) -> None:
        self._network = network
        self._head = head
        self._top = card.map_scale.top or 1.0
        self._photo: Pixels | None = None
        self._maps: tuple[npt.NDArray[np.float32], DistortionMap | None] | None = None

    def methods(self) -> dict[str, Method]:
        """Both by their names."""
        return {"Grad-CAM": self.grad_cam, "distortion map": self.distortions}

    def grad_cam(self, photo_HW3: Pixels) -> Blame:
        """Grad-CAM's side that lowers the score, on the model's common scale."""
        signed_HW, _ = self._both(photo_HW3)
        lowers_HW = np.clip(-signed_HW / self._top, 0, 1).astype(np.float32)
        return Blame(map_HW=lowers_HW, named=None, is_strong=bool((lowers_HW >= 0.5).any()))

    def distortions(self, photo_HW3: Pixels) -> Blame:
        """The strongest kind at every pixel; the kind named is the one with the most to show."""
        _, found = self._both(photo_HW3)
        assert found is not None
        map_HW = found.strongest_HW()
        return Blame(map_HW=map_HW, named=named_kind(found), is_strong=bool((map_HW >= 0.5).any()))

    def _both(self, photo_HW3: Pixels) -> tuple[npt.NDArray[np.float32], DistortionMap | None]:
        if self._maps is None or self._photo is not photo_HW3:
            self._photo, self._maps = photo_HW3, both_maps(self._network, self._head, photo_HW3)
        return self._maps


def named_kind(found: DistortionMap) -> str:
    """The kind a person would read off the map: the one that covers most, else the strongest."""
    shares = found.share_affected()
    if max(shares.values()) > 0:
        return max(shares, key=lambda kind: shares[kind])
    strongest_K = found.strength_KHW.max(axis=(1, 2))
    return found.kinds[int(strongest_K.argmax())]
