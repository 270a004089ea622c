import json
from dataclasses import replace

import pytest

from trainer.errors import TrainingError
from trainer.labels.read_config import read_named_labels
from trainer.run_folder import RunFolder
from trainer.split_in_use import split_in_use


@pytest.fixture
def labels(small_runs, small_set):
    return read_named_labels(small_runs.config(small_set).labels)


@pytest.fixture
def made(small_runs, small_set, tmp_path):
    """Makes a run folder; `sections` as in small_runs.config."""

    def make(**sections):
        return RunFolder.create(tmp_path / "run", small_runs.config(small_set, **sections))

    return make


def parts(split):
    return {"train": split.train, "val": split.validation, "test": split.test}


def test_the_parts_that_labels_give_are_taken(made, labels):
    split = split_in_use(made(), labels, {}, 0)
    for name, indices in parts(split).items():
        assert {labels.photos[index].split for index in indices} == {name}
    assert sum(map(len, parts(split).values())) == 80


def test_the_parts_are_drawn_once_and_kept(made, labels):
    folder = made()
    first = split_in_use(folder, labels, {}, 0)
    folder.config = replace(folder.config, split=replace(folder.config.split, seed=9))
    without_parts = replace(
        labels, photos=tuple(replace(photo, split=None) for photo in labels.photos)
    )
    assert split_in_use(folder, without_parts, {}, 0) == first


def test_repeats_draw_anew_and_keep_groups_together(made, labels):
    folder = made(split={"num_repeats": 2})
    one, two = (split_in_use(folder, labels, {}, number) for number in (0, 1))
    assert one.test != two.test
    for split in (one, two):
        scenes = [{labels.photos[i].reference for i in part} for part in parts(split).values()]
        assert not scenes[0] & scenes[1]
        assert not scenes[0] & scenes[2]
        assert not scenes[1] & scenes[2]
    assert (folder.path / "repeat_02" / "split.json").exists()


def with_twins(labels):
    """Without references and parts; photos 2n and 2n + 1 look alike."""
    photos = tuple(
        replace(photo, split=None, reference=None, alike=n // 2)
        for n, photo in enumerate(labels.photos)
    )
    return replace(labels, photos=photos)


def num_torn(split):
    train, validation, test = ({index // 2 for index in part} for part in parts(split).values())
    return len(train & validation) + len(train & test) + len(validation & test)


def test_photos_that_look_alike_stay_together(made, labels):
    assert num_torn(split_in_use(made(), with_twins(labels), {}, 0)) == 0


def test_a_run_goes_on_with_the_split_that_it_stored_before_likeness_was_known(made, labels):
    folder = made(split={"group_near_duplicates": False})
    stored = split_in_use(folder, with_twins(labels), {}, 0)
    folder.config = replace(
        folder.config, split=replace(folder.config.split, group_near_duplicates=True)
    )
    assert split_in_use(folder, with_twins(labels), {}, 0) == stored
    assert num_torn(stored) > 0


def test_photos_that_cannot_be_read_are_in_no_part(made, labels):
    split = split_in_use(made(), labels, {0: "It is empty.", 41: "It is empty."}, 0)
    assert not {0, 41} & {*split.train, *split.validation, *split.test}
    assert sum(map(len, parts(split).values())) == 78


def test_a_photo_that_was_used_and_cannot_be_read_any_more_is_named(made, labels):
    folder = made()
    split_in_use(folder, labels, {}, 0)
    with pytest.raises(TrainingError, match=r"2 photos that this run uses can't be read") as caught:
        split_in_use(folder, labels, {3: "It is gone.", 8: "It is gone."}, 0)
    assert f"{labels.photos[3].path} (It is gone.)" in caught.value.what
    assert "Put them back" in caught.value.hint


def test_a_photo_that_was_never_used_may_stay_unreadable(made, labels):
    folder = made()
    first = split_in_use(folder, labels, {7: "It is empty."}, 0)
    assert split_in_use(folder, labels, {7: "It is empty."}, 0) == first


def test_a_part_with_nothing_to_tell_apart_is_refused(made, labels):
    in_validation = [n for n, photo in enumerate(labels.photos) if photo.split == "val"]
    with pytest.raises(TrainingError, match="The validation part has 1 photo,") as caught:
        split_in_use(made(), labels, dict.fromkeys(in_validation[1:], "It is empty."), 0)
    assert "[split]" in caught.value.hint


def test_too_few_crops_for_one_batch_are_refused(made, labels):
    in_training = [n for n, photo in enumerate(labels.photos) if photo.split == "train"]
    unreadable = dict.fromkeys(in_training[3:], "It is empty.")
    with pytest.raises(TrainingError, match="gives 3 crops in an epoch; a batch needs at least 4"):
        split_in_use(made(), labels, unreadable, 0)


def test_the_stored_parts_are_plain_json(made, labels):
    folder = made()
    split = split_in_use(folder, labels, {}, 0)
    stored = json.loads(folder.split_json.read_text())
    assert stored["test"] == list(split.test)
    assert stored["how"] == split.how
