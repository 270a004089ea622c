"""Grad-CAM on the final patch tokens: which parts of a crop raise the score, and which lower it.

Selvaraju et al., ICCV 2017, on a regression score. The last normed tokens feed a decoder that reads
the patches, so they carry gradient, and only the decoder is run backward.
"""

# B crops, P patches on a grid of G x G, D features, S crop side, H W pixels of the resized photo

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.explain.crop_mosaic import stitch_maps
from engine.networks.model_card import MapScale
from engine.networks.normalisation import normalise
from engine.networks.quality_network import Features, QualityNetwork
from engine.photos.crops import CropBox, covering_crops

_OVERLAP = 0.5
_MOST_CROPS_AT_ONCE = 32
_TOP_QUANTILE = 0.95
_WEAK_SHARE = 0.25


def grad_cam(network: QualityNetwork, crops_B3SS: Tensor) -> Tensor:
    """Signed maps (B, G, G) in points of score: above 0 raises the score, below 0 lowers it.

    Each channel is weighted by its mean gradient over the patches. The positive part is Grad-CAM of
    the score, the negative part that of its negative: the weights only change sign.
    """
    with torch.no_grad():
        features = network.features(crops_B3SS)
    tokens_BTD = features.tokens_BTD.detach().requires_grad_()
    with torch.enable_grad():
        scores_B = network.score_features(Features(tokens_BTD, features.num_prefix))
        (gradient_BTD,) = torch.autograd.grad(scores_B.sum(), tokens_BTD)
    weights_B1D = gradient_BTD[:, features.num_prefix :].mean(dim=1, keepdim=True)
    map_BP = (weights_B1D * features.patches_BPD).sum(dim=2)
    side = math.isqrt(map_BP.shape[1])
    return map_BP.reshape(len(map_BP), side, side).float()


def photo_map(network: QualityNetwork, photo_HW3: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """One signed map (H, W) for a whole resized photo, in points of score.

    The photo is covered by overlapping crops, so that every pixel is seen by at least one.
    """
    height, width = photo_HW3.shape[:2]
    boxes = covering_crops(width, height, crop_px=network.crop_px, overlap=_OVERLAP)
    device = next(network.parameters()).device
    maps: list[Tensor] = []
    for start in range(0, len(boxes), _MOST_CROPS_AT_ONCE):
        crops = cut_crops(photo_HW3, boxes[start : start + _MOST_CROPS_AT_ONCE]).to(device)
        maps.append(grad_cam(network, normalise(crops, network.normalisation)).cpu())
    return stitch_maps(torch.cat(maps).numpy(), boxes, width_px=width, height_px=height)


def cut_crops(photo_HW3: npt.NDArray[np.uint8], boxes: Sequence[CropBox]) -> Tensor:
    """The crops of a photo, uint8 (B, S, S, 3)."""
    photo = torch.from_numpy(np.ascontiguousarray(photo_HW3))
    return torch.stack(
        [
            photo[box.top_px : box.top_px + box.size_px, box.left_px : box.left_px + box.size_px]
            for box in boxes
        ]
    )


def measure_map_scale(network: QualityNetwork, photos: Iterable[npt.NDArray[np.uint8]]) -> MapScale:
    """The common scale of a network's maps, so that colours mean the same on every photo.

    The top is the value that the strongest place of 95 % of these photos stays under; evidence is
    weak where a photo's map nowhere reaches a quarter of that.
    """
    strongest = [float(np.abs(photo_map(network, photo)).max()) for photo in photos]
    if not strongest:
        return MapScale()
    top = float(np.quantile(strongest, _TOP_QUANTILE))
    return MapScale(top=top, weak_below=_WEAK_SHARE * top)
