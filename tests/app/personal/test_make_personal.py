"""From a table of labels to a model in the library, with a tiny network."""

import csv

import numpy as np
import pytest
from PIL import Image

from app.personal.make_personal import PersonalStopped, make_personal
from engine.networks.model_file import read_card
from engine.personal.fit_head import TooFewLabels
from engine.scorer import Scorer
from trainer.labels.check import check_labels
from trainer.labels.read_labels import read_labels

NUM_PHOTOS = 40


def write_labels(folder, rows, header=("image", "score")):
    path = folder / "labels.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Photos whose brightness is what people like; names and stars."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    rows = []
    for number in range(NUM_PHOTOS):
        level = 30 + 5 * number
        coarse = rng.integers(0, level, (8, 10, 3), dtype=np.uint8)
        name = f"{number}.png"
        Image.fromarray(coarse).resize((240, 200), Image.Resampling.BICUBIC).save(folder / name)
        rows.append((name, 1 + number * 4 / (NUM_PHOTOS - 1)))
    return folder, rows


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DISCERN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def checked(path):
    labels, _ = check_labels(read_labels(path), min_photos=5)
    return labels


def test_labels_become_a_model_that_is_used_like_any_other(photos, home, tiny_model):
    folder, rows = photos
    labels = checked(write_labels(folder, rows))
    plans, stages = [], []
    made = make_personal(
        labels,
        name="mine",
        model=str(tiny_model),
        on_plan=plans.append,
        on_progress=lambda stage, share: stages.append((stage, share)),
    )
    assert made.report.verdict == "better"
    assert made.report.contender("personal").srcc.value > 0.8
    assert made.path == home / "models" / "mine.safetensors"
    card = read_card(made.path)
    assert card.parent.startswith("tiny")
    assert card.num_photos == NUM_PHOTOS
    assert card.map_scale.top > 0
    assert card.figures["srcc"]["value"] == made.report.contender("personal").srcc.value
    ends = [folder / "0.png", folder / "39.png"]
    scores = [one.score_0_100 for one in Scorer.open("mine").score(ends)]
    assert scores[1] > scores[0] + 30
    assert plans[0].num_labels == NUM_PHOTOS
    assert [stage for stage, _ in stages] == sorted(
        (stage for stage, _ in stages), key=["features", "judging", "saving"].index
    )


def test_photos_set_apart_as_test_are_judged_by_alone(photos, home, tiny_model):
    folder, rows = photos
    parted = [(*row, "test" if number % 4 == 0 else "train") for number, row in enumerate(rows)]
    labels = checked(write_labels(folder, parted, ("image", "score", "split")))
    made = make_personal(labels, name="parted", model=str(tiny_model))
    assert made.report.num_labels == 30
    assert set(made.on_test) == {"personal", "ridge", "model"}
    assert made.on_test["personal"] > 0.8


def test_labels_that_say_nothing_leave_the_model_in_use(photos, home, tiny_model):
    folder, rows = photos
    luck = np.random.default_rng(3).permutation(NUM_PHOTOS)
    labels = checked(write_labels(folder, [(name, luck[i]) for i, (name, _) in enumerate(rows)]))
    made = make_personal(labels, name="luck", model=str(tiny_model))
    assert made.report.verdict != "better"
    if not made.report.is_recommended:
        assert made.path is None
        assert not (home / "models" / "luck.safetensors").exists()


def test_too_few_labels_are_refused_with_what_to_do(photos, home, tiny_model):
    folder, rows = photos
    labels = read_labels(write_labels(folder, rows[:3]))
    with pytest.raises(TooFewLabels, match="There are 3 labels"):
        make_personal(labels, name="few", model=str(tiny_model))


def test_a_stop_saves_nothing(photos, home, tiny_model):
    folder, rows = photos
    labels = checked(write_labels(folder, rows))
    with pytest.raises(PersonalStopped):
        make_personal(labels, name="stopped", model=str(tiny_model), should_stop=lambda: True)
    assert not (home / "models" / "stopped.safetensors").exists()
