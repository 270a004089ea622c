from pathlib import Path

import numpy as np
import pytest

from app.evaluation.worth import worth_of_model
from engine.ratings.quantised import NORMAL
from trainer.labels.label_set import LabelledPhoto

RANDOM = np.random.default_rng(0)
QUALITY = RANDOM.uniform(1.5, 4.5, 200)
COUNTS = RANDOM.multinomial(20, NORMAL.probabilities(np.column_stack([QUALITY, np.full(200, 0.8)])))
PHOTOS = [
    LabelledPhoto(path=Path(f"{i}.jpg"), score=3.0, counts=tuple(map(int, row)))
    for i, row in enumerate(COUNTS)
]


def scores(noise):
    values = QUALITY + noise * RANDOM.normal(size=200)
    return {photo.path: float(value) for photo, value in zip(PHOTOS, values, strict=True)}


def test_a_model_as_noisy_as_one_person_is_worth_about_one():
    assert worth_of_model(PHOTOS, scores(0.85)).num_raters == pytest.approx(1.0, abs=0.6)


def test_a_better_model_is_worth_more():
    assert worth_of_model(PHOTOS, scores(0.3)).num_raters > 4


def test_photos_without_a_score_or_counts_sit_out():
    known = scores(0.3)
    bare = [LabelledPhoto(path=Path("x.jpg"), score=3.0)]
    first = {photo.path: known[photo.path] for photo in PHOTOS[:50]}
    assert worth_of_model([*PHOTOS, *bare], first).num_raters > 1


def test_without_several_people_nothing_is_said():
    single = [LabelledPhoto(path=Path("a.jpg"), score=3.0, counts=(0, 0, 1, 0, 0))] * 20
    assert worth_of_model(single, {Path("a.jpg"): 50.0}) is None
    other = [LabelledPhoto(path=Path("a.jpg"), score=3.0, counts=(1, 2, 3))] * 20
    assert worth_of_model(other, {Path("a.jpg"): 50.0}) is None
    assert worth_of_model([], {}) is None
