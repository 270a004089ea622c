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
    """Where the crops lie that maps of this photo are made of.

    >>> import numpy as np
    >>> from engine.explain.covering import covering_boxes
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64))
    >>> [box.left_px for box in covering_boxes(network, np.zeros((64, 128, 3), np.uint8))]
    [0, 32, 64]
    """
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

    >>> import numpy as np
    >>> from engine.explain.covering import covering_boxes, covering_features
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64)).eval()
    >>> photo = np.zeros((64, 128, 3), np.uint8)
    >>> ((features, crops),) = covering_features(network, photo, covering_boxes(network, photo))
    >>> crops.shape, features.patches_BPD.shape[:2]  # three crops of 2 x 2 patches
    (torch.Size([3, 3, 64, 64]), torch.Size([3, 4]))
    """
    device = next(network.parameters()).device
    for start in range(0, len(boxes), _MOST_CROPS_AT_ONCE):
        crops = cut_crops(photo_HW3, boxes[start : start + _MOST_CROPS_AT_ONCE]).to(device)
        crops_B3SS = normalise(crops, network.normalisation)
        with torch.no_grad():
            features = network.features(crops_B3SS, keeps_sequences=keeps_sequences)
        yield features, crops_B3SS


def cut_crops(photo_HW3: npt.NDArray[np.uint8], boxes: Sequence[CropBox]) -> Tensor:
    """The crops of a photo, uint8 (B, S, S, 3).

    >>> import numpy as np
    >>> from engine.explain.covering import cut_crops
    >>> from engine.photos.crops import CropBox
    >>> photo = np.arange(12, dtype=np.uint8).reshape(3, 4, 1).repeat(3, axis=2)  # rows of 4
    >>> cut_crops(photo, [CropBox(left_px=1, top_px=0, size_px=2)])[0, :, :, 0].tolist()
    [[1, 2], [5, 6]]
    """
    photo = torch.from_numpy(np.ascontiguousarray(photo_HW3))
    return torch.stack(
        [
            photo[box.top_px : box.top_px + box.size_px, box.left_px : box.left_px + box.size_px]
            for box in boxes
        ]
    )
