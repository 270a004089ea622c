"""The distortion map of a photo: which visible defects lie where, and how much they cover."""

# K kinds, H W pixels of the resized photo, B crops, G patch grid side

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.explain.covering import covering_features, covering_places
from engine.explain.distortion_head import DistortionHead
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.sight import Place

AFFECTED_FROM = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DistortionMap:
    """How strongly each kind of defect shows at every pixel, (K, H, W) in [0, 1].

    A place counts as affected from 0.5 on. Heads are set up after teaching so that this means the
    same for every kind; see the model's card.

    >>> import numpy as np
    >>> from engine.explain.distortion_map import DistortionMap
    >>> strength = np.array([[[0.2, 0.5], [0.7, 0.9]], [[0.1, 0.1], [0.1, 0.6]]], np.float32)
    >>> found = DistortionMap(kinds=("blur", "noise"), strength_KHW=strength)
    >>> found.share_affected()  # of four pixels, from a strength of 0.5 on
    {'blur': 0.75, 'noise': 0.25}
    """

    kinds: tuple[str, ...]
    strength_KHW: npt.NDArray[np.float32]

    def share_affected(self) -> dict[str, float]:
        """The share of the photo that each kind affects, 0 to 1, in the order of the kinds."""
        affected_KHW = self.strength_KHW >= AFFECTED_FROM
        shares_K = affected_KHW.mean(axis=(1, 2), dtype=np.float64)
        return dict(zip(self.kinds, (float(share) for share in shares_K), strict=True))

    def strongest_HW(self) -> npt.NDArray[np.float32]:
        """The strength of the strongest kind at every pixel."""
        strongest_HW: npt.NDArray[np.float32] = self.strength_KHW.max(axis=0)
        return strongest_HW


def distortion_map(
    network: QualityNetwork, head: DistortionHead, photo_HW3: npt.NDArray[np.uint8]
) -> DistortionMap:
    """The map of a whole resized photo, which overlapping crops cover as they do for Grad-CAM.

    >>> import numpy as np
    >>> from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
    >>> from engine.explain.distortion_map import distortion_map
    >>> from engine.networks.csiqa import CSIQA, CsiqaConfig
    >>> network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64)).eval()
    >>> head = DistortionHead(DistortionHeadConfig(blocks=(1,), num_features=64)).eval()
    >>> found = distortion_map(network, head, np.zeros((64, 96, 3), np.uint8))
    >>> found.strength_KHW.shape, found.share_affected()["blur"]  # seven kinds; nothing learnt yet
    ((7, 64, 96), 0.0)
    """
    places = covering_places(network, photo_HW3)
    found = [
        strengths(head, features, crops)
        for features, crops in covering_features(network, photo_HW3, places, keeps_sequences=True)
    ]
    return stitch_strengths(network, head, found, places, photo_HW3.shape)


def strengths(
    head: DistortionHead, features: Features, crops_B3SS: Tensor
) -> npt.NDArray[np.float32]:
    """How strongly each kind shows at every patch of the crops, (B, K, G, G) in [0, 1].

    >>> import torch
    >>> from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
    >>> from engine.explain.distortion_map import strengths
    >>> from engine.networks.quality_network import Features
    >>> head = DistortionHead(DistortionHeadConfig(blocks=(1,), num_features=8, kinds=("blur",)))
    >>> tokens = torch.rand(1, 1 + 2 * 2, 8)
    >>> found_BKGG = strengths(head, Features(tokens, 1, (tokens,)), torch.rand(1, 3, 32, 32))
    >>> found_BKGG.shape, round(float(found_BKGG.max()), 4)  # an untaught head: 1 / (1 + exp(3))
    ((1, 1, 2, 2), 0.0474)
    """
    with torch.no_grad():
        logits_BKGG = head(features.sequences, features.num_prefix, crops_B3SS)
        strength_BKGG: npt.NDArray[np.float32] = torch.sigmoid(logits_BKGG.float()).cpu().numpy()
    return strength_BKGG


def stitch_strengths(
    network: QualityNetwork,
    head: DistortionHead,
    found: Sequence[npt.NDArray[np.float32]],
    places: Sequence[Place],
    shape: Sequence[int],
) -> DistortionMap:
    """What was found in the crops as one map of a photo of this shape (H, W, 3).

    >>> import numpy as np
    >>> from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
    >>> from engine.explain.distortion_map import stitch_strengths
    >>> from engine.networks.csiqa import CSIQA, CsiqaConfig
    >>> from engine.photos.crops import CropBox
    >>> network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=32))
    >>> head = DistortionHead(DistortionHeadConfig(blocks=(1,), num_features=64, kinds=("blur",)))
    >>> strength = np.full((1, 1, 2, 2), 0.75, np.float32)  # of blur in one crop
    >>> boxes = [CropBox(0, 0, 32)]
    >>> stitch_strengths(network, head, [strength], boxes, (32, 32, 3)).share_affected()
    {'blur': 1.0}
    """
    strength_KBGG = np.concatenate(found).swapaxes(0, 1)
    stitched = [
        network.sight.stitch(
            np.ascontiguousarray(maps_BGG), places, width_px=shape[1], height_px=shape[0]
        )
        for maps_BGG in strength_KBGG
    ]
    # Cubic enlargement swings over a little beside steep places.
    strength_KHW: npt.NDArray[np.float32] = np.clip(np.stack(stitched), 0, 1)
    return DistortionMap(kinds=head.config.kinds, strength_KHW=strength_KHW)
