import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError, TrainingError
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.split import Split, split_labels


def label_set(photos):
    return LabelSet(
        name="made up",
        photos=tuple(photos),
        range=LabelScale(low=0.0, high=1.0, higher_is_better=True),
        source=Path("labels.csv"),
        sha256="",
        notes=(),
    )


def photo(index, *, score=None, reference=None, split=None, alike=None):
    value = (index * 37 % 101) / 100 if score is None else score
    return LabelledPhoto(
        path=Path(f"p{index:04d}.png"),
        score=value,
        reference=reference,
        split=split,
        alike=alike,
    )


def names(labels, part):
    return {labels.photos[index].path.name for index in part}


def test_every_photo_is_in_exactly_one_part():
    split = split_labels(label_set(photo(i) for i in range(200)), seed=3)
    assert sorted([*split.train, *split.validation, *split.test]) == list(range(200))
    assert (len(split.train), len(split.validation), len(split.test)) == (140, 20, 40)
    assert split.how == "at random, evenly over the scores, seed 3: 20% test, 10% validation"


def test_without_references_the_parts_look_alike():
    labels = label_set(photo(i, score=(i / 500) ** 3) for i in range(500))
    split = split_labels(labels, seed=0)
    for part, num_per_bin in ((split.train, 35), (split.validation, 5), (split.test, 10)):
        found, _ = np.histogram(part, bins=np.arange(0, 501, 50))
        np.testing.assert_allclose(found, num_per_bin, atol=1)


def test_the_order_of_the_file_does_not_matter():
    photos = [photo(i) for i in range(90)]
    shuffled = random.Random(5).sample(photos, len(photos))
    first, second = label_set(photos), label_set(shuffled)
    one, other = split_labels(first, seed=7), split_labels(second, seed=7)
    for part in ("train", "validation", "test"):
        assert names(first, getattr(one, part)) == names(second, getattr(other, part))


def test_another_seed_gives_other_parts():
    labels = label_set(photo(i) for i in range(90))
    assert split_labels(labels, seed=1) == split_labels(labels, seed=1)
    assert split_labels(labels, seed=1).test != split_labels(labels, seed=2).test


def test_references_are_never_torn_apart():
    labels = label_set(photo(i, reference=f"r{i // 10}") for i in range(200))
    split = split_labels(labels, seed=11)
    parts = (split.train, split.validation, split.test)
    references = [{labels.photos[i].reference for i in part} for part in parts]
    assert [len(found) for found in references] == [14, 2, 4]
    assert "at random by reference (20 of them)" in split.how


def test_copies_among_single_photos_stay_together():
    photos = [photo(i, reference="copies" if i in (3, 60) else None) for i in range(120)]
    for seed in range(20):
        split = split_labels(label_set(photos), seed=seed)
        assert any({3, 60} <= set(part) for part in (split.train, split.validation, split.test))


def test_a_reference_too_large_for_the_test_is_trained_on():
    photos = [photo(i, reference="big" if i < 100 else None) for i in range(200)]
    for seed in range(10):
        split = split_labels(label_set(photos), seed=seed)
        assert set(range(100)) <= set(split.train)
        assert len(split.test) == 40


def test_given_parts_are_kept():
    parts = ["train"] * 30 + ["val"] * 10 + ["test"] * 10
    split = split_labels(label_set(photo(i, split=part) for i, part in enumerate(parts)), seed=0)
    assert split.train == tuple(range(30))
    assert split.validation == tuple(range(30, 40))
    assert split.test == tuple(range(40, 50))
    assert split.how == "as the labels say"


def test_a_missing_validation_part_is_cut_from_the_training_part():
    parts = ["train"] * 80 + ["test"] * 20
    photos = [photo(i, split=part, reference=f"r{i // 5}") for i, part in enumerate(parts)]
    labels = label_set(photos)
    split = split_labels(labels, seed=4)
    assert split.test == tuple(range(80, 100))
    assert len(split.validation) == 10
    shared = {photos[i].reference for i in split.validation} & {
        photos[i].reference for i in split.train
    }
    assert shared == set()
    assert "validation cut from the training part" in split.how


def test_photos_of_no_part_are_trained_on():
    parts = ["train"] * 10 + ["val"] * 5 + ["test"] * 5 + [None] * 5
    split = split_labels(label_set(photo(i, split=part) for i, part in enumerate(parts)), seed=0)
    assert split.train == (*range(10), *range(20, 25))
    assert "5 photos of no part taken for training" in split.how


def test_given_parts_can_be_passed_over():
    labels = label_set(photo(i, split="test" if i < 90 else "train") for i in range(100))
    assert len(split_labels(labels, seed=0, keep_given=False).test) == 20


def test_given_parts_without_a_test_are_an_error():
    labels = label_set(photo(i, split="train") for i in range(50))
    with pytest.raises(LabelError, match="none is for testing"):
        split_labels(labels, seed=0)


