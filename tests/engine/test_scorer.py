"""The front door with the bundled model: one file has one score, whatever surrounds it."""

import random

import numpy as np
import pytest
import torch
from PIL import Image

from engine.errors import DeviceUnavailable, EngineError
from engine.scorer import Scorer, choose_device

TOLERANCE = 0.05  # of 100


@pytest.fixture(scope="module")
def scorer():
    return Scorer.open(device="cpu", num_crops=4)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(1)
    paths = []
    for number in range(6):
        width, height = [(320, 240), (240, 320), (500, 300)][number % 3]
        small = rng.integers(0, 256, (height // 20, width // 20, 3), np.uint8)
        path = folder / f"{number}.png"
        Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC).save(path)
        paths.append(path)
    return paths


def scores(results):
    return [result.score_0_100 for result in results]


def test_the_same_call_gives_the_same_scores_bit_for_bit(scorer, photos):
    assert scorer.score(photos) == scorer.score(photos)


def test_order_and_company_do_not_change_a_score(scorer, photos):
    together = dict(zip(photos, scores(scorer.score(photos)), strict=True))
    shuffled = random.Random(3).sample(photos, len(photos))
    other_order = dict(zip(shuffled, scores(scorer.score(shuffled)), strict=True))
    alone = {path: scores(scorer.score([path]))[0] for path in photos}
    for path in photos:
        assert abs(together[path] - other_order[path]) <= TOLERANCE
        assert abs(together[path] - alone[path]) <= TOLERANCE


def test_the_number_of_threads_does_not_change_a_score(scorer, photos):
    before = torch.get_num_threads()
    by_threads = []
    try:
        for num_threads in (1, 2):
            torch.set_num_threads(num_threads)
            by_threads.append(scores(scorer.score(photos[:2])))
    finally:
        torch.set_num_threads(before)
    np.testing.assert_allclose(*by_threads, atol=TOLERANCE)


def test_photos_scored_in_one_batch_score_as_alone(scorer, photos, monkeypatch):
    alone = scores(scorer.score(photos))
    monkeypatch.setattr(scorer, "_photos_at_once", 4)  # as on a GPU; the last batch is filled up
    np.testing.assert_allclose(scores(scorer.score(photos)), alone, atol=TOLERANCE)


def test_every_path_has_its_result_in_order_and_bad_files_their_reason(scorer, odd_folder):
    paths = sorted(odd_folder.iterdir())
    results = scorer.score(paths)
    assert [result.path for result in results] == paths
    for result in results:
        assert (result.error is None) != (result.score_0_100 is None)
    errors = {result.path.name: result.error for result in results if result.error}
    assert set(errors) == {"empty.jpg", "one_pixel.png", "text.jpg", "truncated.jpg"}
    assert all(0 <= s <= 100 for s in scores(results) if s is not None)


def test_score_and_uncertainty_are_mean_and_spread_over_the_crops(scorer, photos):
    (result,) = scorer.score(photos[:1])
    assert len(result.crop_scores) == len(result.crops) == 4
    assert result.score_0_100 == pytest.approx(np.mean(result.crop_scores))
    assert result.uncertainty == pytest.approx(np.std(result.crop_scores))
    assert (result.width_px, result.height_px) == (320, 240)


def test_scoring_stops_when_asked(scorer, photos):
    num_asked = 0

    def should_stop() -> bool:
        nonlocal num_asked
        num_asked += 1
        return num_asked == 2

    assert len(list(scorer.score_each(photos, should_stop=should_stop))) == 2


def test_nothing_to_score_is_no_error(scorer):
    assert scorer.score([]) == []


def test_an_explanation_lies_on_the_resized_photo_within_the_common_scale(scorer, photos):
    quality_map = scorer.explain(photos[0])
    height, width = quality_map.photo_HW3.shape[:2]
    for values in (quality_map.lowers_HW, quality_map.raises_HW):
        assert values.shape == (height, width)
        assert 0 <= values.min() <= values.max() <= 1
    assert not np.any((quality_map.lowers_HW > 0) & (quality_map.raises_HW > 0))
    assert quality_map.score == scorer.score(photos[:1])[0]


@pytest.mark.parametrize("num_crops", [0, 101])
def test_an_impossible_number_of_crops_is_refused(num_crops):
    with pytest.raises(EngineError, match="take 1 to 100"):
        Scorer.open(device="cpu", num_crops=num_crops)


def test_an_unknown_device_is_refused():
    with pytest.raises(DeviceUnavailable, match=r"no device tpu. Use auto, cpu or cuda"):
        choose_device("tpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_cuda_without_a_device_says_what_to_do():
    with pytest.raises(DeviceUnavailable, match=r"no CUDA device here.*--device cpu"):
        choose_device("cuda")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_gives_the_scores_of_the_processor(scorer, photos):
    on_gpu = Scorer.open(device="cuda", num_crops=4)
    np.testing.assert_allclose(scores(on_gpu.score(photos)), scores(scorer.score(photos)), atol=0.5)
