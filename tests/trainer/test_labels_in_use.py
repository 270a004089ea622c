from dataclasses import replace

import pytest

from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels.read_config import read_named_labels
from trainer.labels.stored_labels import stored_labels
from trainer.labels_in_use import labels_in_use
from trainer.protocol import Notice
from trainer.run_folder import RunFolder


@pytest.fixture
def folder(small_runs, small_set, tmp_path):
    return RunFolder.create(tmp_path / "run", small_runs.config(small_set))


def test_labels_are_read_checked_and_kept(folder, small_runs, small_set):
    ear = small_runs.Ear()
    labels = labels_in_use(folder, ear)
    assert len(labels.photos) == 80
    assert labels.range == LabelScale(low=1.0, high=5.0, higher_is_better=True)
    assert stored_labels(folder.path) == labels
    assert any("the scale is 1 to 5" in notice.what for notice in ear.heard(Notice))


def test_a_run_keeps_the_labels_it_began_with(small_runs, tmp_path):
    labels_csv = small_runs.write_set(tmp_path / "set")
    folder = RunFolder.create(tmp_path / "run", small_runs.config(labels_csv))
    before = labels_in_use(folder, small_runs.Ear())
    labels_csv.write_text("nothing,useful\n")
    ear = small_runs.Ear()
    assert labels_in_use(folder, ear) == before
    assert ear.messages == []  # what there was to tell was told at the first start


def test_there_are_no_stored_labels_before_the_first_start(folder):
    assert stored_labels(folder.path) is None


def test_labels_go_by_the_name_that_the_config_gives(small_runs, small_set):
    config = small_runs.config(small_set).labels
    assert read_named_labels(replace(config, name="My photos")).name == "My photos"
    assert read_named_labels(config).name != "My photos"


def write_labels(folder, rows, header="image,mos"):
    path = folder / "labels.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def good_rows(folder):
    return [f"{path.name},{2 + n % 10 / 5}" for n, path in enumerate(sorted(folder.glob("*.*")))]


@pytest.fixture
def photos(small_runs, tmp_path):
    """A folder of 80 photos without labels."""
    folder = tmp_path / "set"
    small_runs.write_set(folder).unlink()
    return folder


def spoilt(photos, kind):
    """Labels that a run must refuse, and what it must say."""
    rows = good_rows(photos)
    names = [row.split(",")[0] for row in rows]
    match kind:
        case "most photos missing":
            return [f"elsewhere/{row}" for row in rows], r"80 of 80 photos are missing.*scene00_0"
        case "two scores for one photo":
            return [*rows, f"{names[3]},1.5"], rf"more than once.*{names[3]} \(1.5, 2.6\)"
        case "all scores equal":
            return [f"{name},3" for name in names], "same score, 3; there is nothing to learn"
        case "no score is a number":
            return [f"{name},nan" for name in names], "0 photos can be used"
        case "too few":
            return rows[:19], "19 photos can be used, but training needs at least 20"
    raise AssertionError(kind)


@pytest.mark.parametrize(
    "kind",
    [
        "most photos missing",
        "two scores for one photo",
        "all scores equal",
        "no score is a number",
        "too few",
    ],
)
def test_labels_that_cannot_be_trained_on_are_refused_by_name(photos, small_runs, tmp_path, kind):
    rows, said = spoilt(photos, kind)
    folder = RunFolder.create(tmp_path / "run", small_runs.config(write_labels(photos, rows)))
    with pytest.raises(LabelError, match=said) as caught:
        labels_in_use(folder, small_runs.Ear())
    assert caught.value.hint
    assert stored_labels(folder.path) is None


def test_a_group_in_two_parts_is_refused_by_name(photos, small_runs, tmp_path):
    rows = [
        f"{row},{row.split('_')[0]},{'test' if n % 5 == 0 else 'train'}"
        for n, row in enumerate(good_rows(photos))
    ]
    labels = write_labels(photos, rows, header="image,mos,reference,split")
    folder = RunFolder.create(tmp_path / "run", small_runs.config(labels))
    with pytest.raises(LabelError, match=r"16 references are in more than one part.*scene00"):
        labels_in_use(folder, small_runs.Ear())


def test_photos_that_look_alike_are_told_logged_and_kept(photos, small_runs, tmp_path, caplog):
    caplog.set_level("INFO", logger="trainer.labels_in_use")
    ear = small_runs.Ear()
    config = small_runs.config(write_labels(photos, good_rows(photos)))
    folder = RunFolder.create(tmp_path / "run", config)
    labels = labels_in_use(folder, ear)
    groups = {photo.alike for photo in labels.photos} - {None}
    for group in groups:
        scenes = {p.path.name.split("_")[0] for p in labels.photos if p.alike == group}
        assert len(scenes) == 1
    num_alike = sum(photo.alike is not None for photo in labels.photos)
    assert num_alike > 40
    told = f"{num_alike} photos look alike, in {len(groups)} groups"
    assert any(told in notice.what for notice in ear.heard(Notice))
    assert told in caplog.text
    assert stored_labels(folder.path).photos == labels.photos


def test_what_can_be_left_out_is_left_out_and_told(photos, small_runs, tmp_path):
    rows = good_rows(photos)
    rows[0] = rows[0].split(",")[0] + ",not a number"
    rows[1] = rows[1].split(",")[0] + ",77"
    (photos / rows[2].split(",")[0]).unlink()
    (photos / rows[3].split(",")[0]).write_bytes(b"not a photo")
    labels = write_labels(photos, [*rows, rows[5]])
    ear = small_runs.Ear()
    folder = RunFolder.create(tmp_path / "run", small_runs.config(labels))
    assert len(labels_in_use(folder, ear).photos) == 76
    told = " ".join(notice.what for notice in ear.heard(Notice))
    for words in (
        "1 photo without a finite number",
        "1 photo with a score outside 1 to 5",
        "1 of 78 photos are missing",
        "1 of 77 photos can't be read",
        "1 photo named more than once with the same score",
    ):
        assert words in told
