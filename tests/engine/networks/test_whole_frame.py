import numpy as np
import pytest
import torch

from engine.errors import WeightsUnavailable
from engine.explain.grad_cam import grad_cam, photo_map
from engine.losses.contrast import quality_contrast
from engine.losses.regression import mse
from engine.networks.bf16_scoring import scores_in_bf16
from engine.networks.feature_maps import create_feature_maps
from engine.networks.network_entry import NetworkWish
from engine.networks.whole_frame import WholeFrameConfig, WholeFrameNetwork, mean_and_deviation
from engine.pairs.easy_hard import choose_pairs

FRAME = {"long_px": 128, "short_px": 96}
POOLED = {  # of the maps with a place every 4, 8, 16 and 32 pixels: mean and deviation
    "test_efficientnet": 2 * (24 + 32 + 48 + 64),
    "test_resnet": 2 * (32 + 48 + 192 + 96),
    "test_convnext": 2 * (24 + 32 + 48 + 64),
}


def whole_frame(backbone="test_efficientnet", **options):
    """A network whose scores differ from photo to photo as those of a trained one."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = WholeFrameNetwork(WholeFrameConfig(backbone=backbone, **FRAME, **options))
        last = network.head if options.get("head") != "koncept" else network.head[-1]
        torch.nn.init.normal_(last.weight, std=0.1)
        network.start_from_mean(50.0)
    return network.eval()


def photo(width, height, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def prepared(network, *photos):
    return network.prepare(torch.stack([network.sight.look(one) for one in photos]))


@pytest.mark.parametrize("backbone", POOLED)
@torch.no_grad()
def test_maps_of_all_strides_are_pooled_by_mean_and_deviation(backbone):
    network = whole_frame(backbone)
    views = prepared(network, photo(128, 96), photo(128, 96, seed=1))

    features = network.features(views, keeps_sequences=True)

    maps = [one.double().numpy() for one in network.backbone(views[:, :3])]
    coarse = [one for one in maps if one.shape[2] <= 96 / 4]
    expected = [
        np.concatenate([one.mean((2, 3)), np.sqrt(np.maximum(one.var((2, 3)), 1e-6))], axis=1)
        for one in coarse
    ]
    assert len(expected) == 4
    assert sum(one.shape[1] for one in expected) == POOLED[backbone]
    for found, wanted in zip(features.sequences, expected, strict=True):
        np.testing.assert_allclose(found[:, 0], wanted, rtol=1e-3, atol=1e-4)
    last = maps[-1].reshape(2, maps[-1].shape[1], -1).transpose(0, 2, 1)
    np.testing.assert_allclose(features.tokens_BTD, last, atol=1e-4)
    weights = network.head.weight[0].double().numpy()
    scores = 100 * (np.concatenate(expected, axis=1) @ weights + 0.5)
    np.testing.assert_allclose(network(views), scores, rtol=1e-3, atol=0.02)


def test_the_grey_beside_the_photo_is_not_pooled():
    network, pixels = whole_frame(), photo(65, 96)  # in a frame of 96 x 96
    views = prepared(network, pixels)
    assert views.shape == (1, 4, 96, 96)
    features = network.features(views)
    # The photo fills columns 15 to 79: 17 of the first 32, all of the second, 16 of the last.
    expected = torch.tensor([17 / 32, 1, 16 / 32]).repeat(3)
    torch.testing.assert_close(features.shares_BP[0], expected)

    values = torch.rand(1, 9, 5, generator=torch.Generator().manual_seed(1))
    found = mean_and_deviation(values, expected[None])[0]
    rows, shares = values[0].numpy(), expected.numpy()
    weighted = np.average(rows, axis=0, weights=shares)
    spread = np.sqrt(np.average((rows - weighted) ** 2, axis=0, weights=shares))
    np.testing.assert_allclose(found, np.concatenate([weighted, spread]), rtol=1e-5)


def test_a_place_beside_the_photo_has_no_say():
    network = whole_frame()
    views = prepared(network, photo(128, 33))  # rows 15 to 47 of 64
    views[:, 3, :32] = 0  # and if it were less: the upper row of places is beside it
    features = network.features(views)
    tokens = features.tokens_BTD.detach().requires_grad_()
    network.score_features(
        type(features)(
            tokens_BTD=tokens,
            num_prefix=0,
            grid=features.grid,
            pooled_BS=features.pooled_BS,
            shares_BP=features.shares_BP,
        )
    ).sum().backward()
    reaches = tokens.grad[0].abs().sum(dim=1).reshape(features.grid)
    assert (reaches[0] == 0).all()
    assert (reaches[1] > 0).all()


def test_every_pixel_of_the_photo_counts():
    network = whole_frame()
    views = prepared(network, photo(128, 90)).requires_grad_()
    network(views).sum().backward()
    rows, columns = (views.grad[0, :3].abs().sum((0, axis)) > 0 for axis in (2, 1))
    assert bool(rows[3:93].all())
    assert bool(columns.all())


@pytest.mark.parametrize("size", [(128, 96), (96, 128), (128, 1), (20, 30), (128, 73)])
@torch.no_grad()
def test_photos_of_any_shape_have_a_score_and_a_map(size):
    network, pixels = whole_frame(), photo(*size)
    assert torch.isfinite(network(prepared(network, pixels))).all()
    assert photo_map(network, pixels).shape == (size[1], size[0])


@torch.no_grad()
def test_a_batch_of_one_equals_a_row_of_a_batch():
    network = whole_frame()
    views = prepared(network, *(photo(128, 96, seed) for seed in range(3)))
    torch.testing.assert_close(network(views[1:2]), network(views)[1:2], rtol=0, atol=1e-3)


@pytest.mark.parametrize("head", ["linear", "koncept"])
def test_every_parameter_gets_a_gradient_from_scores_and_contrast(head):
    network = whole_frame(head=head).train()
    views = prepared(network, *(photo(128, 96, seed) for seed in range(12)))
    rated = torch.linspace(5, 95, 12)
    scores, sequences = network(views, return_sequences=True)
    positives, negatives = choose_pairs(rated, rated.flip(0))
    contrast = sum(quality_contrast(one, positives, negatives, 0.3) for one in sequences)
    (mse(scores, rated) + 0.1 * contrast).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert 0 < float(parameter.grad.abs().sum()) < float("inf"), name


def test_koncepts_head_has_its_layers_and_drops_out_in_training_alone():
    network = whole_frame(head="koncept")
    sizes = [
        (part.in_features, part.out_features)
        for part in network.head
        if isinstance(part, torch.nn.Linear)
    ]
    assert sizes == [(POOLED["test_efficientnet"], 2048), (2048, 1024), (1024, 256), (256, 1)]
    assert [part.p for part in network.head if isinstance(part, torch.nn.Dropout)] == [
        0.25,
        0.25,
        0.5,
    ]
    views = prepared(network, photo(128, 96), photo(128, 96, seed=1))
    with torch.no_grad():
        assert torch.equal(network(views), network(views))
        network.train()
        assert not torch.equal(network(views), network(views))


def test_head_and_pooling_keep_full_precision_where_training_is_in_bf16():
    network = whole_frame()
    views = prepared(network, *(photo(128, 96, seed) for seed in range(12)))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        features = network.features(views)
        scores = network.score_features(features)
    assert features.tokens_BTD.dtype == torch.bfloat16
    assert (features.pooled_BS.dtype, scores.dtype) == (torch.float32, torch.float32)
    assert len(set(scores.tolist())) == 12
    assert any(score != float(torch.tensor(score).bfloat16()) for score in scores.tolist())


def test_scores_in_bf16_are_those_of_full_precision_but_for_rounding():
    network = whole_frame()
    views = prepared(network, *(photo(128, 96, seed) for seed in range(4)))
    with torch.inference_mode():
        exact, narrow = network(views), scores_in_bf16(network)(views).scores_B
    assert narrow.dtype == torch.float32
    assert 0 < (exact - narrow).abs().max() < 1.0


def test_grad_cam_adds_up_where_the_score_is_linear_in_the_last_map():
    network = whole_frame()
    num_last = 2 * 64
    with torch.no_grad():
        network.head.weight[:, :-num_last] = 0  # the maps before
        network.head.weight[:, -64:] = 0  # and the deviations of the last
    views = prepared(network, photo(128, 96), photo(128, 96, seed=1))
    maps = grad_cam(network, views)
    assert maps.shape == (2, 3, 4)
    with torch.no_grad():
        torch.testing.assert_close(maps.sum((1, 2)), network(views) - 50, rtol=1e-3, atol=1e-2)


def test_its_frame_is_that_of_the_runs_photos():
    wish = NetworkWish(
        backbone="test_resnet",
        crop_px=64,
        long_side_px=256,
        short_side_px=192,
        options={"head": "koncept"},
    )
    assert WholeFrameConfig.for_run(wish) == WholeFrameConfig(
        backbone="test_resnet", long_px=256, short_px=192, head="koncept"
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"backbone": ""}, "must name a timm network"),
        ({"long_px": 4096}, "long_px is 4096; it must be 1 to 2048"),
        ({"short_px": 0}, "short_px is 0"),
        ({"short_px": "96"}, "short_px is '96'"),
        ({"long_px": 64, "short_px": 96}, "A frame of 64 x 96 is none"),
        ({"long_px": 100, "short_px": 96}, "100 x 96 are no multiples of 32"),
        ({"head": "mlp"}, "head is 'mlp'; it must be one of"),
    ],
)
def test_a_config_that_makes_no_sense_is_refused(options, says):
    with pytest.raises(ValueError, match=says):
        WholeFrameConfig(**options)


def test_a_run_without_a_frame_is_told_to_set_it():
    with pytest.raises(ValueError, match=r"Set photos.long_side_px and photos"):
        WholeFrameConfig.for_run(NetworkWish(backbone="test_resnet", crop_px=64))


@pytest.mark.parametrize("name", ["test_vit", "swin_tiny_patch4_window7_224", "mixer_s32_224"])
def test_networks_without_maps_of_several_strides_are_refused(name):
    with pytest.raises(WeightsUnavailable, match=f"{name} does not give feature maps of photos"):
        create_feature_maps(name)


def test_an_unknown_network_is_named_as_such():
    with pytest.raises(WeightsUnavailable, match="has no network called lite0"):
        create_feature_maps("lite0")


def test_shapes_of_maps_are_those_that_come():
    network, shapes = create_feature_maps("test_resnet")
    maps = network(torch.zeros(1, 3, 96, 64))
    assert tuple(one.shape[1] for one in maps) == shapes.channels
    assert tuple(96 // one.shape[2] for one in maps) == shapes.strides_px
