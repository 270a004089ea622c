import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.window.photo_view.image_view import ImageView, lock_together
from app.window.photo_view.layered_image import image_of, layered


def picture(width=2000, height=1000, colour=(200, 100, 50)):
    return layered(image_of(np.full((height, width, 3), colour, np.uint8)))


@pytest.fixture
def view(qtbot):
    view = ImageView("Photo")
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    return view


def test_words_stand_where_there_is_no_photo(view):
    view.say("Nothing here")
    assert not view.has_photo
    assert view.percent() == 100
    view.zoom_by(1)  # does nothing
    view.toggle_actual_pixels()
    assert view.state.scale is None


def test_the_photo_is_painted_where_it_fits(view):
    view.show_photo(picture(), QSize(2000, 1000))
    grabbed = view.grab().toImage()
    assert grabbed.pixelColor(200, 150) == QColor(200, 100, 50)
    assert grabbed.pixelColor(200, 20) != QColor(200, 100, 50)
    assert view.percent() == 20


def test_small_layers_are_half_the_size_each():
    sizes = [layer.width() for layer in picture(6000, 3000).layers]
    assert sizes == [6000, 3000, 1500, 750]


def test_the_overlay_covers_the_photo_as_much_as_is_wished(view):
    view.show_photo(picture(), QSize(2000, 1000))
    overlay = QImage(20, 10, QImage.Format.Format_ARGB32_Premultiplied)
    overlay.fill(QColor(0, 0, 255))
    view.show_overlay(overlay)
    assert view.grab().toImage().pixelColor(200, 150) == QColor(0, 0, 255)
    view.set_overlay_opacity(0.0)
    assert view.grab().toImage().pixelColor(200, 150) == QColor(200, 100, 50)
    view.show_overlay(None)


def test_more_pixels_are_asked_for_only_when_they_would_be_seen(qtbot, view):
    small = picture(500, 250)
    with qtbot.assertNotEmitted(view.more_pixels_wanted):
        view.show_photo(small, QSize(2000, 1000))
    with qtbot.waitSignal(view.more_pixels_wanted):
        view.toggle_actual_pixels()


def test_the_wheel_zooms_and_the_zoom_has_limits(view):
    view.show_photo(picture(), QSize(2000, 1000))
    for _ in range(60):
        turn_wheel(view, 120)
    assert view.percent() == 1600
    for _ in range(60):
        turn_wheel(view, -120)
    assert view.state.scale is None


def turn_wheel(view, angle):
    event = QWheelEvent(
        QPointF(100, 150),
        QPointF(100, 150),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_dragging_moves_and_a_double_click_zooms(qtbot, view):
    view.show_photo(picture(), QSize(2000, 1000))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert view.percent() == 100
    before = view.state
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.mouseMove(view, QPoint(150, 150))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(150, 150))
    assert view.state.centre_x > before.centre_x
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert view.state.scale is None


def test_two_views_keep_step(qtbot, view):
    other = ImageView("Overlay")
    qtbot.addWidget(other)
    lock_together(view, other)
    for each in (view, other):
        each.show_photo(picture(), QSize(2000, 1000))
    view.zoom_by(3)
    assert other.state == view.state
    other.show_whole()
    assert view.state.scale is None


def test_a_point_is_brought_to_the_middle_at_a_hundred_percent(view):
    view.show_photo(picture(), QSize(2000, 1000))
    with_signal = []
    view.view_changed.connect(with_signal.append)
    view.show_actual_pixels_at(QPointF(0.25, 0.5))
    assert view.percent() == 100
    assert (view.state.centre_x, view.state.centre_y) == (0.25, 0.5)
    assert with_signal == [view.state]


def test_a_point_at_the_edge_comes_as_near_as_the_photo_allows(view):
    view.show_photo(picture(), QSize(2000, 1000))
    view.show_actual_pixels_at(QPointF(1.0, 0.0))
    assert view.state.centre_x == pytest.approx(1 - 200 / 2000)
    assert view.state.centre_y == pytest.approx(150 / 1000)


def test_a_marked_place_is_framed_and_the_frame_taken_away(view):
    view.show_photo(picture(), QSize(2000, 1000))
    before = view.grab().toImage()
    view.mark_place(QRectF(0.4, 0.4, 0.2, 0.2))
    framed = view.grab().toImage()
    assert framed != before
    assert framed.pixelColor(200, 150) == QColor(200, 100, 50)  # only its edge
    view.mark_place(QRectF())
    assert view.grab().toImage() == before
