"""The front door: a photo in, a map of its visible defects and the score they explain out."""

# H W pixels, 3 red, green, blue, K kinds, h w a map's places, 4 pixels apart

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.defects.defect_card import DefectCard
from engine.defects.defect_file import open_defect_network
from engine.defects.defect_network import DefectNetwork, padded_side
from engine.defects.proven_strength import proven_strengths, smoothed
from engine.explain.distortion_map import DistortionMap
from engine.networks.bf16_scoring import processor_has_bf16
from engine.photos.resize import ResizeRule, resize_photo

_SMALLEST_PX = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDefects:
    """What was found in a photo or a part of one.

    `map` has the size of the pixels that were given. `explained_0_100` is the score that the found
    defects account for, in words of people's scores: it is no rating of the photo.

    >>> import numpy as np
    >>> from engine.defects.defect_finder import FoundDefects
    >>> from engine.explain.distortion_map import DistortionMap
    >>> strength = np.array([[[0.1, 0.2], [0.9, 0.1]]], np.float32)
    >>> blur = DistortionMap(kinds=("blur",), strength_KHW=strength)
    >>> found = FoundDefects(map=blur, explained_0_100=62.0)
    >>> found.map.share_affected()  # one of four pixels
    {'blur': 0.25}
    """

    map: DistortionMap
    explained_0_100: float


class DefectFinder:
    """Finds visible defects, for any scorer or none. Works in float32, or bf16 where it is quick.

    May be used from one thread at a time. It always works on the processor.

    >>> import numpy as np
    >>> from engine.defects.bundled import bundled_defect_network
    >>> from engine.defects.defect_finder import DefectFinder
    >>> finder = DefectFinder.open(bundled_defect_network())
    >>> photo = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)
    >>> found = finder.look_at_whole(photo).map  # nothing but noise
    >>> found.strength_KHW.shape == (len(finder.kinds), 96, 128)
    True
    >>> [kind for kind, share in found.share_affected().items() if share > 0.9]
    ['noise']
    """

    def __init__(self, network: DefectNetwork, card: DefectCard, *, is_quick: bool = True) -> None:
        self.card = card
        self._network = network.eval().to(memory_format=torch.channels_last)
        self._is_quick = is_quick and processor_has_bf16()
        self._levels = [card.levels[kind] for kind in card.network.kinds]

    @classmethod
    def open(cls, path: Path, *, is_quick: bool = True) -> Self:
        """The network of a file. Raises ModelFileError."""
        network, card = open_defect_network(path)
        return cls(network, card, is_quick=is_quick)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of the kinds, in the order of the maps."""
        return self.card.network.kinds

    def look_at_whole(self, photo_HW3: npt.NDArray[np.uint8]) -> FoundDefects:
        """What shows in the whole photo, at the size that the card states; the map has that size.

        A smaller photo is looked at as it is.
        """
        return self.look_at(self.sized(photo_HW3))

    def sized(self, photo_HW3: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The whole photo in the size that it is looked at. May be called from any thread."""
        if max(photo_HW3.shape[:2]) <= self.card.long_side_px:
            return photo_HW3
        rule = ResizeRule(long_side_px=self.card.long_side_px, short_side_px=None)
        return resize_photo(photo_HW3, rule, crop_px=_SMALLEST_PX)

    def look_at(self, pixels_HW3: npt.NDArray[np.uint8]) -> FoundDefects:
        """What shows in these pixels as they are: a photo, or a tile of one."""
        height, width = pixels_HW3.shape[:2]
        logits_Khw = self.logits(pixels_HW3)
        areas_K = torch.sigmoid(logits_Khw).mean((1, 2))
        with torch.no_grad():
            explained = float(self._network.explained(areas_K[None])[0])
        strength_Khw = torch.from_numpy(self.strengths(self.calm(logits_Khw.numpy())))
        size = tuple(padded_side(side) for side in (height, width))
        larger_KHW = F.interpolate(strength_Khw[None], size, mode="bilinear")[0]
        strength_KHW: npt.NDArray[np.float32] = larger_KHW[:, :height, :width].numpy()
        return FoundDefects(
            map=DistortionMap(kinds=self.kinds, strength_KHW=strength_KHW),
            explained_0_100=min(max(100 * explained, 0.0), 100.0),
        )

    def calm(self, logits_Khw: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Logits of neighbouring pixels as levels are held against them: smoothed."""
        return smoothed(logits_Khw, self.card.smoothing_places)

    def strengths(self, calm_Khw: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Strengths from 0 to 1 of calm logits that belong together, such as a whole photo's."""
        return proven_strengths(calm_Khw, self._levels)

    def logits(self, pixels_HW3: npt.NDArray[np.uint8]) -> Tensor:
        """Logits of the pixels, padded to steps of 32, as the network gives them, (K, h, w)."""
        height, width = pixels_HW3.shape[:2]
        padded_HW3 = cv2.copyMakeBorder(
            pixels_HW3,
            0,
            padded_side(height) - height,
            0,
            padded_side(width) - width,
            cv2.BORDER_REPLICATE,
        )
        photo_13HW = torch.from_numpy(padded_HW3).permute(2, 0, 1)[None].float()
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self._is_quick):
            logits_Khw: Tensor = self._network(photo_13HW)[0]
        return logits_Khw.float().clone()