@pytest.mark.parametrize(
    ("photos", "part"),
    [
        ([photo(i, reference="one") for i in range(50)], "validation|test"),
        ([photo(i, split="test") for i in range(50)], "training"),
        ([photo(0), photo(1)], "validation|test"),
    ],
)
def test_an_empty_part_is_an_error(photos, part):
    with pytest.raises(TrainingError, match=f"The ({part}) part would be empty"):
        split_labels(label_set(photos), seed=0)


def test_there_may_be_no_validation_part():
    labels = label_set([photo(index) for index in range(100)])
    split = split_labels(labels, seed=3, validation_fraction=0.0)
    assert (len(split.train), len(split.validation), len(split.test)) == (80, 0, 20)
    assert "20% test, no validation part" in split.how
    assert split.test == split_labels(labels, seed=3, validation_fraction=0.1).test
    assert Split.from_json(split.to_json()) == split


def test_given_parts_may_lack_a_validation_part():
    photos = [photo(i, split="test" if i % 5 == 0 else "train") for i in range(20)]
    split = split_labels(label_set(photos), seed=0, validation_fraction=0.0)
    assert (len(split.train), split.validation, len(split.test)) == (16, (), 4)
    assert split.how == "as the labels say; no validation part"


def test_a_validation_part_that_the_labels_give_is_kept():
    parts = ["train", "train", "val", "test"]
    photos = [photo(i, split=parts[i % 4]) for i in range(20)]
    split = split_labels(label_set(photos), seed=0, validation_fraction=0.0)
    assert len(split.validation) == 5


@pytest.mark.parametrize("fractions", [(0.0, 0.1), (0.2, 1.0), (-0.1, 0.1)])
def test_a_fraction_outside_zero_to_one_is_an_error(fractions):
    test, validation = fractions
    labels = label_set(photo(i) for i in range(50))
    with pytest.raises(TrainingError, match="part can't be"):
        split_labels(labels, seed=0, test_fraction=test, validation_fraction=validation)


def test_fractions_that_leave_nothing_are_an_error():
    labels = label_set(photo(i) for i in range(50))
    with pytest.raises(TrainingError, match="leave nothing to train on"):
        split_labels(labels, seed=0, test_fraction=0.6, validation_fraction=0.4)


def test_a_split_survives_json():
    split = split_labels(label_set(photo(i) for i in range(50)), seed=0)
    assert Split.from_json(json.loads(json.dumps(split.to_json()))) == split


def test_json_with_a_photo_in_two_parts_is_refused():
    with pytest.raises(TrainingError, match="a photo in two parts"):
        Split.from_json({"how": "", "train": [0, 1], "validation": [1], "test": [2]})


@pytest.mark.parametrize("value", [None, [0.5], ["0"], [True]])
def test_json_that_is_no_list_of_numbers_is_refused(value):
    with pytest.raises(TrainingError, match="does not list its photos"):
        Split.from_json({"how": "", "train": value, "validation": [1], "test": [2]})


def test_scores_of_one_value_can_still_be_split():
    labels = label_set(replace(photo(i), score=0.5) for i in range(100))
    assert len(split_labels(labels, seed=0).test) == 20


def parts_of(split):
    return [set(part) for part in (split.train, split.validation, split.test)]


def test_photos_that_look_alike_are_never_torn_apart():
    labels = label_set(photo(i, alike=None if i % 3 else i // 9 + 1) for i in range(180))
    for seed in range(5):
        split = split_labels(labels, seed=seed)
        for group in range(1, 21):
            members = {i for i in range(180) if labels.photos[i].alike == group}
            assert len(members) == 3
            assert any(members <= part for part in parts_of(split))
    assert split.how.startswith("at random, evenly over the scores, seed 4")
    assert split.how.endswith("; 60 photos that look alike kept together")


def test_likeness_joins_references_to_one_unit():
    # 0 and 1 share a reference, 1 and 2 look alike, 2 and 3 share another reference.
    joined = [
        photo(0, reference="a"),
        photo(1, reference="a", alike=7),
        photo(2, reference="b", alike=7),
        photo(3, reference="b"),
    ]
    labels = label_set([*joined, *(photo(i, reference=f"r{i}") for i in range(4, 80))])
    for seed in range(10):
        split = split_labels(labels, seed=seed)
        assert any({0, 1, 2, 3} <= part for part in parts_of(split))
    assert split.how.startswith("at random by group (77 of them)")


def test_without_photos_that_look_alike_nothing_changes():
    labels = label_set(photo(i, reference=f"r{i // 4}") for i in range(200))
    assert split_labels(labels, seed=1) == split_labels(labels, seed=1, keep_alike=False)
    assert "alike" not in split_labels(labels, seed=1).how


def test_likeness_can_be_passed_over():
    photos = [photo(i) for i in range(100)]
    alike = label_set(replace(one, alike=1) for one in photos)
    apart = split_labels(alike, seed=0, keep_alike=False)
    plain = split_labels(label_set(photos), seed=0)
    assert parts_of(apart) == parts_of(plain)
    assert apart.how == plain.how + "; 100 photos that look alike parted"
    with pytest.raises(TrainingError, match=r"split\.group_near_duplicates = false"):
        split_labels(alike, seed=0)
