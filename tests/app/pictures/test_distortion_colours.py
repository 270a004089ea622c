from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from app.pictures.distortion_colours import colour_of, coloured_defects
from engine.explain.distortion_kinds import KINDS


def test_no_two_kinds_look_alike_or_grey():
    lab = rgb2lab(np.array([[colour_of(kind) for kind in KINDS]], np.uint8))[0]
    for first, second in combinations(lab, 2):
        assert deltaE_ciede2000(first, second) > 10
    assert np.hypot(lab[:, 1], lab[:, 2]).min() > 15


def test_a_kind_of_a_newer_model_has_a_colour_too():
    assert len(colour_of("lens flare")) == 3
    assert colour_of("lens flare") not in [colour_of(kind) for kind in KINDS]


def test_every_pixel_has_the_colour_of_its_strongest_kind():
    strength = np.array([[[0.9, 0.1, 0.5]], [[0.2, 0.2, 0.1]]], np.float32)

    colours, opacity = coloured_defects(("blur", "noise"), strength)

    assert colours[0, 0].tolist() == list(colour_of("blur"))
    assert colours[0, 1].tolist() == list(colour_of("noise"))
    assert opacity[0] == pytest.approx([1.0, 0.0, 0.5])
