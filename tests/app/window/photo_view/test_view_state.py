import pytest
from PySide6.QtCore import QPointF, QSizeF

from app.window.photo_view.view_state import ViewState, fitting_scale

VIEW = QSizeF(400, 300)
PHOTO = QSizeF(2000, 1000)


def test_the_whole_photo_fits_and_is_centred():
    target = ViewState().target(VIEW, PHOTO)
    assert (target.left(), target.width()) == (0, 400)
    assert (target.top(), target.height()) == (50, 200)


def test_zooming_keeps_the_point_under_the_cursor():
    at = QPointF(100, 120)
    before = ViewState().target(VIEW, PHOTO)
    share = (at.x() - before.left()) / before.width()
    after = ViewState().zoomed(1.0, at, VIEW, PHOTO).target(VIEW, PHOTO)
    assert (at.x() - after.left()) / after.width() == pytest.approx(share)


def test_a_photo_larger_than_the_view_leaves_no_emptiness():
    state = ViewState(scale=1.0).moved(QPointF(10_000, 10_000), VIEW, PHOTO)
    target = state.target(VIEW, PHOTO)
    assert (target.left(), target.top()) == (0, 0)


def test_a_photo_smaller_than_the_view_stays_in_its_middle():
    state = ViewState(scale=0.1).moved(QPointF(50, 50), VIEW, PHOTO)
    assert (state.centre_x, state.centre_y) == (0.5, 0.5)


def test_dragging_follows_the_hand():
    before = ViewState(scale=1.0).target(VIEW, PHOTO)
    after = ViewState(scale=1.0).moved(QPointF(30, -20), VIEW, PHOTO).target(VIEW, PHOTO)
    assert (after.left() - before.left(), after.top() - before.top()) == (30, -20)


def test_zooming_out_for_good_shows_the_whole():
    state = ViewState(scale=2.0, centre_x=0.2).zoomed(None, QPointF(), VIEW, PHOTO)
    assert state == ViewState()
    assert fitting_scale(VIEW, PHOTO) == 0.2
