import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from app.catalog.photo_entry import Flag
from app.window.photo_list.photo_order import PhotoFilter, SortKey
from app.window.photo_view.layered_image import image_of
from engine.certainty.familiarity import Familiarity

LONG_MS = 30_000


@pytest.fixture(autouse=True)
def evidence_first(settings):
    settings.change(overlay_side="lowers")


def shown(qtbot, page, row):
    """Show a row and wait until photo and overlay are there."""
    page.show_row(row)
    qtbot.waitUntil(lambda: page.pair.overlay_caption.startswith("What lowers"), timeout=LONG_MS)
    qtbot.waitUntil(lambda: "Pixels" in dict(page.panel.facts()), timeout=LONG_MS)


def test_the_photo_its_overlay_and_its_facts_are_shown(qtbot, page):
    shown(qtbot, page, 0)
    assert page.pair.photo_view.has_photo
    assert page.pair.overlay_view.has_photo
    assert dict(page.panel.facts())["Camera"] == "Acme One"
    assert dict(page.panel.facts())["Exposure"] == "1/250 s"
    assert dict(page.panel.facts())["Pixels"] == "400 \N{MULTIPLICATION SIGN} 300"
    assert page.panel.score.text() == "0.0"
    assert page.panel.crops.accessibleDescription().count(",") == 1  # two crops


def test_the_photo_is_there_before_its_overlay(qtbot, page, loader):
    with qtbot.waitSignal(loader.loaded, timeout=LONG_MS):
        page.show_row(1)
    assert page.pair.photo_view.has_photo
    assert page.entry.path.name == "photo1.jpg"


def test_a_photo_seen_before_comes_back_without_waiting(qtbot, page):
    shown(qtbot, page, 0)
    shown(qtbot, page, 1)
    page.show_row(0)
    assert page.pair.overlay_caption.startswith("What lowers")
    assert dict(page.panel.facts())["Camera"] == "Acme One"


def test_a_photo_that_is_being_read_has_its_own_facts(qtbot, page, photo_paths):
    shown(qtbot, page, 0)
    page.show_row(3)
    facts = dict(page.panel.facts())
    assert facts["File"] == "photo3.jpg"
    assert facts["Folder"] == str(photo_paths[3].parent)
    assert {"Size", "Changed"} < set(facts)
    assert "Camera" not in facts
    known = list(facts.items())
    qtbot.waitUntil(lambda: "Pixels" in dict(page.panel.facts()), timeout=LONG_MS)
    assert page.panel.facts()[: len(known)] == known  # nothing jumps


def test_a_photo_that_has_gone_keeps_no_facts_of_the_one_before(qtbot, page, photo_paths, loader):
    shown(qtbot, page, 0)
    photo_paths[3].unlink()
    with qtbot.waitSignal(loader.failed, timeout=LONG_MS):
        page.show_row(3)
    assert dict(page.panel.facts()) == {
        "File": "photo3.jpg",
        "Folder": str(photo_paths[3].parent),
    }


@pytest.mark.parametrize(
    ("key", "row"),
    [(Qt.Key.Key_Right, 2), (Qt.Key.Key_Space, 2), (Qt.Key.Key_Left, 0), (Qt.Key.Key_End, 4)],
)
def test_keys_go_from_photo_to_photo(qtbot, page, key, row):
    page.show_row(1)
    qtbot.keyClick(page, key)
    assert page.row == row
    assert page.filmstrip.currentIndex().row() == row


def test_there_is_no_photo_before_the_first_or_after_the_last(qtbot, page):
    page.show_row(0)
    page.show_beside(-1)
    assert page.row == 0
    page.show_beside(100)
    assert page.row == 4


def test_the_filmstrip_chooses_the_photo(qtbot, page):
    page.show_row(0)
    page.filmstrip.setCurrentIndex(page.filmstrip.model().index(3, 0))
    assert page.entry.path.name == "photo3.jpg"


def test_the_side_and_the_overlay_are_switched_and_remembered(qtbot, page, settings):
    shown(qtbot, page, 0)
    page.overlays.switch_side()
    assert page.pair.overlay_caption.startswith("What raises")
    assert page.bar.button("raises").isChecked()
    page.switch_overlay()
    assert not page.pair.overlay_view.isVisible()
    assert not page.bar.opacity.isEnabled()
    assert (settings.current.overlay_side, settings.current.shows_overlay) == ("raises", False)


def test_the_opacity_is_seen(qtbot, page):
    shown(qtbot, page, 0)
    full = image_of_overlay(page)
    page.bar.opacity.setValue(0)
    bare = image_of_overlay(page)
    assert full != bare
    page.bar.switch.click()
    assert not page.pair.overlay_view.isVisible()


def image_of_overlay(page):
    return page.pair.overlay_view.grab().toImage()


def test_zoom_and_pan_are_locked_together(qtbot, page):
    shown(qtbot, page, 0)
    page.pair.photo_view.toggle_actual_pixels()
    assert page.pair.photo_view.state.scale is not None
    assert page.pair.overlay_view.state == page.pair.photo_view.state
    page.pair.overlay_view.zoom_by(2)
    assert page.pair.overlay_view.state == page.pair.photo_view.state
    assert page.bar.zoom.text() == f"{page.pair.photo_view.percent()} %"


def test_the_next_photo_begins_as_a_whole(qtbot, page):
    shown(qtbot, page, 0)
    page.pair.photo_view.zoom_by(5)
    page.show_row(1)
    assert page.pair.photo_view.state.scale is None


