"""The shapes of stars and flags, drawn rather than typed, so that no font can be missing them."""

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

_INNER_RADIUS = 0.42  # of a star's points


@cache
def star(size_px: float) -> QPainterPath:
    """A five-pointed star in a square of that size at the origin."""
    middle = size_px / 2
    points = []
    for corner in range(10):
        radius = middle * (1.0 if corner % 2 == 0 else _INNER_RADIUS)
        angle = math.pi * corner / 5
        points.append(QPointF(middle + radius * math.sin(angle), middle - radius * math.cos(angle)))
    path = QPainterPath()
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path


@cache
def picked_flag(size_px: float) -> QPainterPath:
    """A flag on its pole."""
    path = QPainterPath()
    path.addRect(QRectF(0.16 * size_px, 0.04 * size_px, 0.12 * size_px, 0.92 * size_px))
    path.addRect(QRectF(0.28 * size_px, 0.08 * size_px, 0.62 * size_px, 0.46 * size_px))
    return path


@cache
def rejected_cross(size_px: float) -> QPainterPath:
    """A cross of two bars."""
    arm, middle = 0.11 * size_px, size_px / 2
    path = QPainterPath()
    for turn in (math.pi / 4, -math.pi / 4):
        along = QPointF(0.58 * size_px * math.cos(turn), 0.58 * size_px * math.sin(turn))
        across = QPointF(-arm * math.sin(turn), arm * math.cos(turn))
        centre = QPointF(middle, middle)
        bar = QPolygonF(
            [
                centre - along - across,
                centre + along - across,
                centre + along + across,
                centre - along + across,
            ]
        )
        arm_path = QPainterPath()
        arm_path.addPolygon(bar)
        arm_path.closeSubpath()
        path = path.united(arm_path)
    return path
