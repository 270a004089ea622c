import shutil

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QListView, QSpinBox, QWidget

from app.catalog.photo_entry import Flag
from app.window.library.action_preview_dialog import ActionPreviewDialog
from app.window.library.below_score_dialog import BelowScoreDialog
from app.window.library.reasons_dialog import ReasonsDialog
from app.window.photo_list.photo_order import PhotoFilter, SortKey
from app.window.photo_list.wanted_thumbnails import stamp_of_entry

Key = Qt.Key


@pytest.fixture
def opened(library, photo_folder, age):
    age(photo_folder)
    library.open(photo_folder)
    library.page.grid.setFocus()
    return library


def press(qtbot, library, *keys):
    for key in keys:
        qtbot.keyClick(library.page.grid, key)


def current_name(library):
    return library.photos.entry(library.page.current_row()).path.name


def settle(qtbot, library):
    """Until every action asked for is done."""
    qtbot.waitUntil(lambda: not library.desk._errands and not library.desk._runner._jobs)


def test_without_a_folder_it_says_what_to_do(library):
    assert library.page.stack.currentWidget() is library.page.empty
    assert library.page.empty.title.text() == "No folder is open"


def test_a_folder_shows_its_photos_and_is_announced(qtbot, library, photo_folder):
    with qtbot.waitSignal(library.page.folder_opened) as heard:
        library.open(photo_folder)

    assert heard.args == [photo_folder]
    assert library.names() == [f"photo{number}.jpg" for number in range(6)]
    assert library.page.stack.currentWidget() is library.page.grid
    assert library.page.header.counts.text() == "6 photos"
    assert library.page.current_row() == 0


def test_thumbnails_of_what_is_visible_come(qtbot, opened):
    entry = opened.photos.entry(0)
    qtbot.waitUntil(lambda: opened.thumbnails.find(stamp_of_entry(entry)) is not None)


def test_an_empty_folder_says_so(library, tmp_path):
    empty = tmp_path / "nothing"
    empty.mkdir()
    library.open(empty)

    assert library.page.empty.title.text() == "There are no photos here"
    assert library.page.empty.button.text() == "Look again"


def test_a_missing_folder_says_so_and_can_be_tried_again(qtbot, library, tmp_path, photo_folder):
    gone = tmp_path / "gone"
    with (
        qtbot.assertNotEmitted(library.page.folder_opened),
        qtbot.waitSignal(library.folder.scan_failed),
    ):
        library.page.open_folder(gone)
    assert "is not there any more" in library.page.empty.text.text()

    shutil.copytree(photo_folder, gone)
    with qtbot.waitSignal(library.folder.scanned):
        library.page.empty.button.click()
    assert library.photos.num_photos == 6


def test_rating_fills_in_the_scores(qtbot, opened):
    opened.load_model()
    assert opened.page.rating_bar.rate_button.text() == "Rate 6 photos"
    opened.rate()

    assert all(opened.photos.entry(row).score_0_100 is not None for row in range(6))
    assert not opened.page.rating_bar.rate_button.isVisible()
    qtbot.waitUntil(lambda: opened.page.filter_bar.unrated.text() == "Unrated 0")


def test_a_folder_is_rated_when_it_is_opened_if_that_is_the_setting(qtbot, library, photo_folder):
    library.settings.change(rates_on_open=True)
    library.load_model()
    with qtbot.waitSignal(library.rating.ended, timeout=60_000):
        library.open(photo_folder)

    assert library.photos.unrated_paths() == []


def test_a_rated_folder_opens_with_its_scores_before_the_model_is_there(
    qtbot, opened, photo_folder, tmp_path
):
    opened.load_model()
    opened.rate()
    scores = [opened.photos.entry(row).score_0_100 for row in range(6)]
    opened.open(tmp_path)
    opened.scoring.load("anything")  # from here on there is no model for a while
    opened.open(photo_folder)

    assert [opened.photos.entry(row).score_0_100 for row in range(6)] == scores


def test_sorting_by_score_puts_the_best_first(opened):
    opened.load_model()
    opened.rate()
    header = opened.page.header
    header.sort.setCurrentIndex(header.sort.findData(SortKey.SCORE))

    scores = [opened.photos.entry(row).score_0_100 for row in range(6)]
    assert scores == sorted(scores, reverse=True)
    header.direction.click()
    scores = [opened.photos.entry(row).score_0_100 for row in range(6)]
    assert scores == sorted(scores)


