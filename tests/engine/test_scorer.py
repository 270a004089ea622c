"""The front door with the bundled model: one file has one score, whatever surrounds it."""

import random

import numpy as np
import pytest
import torch
from PIL import Image

from engine.errors import EngineError, UnreadablePhoto
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.model_file import open_model
from engine.networks.normalisation import normalise
from engine.networks.portable import PortableConfig, PortableNetwork
from engine.networks.scored_content import scored_content
from engine.photos.decode import read_photo
from engine.photos.resized import read_resized
from engine.scorer import Scorer
from trainer.crop_batches import CropSource
from trainer.machine import Machine
from trainer.photo_cache import cache_photos
from trainer.scoring import score_photos

TOLERANCE = 0.05  # of 100


@pytest.fixture(scope="module")
def scorer():
    return Scorer.open("csiqa-vit-tiny-biq2021", device="cpu", num_crops=4)


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
    monkeypatch.setattr(
        scorer._views, "photos_at_once", 4
    )  # as on a GPU; the last batch is filled up
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


def test_a_score_stays_between_0_and_100_and_its_crops_show_by_how_much(
    make_student, make_card, photos
):
    for mean, expected in ((250.0, 100.0), (-150.0, 0.0)):
        network = make_student()
        network.start_from_mean(mean)
        card = make_card(network)
        scorer = Scorer(network, card, model_id="a@b", device=torch.device("cpu"))
        (result,) = scorer.score(photos[:1])
        assert result.score_0_100 == expected
        assert result.crop_scores[0] == pytest.approx(mean, abs=60)
        assert result.uncertainty == pytest.approx(np.std(result.crop_scores))


def test_scores_of_another_precision_are_remembered_apart(tiny_model):
    exact, quick = (
        Scorer.open(tiny_model, device="cpu", precision=precision) for precision in ("fp32", "bf16")
    )
    assert quick.model_id == f"{exact.model_id}+bf16"


def test_a_model_is_known_by_its_name_and_the_content_that_scores(tiny_model, tmp_path):
    digest = scored_content(tiny_model)
    scorer = Scorer.open(tiny_model, device="cpu", precision="fp32")
    assert scorer.model_id == f"tiny@{digest[:12]}"
    assert scorer.model_name == "tiny"
    num_threads = torch.get_num_threads()
    words = "1 thread" if num_threads == 1 else f"{num_threads} threads"
    assert scorer.device_name == f"processor, {words}, fp32"


def test_the_number_of_crops_is_the_models_own_unless_given(tiny_model, photos):
    for given, expected in ((None, 3), (1, 1), (7, 7)):
        scorer = Scorer.open(tiny_model, device="cpu", num_crops=given)
        assert scorer.num_crops == expected
        assert len(scorer.score(photos[:1])[0].crop_scores) == expected


def test_the_crops_are_what_was_scored(tiny_model, odd_sizes):
    scorer = Scorer.open(tiny_model, device="cpu", precision="fp32")
    network, card = open_model(tiny_model)
    for result in scorer.score(odd_sizes):
        photo = read_resized(result.path, card.resize_rule, crop_px=card.crop_px).pixels_HW3
        crops = np.stack(
            [
                photo[
                    box.top_px : box.top_px + box.size_px, box.left_px : box.left_px + box.size_px
                ]
                for box in result.crops
            ]
        )
        with torch.no_grad():
            expected = network(normalise(torch.from_numpy(crops), card.normalisation))
        np.testing.assert_allclose(result.crop_scores, expected, atol=1e-3)


def test_validation_and_rating_give_a_photo_the_same_crop_scores(tiny_model, odd_sizes, tmp_path):
    network, card = open_model(tiny_model)
    cached = cache_photos(odd_sizes, card.resize_rule, crop_px=card.crop_px, folder=tmp_path)
    machine = Machine(device=torch.device("cpu"), dtype=torch.float32, name="here")
    source = CropSource(cached, crop_px=card.crop_px, device=machine.device)
    indices = range(len(odd_sizes))
    trained = score_photos(network, source, indices, num_crops=card.num_crops, machine=machine)
    scorer = Scorer.open(tiny_model, device="cpu", precision="fp32")
    rated = [result.crop_scores for result in scorer.score(odd_sizes)]
    np.testing.assert_allclose(trained, rated, atol=1e-3)


