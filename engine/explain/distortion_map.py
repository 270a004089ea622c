"""The distortion map of a photo: which visible defects lie where, and how much they cover."""

# K kinds, H W pixels of the resized photo, B crops, G patch grid side

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from engine.explain.crop_mosaic import stitch_maps
from engine.explain.distortion_head import DistortionHead
from engine.explain.grad_cam import cut_crops
from engine.networks.normalisation import normalise
from engine.networks.quality_network import QualityNetwork
from engine.photos.crops import covering_crops

AFFECTED_FROM = 0.5
_OVERLAP = 0.5
_MOST_CROPS_AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class DistortionMap:
    """How strongly each kind of defect shows at every pixel, (K, H, W) in [0, 1].

    A place counts as affected from 0.5 on. Heads are set up after teaching so that this means the
    same for every kind; see the model's card.
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
    """The map of a whole resized photo, which overlapping crops cover as they do for Grad-CAM."""
    height, width = photo_HW3.shape[:2]
    boxes = covering_crops(width, height, crop_px=network.crop_px, overlap=_OVERLAP)
    device = next(network.parameters()).device
    maps_BKGG = []
    for start in range(0, len(boxes), _MOST_CROPS_AT_ONCE):
        crops = cut_crops(photo_HW3, boxes[start : start + _MOST_CROPS_AT_ONCE]).to(device)
        with torch.inference_mode():
            features = network.features(
                normalise(crops, network.normalisation), keeps_sequences=True
            )
            logits_BKGG = head(features.sequences, features.num_prefix)
            maps_BKGG.append(torch.sigmoid(logits_BKGG.float()).cpu().numpy())
    strength_KBGG = np.concatenate(maps_BKGG).swapaxes(0, 1)
    stitched = [
        stitch_maps(np.ascontiguousarray(maps_BGG), boxes, width_px=width, height_px=height)
        for maps_BGG in strength_KBGG
    ]
    # Cubic enlargement swings over a little beside steep places.
    strength_KHW: npt.NDArray[np.float32] = np.clip(np.stack(stitched), 0, 1)
    return DistortionMap(kinds=head.config.kinds, strength_KHW=strength_KHW)