def test_stars_and_flags_by_keys_are_kept(qtbot, opened, photo_folder):
    press(qtbot, opened, Key.Key_4, Key.Key_Right, Key.Key_P, Key.Key_Space, Key.Key_X)
    settle(qtbot, opened)
    opened.open(photo_folder)

    assert [opened.photos.entry(row).stars for row in range(3)] == [4, 0, 0]
    assert [opened.photos.entry(row).flag for row in range(4)] == [
        Flag.NONE, Flag.PICKED, Flag.REJECTED, Flag.NONE,
    ]  # fmt: skip


def test_marks_go_to_all_that_is_selected_and_can_be_taken_back(qtbot, opened):
    opened.page.grid.selectAll()
    press(qtbot, opened, Key.Key_3)
    assert {opened.photos.entry(row).stars for row in range(6)} == {3}
    settle(qtbot, opened)
    press(qtbot, opened, Key.Key_5)
    settle(qtbot, opened)
    assert opened.page.menu.undo.isEnabled()

    qtbot.keyClick(opened.page.grid, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: {opened.photos.entry(row).stars for row in range(6)} == {3})
    qtbot.keyClick(opened.page.grid, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: {opened.photos.entry(row).stars for row in range(6)} == {0})
    qtbot.waitUntil(lambda: not opened.page.menu.undo.isEnabled())


def test_marking_can_go_on_to_the_next_photo(qtbot, opened):
    opened.settings.change(advances_after_marking=True)
    press(qtbot, opened, Key.Key_1, Key.Key_2)

    assert [opened.photos.entry(row).stars for row in range(3)] == [1, 2, 0]
    assert opened.page.current_row() == 2
    settle(qtbot, opened)


def test_a_mark_that_hides_a_photo_does_not_lose_the_place(qtbot, opened):
    opened.settings.change(advances_after_marking=True)
    opened.photos.set_filter(PhotoFilter(most_stars=0))
    opened.page.go_to_row(2)
    press(qtbot, opened, Key.Key_5)
    assert current_name(opened) == "photo3.jpg"
    press(qtbot, opened, Key.Key_5)

    assert current_name(opened) == "photo4.jpg"
    assert opened.names() == ["photo0.jpg", "photo1.jpg", "photo4.jpg", "photo5.jpg"]
    settle(qtbot, opened)


def test_a_filter_that_nothing_passes_says_so_and_offers_all(opened):
    stars = opened.page.filter_bar.stars
    stars.setCurrentIndex(stars.findText("5 stars"))
    assert opened.page.empty.title.text() == "No photo passes the filter"

    opened.page.empty.button.click()
    assert opened.photos.rowCount() == 6


def test_enter_inspects_the_current_photo(qtbot, opened):
    opened.page.go_to_row(3)
    with qtbot.waitSignal(opened.page.inspect_requested) as heard:
        press(qtbot, opened, Key.Key_Return)
    assert heard.args == [3]


def test_f5_finds_new_changed_and_vanished_photos_and_keeps_the_place(qtbot, opened, photo_folder):
    opened.load_model()
    opened.rate()
    opened.page.go_to_row(2)
    scores = {entry.path: entry.score_0_100 for entry in opened.photos.snapshot()()}
    (photo_folder / "photo0.jpg").unlink()
    shutil.copy(photo_folder / "photo3.jpg", photo_folder / "photo30.jpg")
    with qtbot.waitSignal(opened.folder.scanned):
        press(qtbot, opened, Key.Key_F5)

    assert opened.names() == [
        "photo1.jpg", "photo2.jpg", "photo3.jpg", "photo30.jpg", "photo4.jpg", "photo5.jpg",
    ]  # fmt: skip
    assert current_name(opened) == "photo2.jpg"
    for entry in opened.photos.snapshot()():
        if entry.path.name != "photo30.jpg":
            assert entry.score_0_100 == scores[entry.path]


def test_f5_without_news_leaves_the_rows_alone(qtbot, opened):
    with (
        qtbot.assertNotEmitted(opened.photos.modelReset),
        qtbot.waitSignal(opened.folder.scanned),
    ):
        press(qtbot, opened, Key.Key_F5)


def test_a_folder_that_vanishes_is_told_with_words(qtbot, opened, photo_folder):
    shutil.rmtree(photo_folder)
    with qtbot.waitSignal(opened.folder.scan_failed):
        press(qtbot, opened, Key.Key_F5)

    assert opened.page.empty.title.text() == "This folder can't be shown"


