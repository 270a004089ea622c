import numpy as np

from trainer.distortion.defects import blurred
from trainer.distortion.planting import blend
from trainer.distortion.regions import irregular


def test_outside_its_region_a_spoilt_photo_is_untouched():
    grain = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    spoilt = blurred(grain, 0.5, np.random.default_rng(2))
    weights_HW = irregular(224, 224, share=0.1, rng=np.random.default_rng(1))

    mixed = blend(grain, spoilt, weights_HW)

    assert np.array_equal(mixed[weights_HW == 0], grain[weights_HW == 0])
    assert np.array_equal(mixed[weights_HW == 1], spoilt[weights_HW == 1])
    half = (weights_HW > 0.4) & (weights_HW < 0.6)
    between = np.abs(mixed[half] - (grain[half] + spoilt[half].astype(float)) / 2)
    assert between.mean() < 0.1 * np.abs(grain[half] - spoilt[half].astype(float)).mean()
