"""Rating through the front door: what comes back, for whatever is given."""

import inspect
from itertools import islice, repeat
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import discern
from engine.errors import DeviceUnavailable, ModelFileError
from engine.home import models_folder
from engine.scorer import Scorer


@pytest.fixture(scope="module")
def rater(tiny_model):
    return discern.Rater(tiny_model, device="cpu")


@pytest.fixture
def photo(tmp_path, odd_files):
    return odd_files.good_jpeg(tmp_path)


def test_a_rating_says_what_the_scorer_says(rater, tiny_model, photo):
    (expected,) = Scorer.open(tiny_model, device="cpu").score([photo])
    rating = rater.rate(str(photo))
    assert isinstance(rating, discern.Rating)
    assert (rating.score, rating.uncertainty) == (expected.score_0_100, expected.uncertainty)
    assert (rating.crop_scores, rating.crops) == (expected.crop_scores, expected.crops)
    assert (rating.width_px, rating.height_px) == (320, 240)
    assert (rating.path, rating.error) == (photo, None)


def test_every_kind_of_picture_is_taken(rater, photo):
    with Image.open(photo) as image:
        array = np.asarray(image)
        given = [photo, str(photo), photo.read_bytes(), image, array, array / 255, array[None][0]]
        scores = {rater.rate(picture).score for picture in given}
    assert len(scores) == 1
    assert rater.rate(array).path is None


def test_one_result_comes_for_each_input_in_order(rater, photo, tmp_path):
    pictures = [photo, tmp_path / "gone.jpg", b"", np.zeros((90, 90)), str(photo)]
    results = rater.rate_many(pictures)
    assert inspect.isgenerator(results)
    found = list(results)
    assert [type(result).__name__ for result in found] == [
        "Rating", "Unrated", "Unrated", "Rating", "Rating",
    ]  # fmt: skip
    assert [result.path for result in found] == [photo, tmp_path / "gone.jpg", None, None, photo]
    assert found[1].error == "There is no such file."
    assert found[1].score is None
    assert found[0] == found[4]


def test_pictures_without_end_are_rated_as_they_are_wanted(rater, photo):
    results = rater.rate_many(repeat(photo))
    assert len({result.score for result in islice(results, 5)}) == 1
    results.close()


def test_a_stack_of_arrays_is_several_pictures(rater):
    stack = np.random.default_rng(0).integers(0, 256, (3, 100, 120, 3), np.uint8)
    found = [result.score for result in rater.rate_many(stack)]
    assert found == [rater.rate(one).score for one in stack]


@pytest.mark.parametrize("one", ["a.jpg", Path("a.jpg"), b"a", np.zeros((90, 90, 3))])
def test_a_single_picture_for_many_is_a_type_error_before_the_first_result(rater, one):
    with pytest.raises(TypeError, match="Put it into a list"):
        rater.rate_many(one)


@pytest.mark.parametrize("wrong", [None, 3, ["a.jpg"], np.zeros((90, 90, 3), int)])
def test_what_is_no_picture_is_a_type_error(rater, wrong, photo):
    for ask in (rater.rate, rater.explain, rater.defects):
        with pytest.raises(TypeError, match="Taken are the path of a photo"):
            ask(wrong)
    results = rater.rate_many([photo, wrong])
    assert next(results).error is None
    with pytest.raises(TypeError, match="Taken are the path of a photo"):
        next(results)


def test_an_unreadable_picture_raises_where_one_is_asked_for(rater, tmp_path):
    with pytest.raises(discern.UnreadablePhoto, match=r"gone\.jpg: There is no such file"):
        rater.rate(tmp_path / "gone.jpg")
    with pytest.raises(discern.EngineError, match="picture in memory: The picture is 4 x 4"):
        rater.rate(np.zeros((4, 4)))


def test_maps_have_the_aspect_of_the_picture(rater, photo):
    array = np.asarray(Image.open(photo))
    explained, found = rater.explain(array), rater.defects(array)
    assert explained.lowers_HW.shape == explained.photo_HW3.shape[:2] == (200, 267)
    assert found.strength_KHW.shape == (len(rater.defect_kinds), *array.shape[:2])
    np.testing.assert_array_equal(found.strength_KHW, explained.distortions.strength_KHW)


def test_a_model_is_named_by_the_library_or_by_a_file(tiny_model):
    models_folder().mkdir(parents=True)
    (models_folder() / "mine.safetensors").write_bytes(tiny_model.read_bytes())
    by_name, by_file = discern.Rater("mine", device="cpu"), discern.Rater(str(tiny_model))
    assert by_name.model_id == by_file.model_id
    assert discern.Rater(tiny_model, device="cpu", num_crops=5).num_crops == 5
    assert "processor" in by_name.device_name
    with pytest.raises(ModelFileError, match=r"Models here: .*mine"):
        discern.Rater("nobody")
    with pytest.raises(TypeError, match="not by int"):
        discern.Rater(7)
    with pytest.raises(DeviceUnavailable, match="There is no"):
        discern.Rater(tiny_model, device="cuda:64")


@pytest.mark.gpu
def test_a_named_graphics_card_rates_as_the_processor_does(tiny_model, photo, rater):
    on_card = discern.Rater(tiny_model, device="cuda:0")
    assert on_card.rate(photo).score == pytest.approx(rater.rate(photo).score, abs=0.5)