def test_photos_that_vanish_while_they_are_rated_are_told_with_words(qtbot, opened, photo_folder):
    opened.load_model()
    for number in (1, 2):
        (photo_folder / f"photo{number}.jpg").unlink()
    opened.rate()

    assert [entry.path.name for entry in opened.photos.unreadable()] == [
        "photo1.jpg", "photo2.jpg",
    ]  # fmt: skip
    assert opened.page.rating_bar.unreadable_button.text() == "2 files can't be read…"


def test_unreadable_files_are_listed_and_can_be_tried_again(qtbot, opened, photo_folder, age):
    good = (photo_folder / "photo1.jpg").read_bytes()
    (photo_folder / "photo1.jpg").write_bytes(b"\xff\xd8\xff")
    age(photo_folder)
    opened.open(photo_folder)
    opened.load_model()
    opened.rate()
    opened.page.rating_bar.unreadable_button.click()
    dialog = opened.dialog(ReasonsDialog)
    assert dialog.list.topLevelItemCount() == 1
    assert dialog.list.topLevelItem(0).text(0) == "photo1.jpg"

    (photo_folder / "photo1.jpg").write_bytes(good)
    with qtbot.waitSignal(opened.rating.ended, timeout=60_000):
        dialog.retry_button.click()
    assert opened.photos.unreadable() == []
    assert opened.photos.unrated_paths() == []


def test_stopping_keeps_what_was_rated_and_does_not_begin_again(qtbot, opened):
    opened.load_model()
    opened.page.rating_bar.rating_wanted.emit()
    qtbot.waitUntil(lambda: opened.rating.is_rating)
    with qtbot.waitSignal(opened.rating.ended, timeout=60_000):
        opened.page.rating_bar.stop_wanted.emit()
    with qtbot.waitSignal(opened.folder.scanned):
        opened.page.rescan()

    assert not opened.rating.is_rating


def test_another_folder_ends_the_rating_and_drops_its_results(
    qtbot, opened, tmp_path, photo_folder
):
    other = tmp_path / "other"
    shutil.copytree(photo_folder / "below", other)
    opened.load_model()
    opened.page.rating_bar.rating_wanted.emit()
    opened.open(other)

    assert opened.names() == ["photo4.jpg", "photo5.jpg"]
    assert not opened.rating.is_rating
    assert opened.page.rating_bar.rate_button.isVisible()


def test_everything_below_a_score_can_be_selected_and_moved_and_brought_back(
    qtbot, opened, tmp_path, photo_folder
):
    opened.load_model()
    opened.rate()
    scores = sorted(entry.score_0_100 for entry in opened.photos.snapshot()())
    limit = round(scores[2]) + 1
    num_below = sum(round(score) < limit for score in scores)
    opened.page.menu.below.trigger()
    dialog = opened.dialog(BelowScoreDialog)
    dialog.score.setValue(limit)
    assert dialog.count.text().startswith(str(num_below))
    dialog.accept()
    assert len(opened.page.selected_photos()) == num_below

    target = tmp_path / "bad ones"
    target.mkdir()
    opened.chooser.answer = target
    opened.page.menu.move.trigger()
    preview = opened.dialog(ActionPreviewDialog)
    assert preview.list.toPlainText().count("\n") + 1 >= num_below
    with qtbot.waitSignal(opened.folder.scanned):
        preview.accept_button.click()
    assert opened.photos.num_photos == 6 - num_below
    assert len(list(target.rglob("*.jpg"))) == num_below
    assert opened.page.strip.undo_button.isVisible()

    with qtbot.waitSignal(opened.folder.scanned):
        opened.page.strip.undo_button.click()
    assert opened.photos.num_photos == 6
    assert opened.page.strip.text.text().startswith("Undone")


def test_a_preview_that_is_refused_changes_nothing(qtbot, opened, tmp_path):
    opened.chooser.answer = tmp_path
    opened.page.menu.copy.trigger()
    opened.dialog(ActionPreviewDialog).reject()
    settle(qtbot, opened)

    assert not list(tmp_path.glob("*.jpg"))


