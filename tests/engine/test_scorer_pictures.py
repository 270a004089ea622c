"""The scorer takes pictures however they come, and says what it takes for anything else."""

import numpy as np
import pytest
from PIL import Image, ImageSequence

from engine.errors import UnreadablePhoto
from engine.photos.picture import IN_MEMORY
from engine.scorer import Scorer


def scores(results):
    return [result.score_0_100 for result in results]


def test_paths_as_text_are_paths(tiny_scorer, odd_sizes):
    expected = tiny_scorer.score(odd_sizes[:2])
    assert tiny_scorer.score([str(path) for path in odd_sizes[:2]]) == expected


def test_a_photo_has_one_score_however_it_is_given(tiny_scorer, odd_sizes):
    for path in odd_sizes:
        with Image.open(path) as image:
            given = [path, path.read_bytes(), image, np.asarray(image), np.asarray(image) / 255]
            found = tiny_scorer.score(given)
        assert len(set(scores(found))) == 1
        assert [result.path for result in found] == [path, *[IN_MEMORY] * 4]
        assert {(result.width_px, result.height_px) for result in found} == {image.size}


@pytest.mark.parametrize("one", ["a.jpg", b"a", np.zeros((64, 64, 3), np.uint8)])
def test_a_lone_picture_is_a_type_error_at_once(tiny_scorer, one):
    with pytest.raises(TypeError, match="Put it into a list"):
        tiny_scorer.score_each(one)


def test_what_is_no_picture_is_a_type_error_when_its_turn_comes(tiny_model, odd_sizes, monkeypatch):
    for num_at_once in (1, 4):
        scorer = Scorer.open(tiny_model, device="cpu")
        monkeypatch.setattr(scorer._views, "photos_at_once", num_at_once)
        results = scorer.score_each([odd_sizes[0], odd_sizes[1], 7, odd_sizes[2]])
        assert next(results).path == odd_sizes[0]
        assert next(results).path == odd_sizes[1]
        with pytest.raises(TypeError, match="no picture but an int"):
            next(results)


def test_an_unreadable_picture_in_memory_is_a_result(tiny_scorer):
    tiny, empty = np.zeros((4, 4), np.uint8), b""
    good = np.zeros((100, 100), np.uint8)
    results = tiny_scorer.score([tiny, good, empty])
    assert [result.error is None for result in results] == [False, True, False]
    assert results[0].error == "The picture is 4 x 4 pixels, too small to judge."
    with pytest.raises(UnreadablePhoto, match="too small to judge"):
        tiny_scorer.explain(tiny)


def test_memory_that_is_used_again_for_the_next_picture_does_no_harm(tiny_scorer, tmp_path):
    rng = np.random.default_rng(2)
    frames = [rng.integers(0, 60 * n + 40, (96, 128, 3), np.uint8) for n in range(4)]
    buffer = np.empty_like(frames[0])

    def refilled():
        for frame in frames:
            buffer[:] = frame
            yield buffer

    apart = scores(tiny_scorer.score(frames))
    assert scores(tiny_scorer.score(refilled())) == apart
    assert len(set(apart)) == 4
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(tmp_path / "all.tif", save_all=True, append_images=images[1:])
    with Image.open(tmp_path / "all.tif") as film:
        assert scores(tiny_scorer.score(ImageSequence.Iterator(film))) == apart


def test_maps_and_features_take_pictures_in_memory_too(tiny_model, odd_sizes):
    scorer = Scorer.open(tiny_model, device="cpu")
    array = np.asarray(Image.open(odd_sizes[0]))
    for ask in (
        lambda picture: scorer.explain(picture).lowers_HW,
        lambda picture: scorer.distortions(picture).strength_KHW,
        lambda picture: scorer.quality_features(picture).features_D,
    ):
        np.testing.assert_array_equal(ask(array), ask(str(odd_sizes[0])))
        with pytest.raises(TypeError, match="no picture but a list"):
            ask([array])
