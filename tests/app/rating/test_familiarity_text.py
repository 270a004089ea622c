from pathlib import Path

import pytest

from app.rating.familiarity_text import uncertainty_is, unlike_text
from app.rating.rate_photos import RatedPhoto
from engine.certainty.familiarity import Familiarity


def rated(score=50.0, familiarity=None):
    return RatedPhoto(
        path=Path("a.jpg"), score_0_100=score, uncertainty=1.0, width_px=4, height_px=3,
        error=None, is_remembered=False, familiarity=familiarity,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("photo", "what"),
    [
        (rated(), "spread"),
        (rated(familiarity=Familiarity(distance=0.5)), "interval"),
        (rated(score=None), None),
    ],
)
def test_an_uncertainty_says_what_it_is(photo, what):
    assert uncertainty_is(photo) == what


def test_only_photos_unlike_the_training_photos_have_a_reason():
    assert unlike_text(None) is None
    assert unlike_text(Familiarity(distance=0.9, odd=("darker",))) is None


def test_the_reason_names_the_distance_and_what_is_odd():
    assert unlike_text(Familiarity(distance=1.44, odd=("greyer", "smaller"))) == (
        "its features are 1.4 times as far from the training photos as 99 in 100 are; less colour "
        "than in 99 of 100 of them; smaller than 99 in 100 of them"
    )
