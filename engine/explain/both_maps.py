"""Grad-CAM and the distortion map of one photo, for the price of one pass through the network."""

# H W pixels of the resized photo

import numpy as np
import numpy.typing as npt

from engine.explain.covering import covering_features, covering_places
from engine.explain.distortion_head import DistortionHead
from engine.explain.distortion_map import DistortionMap, stitch_strengths, strengths
from engine.explain.grad_cam import grad_cam_of, stitch_signed
from engine.networks.quality_network import QualityNetwork


def both_maps(
    network: QualityNetwork, head: DistortionHead | None, photo_HW3: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.float32], DistortionMap | None]:
    """The signed map (H, W) in points of score, and the distortion map if there is a head.

    >>> import numpy as np
    >>> from engine.explain.both_maps import both_maps
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64)).eval()
    >>> signed_HW, found = both_maps(network, None, np.zeros((64, 96, 3), np.uint8))
    >>> signed_HW.shape, found  # no head, no distortion map
    ((64, 96), None)
    """
    places = covering_places(network, photo_HW3)
    signed = []
    found = []
    has_head = head is not None
    for features, crops in covering_features(network, photo_HW3, places, keeps_sequences=has_head):
        signed.append(grad_cam_of(network, features))
        if head is not None:
            found.append(strengths(head, features, crops))
    signed_HW = stitch_signed(network, signed, places, photo_HW3.shape)
    if head is None:
        return signed_HW, None
    return signed_HW, stitch_strengths(network, head, found, places, photo_HW3.shape)
