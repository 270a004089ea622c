import json
import shutil
from pathlib import Path

import pytest

from app.errors import WrongUse
from app.runs.run_labels import is_run_folder, read_run_labels
from engine.measures.label_scale import LabelScale
from trainer.config import LabelsConfig, RunConfig
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.split import Split
from trainer.labels.stored_labels import store_labels
from trainer.run_folder import RunFolder

LABELS = LabelSet(
    name="mine",
    photos=tuple(LabelledPhoto(path=Path(f"/p/{n}.jpg"), score=n / 5) for n in range(5)),
    range=LabelScale(low=0.0, high=1.0, higher_is_better=False),
    source=Path("labels.csv"),
    sha256="abc",
    notes=(),
)
SPLIT = Split(train=(0, 3), validation=(4,), test=(1,), how="as given")


@pytest.fixture
def run(tmp_path):
    config = RunConfig(name="a run", labels=LabelsConfig(source="labels.csv"))
    folder = RunFolder.create(tmp_path / "run", config)
    store_labels(folder.path, LABELS)
    folder.split_json.write_text(json.dumps(SPLIT.to_json()), encoding="utf-8")
    return folder.path


def test_the_photos_of_a_run_are_in_the_parts_that_it_cut(run):
    assert is_run_folder(run)
    labels = read_run_labels(run)
    assert [photo.split for photo in labels.photos] == ["train", "test", None, "train", "val"]
    assert [photo.path for photo in labels.photos] == [photo.path for photo in LABELS.photos]
    assert (labels.range, labels.sha256) == (LABELS.range, "abc")


def test_a_repeat_of_a_run_has_its_own_parts(run):
    repeat = run / "repeat_01"
    repeat.mkdir()
    shutil.move(run / "split.json", repeat / "split.json")
    assert not is_run_folder(run)
    assert is_run_folder(repeat)
    assert read_run_labels(repeat).photos[1].split == "test"


def test_other_folders_are_no_runs(tmp_path):
    assert not is_run_folder(tmp_path)
    assert not is_run_folder(tmp_path / "missing")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("split.json", "cut sho"),
        ("split.json", "[]"),
        ("split.json", '{"train": [99], "validation": [], "test": []}'),
        ("labels.json", "{}"),
        ("labels.csv", "image,score\na.jpg,good\n"),
    ],
)
def test_a_run_that_cannot_be_understood_is_named(run, file, content):
    (run / file).write_text(content, encoding="utf-8")
    with pytest.raises(WrongUse, match=r"run can't be read \(.*\)\. Give the labels CSV itself"):
        read_run_labels(run)