def test_scores_are_exported_after_a_preview(qtbot, opened, tmp_path):
    opened.load_model()
    opened.rate()
    opened.page.grid.selectAll()
    opened.chooser.answer = tmp_path / "scores.csv"
    opened.page.menu.export.trigger()
    with qtbot.waitSignal(opened.desk.done):
        opened.dialog(ActionPreviewDialog).accept_button.click()

    assert len((tmp_path / "scores.csv").read_text(encoding="utf-8").splitlines()) == 7


def test_stars_from_scores_are_previewed_and_taken_back(qtbot, opened):
    opened.load_model()
    opened.rate()
    opened.page.grid.selectAll()
    opened.page.menu.stars_from_scores.trigger()
    preview = opened.dialog(ActionPreviewDialog)
    assert {opened.photos.entry(row).stars for row in range(6)} == {0}
    with qtbot.waitSignal(opened.desk.done):
        preview.accept_button.click()
    qtbot.waitUntil(lambda: max(opened.photos.entry(row).stars for row in range(6)) > 0)
    opened.page.strip.undo_button.click()
    qtbot.waitUntil(lambda: {opened.photos.entry(row).stars for row in range(6)} == {0})


def test_an_action_that_fails_says_why(qtbot, opened, tmp_path):
    opened.chooser.answer = tmp_path / "no such folder" / "scores.csv"
    opened.page.menu.export.trigger()
    with qtbot.waitSignal(opened.desk.failed):
        opened.dialog(ActionPreviewDialog).accept_button.click()

    assert "could not be written" in opened.page.strip.text.text()


def test_a_folder_that_is_dropped_is_opened(qtbot, library, photo_folder):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo_folder / "photo1.jpg"))])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    with qtbot.waitSignal(library.folder.scanned):
        library.page.dropEvent(event)

    assert library.photos.num_photos == 6


def test_stars_that_another_program_gave_are_shown(qtbot, library, photo_folder):
    (photo_folder / "photo2.xmp").write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF></x:xmpmeta>',
        encoding="utf-8",
    )
    library.open(photo_folder)

    qtbot.waitUntil(lambda: library.photos.entry(2).stars == 4)


def test_the_size_of_thumbnails_is_a_setting(opened):
    columns = opened.page.grid.num_columns()
    opened.page.header.size_slider.setValue(300)

    assert opened.settings.current.thumbnail_size_px == 300
    assert opened.page.grid.num_columns() < columns


def test_a_model_that_fails_is_told_in_the_rating_bar(qtbot, library):
    library.scoring.model_failed.emit("There is no model mine.")
    assert library.page.rating_bar.text.text() == "There is no model mine."
    assert not library.page.rating_bar.rate_button.isVisible()


def test_a_click_on_any_control_leaves_the_keys_with_the_photos(qtbot, opened):
    page = opened.page
    with qtbot.waitActive(page):
        page.activateWindow()
    page.grid.setFocus()
    controls = [
        control
        for bar in (page.header, page.filter_bar, page.strip, page.rating_bar)
        for control in bar.findChildren(QWidget)
        if control.focusPolicy() & Qt.FocusPolicy.ClickFocus
    ]
    # What is typed into, and the lists of the choices while they are open.
    assert {type(control) for control in controls} <= {
        QSpinBox,
        QDoubleSpinBox,
        QLineEdit,
        QListView,
    }

    page.header.sort.setCurrentIndex(page.header.sort.findData(SortKey.SCORE))
    qtbot.mouseClick(page.header.direction, Qt.MouseButton.LeftButton)
    assert page.window().focusWidget() is page.grid


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_list_opened_by_a_click_gives_the_keys_back(qtbot, opened):
    page = opened.page
    with qtbot.waitActive(page):
        page.activateWindow()
    page.grid.setFocus()
    for box in (page.header.sort, page.filter_bar.stars):
        assert page.window().focusWidget() is page.grid
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(box.view().isVisible)
        qtbot.keyClick(box.view(), Qt.Key.Key_Down)
        qtbot.keyClick(box.view(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda box=box: not box.view().isVisible())
    # No photo has a star, so that the way back is what Return is for now.
    assert page.window().focusWidget() is page.empty.button
    qtbot.keyClick(page.empty.button, Qt.Key.Key_Space)
    assert page.window().focusWidget() is page.grid


def test_return_after_a_typed_score_gives_the_keys_back(qtbot, opened):
    page = opened.page
    box = page.filter_bar.highest
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "90")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert opened.photos.photo_filter.highest_score == 90
    opened.page.filter_bar.clear()
    assert page.window().focusWidget() is page.grid
