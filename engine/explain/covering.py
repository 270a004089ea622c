"""A photo seen whole: the features of views that cover every pixel, such as overlapping crops."""

# B views, which in most networks are square crops

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch

from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.sight import Place

_MOST_VIEWS_AT_ONCE = 32


def covering_places(network: QualityNetwork, photo_HW3: npt.NDArray[np.uint8]) -> list[Place]:
    """Where the views lie that maps of this photo are made of.

    >>> import numpy as np
    >>> from engine.explain.covering import covering_places
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64))
    >>> [box.left_px for box in covering_places(network, np.zeros((64, 128, 3), np.uint8))]
    [0, 32, 64]
    """
    height, width = photo_HW3.shape[:2]
    return network.sight.covering_places(width, height)


def covering_features(
    network: QualityNetwork,
    photo_HW3: npt.NDArray[np.uint8],
    places: Sequence[Place],
) -> Iterator[Features]:
    """The features of these views, without gradients.

    So many at a time that memory suffices.

    >>> import numpy as np
    >>> from engine.explain.covering import covering_features, covering_places
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64)).eval()
    >>> photo = np.zeros((64, 128, 3), np.uint8)
    >>> (features,) = covering_features(network, photo, covering_places(network, photo))
    >>> features.patches_BPD.shape[:2]  # three crops of 2 x 2 patches
    torch.Size([3, 4])
    """
    device = next(network.parameters()).device
    for start in range(0, len(places), _MOST_VIEWS_AT_ONCE):
        views = network.sight.cut(photo_HW3, places[start : start + _MOST_VIEWS_AT_ONCE])
        with torch.no_grad():
            features = network.features(network.prepare(views.to(device)))
        yield features