def test_a_mark_given_by_key_is_handed_on(qtbot, page):
    given = []
    page.stars_given.connect(lambda *what: given.append(what))
    page.flag_given.connect(lambda *what: given.append(what))
    page.show_row(2)
    for key in (Qt.Key.Key_4, Qt.Key.Key_P, Qt.Key.Key_X, Qt.Key.Key_U, Qt.Key.Key_0):
        qtbot.keyClick(page, key)
    assert given == [(2, 4), (2, Flag.PICKED), (2, Flag.REJECTED), (2, Flag.NONE), (2, 0)]


def test_new_marks_and_scores_are_shown_at_once(qtbot, page, photos):
    page.show_row(2)
    photos.mark([page.entry.path], stars=3, flag=Flag.REJECTED)
    assert "★★★☆☆" in page.panel.marks.text()
    assert "rejected" in page.panel.marks.text()


def test_a_photo_that_leaves_the_filter_gives_way_to_the_next_one(qtbot, page, photos):
    photos.set_sort(SortKey.NAME, is_descending=False)
    page.show_row(2)
    photos.mark([page.entry.path], stars=1)
    photos.set_filter(PhotoFilter(lowest_score=50.0))
    assert page.entry.path.name == "photo3.jpg"
    assert page.row == 0


def test_another_order_keeps_the_photo(qtbot, page, photos):
    page.show_row(1)
    photos.set_sort(SortKey.SCORE, is_descending=True)
    assert page.entry.path.name == "photo1.jpg"
    assert page.row == 3


def test_an_unreadable_photo_says_why(qtbot, page, photos, photo_paths, entry_of):
    photos.put([entry_of(photo_paths[3], error="The file ends early.")])
    page.show_row(3)
    assert not page.pair.photo_view.has_photo
    assert page.panel.uncertainty.text() == "It can't be read."


def test_a_photo_that_vanished_says_so(qtbot, page, photo_paths, loader):
    photo_paths[4].unlink()
    with qtbot.waitSignal(loader.failed, timeout=LONG_MS):
        page.show_row(4)
    qtbot.waitUntil(lambda: "Looking" not in page.pair.overlay_caption, timeout=LONG_MS)
    assert not page.pair.photo_view.has_photo


def test_an_emptied_library_shows_nothing(qtbot, page, photos):
    page.show_row(0)
    photos.clear()
    assert page.entry is None
    assert page.row == -1


def test_a_crop_is_framed_in_both_views(qtbot, page):
    shown(qtbot, page, 0)
    before = page.pair.photo_view.grab().toImage()
    qtbot.keyClick(page.panel.crops, Qt.Key.Key_Right)
    assert page.panel.crops.chosen >= 0
    assert page.pair.photo_view.grab().toImage() != before
    page.panel.crops.crop_chosen.emit(-1)
    assert page.pair.photo_view.grab().toImage() == before


def test_weak_evidence_is_said(qtbot, page):
    shown(qtbot, page, 0)
    page.panel.show_weak_evidence(is_weak=True)
    assert "Weak evidence" in page.panel.weak.text()
    assert page.panel.weak.isVisibleTo(page)


def test_an_image_of_pixels_owns_them():
    import numpy as np

    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, 0] = (250, 120, 10)
    image = image_of(pixels)
    pixels[:] = 0
    assert image.pixelColor(0, 0) == QColor(250, 120, 10)


def test_a_model_that_predicts_ratings_shows_five_bars_and_says_how_many_like_it(
    page, photo_paths, entry_of
):
    entry = entry_of(photo_paths[0], score_0_100=68.5, ratings=(0.02, 0.06, 0.25, 0.5, 0.17))
    page.panel.show_entry(entry, 50.0)
    assert page.panel.ratings_words.text() == "7 of 10 would call it good or better."
    assert page.panel.ratings.accessibleDescription() == (
        "bad 2%, poor 6%, fair 25%, good 50%, excellent 17%"
    )
    pixels = page.panel.ratings.grab().toImage()
    assert len({pixels.pixel(x, y) for x in range(0, 200, 3) for y in range(0, 100, 3)}) > 5
    assert not page.panel.ratings.isHidden()


def test_a_model_that_says_a_score_alone_shows_no_bars(page, photo_paths, entry_of):
    page.panel.show_entry(entry_of(photo_paths[0], score_0_100=68.5), 50.0)
    assert page.panel.ratings.isHidden()
    assert page.panel.ratings_title.isHidden()
    assert page.panel.ratings_words.isHidden()


def test_a_score_of_a_model_without_intervals_says_how_the_crops_differ(
    qtbot, page, photos, photo_paths, entry_of
):
    photos.put([entry_of(photo_paths[0], score_0_100=50.0, uncertainty=3.0)])
    page.show_row(0)
    assert page.panel.uncertainty.text() == "of 100; the crops differ by ± 3.0"
    assert not page.panel.unlike.isVisibleTo(page.panel)


def test_a_score_with_an_interval_says_how_close_it_is(qtbot, page, photos, photo_paths, entry_of):
    known = Familiarity(distance=0.5)
    photos.put([entry_of(photo_paths[0], score_0_100=50.0, uncertainty=12.4, familiarity=known)])
    page.show_row(0)
    assert page.panel.uncertainty.text() == (
        "of 100, ± 12: two of three scores like this one are that close"
    )
    assert not page.panel.unlike.isVisibleTo(page.panel)


def test_a_photo_unlike_the_training_photos_is_named_so_with_its_reason(
    qtbot, page, photos, photo_paths, entry_of
):
    odd = Familiarity(distance=1.6, odd=("darker", "greyer"))
    photos.put([entry_of(photo_paths[0], score_0_100=50.0, uncertainty=20.0, familiarity=odd)])
    page.show_row(0)
    assert page.panel.unlike.isVisibleTo(page.panel)
    assert page.panel.unlike.text() == (
        "Unlike anything this model learned from: 1.6 times as far from the training photos as 99 "
        "in 100 are. It is darker than nearly all of them, less colourful than nearly all of them."
    )
