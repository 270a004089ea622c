"""Remembered photos are told without loading torch; others open the model once."""

import subprocess
import sys

import numpy as np
import pytest

from app import places
from app.cli.main import main
from app.models.late_scorer import LateScorer
from app.models.opened_ids import note_id, noted_id
from engine.errors import DeviceUnavailable, ModelFileError
from engine.networks.model_header import identify_model
from engine.scorer import Scorer

RATE = """\
import sys
from app.cli.main import main
status = main(["rate", *sys.argv[1:]])
loaded = {"torch", "timm"} & set(sys.modules)
sys.exit(f"loaded {loaded}, status {status}" if loaded or status else 0)
"""


def rate_in_a_process(*arguments):
    command = [sys.executable, "-c", RATE, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("how", ["unchanged", "moved"])
def test_remembered_photos_load_no_torch(photo_folder, tiny_model, tmp_path, age, how):
    age(photo_folder)
    arguments = [photo_folder, "--model", tiny_model]
    assert main(["rate", *map(str, arguments), "--csv", str(tmp_path / "first.csv")]) == 0
    if how == "moved":
        photo_folder = photo_folder.rename(tmp_path / "elsewhere")
        arguments[0] = photo_folder

    done = rate_in_a_process(*arguments, "--csv", tmp_path / "second.csv")

    assert done.returncode == 0, done.stderr
    assert "6 photos rated by tiny@" in done.stderr
    assert " in 0." in done.stderr
    assert "(processor" not in done.stderr
    scores = [
        [line.split(",")[1] for line in path.read_text(encoding="utf-8").splitlines()]
        for path in (tmp_path / "first.csv", tmp_path / "second.csv")
    ]
    assert scores[0] == scores[1]


def test_a_new_photo_does_load_torch(photo_folder, tiny_model):
    assert "loaded {" in rate_in_a_process(photo_folder, "--model", tiny_model).stderr


def test_a_late_scorer_says_of_itself_what_the_scorer_says(tiny_model):
    LateScorer(str(tiny_model), device="cpu", num_crops=None)  # notes how it scores here
    late = LateScorer(str(tiny_model), device="cpu", num_crops=None)
    now = Scorer.open(tiny_model, device="cpu")
    for what in ("model_id", "model_name", "num_crops"):
        assert getattr(late, what) == getattr(now, what)
    assert late.device_name == ""
    assert late.opened() is late.opened()
    assert late.device_name == now.device_name


def test_an_id_that_no_longer_holds_is_told_and_then_noted_anew(tiny_model, tmp_path, odd_files):
    photo = odd_files.good_jpeg(tmp_path)
    now = Scorer.open(tiny_model, device="cpu")
    note_id(identify_model(tiny_model).scored_as, "cpu", "tiny@of-another-processor")
    late = LateScorer(str(tiny_model), device="cpu", num_crops=None)
    assert late.model_id == "tiny@of-another-processor"
    with pytest.raises(DeviceUnavailable, match="Rate once more"):
        next(late.score_each([photo]))
    again = LateScorer(str(tiny_model), device="cpu", num_crops=None)
    assert again.model_id == now.model_id
    assert list(again.score_each([photo])) == now.score([photo])


@pytest.mark.parametrize("content", ["no json", "[1]", '{"a": 3}', "[" * 9000])
def test_damaged_notes_are_none(tiny_model, content):
    path = places.cache() / "opened_models.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    assert noted_id("ab", "cpu") is None
    note_id("ab", "cpu", "tiny@1")
    assert noted_id("ab", "cpu") == "tiny@1"
    assert noted_id("ab", "auto") is None


def test_it_scores_as_the_scorer_does(tiny_model, photo_folder):
    photos = sorted(photo_folder.glob("*.jpg"))
    late = LateScorer(str(tiny_model), device="cpu", num_crops=3)
    expected = Scorer.open(tiny_model, device="cpu", num_crops=3).score(photos)
    assert late.num_crops == 3
    assert list(late.score_each(photos)) == expected
    assert np.isfinite([result.score_0_100 for result in expected]).all()


def test_nothing_to_score_opens_nothing(tiny_model, tmp_path, odd_files):
    late = LateScorer(str(tiny_model), device="cuda:77", num_crops=None)
    assert list(late.score_each([])) == []
    with pytest.raises(DeviceUnavailable, match="There is no"):
        next(late.score_each([odd_files.good_jpeg(tmp_path)]))


def test_a_model_that_is_not_there_is_told_at_once():
    with pytest.raises(ModelFileError, match="There is no model nobody"):
        LateScorer("nobody", device="cpu", num_crops=None)


def test_unreadable_files_have_their_reason_without_a_model(tiny_model, odd_files, tmp_path):
    bad = odd_files.make_unreadable(tmp_path)
    late = LateScorer(str(tiny_model), device="cuda:77", num_crops=None)
    found = list(late.score_each(bad))
    assert found == Scorer.open(tiny_model, device="cpu").score(bad)
    assert late.device_name == ""


def test_unreadable_files_stay_in_their_places(tiny_model, odd_files, tmp_path):
    bad = odd_files.make_unreadable(tmp_path)
    photos = [bad[0], bad[1], odd_files.good_jpeg(tmp_path), bad[2]]
    late = LateScorer(str(tiny_model), device="cpu", num_crops=None)
    assert list(late.score_each(photos)) == Scorer.open(tiny_model, device="cpu").score(photos)
