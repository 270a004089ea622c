import math

import numpy as np
import pytest
import torch

from engine.networks.normalisation import Normalisation, normalise

IMAGENET = Normalisation(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))


def test_every_value_of_a_byte_becomes_what_the_formula_says():
    crop_HW3 = np.stack([np.arange(256, dtype=np.uint8).reshape(16, 16)] * 3, axis=-1)
    expected = (crop_HW3 / 255 - np.array(IMAGENET.mean)) / np.array(IMAGENET.std)

    normalised = normalise(torch.from_numpy(crop_HW3)[None], IMAGENET)

    assert normalised.dtype == torch.float32
    np.testing.assert_allclose(normalised[0].numpy(), expected.transpose(2, 0, 1), atol=1e-6)


def test_channels_come_first_and_rows_stay_rows():
    crops_BHW3 = torch.randint(0, 256, (2, 5, 7, 3), dtype=torch.uint8)
    plain = Normalisation(mean=(0.0, 0.0, 0.0), std=(1 / 255,) * 3)

    normalised = normalise(crops_BHW3, plain)

    assert normalised.is_contiguous()
    torch.testing.assert_close(normalised, crops_BHW3.permute(0, 3, 1, 2).float())


@pytest.mark.parametrize(
    ("mean", "std", "text"),
    [
        ((0.5, 0.5), (1.0,) * 3, "The mean of the normalisation is"),
        ((0.5,) * 3, (1.0, 1.0, math.nan), "The std of the normalisation is .*give 3 numbers"),
        ((0.5,) * 3, (1.0, 0.0, 1.0), "it must be above 0"),
    ],
)
def test_a_normalisation_that_makes_no_sense_is_refused(mean, std, text):
    with pytest.raises(ValueError, match=text):
        Normalisation(mean=mean, std=std)
