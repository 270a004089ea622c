"""The inspector's first map: which defects lie where, whatever model rates."""

import pytest
from PySide6.QtGui import QColor

from app.pictures.distortion_colours import colour_of

LONG_MS = 30_000


def shown(qtbot, page, row=0):
    page.show_row(row)
    qtbot.waitUntil(lambda: page.pair.overlay_caption.startswith("Visible"), timeout=LONG_MS)
    # The map may be there before the photo is read.
    qtbot.waitUntil(lambda: page.pair.overlay_view.has_photo, timeout=LONG_MS)


def colours_of(widget):
    picture = widget.grab().toImage()
    return {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
    }


def test_defects_are_shown_first_in_words_and_colours(qtbot, page, finder):
    finder.sees = {"blur": (0, 0.5, 0.5, 0.5)}
    shown(qtbot, page)

    assert page.bar.button("distortions").isChecked()
    assert page.pair.overlay_caption == "Visible defects"
    assert page.panel.defects.legend.lines() == ["blur: clear, lower left, 25 % of the photo"]
    assert not page.panel.legend.isVisible()
    assert not page.panel.weak.isVisible()


def test_the_overlay_has_the_colour_of_its_kind(qtbot, page):
    shown(qtbot, page)
    page.bar.opacity.setValue(100)

    picture = page.pair.overlay_view.grab().toImage()
    middle = picture.pixelColor(picture.width() // 2, picture.height() // 2)
    red, _, blue = colour_of("blur")
    assert middle.blue() - middle.red() > 0.5 * (blue - red)


def test_nothing_seen_is_said_with_what_was_looked_for_and_how_sure(qtbot, page, finder):
    finder.sees = {}
    shown(qtbot, page)

    assert page.pair.overlay_caption == "Visible defects: this map sees none"
    assert page.panel.defects.legend.lines() == []
    silence = page.panel.defects.legend.silence
    assert silence.startswith("No blur that this map can see (it finds at least 9 of 10 that cover")
    assert "\nNo motion blur, noise" in silence
    assert silence.endswith("how much of it is found was not measured.")


def test_the_page_says_that_it_is_looking(qtbot, page, finder):
    finder.may_look.clear()
    page.show_row(0)
    assert page.pair.overlay_caption == "Looking for defects…"
    assert page.panel.defects.lines() == ["Looking for defects…"]
    finder.may_look.set()
    qtbot.waitUntil(lambda: page.pair.overlay_caption == "Visible defects", timeout=LONG_MS)


def test_a_photo_left_in_the_meantime_is_not_shown_for_the_next(qtbot, page, finder):
    finder.may_look.clear()
    page.show_row(0)
    page.show_row(1)
    finder.may_look.set()
    qtbot.waitUntil(lambda: page.pair.overlay_caption == "Visible defects", timeout=LONG_MS)
    assert page.entry.path.name == "photo1.jpg"


def test_what_was_seen_before_comes_back_without_a_look(qtbot, page, finder):
    shown(qtbot, page, 0)
    shown(qtbot, page, 1)
    page.show_row(0)
    assert page.pair.overlay_caption == "Visible defects"
    assert finder.num_looks == 2


def test_a_photo_that_vanished_says_why_there_is_no_map(qtbot, page, photo_paths):
    photo_paths[2].unlink()
    page.show_row(2)
    qtbot.waitUntil(lambda: "Looking" not in page.pair.overlay_caption, timeout=LONG_MS)
    assert "photo2.jpg" in page.pair.overlay_caption
    assert page.panel.defects.lines() == [page.pair.overlay_caption]


def test_the_key_goes_around_all_the_maps(qtbot, page, settings):
    shown(qtbot, page)
    sides = []
    for _ in range(4):
        page.overlays.switch_side()
        sides.append(settings.current.overlay_side)

    assert sides == ["own_pixels", "lowers", "raises", "distortions"]
    assert page.pair.overlay_caption == "Visible defects"
    page.bar.button("lowers").click()
    assert page.panel.legend.isVisible()
    assert page.panel.defects.legend.isVisible()  # the words stay


def test_every_kind_that_is_seen_has_its_colour(qtbot, page, finder):
    finder.sees = {"blur": (0, 0, 0.5, 1), "noise": (0.5, 0, 0.5, 1)}
    shown(qtbot, page)

    wanted = {QColor(*colour_of(kind)).name() for kind in finder.sees}
    unseen = QColor(*colour_of("compression")).name()
    # Once the lines are laid out.
    qtbot.waitUntil(lambda: wanted <= colours_of(page.panel.defects), timeout=LONG_MS)
    assert unseen not in colours_of(page.panel.defects)


class TestWithoutAModel:
    @pytest.fixture
    def scoring(self, qtbot):
        from app.window.jobs.scoring import ScoringService
        from engine.errors import ModelFileError

        def open_none(_):
            raise ModelFileError("There is no model.")

        service = ScoringService(open_none, catalog_path=None)
        yield service
        service.close()

    @pytest.fixture
    def page(self, make_page):
        return make_page()

    def test_defects_are_found_and_the_score_says_why_not(self, qtbot, page, settings):
        shown(qtbot, page)
        assert page.panel.defects.legend.lines() == ["blur: spoils the photo, everywhere"]
        settings.change(overlay_side="lowers")
        qtbot.waitUntil(
            lambda: page.pair.overlay_caption == "There is no model to explain with.",
            timeout=LONG_MS,
        )
