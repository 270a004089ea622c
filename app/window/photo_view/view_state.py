"""What part of a photo a view shows, in terms that another view can take over."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewState:
    """The point of the photo in the middle of the view, and points of the view per photo pixel.

    The point is in shares of width and height. A `scale` of None fits the whole photo.
    """

    centre_x: float = 0.5
    centre_y: float = 0.5
    scale: float | None = None

    def scale_in(self, view: QSizeF, photo: QSizeF) -> float:
        """The scale, worked out where the photo is to fit."""
        return fitting_scale(view, photo) if self.scale is None else self.scale

    def target(self, view: QSizeF, photo: QSizeF) -> QRectF:
        """Where the whole photo lies in the view's coordinates."""
        scale = self.scale_in(view, photo)
        width, height = photo.width() * scale, photo.height() * scale
        return QRectF(
            view.width() / 2 - self.centre_x * width,
            view.height() / 2 - self.centre_y * height,
            width,
            height,
        )

    def zoomed(self, scale: float | None, at: QPointF, view: QSizeF, photo: QSizeF) -> "ViewState":
        """At another scale, with the point of the photo under `at` staying there."""
        if scale is None:
            return ViewState()
        before = self.target(view, photo)
        share_x = (at.x() - before.left()) / before.width()
        share_y = (at.y() - before.top()) / before.height()
        centre_x = share_x - (at.x() - view.width() / 2) / (photo.width() * scale)
        centre_y = share_y - (at.y() - view.height() / 2) / (photo.height() * scale)
        return ViewState(centre_x=centre_x, centre_y=centre_y, scale=scale).kept_in(view, photo)

    def moved(self, by: QPointF, view: QSizeF, photo: QSizeF) -> "ViewState":
        """With the photo dragged by so many points of the view."""
        scale = self.scale_in(view, photo)
        return ViewState(
            centre_x=self.centre_x - by.x() / (photo.width() * scale),
            centre_y=self.centre_y - by.y() / (photo.height() * scale),
            scale=self.scale,
        ).kept_in(view, photo)

    def kept_in(self, view: QSizeF, photo: QSizeF) -> "ViewState":
        """So that the view shows no emptiness where it could show photo."""
        scale = self.scale_in(view, photo)
        return ViewState(
            centre_x=_kept(self.centre_x, view.width() / (photo.width() * scale)),
            centre_y=_kept(self.centre_y, view.height() / (photo.height() * scale)),
            scale=self.scale,
        )


def fitting_scale(view: QSizeF, photo: QSizeF) -> float:
    """The scale at which the whole photo is just seen."""
    return max(min(view.width() / photo.width(), view.height() / photo.height()), 1e-6)


def _kept(centre: float, shown_share: float) -> float:
    if shown_share >= 1:
        return 0.5
    return min(max(centre, shown_share / 2), 1 - shown_share / 2)
