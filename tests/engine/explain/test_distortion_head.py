"""The head against NumPy and SciPy, worked out from its weights."""

import numpy as np
import pytest
import torch
from scipy import ndimage, special

from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig, spread_blocks
from engine.explain.distortion_kinds import KINDS


def filled(config: DistortionHeadConfig) -> DistortionHead:
    head = DistortionHead(config)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.normal_(std=0.3, generator=generator)
    return head.eval()


def gelu(values):
    return values * special.ndtr(values)


def halved(pictures, weights, bias):
    """A convolution of 3 x 3 at every second pixel, zeros around."""
    found = [
        [
            sum(
                ndimage.correlate(channel, kernel, mode="constant")
                for channel, kernel in zip(picture, kernels, strict=True)
            )[::2, ::2]
            for kernels in weights
        ]
        for picture in pictures
    ]
    return np.array(found) + bias[:, None, None]


def test_the_logits_are_those_worked_out_by_hand():
    config = DistortionHeadConfig(
        blocks=(1, 3), num_features=6, num_hidden=5, num_grain=3, kinds=("a", "b")
    )
    head = filled(config)
    rng = np.random.default_rng(0)
    sequences = [torch.from_numpy(rng.normal(2, 3, (2, 2 + 16, 6))) for _ in range(3)]

    crops = rng.normal(0, 1, (2, 3, 64, 64))
    with torch.inference_mode():
        found = head(sequences, 2, torch.from_numpy(crops)).numpy()

    weights = {name: value.double().numpy() for name, value in head.state_dict().items()}
    parts = [sequences[block - 1].numpy()[:, 2:] for block in (1, 3)]
    normed = [
        (part - part.mean(2, keepdims=True)) / np.sqrt(part.var(2, keepdims=True) + 1e-5)
        for part in parts
    ]
    joined = np.concatenate(normed, axis=2)
    hidden = joined @ weights["first.weight"][:, :, 0, 0].T + weights["first.bias"]
    grain = crops
    for layer in (0, 2, 4):
        grain = gelu(
            halved(grain, weights[f"grain.{layer}.weight"], weights[f"grain.{layer}.bias"])
        )
    pooled = grain.reshape(2, 3, 4, 2, 4, 2).mean((3, 5)).transpose(0, 2, 3, 1).reshape(2, 16, 3)
    hidden = hidden + pooled @ weights["from_grain.weight"][:, :, 0, 0].T
    hidden = hidden + weights["from_grain.bias"]
    whole = hidden.mean(1, keepdims=True) @ weights["whole.weight"].T + weights["whole.bias"]
    hidden = gelu(hidden + whole)
    hidden = hidden.reshape(2, 4, 4, 5)
    around = np.stack(
        [
            [
                ndimage.correlate(one[..., c], weights["around.weight"][c, 0], mode="nearest")
                for c in range(5)
            ]
            for one in hidden
        ]
    ).transpose(0, 2, 3, 1)
    hidden = hidden + gelu(around + weights["around.bias"])
    expected = hidden @ weights["last.weight"][:, :, 0, 0].T + weights["last.bias"]
    np.testing.assert_allclose(found.transpose(0, 2, 3, 1), expected, atol=1e-4)


def test_an_untaught_head_sees_next_to_nothing_anywhere():
    head = DistortionHead(DistortionHeadConfig(blocks=(1,), num_features=4))

    logits = head([torch.randn(1, 10, 4)], 1, torch.randn(1, 3, 48, 48))

    assert logits.shape == (1, len(KINDS), 3, 3)
    assert torch.sigmoid(logits).max() < 0.05


def test_of_twelve_blocks_five_are_read():
    assert spread_blocks(12) == (2, 4, 7, 10, 12)
    assert spread_blocks(1) == (1,)
    assert spread_blocks(24) == (4, 8, 14, 20, 24)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"blocks": ()}, "blocks is"),
        ({"blocks": (0,)}, "blocks is"),
        ({"blocks": (1.5,)}, "blocks is"),
        ({"num_features": 0}, "num_features is 0"),
        ({"num_hidden": 10**9}, "num_hidden is"),
        ({"num_grain": 0}, "num_grain is"),
        ({"kinds": ()}, "kinds is"),
        ({"kinds": ("blur", 3)}, "kinds is"),
        ({"kinds": ("blur", "blur")}, "a name occurs twice"),
    ],
)
def test_a_config_that_makes_no_sense_is_refused(changes, reason):
    with pytest.raises(ValueError, match=reason):
        DistortionHeadConfig(**{"blocks": (1,), "num_features": 4, **changes})
