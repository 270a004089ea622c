"""The metric: a Rater's scores for tensors, a true gradient, and torchmetrics' habits."""

import numpy as np
import pytest
import torch
from PIL import Image

import discern
from app.demo.photographs import read_photographs
from engine.errors import EngineError, UndefinedMeasure
from engine.measures.label_scale import LabelScale
from engine.networks.model_card import ModelCard
from engine.networks.model_file import save_model
from engine.networks.normalisation import Normalisation, normalise, normalise_pixels
from engine.networks.whole_frame import WholeFrameConfig, WholeFrameNetwork
from engine.photos.resize import ResizeRule
from engine.scorer import Scorer


@pytest.fixture
def metric(tiny_model):
    return discern.QualityMetric(tiny_model)


def tensor_of(pixels):
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1)[None] / 255


def batch_of(*sizes, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(*sizes, generator=generator)


@pytest.mark.parametrize("name", ["coffee", "cat", "motorcycle"])
def test_a_photograph_scores_as_a_rater_scores_it(name):
    pixels = read_photographs()[name]
    rater = Scorer.open(device="cpu", precision="fp32")
    expected = rater.score([pixels])[0].score_0_100
    found = discern.QualityMetric()(tensor_of(pixels))
    assert float(found) == pytest.approx(expected, abs=0.3)


def test_without_resizing_the_scores_are_the_same(metric, tiny_model):
    pixels = np.random.default_rng(0).integers(0, 256, (200, 260, 3), np.uint8)
    scorer = Scorer.open(tiny_model, device="cpu", precision="fp32")
    (expected,) = scorer.score([pixels])
    assert float(metric(tensor_of(pixels))) == pytest.approx(expected.score_0_100, abs=1e-3)


@pytest.mark.parametrize("size", [(1003, 1501), (1600, 811), (170, 165), (64, 64)])
def test_resizing_follows_the_steps_of_files_but_for_rounding(metric, tiny_model, size):
    small = np.random.default_rng(1).integers(0, 256, (9, 12, 3), np.uint8)
    large = Image.fromarray(small).resize(size[::-1], Image.Resampling.BICUBIC)
    pixels = np.asarray(large)
    photo = Scorer.open(tiny_model, device="cpu").explain(pixels).photo_HW3
    resized = metric._resized(tensor_of(pixels))[0].permute(1, 2, 0) * 255
    assert resized.shape == photo.shape
    apart = np.abs(resized.numpy() - photo)  # each step of the files rounds
    assert apart.max() < 2.5
    assert apart.mean() < 0.5


def test_a_batch_of_one_scores_as_its_row_of_a_batch(metric):
    batch = batch_of(3, 3, 170, 220)
    together = metric.scores(batch)
    apart = torch.cat([metric.scores(one[None]) for one in batch])
    torch.testing.assert_close(together, apart, atol=1e-3, rtol=0)


@pytest.mark.parametrize("size", [(1, 3, 170, 220), (1, 3, 900, 850)])
def test_the_gradient_is_that_of_finite_differences(tiny_model, size):
    metric = discern.QualityMetric(tiny_model, num_crops=1).double()
    picture = (0.2 + 0.6 * batch_of(*size)).double().requires_grad_()
    metric.scores(picture).sum().backward()
    for seed in range(3):
        direction = batch_of(*size, seed=seed + 1).double() - 0.5
        step = 1e-3
        with torch.no_grad():
            ahead = metric.scores(picture + step * direction)
            behind = metric.scores(picture - step * direction)
        slope = float((ahead - behind).sum() / (2 * step))
        assert float((picture.grad * direction).sum()) == pytest.approx(slope, rel=2e-2, abs=1e-3)
        assert abs(slope) > 1e-3


def test_gradients_reach_the_pictures_and_never_the_network(metric):
    picture = batch_of(1, 3, 170, 220).requires_grad_()
    metric(picture).sum().backward()
    assert picture.grad.abs().sum() > 0
    assert all(weight.grad is None and not weight.requires_grad for weight in metric.parameters())


def test_climbing_the_metric_raises_the_score(metric):
    picture = batch_of(1, 3, 170, 220).requires_grad_()
    before = metric.scores(picture)
    before.sum().backward()
    with torch.no_grad():
        better = (picture + 0.01 * picture.grad.sign()).clamp(0, 1)
        assert float(metric.scores(better)) > float(before)


def test_training_a_model_that_holds_it_leaves_its_network_in_evaluation(metric):
    held = torch.nn.Sequential(metric).train()
    assert held.training
    assert metric.training
    assert not metric.network.training
    batch = batch_of(1, 3, 170, 220)
    assert torch.equal(metric.scores(batch), metric.scores(batch))


def test_calling_and_updating_count_and_compute_is_their_mean(metric):
    first, second = batch_of(3, 3, 170, 170), batch_of(2, 3, 180, 200, seed=1)
    scores = torch.cat([metric(first), metric.scores(second)])
    metric.update(second)
    metric.update(batch_of(0, 3, 170, 170))
    assert int(metric.num_counted) == 5
    assert float(metric.compute()) == pytest.approx(float(scores.mean()), abs=1e-4)
    metric.reset()
    with pytest.raises(UndefinedMeasure, match="No picture was counted yet"):
        metric.compute()


def test_an_empty_batch_has_no_scores_and_counts_for_nothing(metric):
    assert metric(batch_of(0, 3, 170, 170)).shape == (0,)
    assert int(metric.num_counted) == 0


def test_it_says_what_torchmetrics_ask_for(metric):
    assert (metric.higher_is_better, metric.is_differentiable) == (True, True)
    assert not {"mean_score", "num_counted"} & set(metric.state_dict())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_are_brought_to_the_networks(metric, dtype):
    batch = batch_of(1, 3, 170, 170).to(dtype)
    torch.testing.assert_close(metric.scores(batch), metric.scores(batch.float()))


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (torch.zeros(3, 90, 90), r"a tensor of torch.float32 with the shape \(3, 90, 90\)"),
        (torch.zeros(1, 90, 90, 3), r"shape \(1, 90, 90, 3\)"),
        (torch.zeros(1, 3, 90, 90, dtype=torch.uint8), "a tensor of torch.uint8"),
        (np.zeros((1, 3, 90, 90)), "but ndarray"),
        ("photo.jpg", "but str"),
    ],
)
def test_what_is_no_batch_is_a_type_error_that_names_what_is(metric, wrong, text):
    with pytest.raises(TypeError, match=text) as caught:
        metric(wrong)
    assert "tensor (B, 3, H, W) of floats from 0 to 1" in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (torch.full((1, 3, 90, 90), 255.0), "run from 255 to 255; they must be from 0 to 1"),
        (torch.full((1, 3, 90, 90), -0.1), "run from -0.1"),
        (torch.full((1, 3, 90, 90), torch.nan), "run from nan"),
        (torch.zeros(1, 3, 8, 90), "90 x 8 pixels, too small to judge"),
    ],
)
def test_values_that_no_picture_has_are_refused(metric, wrong, text):
    with pytest.raises(ValueError, match=text):
        metric(wrong)


