"""The third overlay of the inspector: which defects lie where."""

import pytest
from PySide6.QtGui import QColor

from app.pictures.distortion_colours import colour_of
from engine.explain.distortion_kinds import KINDS

LONG_MS = 30_000


@pytest.fixture
def model_file(tiny_model):
    return tiny_model


def shown(qtbot, page):
    page.show_row(0)
    qtbot.waitUntil(lambda: page.pair.overlay_caption == "Visible defects", timeout=LONG_MS)


def test_defects_are_shown_first_in_words_and_colours(qtbot, page):
    shown(qtbot, page)

    assert page.bar.distortions.isChecked()
    assert page.bar.distortions.isEnabled()
    assert page.panel.defects.isVisible()
    assert page.panel.defects.lines() == ["blur 100 %"]
    assert page.panel.defects.accessibleDescription() == "blur 100 %"
    assert not page.panel.legend.isVisible()
    assert not page.panel.weak.isVisible()


def test_the_overlay_has_the_colour_of_its_kind(qtbot, page):
    shown(qtbot, page)
    page.bar.opacity.setValue(100)

    picture = page.pair.overlay_view.grab().toImage()
    middle = picture.pixelColor(picture.width() // 2, picture.height() // 2)
    red, _, blue = colour_of("blur")
    assert middle.blue() - middle.red() > 0.5 * (blue - red)


def test_the_key_goes_around_all_three_sides(qtbot, page, settings):
    shown(qtbot, page)
    sides = []
    for _ in range(3):
        page.switch_side()
        sides.append(settings.current.overlay_side)

    assert sides == ["lowers", "raises", "distortions"]
    assert page.pair.overlay_caption == "Visible defects"
    page.bar.lowers.click()
    assert page.panel.legend.isVisible()
    assert page.panel.defects.isVisible()  # the words stay


def test_every_kind_has_a_line_and_its_colour(qtbot, page):
    shown(qtbot, page)

    wanted = {QColor(*colour_of(kind)).name() for kind in KINDS}

    def are_all_drawn():  # once the lines are laid out
        picture = page.panel.defects.grab().toImage()
        colours = {
            picture.pixelColor(x, y).name()
            for x in range(picture.width())
            for y in range(picture.height())
        }
        return wanted <= colours

    qtbot.waitUntil(are_all_drawn, timeout=LONG_MS)
