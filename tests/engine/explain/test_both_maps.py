"""Both maps from one pass are those of two passes."""

import numpy as np
import torch

from engine.explain.both_maps import both_maps
from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
from engine.explain.distortion_map import distortion_map
from engine.explain.grad_cam import photo_map

PHOTO = np.random.default_rng(0).integers(0, 256, (100, 150, 3), dtype=np.uint8)


def test_one_pass_gives_the_same_maps_as_two(make_student):
    network = make_student()
    config = DistortionHeadConfig(blocks=(1, 2), num_features=network.encoder.embed_dim)
    head = DistortionHead(config).eval()
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(0))

    signed_HW, found = both_maps(network, head, PHOTO)

    np.testing.assert_array_equal(signed_HW, photo_map(network, PHOTO))
    expected = distortion_map(network, head, PHOTO)
    assert found.kinds == expected.kinds
    np.testing.assert_array_equal(found.strength_KHW, expected.strength_KHW)
    assert np.ptp(found.strength_KHW) > 0.1


def test_without_a_head_there_is_grad_cam_alone(make_student):
    network = make_student()

    signed_HW, found = both_maps(network, None, PHOTO)

    assert found is None
    np.testing.assert_array_equal(signed_HW, photo_map(network, PHOTO))