def test_an_impossible_number_of_crops_is_refused(tiny_model):
    with pytest.raises(EngineError, match="take 1 to 100"):
        discern.QualityMetric(tiny_model, num_crops=0)


def test_floats_are_normalised_as_levels_are():
    how = Normalisation(mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 0.125))
    levels = torch.randint(0, 256, (2, 5, 6, 3), dtype=torch.uint8)
    found = normalise_pixels(levels.permute(0, 3, 1, 2) / 255, how)
    torch.testing.assert_close(found, normalise(levels, how))


@pytest.mark.gpu
def test_on_a_graphics_card_it_scores_as_on_the_processor(metric):
    batch = batch_of(2, 3, 170, 220)
    expected = metric.scores(batch)
    found = metric.to("cuda")(batch.cuda())
    torch.testing.assert_close(found.cpu(), expected, atol=0.05, rtol=0)
    assert float(metric.compute()) == pytest.approx(float(expected.mean()), abs=0.05)


@pytest.fixture
def frame_model(tmp_path):
    """A tiny network that sees photos whole, as a file."""
    torch.manual_seed(3)
    config = WholeFrameConfig(backbone="test_efficientnet", long_px=128, short_px=96)
    network = WholeFrameNetwork(config).eval()
    with torch.no_grad():
        network.head.weight.normal_(0, 0.01)
        network.head.bias.fill_(0.5)
    card = ModelCard(
        name="frame",
        role="plain",
        network=config,
        normalisation=network.normalisation,
        resize_rule=ResizeRule(long_side_px=128, short_side_px=96),
        num_crops=1,
        labels=LabelScale(low=0.0, high=1.0, higher_is_better=True),
    )
    path = tmp_path / "frame.safetensors"
    save_model(path, network, card, dtype=torch.float32)
    return path


@pytest.mark.parametrize("num_views", [1, 2])
@pytest.mark.parametrize("size", [(96, 128), (90, 101), (128, 70)])
def test_a_network_of_whole_frames_scores_as_a_rater_has_it(frame_model, size, num_views):
    pixels = np.random.default_rng(2).integers(0, 256, (*size, 3), np.uint8)
    scorer = Scorer.open(frame_model, device="cpu", precision="fp32", num_crops=num_views)
    (expected,) = scorer.score([pixels])
    metric = discern.QualityMetric(frame_model, num_crops=num_views)
    picture = tensor_of(pixels).requires_grad_()
    score = metric(picture)
    assert score.item() == pytest.approx(np.mean(expected.crop_scores), abs=0.05)
    score.sum().backward()
    assert picture.grad.abs().sum() > 0