def test_bf16_moves_no_photos_score_by_much(photos):
    exact = Scorer.open(device="cpu", precision="fp32").score(photos)
    narrow = Scorer.open(device="cpu", precision="bf16").score(photos)
    differences = np.subtract(scores(exact), scores(narrow))
    assert 0 < np.abs(differences).max() < 0.3


def test_bf16_is_taken_where_the_processor_has_it(tiny_model, monkeypatch):
    for has_bf16 in (True, False):
        monkeypatch.setattr("engine.view_scorer.processor_has_bf16", lambda has=has_bf16: has)
        scorer = Scorer.open(tiny_model, device="cpu")
        assert scorer.is_bf16 == has_bf16
        assert scorer.device_name.endswith("bf16" if has_bf16 else "fp32")


def test_bf16_is_refused_for_other_networks(make_card):
    network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64))
    with pytest.raises(EngineError, match="Only CSIQA and its like score in bf16"):
        Scorer(
            network,
            make_card(network),
            model_id="a@b",
            device=torch.device("cpu"),
            precision="bf16",
        )


def test_an_unreadable_photo_cannot_be_explained(scorer, tmp_path, odd_files):
    with pytest.raises(UnreadablePhoto, match=r"text.jpg: "):
        scorer.explain(odd_files.text_named_jpg(tmp_path))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_gives_the_scores_of_the_processor(photos):
    scorer = Scorer.open(device="cpu", num_crops=4, precision="fp32")
    on_gpu = Scorer.open(device="cuda", num_crops=4)
    np.testing.assert_allclose(scores(on_gpu.score(photos)), scores(scorer.score(photos)), atol=0.5)


def test_every_model_has_the_map_of_the_same_network(tiny_model, photos):
    tiny, default = Scorer.open(tiny_model, device="cpu"), Scorer.open(device="cpu", num_crops=1)

    found = tiny.distortions(photos[0])

    assert found.kinds == tiny.finder.kinds == default.finder.kinds
    pixels = default.finder.sized(read_photo(photos[0]).pixels_HW3)
    expected = default.finder.look_at(pixels).map.strength_KHW
    np.testing.assert_array_equal(found.strength_KHW, expected)
    np.testing.assert_array_equal(tiny.explain(photos[0]).distortions.strength_KHW, expected)


def test_defects_can_be_left_out_of_an_explanation(tiny_model, photos):
    scorer = Scorer.open(tiny_model, device="cpu")

    alone, both = scorer.explain(photos[0], finds_defects=False), scorer.explain(photos[0])

    assert alone.distortions is None
    np.testing.assert_array_equal(alone.lowers_HW, both.lowers_HW)
    assert alone.score == both.score


def test_looking_for_defects_in_an_unreadable_photo_names_it(tiny_model, tmp_path, odd_files):
    with pytest.raises(UnreadablePhoto, match=r"text.jpg: "):
        Scorer.open(tiny_model, device="cpu").distortions(odd_files.text_named_jpg(tmp_path))


@pytest.mark.parametrize("precision", ["fp32", "auto"])
def test_a_network_that_predicts_ratings_gives_their_shares_and_their_mean(
    make_card, photos, precision
):
    network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=160, answer="acr"))
    network.start_from_mean(60.0)
    card = make_card(network)
    scorer = Scorer(network, card, model_id="m@1", device=torch.device("cpu"), precision=precision)
    for result in scorer.score(photos):
        assert sum(result.ratings) == pytest.approx(1.0)
        mean = sum(number * share for number, share in enumerate(result.ratings, start=1))
        assert result.score_0_100 == pytest.approx(25 * (mean - 1), abs=1e-3)


def test_a_network_that_scores_gives_no_shares(scorer, photos):
    assert all(result.ratings == () for result in scorer.score(photos))
