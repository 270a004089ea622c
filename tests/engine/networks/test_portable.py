import math

import pytest
import torch

from engine.errors import WeightsUnavailable
from engine.losses.contrast import quality_contrast
from engine.losses.regression import smooth_l1
from engine.networks.portable import PortableConfig, PortableNetwork
from engine.pairs.easy_hard import choose_pairs

# crop, layout of the last feature map, its prefix tokens, positions and channels
NETWORKS = {
    "resnet18": (64, "nchw", 0, 4, 512),
    "efficientnet_b0": (64, "nchw", 0, 4, 1280),
    "convnext_atto": (64, "nchw", 0, 4, 320),
    "swin_tiny_patch4_window7_224": (64, "nhwc", 0, 4, 768),
    "test_mambaout": (64, "nhwc", 0, 4, 64),
    "test_vit": (64, "tokens", 1, 16, 64),
    "test_vit2": (64, "tokens", 1, 16, 64),  # pools the mean
    "test_vit3": (64, "tokens", 1, 16, 96),  # pools by attention
    "test_vit_relpos": (96, "tokens", 0, 36, 96),  # as large as its own window, or timm refuses it
}


def portable(name, crop_px=64):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return PortableNetwork(PortableConfig(backbone=name, crop_px=crop_px)).eval()


def noise(num_crops=2, size_px=64):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(num_crops, 3, size_px, size_px, generator=generator)


@pytest.mark.parametrize("name", NETWORKS)
@torch.no_grad()
def test_scores_are_timms_output_times_100(name):
    crop_px, layout, num_prefix, num_positions, num_channels = NETWORKS[name]
    network, crops = portable(name, crop_px), noise(size_px=crop_px)
    network._head().weight.normal_(std=0.1)

    features = network.features(crops)
    scores, sequences = network(crops, return_sequences=True)

    torch.testing.assert_close(scores, 100 * network.network(crops)[:, 0], rtol=0, atol=1e-4)
    assert network.layout == layout
    assert features.tokens_BTD.shape == (2, num_prefix + num_positions, num_channels)
    assert features.patches_BPD.shape[1] == num_positions
    assert torch.equal(sequences[-1], features.tokens_BTD)


