import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.split import Split
from trainer.labels.stored_labels import store_labels, stored_labels, stored_split

GOLDEN = Path(__file__).parents[2] / "golden"
PATHS = ["ein Bild, mit „Komma“ 📷.jpg", 'quo"te.png', "two\nlines.png", " spaces .jpg"]
LABELS = LabelSet(
    name="Étude",
    photos=tuple(
        LabelledPhoto(path=Path(path), score=1 / 3 * n, reference=ref, split=part)
        for n, (path, ref, part) in enumerate(
            zip(PATHS, ["a", None, "a,b", "c"], ["train", "val", "test", None], strict=True)
        )
    ),
    range=LabelScale(low=0.1, high=0.7, higher_is_better=False),
    source=Path("labels.csv"),
    sha256="ab" * 32,
    notes=("one", "two"),
)


def test_any_path_and_any_number_survive(tmp_path):
    store_labels(tmp_path, LABELS)
    assert stored_labels(tmp_path) == LABELS


def test_the_spread_and_the_counts_of_the_ratings_survive(tmp_path):
    spreads = [(0.1 + 0.2, (3, 0, 12)), (0.0, None), (None, (0, 1)), (None, None)]
    photos = tuple(
        replace(photo, std=std, counts=counts)
        for photo, (std, counts) in zip(LABELS.photos, spreads, strict=True)
    )
    store_labels(tmp_path, replace(LABELS, photos=photos))
    assert stored_labels(tmp_path).photos == photos


def test_groups_that_look_alike_survive_and_are_counted(tmp_path):
    groups = (2, None, 1, 2)
    photos = tuple(
        replace(photo, alike=alike) for photo, alike in zip(LABELS.photos, groups, strict=True)
    )
    store_labels(tmp_path, replace(LABELS, photos=photos))
    assert stored_labels(tmp_path).photos == photos
    facts = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    assert facts["near_duplicates"] == {"num_photos": 3, "num_groups": 2}


def test_labels_of_format_2_are_read():
    labels = stored_labels(GOLDEN / "run_labels_v2")
    assert [photo.std for photo in labels.photos] == [0.1, None, 0.25]
    assert [photo.counts for photo in labels.photos] == [(1, 2), None, (0, 0, 7)]
    assert [photo.alike for photo in labels.photos] == [1, None, 1]


def test_labels_that_were_stored_before_format_2_are_read():
    labels = stored_labels(GOLDEN / "run_labels_v1")
    assert (labels.name, labels.sha256, labels.notes) == ("Étude", "ab" * 32, ("one", "two"))
    assert labels.range == LabelScale(low=0.0, high=1.0, higher_is_better=False)
    assert labels.photos == (
        LabelledPhoto(
            path=Path("photos/ein Bild, mit „Komma“.jpg"),
            score=0.25,
            reference="a,b",
            split="train",
        ),
        LabelledPhoto(path=Path('photos/quo"te.png'), score=1 / 3, split="val"),
        LabelledPhoto(path=Path("photos/plain.jpg"), score=0.75, reference="c"),
    )


def test_a_run_that_has_not_come_so_far_has_none(tmp_path):
    assert stored_labels(tmp_path) is None
    assert stored_split(tmp_path) is None


def test_labels_of_a_newer_program_are_refused_with_the_way_out(tmp_path):
    shutil.copytree(GOLDEN / "run_labels_v1", tmp_path, dirs_exist_ok=True)
    facts = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    (tmp_path / "labels.json").write_text(json.dumps({**facts, "format_version": 99}))
    with pytest.raises(LabelError, match=r"can't be read \(they have format 99; update Discern\)"):
        stored_labels(tmp_path)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("labels.json", "{}"),
        ("labels.json", "[]"),
        ("labels.json", '{"format_version": "two"}'),
        ("labels.csv", "image,score\na.jpg,good\n"),
        ("labels.csv", "image,score,reference,split,std,counts\na.jpg,1,,,,many\n"),
    ],
)
def test_labels_that_cannot_be_understood_name_their_run(tmp_path, file, content):
    store_labels(tmp_path, LABELS)
    (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(LabelError, match=r"labels of the run .* can't be read \(.*Start the run"):
        stored_labels(tmp_path)


def test_parts_are_read_as_they_were_stored(tmp_path):
    split = Split(train=(0, 3), validation=(2,), test=(1,), how="as given")
    (tmp_path / "split.json").write_text(json.dumps(split.to_json()), encoding="utf-8")
    assert stored_split(tmp_path) == split
    (tmp_path / "split.json").write_text("cut sho")
    with pytest.raises(LabelError, match="can't be read"):
        stored_split(tmp_path)
