"""Plans, features and models with a real, tiny network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app import places
from app.own_model.maker import OwnModelMaker, model_beneath
from app.own_model.progress import Stage
from engine.measures.label_scale import LabelScale
from engine.networks.model_file import read_card
from engine.networks.model_finder import find_model
from engine.scorer import Scorer
from trainer.labels.label_set import LabelledPhoto, LabelSet


def open_scorer(model):
    return Scorer.open(model, device="cpu", num_crops=1)


@pytest.fixture(scope="module")
def labels(tmp_path_factory) -> LabelSet:
    """24 photos of noise, from dark to light, rated by how light they are."""
    folder = tmp_path_factory.mktemp("rated")
    photos = []
    for number in range(24):
        rng = np.random.default_rng(number)
        pixels = rng.integers(0, 60, (80, 96, 3)) + 8 * number
        path = folder / f"{number:02}.png"
        Image.fromarray(pixels.astype(np.uint8)).save(path)
        photos.append(LabelledPhoto(path=path, score=1 + number / 6))
    return LabelSet(
        name="light",
        photos=tuple(photos),
        range=LabelScale(low=1, high=5, higher_is_better=True),
        source=folder,
        sha256="ab" * 32,
        notes=(),
    )


@pytest.fixture
def maker(tiny_model):
    return OwnModelMaker(open_scorer, device="cpu", model=lambda: str(tiny_model))


def test_a_plan_is_timed_on_a_few_photos_which_are_then_remembered(maker, labels):
    plan = maker.plan(labels)
    assert (plan.way, plan.num_labels, plan.has_gpu) == ("personal", 24, False)
    reader = maker.open_reader()
    with reader.remembering() as memory:
        assert memory.is_working
    photos = [photo.path for photo in labels.photos]
    found = reader(photos, should_stop=lambda: False)
    assert set(found) == set(photos)
    assert len({values.shape for values in found.values()}) == 1


def test_what_can_t_be_read_has_no_features(maker, labels, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no photo")
    photos = [labels.photos[0].path, tmp_path / "broken.png", tmp_path / "gone.png"]
    assert list(maker.open_reader()(photos, should_stop=lambda: False)) == photos[:1]


def test_a_model_is_made_and_tells_how_far_it_is(maker, labels):
    told = []
    made = maker.make(labels, name="mine", on_progress=told.append, should_stop=lambda: False)
    assert made is not None
    stages = list(dict.fromkeys(one.stage for one in told))
    assert stages[:3] == [Stage.OPENING, Stage.READING, Stage.JUDGING]
    assert all(0 <= one.share <= 1 for one in told)
    assert made.report.num_labels == 24
    assert made.report.is_recommended == bool(made.name)


def test_nobody_who_stops_gets_a_model(maker, labels):
    told = []
    made = maker.make(labels, name="mine", on_progress=told.append, should_stop=lambda: True)
    assert made is None


def test_an_own_model_is_put_on_what_the_one_before_was_put_on(tiny_model, labels):
    """Or it would be held against a model that has seen these labels."""
    from app.personal.make_personal import make_personal

    parent = places.models() / "beneath.safetensors"
    parent.parent.mkdir(parents=True, exist_ok=True)
    parent.write_bytes(Path(tiny_model).read_bytes())
    few = replace(labels, photos=labels.photos[:12])
    made = make_personal(few, name="mine", model="beneath", device="cpu", keeps_anyway=True)
    assert read_card(find_model(made.name, places.models())).parent
    assert model_beneath(made.name) == parent
    assert model_beneath("beneath") == parent
    parent.unlink()
    assert model_beneath(made.name) == made.path
