"""Grad-CAM on the final patch tokens: which parts of a view raise the score, and which lower it.

Selvaraju et al., ICCV 2017, on a regression score. The last normed tokens feed a decoder that reads
the patches, so they carry gradient, and only the decoder is run backward.
"""

# B views (square crops in most networks), P patches on a grid of GH x GW, D features
# H W pixels of the resized photo

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.explain.covering import covering_features, covering_places
from engine.networks.model_card import MapScale
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.sight import Place

_TOP_QUANTILE = 0.95
_WEAK_SHARE = 0.25


def grad_cam(network: QualityNetwork, prepared: Tensor) -> Tensor:
    """Signed maps (B, GH, GW) in points of score: above 0 raises the score, below 0 lowers it.

    Each channel is weighted by its mean gradient over the patches. The positive part is Grad-CAM of
    the score, the negative part that of its negative: the weights only change sign.

    >>> import torch
    >>> from engine.explain.grad_cam import grad_cam
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64)).eval()
    >>> crops = torch.rand(2, 3, 64, 64)
    >>> maps = grad_cam(network, crops)  # here the score is linear in the patches, so that ...
    >>> maps.shape, torch.allclose(maps.sum((1, 2)), network(crops), atol=1e-3)  # ... they add up
    (torch.Size([2, 2, 2]), True)
    """
    with torch.no_grad():
        features = network.features(prepared)
    return grad_cam_of(network, features)


def grad_cam_of(network: QualityNetwork, features: Features) -> Tensor:
    """The same from the features of the views.

    >>> import torch
    >>> from engine.explain.grad_cam import grad_cam, grad_cam_of
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64)).eval()
    >>> crops = torch.rand(2, 3, 64, 64)
    >>> maps = grad_cam_of(network, network.features(crops))
    >>> torch.allclose(maps, grad_cam(network, crops), atol=1e-4)
    True
    """
    tokens_BTD = features.tokens_BTD.detach().requires_grad_()
    with torch.enable_grad():
        scores_B = network.score_features(replace(features, tokens_BTD=tokens_BTD))
        (gradient_BTD,) = torch.autograd.grad(scores_B.sum(), tokens_BTD)
    weights_B1D = gradient_BTD[:, features.num_prefix :].mean(dim=1, keepdim=True)
    map_BP = (weights_B1D * features.patches_BPD).sum(dim=2)
    return network.lay_out(map_BP, features).float()


def photo_map(network: QualityNetwork, photo_HW3: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """One signed map (H, W) for a whole resized photo, in points of score.

    Views cover the photo, overlapping crops or the whole of it, so that each pixel is seen.

    >>> import numpy as np
    >>> import torch
    >>> from engine.explain.grad_cam import photo_map
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64)).eval()
    >>> weight = torch.nn.init.zeros_(network.network.fc.weight)  # the features count for nothing
    >>> map_HW = photo_map(network, np.zeros((64, 96, 3), np.uint8))
    >>> map_HW.shape, float(np.abs(map_HW).max())
    ((64, 96), 0.0)
    """
    places = covering_places(network, photo_HW3)
    maps = [
        grad_cam_of(network, features) for features in covering_features(network, photo_HW3, places)
    ]
    return stitch_signed(network, maps, places, photo_HW3.shape)


def stitch_signed(
    network: QualityNetwork,
    maps: Sequence[Tensor],
    places: Sequence[Place],
    shape: Sequence[int],
) -> npt.NDArray[np.float32]:
    """The maps of the views, (B, GH, GW) each, as one map of a photo of this shape (H, W, 3).

    >>> import torch
    >>> from engine.explain.grad_cam import stitch_signed
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> from engine.photos.crops import CropBox
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=32))
    >>> maps = [torch.full((1, 2, 2), -3.0)]  # of one crop that lowers the score everywhere
    >>> map_HW = stitch_signed(network, maps, [CropBox(0, 0, 32)], (32, 32, 3))
    >>> map_HW.shape, map_HW[[0, 31], 0].round(3).tolist()
    ((32, 32), [-3.0, -3.0])
    """
    maps_BGG = torch.cat([one.cpu() for one in maps]).numpy()
    return network.sight.stitch(maps_BGG, places, width_px=shape[1], height_px=shape[0])


def measure_map_scale(network: QualityNetwork, photos: Iterable[npt.NDArray[np.uint8]]) -> MapScale:
    """The common scale of a network's maps, so that colours mean the same on every photo.

    The top is the value that the strongest place of 95 % of these photos stays under; evidence is
    weak where a photo's map nowhere reaches a quarter of that.

    >>> import numpy as np
    >>> from engine.explain.grad_cam import measure_map_scale, photo_map
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64)).eval()
    >>> photo = np.full((64, 64, 3), 200, np.uint8)
    >>> scale = measure_map_scale(network, [photo])
    >>> strongest = np.abs(photo_map(network, photo)).max()
    >>> np.isclose([scale.top, scale.weak_below], [strongest, strongest / 4], rtol=1e-3).tolist()
    [True, True]
    """
    strongest = [float(np.abs(photo_map(network, photo)).max()) for photo in photos]
    if not strongest:
        return MapScale()
    top = float(np.quantile(strongest, _TOP_QUANTILE))
    return MapScale(top=top, weak_below=_WEAK_SHARE * top)
