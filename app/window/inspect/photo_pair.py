"""A photo and itself under the overlay, side by side, one under the other, or one at a time."""

from PySide6.QtCore import QRectF, QSize, QSizeF, Signal
from PySide6.QtGui import QImage, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.window.photo_view.image_view import ImageView, lock_together
from app.window.photo_view.layered_image import LayeredImage
from app.window.photo_view.photo_loader import LoadedPhoto
from app.window.photo_view.view_state import ViewState, fitting_scale
from app.window.widgets.elided_label import ElidedLabel

_GAP_PX = 6
_CAPTION_GAP_PX = 3
_BESIDE, _BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class PhotoPair(QWidget):
    """Two views with a caption each, zoom and pan locked together.

    Both are shown in the arrangement that makes them largest, or one alone: the photo, or what lies
    under the overlay.

    Signals:
        more_pixels_wanted(): the zoom shows more pixels than were loaded.
        zoom_changed(): the zoom or the part that is seen has changed.
    """

    more_pixels_wanted = Signal()
    zoom_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.photo_view = ImageView(self.tr("Photo"))
        self.overlay_view = ImageView(self.tr("Photo under the overlay"))
        lock_together(self.photo_view, self.overlay_view)
        for view in (self.photo_view, self.overlay_view):
            view.more_pixels_wanted.connect(self.more_pixels_wanted)
            view.view_changed.connect(self.zoom_changed)
        self._caption = _caption()
        self._overlay_caption = _caption()
        self._photo_half = _under(self._caption, self.photo_view)
        self._overlay_half = _under(self._overlay_caption, self.overlay_view)
        self._photo_size = QSize()
        self._layout = QBoxLayout(_BESIDE, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_GAP_PX)
        self._layout.addWidget(self._photo_half, 1)
        self._layout.addWidget(self._overlay_half, 1)
        self._caption.setText(self.tr("Photo"))

    @property
    def shown_view(self) -> ImageView:
        """A view that can be seen, the photo's own if both can."""
        return self.overlay_view if self._photo_half.isHidden() else self.photo_view

    @property
    def is_stacked(self) -> bool:
        """Whether one photo lies under the other."""
        return self._layout.direction() == _BELOW

    def show_photo(self, photo: LoadedPhoto) -> None:
        """Show a photo on both sides."""
        self._show(photo.colour, photo.grey, photo.photo_size)

    def show_thumbnail(self, thumbnail: QPixmap | None, photo_size: QSize | None) -> None:
        """Show a small picture of the photo until the photo itself is read."""
        if thumbnail is None or thumbnail.isNull():
            self.say("")
            return
        image = thumbnail.toImage()
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        self._show(LayeredImage((image,)), LayeredImage((grey,)), photo_size or image.size())

    def show_overlay(self, overlay: QImage | None) -> None:
        """Lay this over the second photo."""
        self.overlay_view.show_overlay(overlay)

    def caption_overlay(self, caption: str) -> None:
        """Say what the second photo shows, or what it waits for."""
        self._overlay_caption.setText(caption)

    @property
    def overlay_caption(self) -> str:
        """What the second photo is said to show."""
        return self._overlay_caption.text()

    def set_shown(self, *, shows_overlay: bool, is_one_at_a_time: bool) -> None:
        """Show both, or one alone: the overlay's if it is on."""
        has_focus = self.photo_view.hasFocus() or self.overlay_view.hasFocus()
        self._photo_half.setVisible(not (shows_overlay and is_one_at_a_time))
        self._overlay_half.setVisible(shows_overlay)
        if has_focus:  # the keys stay with the photo
            self.shown_view.setFocus()
        self._arrange()

    def mark_box(self, box: QRectF) -> None:
        """Frame the same part on both sides."""
        self.photo_view.mark_box(box)
        self.overlay_view.mark_box(box)

    def say(self, message: str) -> None:
        """Show words instead of a photo."""
        self.photo_view.say(message)
        self.overlay_view.say("" if not self._photo_half.isHidden() else message)

    def show_whole(self) -> None:
        """Fit the whole photo into both views."""
        self.shown_view.show_whole()

    def forget_zoom(self) -> None:
        """Begin the next photo as a whole."""
        self.photo_view.set_state(ViewState())
        self.overlay_view.set_state(ViewState())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _show(self, colour: LayeredImage, grey: LayeredImage, photo_size: QSize) -> None:
        self._photo_size = photo_size
        self._arrange()
        self.photo_view.show_photo(colour, photo_size)
        self.overlay_view.show_photo(grey, photo_size)

    def _arrange(self) -> None:
        """Side by side or one under the other, whichever shows the photo larger."""
        if self._photo_size.isEmpty():
            return
        caption_px = self._caption.sizeHint().height() + _CAPTION_GAP_PX
        width, height = float(self.width()), float(self.height())
        beside = QSizeF((width - _GAP_PX) / 2, height - caption_px)
        below = QSizeF(width, (height - _GAP_PX) / 2 - caption_px)
        photo = QSizeF(self._photo_size)
        is_stacked = fitting_scale(below, photo) > fitting_scale(beside, photo)
        self._layout.setDirection(_BELOW if is_stacked else _BESIDE)


def _caption() -> ElidedLabel:
    caption = ElidedLabel()
    caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    caption.setContentsMargins(2, 0, 2, 0)
    return caption


def _under(caption: ElidedLabel, view: ImageView) -> QWidget:
    half = QWidget()
    rows = QVBoxLayout(half)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(_CAPTION_GAP_PX)
    rows.addWidget(caption)
    rows.addWidget(view, 1)
    return half
