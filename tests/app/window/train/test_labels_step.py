"""The first page: every fault of a labels file is explained, with counts and names."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.marks import MarkChange
from app.catalog.photo_entry import Flag
from app.catalog.photo_files import stamp_of
from app.runs.own_labels import OwnLabels, write_flag_labels, write_star_labels
from app.window.train.labels_step import LabelsStep


@pytest.fixture
def photos(tmp_path) -> Path:
    """30 different photos."""
    folder = tmp_path / "labelled"
    folder.mkdir()
    for number in range(30):
        colour = (8 * number, 255 - 8 * number, 40)
        Image.new("RGB", (48, 40), colour).save(folder / f"p{number:02d}.png")
    return folder


@pytest.fixture
def catalog(tmp_path):
    made = LibraryCatalog(tmp_path / "catalog.sqlite3")
    yield made
    made.close()


@pytest.fixture
def step(qtbot, jobs, catalog, tmp_path) -> LabelsStep:
    tables = tmp_path / "tables"
    own = [
        OwnLabels(name="Stars", low=1, high=5, write=lambda: write_star_labels(catalog, tables)),
        OwnLabels(name="Picks", low=0, high=1, write=lambda: write_flag_labels(catalog, tables)),
    ]
    made = LabelsStep(jobs, own)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def write(folder, rows, header="image,score") -> Path:
    path = folder / "labels.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def good_rows(count=30):
    return [f"p{number:02d}.png,{1 + 4 * number / 29:.2f}" for number in range(count)]


def read(qtbot, step, path) -> None:
    step.source.setText(str(path))
    qtbot.waitUntil(lambda: step._job is None and not step._timer.isActive(), timeout=30_000)


def test_sound_labels_are_shown_and_let_one_go_on(qtbot, step, photos):
    read(qtbot, step, write(photos, good_rows()))

    assert step.problem == ""
    assert "30 of 30 photos can be used" in step.summary.text()
    assert step.histogram.isVisible()
    assert not step.problems.isVisible()


FAULTS = {
    "no number": (["p00.png,good"], "without a finite number", "p00.png"),
    "outside": (["p00.png,77"], "outside 1 to 5", "p00.png (77)"),
    "twice alike": (["p00.png,1.00"], "more than once with the same score", "p00.png"),
    "twice otherwise": (["p00.png,5.00"], "more than once with different scores", "p00.png"),
    "missing": (["gone.png,3"], "1 of 31 photos are missing", "gone.png"),
    "unreadable": (["broken.jpg,3"], "1 of 31 photos can't be read", "broken.jpg"),
    "copies": (["copy.png,3"], "copies of one another", "copy.png"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_count_its_files_and_a_way_on(qtbot, step, photos, fault):
    rows, words, name = FAULTS[fault]
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff and no more")
    shutil.copyfile(photos / "p05.png", photos / "copy.png")
    kept = good_rows()[1:] if fault in ("no number", "outside") else good_rows()
    step.low.setText("1")
    step.high.setText("5")
    read(qtbot, step, write(photos, [*kept, *rows]))

    text = step.problems.text()
    assert step.problems.isVisible()
    assert words in text
    assert name in text
    (problem,) = step.problems._problems
    assert problem.count == len(problem.concerned)
    assert problem.hint in text
    assert bool(step.problem) == problem.is_fatal


def test_all_files_of_a_fault_are_listed(qtbot, step, photos):
    read(qtbot, step, write(photos, [*good_rows(), *(f"gone{n}.png,3" for n in range(12))]))

    assert all(f"gone{number}.png" in step.problems.text() for number in range(12))


@pytest.mark.parametrize(
    ("rows", "header", "words"),
    [
        (good_rows(4), "image,score", "needs at least 5"),
        ([row.split(",")[0] + ",3" for row in good_rows()], "image,score", "the same score, 3"),
        (
            [f"{row},s{n % 3},{'test' if n % 2 else 'train'}" for n, row in enumerate(good_rows())],
            "image,score,reference,split",
            "in more than one part",
        ),
    ],
)
def test_what_must_be_mended_holds_one_back(qtbot, step, photos, rows, header, words):
    read(qtbot, step, write(photos, rows, header))

    assert words in step.problems.text()
    assert "can't be trained on yet" in step.problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"image,score\n", "has a header but no photos"),
        (b"a,b\n1,2\n", "no column that could hold the photos"),
        (b"image,colour\np00.png,red\n", "no column that could hold the scores"),
    ],
)
def test_a_file_that_is_no_table_of_labels_is_said(qtbot, step, photos, content, words):
    path = photos / "labels.csv"
    path.write_bytes(content)
    read(qtbot, step, path)

    assert words in step.problem


def test_a_file_that_is_not_there_is_said(qtbot, step, tmp_path):
    read(qtbot, step, tmp_path / "nowhere.csv")

    assert "does not exist" in step.problem


def test_a_scale_that_is_no_number_is_said_at_once(step, photos):
    step.source.setText(str(write(photos, good_rows())))
    step.low.setText("one")

    assert step.problem == "one is no number."


def test_the_wrong_columns_can_be_corrected(qtbot, step, photos):
    rows = [f"{row},{100 - number}" for number, row in enumerate(good_rows())]
    read(qtbot, step, write(photos, rows, "image,score,beauty"))
    choice = step.columns.choices["score"]
    assert choice.currentText() == "score"

    choice.setCurrentIndex(choice.findData("beauty"))
    choice.activated.emit(choice.currentIndex())
    qtbot.waitUntil(lambda: step.problem == "", timeout=30_000)
    assert step.config().score_column == "beauty"
    assert step.review.usable.photos[0].score == 100
    assert "the scores are in the column 'beauty'" in step.notes.text()


def test_stars_given_in_the_library_are_labels(qtbot, step, photos, catalog):
    step.own_buttons["Stars"].click()
    qtbot.waitUntil(lambda: "No photo has stars yet" in step.summary.text(), timeout=30_000)

    paths = sorted(photos.glob("*.png"))
    catalog.set_marks(
        [MarkChange(stamp=stamp_of(path), stars=number % 5 + 1) for number, path in
         enumerate(paths)]
    )  # fmt: skip
    step.own_buttons["Stars"].click()
    qtbot.waitUntil(lambda: step.review is not None, timeout=30_000)
    assert step.problem == ""
    assert "30 of 30" in step.summary.text()
    assert (step.review.usable.range.low, step.review.usable.range.high) == (1, 5)
    assert [photo.path for photo in step.review.usable.photos] == paths


def test_picks_and_rejects_are_labels(qtbot, step, photos, catalog):
    step.own_buttons["Picks"].click()
    qtbot.waitUntil(lambda: "0 picked and 0 rejected" in step.summary.text(), timeout=30_000)

    paths = sorted(photos.glob("*.png"))
    catalog.set_marks(
        [
            MarkChange(stamp=stamp_of(path), flag=Flag.PICKED if number % 3 else Flag.REJECTED)
            for number, path in enumerate(paths[:24])
        ]
    )
    step.own_buttons["Picks"].click()
    qtbot.waitUntil(lambda: step.review is not None, timeout=30_000)
    assert step.problem == ""
    assert "24 of 24" in step.summary.text()
    assert [photo.score for photo in step.review.usable.photos[:4]] == [0, 1, 1, 0]
    assert (step.review.usable.range.low, step.review.usable.range.high) == (0, 1)