@pytest.mark.parametrize(
    ("name", "strides"),
    [
        ("resnet18", [4, 8, 16, 32]),
        ("efficientnet_b0", [4, 8, 16, 32]),
        ("convnext_atto", [4, 8, 16, 32]),
        ("test_mambaout", [4, 8, 16, 32]),
    ],
)
@torch.no_grad()
def test_the_sequences_are_timms_stages_from_stride_4_on(name, strides):
    network, crops = portable(name), noise()
    timms = network.network.forward_intermediates(crops, intermediates_only=True)  # (B, C, H, W)
    timms = [stage for stage in timms if stage.shape[2] <= crops.shape[2] // 4]

    _, sequences = network(crops, return_sequences=True)

    assert [math.isqrt(tokens.shape[1]) for tokens in sequences] == [64 // s for s in strides]
    for tokens_BPC, stage_BCHW in zip(sequences[:-1], timms[:-1], strict=True):
        torch.testing.assert_close(tokens_BPC.transpose(1, 2), stage_BCHW.flatten(2))


@torch.no_grad()
def test_the_sequences_of_a_vision_transformer_are_its_blocks():
    network, crops = portable("test_vit"), noise()
    vit = network.network
    tokens_BTD = vit.norm_pre(vit._pos_embed(vit.patch_embed(crops)))
    expected = []
    for block in vit.blocks:
        tokens_BTD = block(tokens_BTD)
        expected.append(tokens_BTD)

    _, sequences = network(crops, return_sequences=True)

    assert len(sequences) == len(expected) == 6
    for tokens, block_tokens in zip(sequences[:-1], expected[:-1], strict=True):
        torch.testing.assert_close(tokens, block_tokens)
    torch.testing.assert_close(sequences[-1], vit.norm(expected[-1]))  # what scores are made of


@torch.no_grad()
def test_scores_alone_keep_no_stage():
    network = portable("resnet18")
    assert network.features(noise()).sequences == ()
    assert not any(module._forward_hooks for module in network.modules())


@pytest.mark.parametrize("name", ["resnet18", "convnext_atto", "test_vit3"])
def test_in_bf16_crops_keep_scores_of_their_own(name):
    network, crops = portable(name), noise(48)
    network._head().weight.data.normal_(std=0.01)
    network.start_from_mean(50.0)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = network(crops)
    assert scores.dtype == torch.float32
    assert len(scores.unique()) >= 46  # features in bf16 may meet now and then


@torch.no_grad()
def test_positions_run_row_by_row():
    network, crops = portable("test_resnet"), noise()

    timms_BCHW = network.network.forward_features(crops)

    side = timms_BCHW.shape[3]
    tokens_BPC = network.features(crops).tokens_BTD
    assert torch.equal(tokens_BPC[:, 1], timms_BCHW[:, :, 0, 1])
    assert torch.equal(tokens_BPC[:, side], timms_BCHW[:, :, 1, 0])


@pytest.mark.parametrize("name", ["test_efficientnet", "test_vit3"])
def test_every_parameter_gets_a_gradient_from_scores_and_contrast(name):
    network, crops, rated = portable(name).train(), noise(12), torch.linspace(5, 95, 12)
    scores, sequences = network(crops, return_sequences=True)
    positives, negatives = choose_pairs(rated, rated.flip(0))
    contrast = sum(quality_contrast(tokens, positives, negatives, 0.3) for tokens in sequences)
    (smooth_l1(scores, rated) + 0.1 * contrast).backward()

    for parameter_name, parameter in network.named_parameters():
        assert parameter.grad is not None, parameter_name
        assert 0 < float(parameter.grad.abs().sum()) < float("inf"), parameter_name


@pytest.mark.parametrize("name", ["test_efficientnet", "test_vit"])
@torch.no_grad()
def test_a_batch_of_one_equals_a_row_of_a_batch(name):
    network, crops = portable(name), noise(3)
    alone = torch.cat([network(crops[[row]]) for row in range(3)])

    torch.testing.assert_close(network(crops), alone, rtol=0, atol=1e-3)


@pytest.mark.parametrize("name", ["test_resnet", "test_vit", "convnext_atto"])
@torch.no_grad()
def test_first_scores_lie_a_few_points_around_the_mean(name):
    network = portable(name)
    network.start_from_mean(63.0)

    assert float(network.head_bias()) == pytest.approx(0.63)
    assert float((network(noise(8)) - 63).abs().max()) < 5


def test_a_new_network_is_ready_for_training():
    network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64))

    assert all(module.training for module in network.modules())


def test_every_weight_is_stored_once(tmp_path):
    state = portable("test_resnet").state_dict()

    assert len({value.data_ptr() for value in state.values() if value.ndim}) == len(
        [value for value in state.values() if value.ndim]
    )


@pytest.mark.parametrize("name", ["deit_tiny_distilled_patch16_224", "resnetv2_18"])
def test_a_network_with_another_head_is_refused(name):
    text = f"{name} does not end in one linear layer, .* such as resnet50 or efficientnet_b0"
    with pytest.raises(WeightsUnavailable, match=text):
        portable(name)


def test_a_network_with_several_feature_maps_is_refused():
    text = "coat_tiny does not give one square map of features, so it can't be given a head"
    with pytest.raises(WeightsUnavailable, match=text):
        portable("coat_tiny")


def test_a_crop_that_the_network_cannot_take_is_refused():
    text = (
        "timm's test_maxvit can't take crops of 100 pixels. Its own size is 160: "
        "set photos.crop_px = 160"
    )
    with pytest.raises(WeightsUnavailable, match=text):
        portable("test_maxvit", crop_px=100)


def test_a_config_without_network_is_refused():
    with pytest.raises(ValueError, match="it must be the name of a timm network"):
        PortableConfig(backbone="")
