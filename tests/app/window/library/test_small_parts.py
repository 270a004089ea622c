"""Dialogs, words and pictures of the library, each on its own."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionViewItem

from app.catalog.photo_entry import Flag
from app.window.library.action_preview_dialog import ActionPreviewDialog
from app.window.library.below_score_dialog import BelowScoreDialog
from app.window.library.folder_tree import FolderTree
from app.window.library.reasons_dialog import ReasonsDialog
from app.window.photo_list.photo_columns import PhotoBatch
from app.window.photo_list.photo_delegate import PhotoDelegate
from app.window.photo_list.photo_text import spoken, tool_tip
from app.window.widgets.path_chooser import SystemPathChooser
from engine.certainty.familiarity import Familiarity


def test_a_photo_in_words(make_photo):
    assert spoken(make_photo(1)) == "1.jpg, not rated"
    assert spoken(make_photo(1, error="Empty.", flag=Flag.REJECTED)) == (
        "1.jpg, can't be read, rejected"
    )
    assert spoken(make_photo(1, 71.6, stars=1)) == "1.jpg, score 72 of 100, 1 star"
    assert tool_tip(make_photo(1, error="It is empty."), None) == "1.jpg\nIt is empty."
    assert tool_tip(make_photo(1, 71.62, uncertainty=2.5, width_px=30, height_px=20), 95.2) == (
        "1.jpg\nScore 71.6 ± 2.5 of 100\nScores as high as 95 % of this folder, or higher\n"
        "30 \N{MULTIPLICATION SIGN} 20"
    )


def test_a_photo_unlike_the_training_photos_is_named_so(make_photo):
    odd = make_photo(1, 71.6, uncertainty=20.0, familiarity=Familiarity(distance=1.5))
    assert spoken(odd) == "1.jpg, score 72 of 100, unlike anything this model learned from"
    assert tool_tip(odd, None).endswith("\nUnlike anything this model learned from")


def test_a_long_preview_is_cut_with_a_count(qtbot):
    dialog = ActionPreviewDialog(
        "Copy 3,000 photos", [f"line {number}" for number in range(3_000)],
        conflicts=[f"conflict {number}" for number in range(9)], num_photos=3_000, can_undo=True,
    )  # fmt: skip
    qtbot.addWidget(dialog)

    assert dialog.list.toPlainText().endswith("and 1000 more")
    assert dialog.conflicts.text().endswith("and 3 more")
    assert dialog.undo_label.text() == "This can be undone."


def test_a_preview_of_nothing_can_not_be_accepted(qtbot):
    dialog = ActionPreviewDialog("Nothing", [], conflicts=[], num_photos=0, can_undo=False)
    qtbot.addWidget(dialog)

    assert not dialog.accept_button.isEnabled()
    assert dialog.undo_label.text() == "This can't be undone."


def test_below_which_score_tells_how_many(qtbot):
    dialog = BelowScoreDialog(lambda score: int(score) - 40)
    qtbot.addWidget(dialog)

    assert dialog.count.text() == "0 photos"
    assert not dialog.accept_button.isEnabled()
    dialog.score.setValue(41)
    assert dialog.count.text() == "1 photo"
    assert dialog.accept_button.isEnabled()


def test_a_number_typed_into_the_dialog_replaces_the_guess(qtbot):
    dialog = BelowScoreDialog(lambda score: int(score))
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    assert dialog.focusWidget() is dialog.score
    qtbot.keyClicks(dialog.score, "25")
    assert dialog.score.value() == 25


def test_reasons_can_be_copied(qtbot):
    dialog = ReasonsDialog("Files", "These.", [(Path("/a/b.jpg"), "It is empty.")])
    qtbot.addWidget(dialog)
    dialog.copy_button.click()

    assert QGuiApplication.clipboard().text() == f"{Path('/a/b.jpg')}\tIt is empty."
    assert not dialog.retry_button.isVisibleTo(dialog)


def test_the_tree_goes_to_the_open_folder_and_chooses_others(qtbot, tmp_path):
    folder = tmp_path / "holiday" / "day one"
    folder.mkdir(parents=True)
    tree = FolderTree()
    qtbot.addWidget(tree)
    tree.resize(200, 300)
    tree.show()
    tree.show_folder(folder)
    qtbot.waitUntil(lambda: tree.viewport().rect().contains(tree.visualRect(tree.currentIndex())))
    assert tree.folder_at(tree.currentIndex()) == folder

    with qtbot.waitSignal(tree.folder_chosen) as heard:
        tree.setFocus()
        qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert heard.args == [folder]


def painted(photos, entry, thumbnail=None):
    photos.thumbnail_of = lambda _: thumbnail
    photos.replace_all(PhotoBatch.of([entry]))
    delegate = PhotoDelegate(100)
    image = QImage(120, 160, QImage.Format.Format_RGB32)
    image.fill(QColor(32, 32, 32))
    painter = QPainter(image)
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 120, 160)
    delegate.paint(painter, option, photos.index(0))
    painter.end()
    return image


@pytest.fixture
def red(qapp):
    pixmap = QPixmap(100, 60)
    pixmap.fill(QColor(200, 0, 0))
    return pixmap


def test_a_thumbnail_is_painted_pixel_for_pixel_in_the_middle(photos, make_photo, red):
    image = painted(photos, make_photo(1), red)

    assert image.pixelColor(60, 58) == QColor(200, 0, 0)
    assert image.pixelColor(60, 20) == QColor(32, 32, 32)


def test_a_rejected_photo_is_dim(photos, make_photo, red):
    image = painted(photos, make_photo(1, flag=Flag.REJECTED), red)

    assert image.pixelColor(60, 58).red() < 120


@pytest.mark.parametrize(
    "known",
    [{"stars": 3}, {"flag": Flag.PICKED}, {"flag": Flag.REJECTED}, {"score": 50.0}],
)
def test_every_mark_is_seen(photos, make_photo, red, known):
    def marks(entry):
        return painted(photos, entry, red).copy(0, 112, 120, 20)

    assert marks(make_photo(1, **known)) != marks(make_photo(1))


def test_an_unreadable_photo_is_told_from_one_that_is_still_to_come(photos, make_photo):
    assert painted(photos, make_photo(1, error="Empty.")) != painted(photos, make_photo(1))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("", None), ("/a/scores", Path("/a/scores.csv")), ("/a/scores.txt", Path("/a/scores.txt"))],
)
def test_a_table_gets_its_suffix(qtbot, monkeypatch, answer, expected):
    from PySide6.QtWidgets import QFileDialog, QWidget

    # The system's own dialog can't be driven by a test.
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (answer, ""))
    parent = QWidget()
    qtbot.addWidget(parent)

    assert SystemPathChooser().new_csv(parent, "Export", Path("scores.csv")) == expected
