"""A photo seen whole: the features of overlapping crops that cover every pixel."""

# B crops, S crop side in pixels

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.networks.normalisation import normalise
from engine.networks.quality_network import Features, QualityNetwork
from engine.photos.crops import CropBox, covering_crops

_OVERLAP = 0.5
_MOST_CROPS_AT_ONCE = 32


def covering_boxes(network: QualityNetwork, photo_HW3: npt.NDArray[np.uint8]) -> list[CropBox]:
    """Where the crops lie that maps of this photo are made of."""
    height, width = photo_HW3.shape[:2]
    return covering_crops(width, height, crop_px=network.crop_px, overlap=_OVERLAP)


def covering_features(
    network: QualityNetwork,
    photo_HW3: npt.NDArray[np.uint8],
    boxes: Sequence[CropBox],
    *,
    keeps_sequences: bool = False,
) -> Iterator[tuple[Features, Tensor]]:
    """The features of these crops, without gradients, and the crops as the network takes them.

    So many at a time that memory suffices.
    """
    device = next(network.parameters()).device
    for start in range(0, len(boxes), _MOST_CROPS_AT_ONCE):
        crops = cut_crops(photo_HW3, boxes[start : start + _MOST_CROPS_AT_ONCE]).to(device)
        crops_B3SS = normalise(crops, network.normalisation)
        with torch.no_grad():
            features = network.features(crops_B3SS, keeps_sequences=keeps_sequences)
        yield features, crops_B3SS


def cut_crops(photo_HW3: npt.NDArray[np.uint8], boxes: Sequence[CropBox]) -> Tensor:
    """The crops of a photo, uint8 (B, S, S, 3)."""
    photo = torch.from_numpy(np.ascontiguousarray(photo_HW3))
    return torch.stack(
        [
            photo[box.top_px : box.top_px + box.size_px, box.left_px : box.left_px + box.size_px]
            for box in boxes
        ]
    )
