from dataclasses import replace
from pathlib import Path

import pytest

from app.runs.split_review import review_split
from engine.measures.label_scale import LabelScale
from trainer.config import SplitConfig
from trainer.labels.label_set import LabelledPhoto, LabelSet

LABELS = LabelSet(
    name="mine",
    photos=tuple(LabelledPhoto(path=Path(f"{n:02}.jpg"), score=n / 59) for n in range(60)),
    range=LabelScale(low=0.0, high=1.0, higher_is_better=True),
    source=Path("labels.csv"),
    sha256="",
    notes=(),
)


def with_groups(labels, group_of):
    photos = tuple(replace(photo, alike=group_of(n)) for n, photo in enumerate(labels.photos))
    return replace(labels, photos=photos)


def test_photos_that_look_alike_are_kept_together_and_counted():
    review = review_split(with_groups(LABELS, lambda n: n // 2 if n < 20 else None), SplitConfig())
    assert (review.num_alike, review.num_alike_apart) == (20, 0)
    assert "20 photos that look alike kept together" in review.how


def test_a_review_says_how_many_were_torn_apart_on_wish():
    labels = with_groups(LABELS, lambda n: 1 if n < 30 else None)
    review = review_split(labels, SplitConfig(group_near_duplicates=False))
    assert (review.num_alike, review.num_alike_apart) == (30, 30)


def test_parts_that_the_labels_give_may_tear_groups_apart():
    parts = ["train", "val", "test"]
    photos = tuple(
        replace(photo, split=parts[n % 3], alike={0: 1, 1: 1, 3: 2, 6: 2}.get(n))
        for n, photo in enumerate(LABELS.photos)
    )
    review = review_split(replace(LABELS, photos=photos), SplitConfig())
    assert (review.num_alike, review.num_alike_apart) == (4, 2)
    assert review.leaks == ()


@pytest.mark.parametrize("config", [SplitConfig(), SplitConfig(group_near_duplicates=False)])
def test_labels_without_any_have_none(config):
    review = review_split(LABELS, config)
    assert (review.num_alike, review.num_alike_apart) == (0, 0)
