"""A photo beside itself under the overlay, zoom and pan locked together."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPalette, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.window.photo_view.image_view import ImageView, lock_together
from app.window.photo_view.layered_image import LayeredImage
from app.window.photo_view.photo_loader import LoadedPhoto
from app.window.photo_view.view_state import ViewState


class PhotoPair(QWidget):
    """Two views with a caption each; the second one can be hidden.

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
        self.photo_view.more_pixels_wanted.connect(self.more_pixels_wanted)
        for view in (self.photo_view, self.overlay_view):
            view.view_changed.connect(self.zoom_changed)
        self._caption = _caption()
        self._overlay_caption = _caption()
        self._overlay_half = _under(self._overlay_caption, self.overlay_view)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(_under(self._caption, self.photo_view), 1)
        layout.addWidget(self._overlay_half, 1)
        self._caption.setText(self.tr("Photo"))

    def show_photo(self, photo: LoadedPhoto) -> None:
        """Show a photo on both sides."""
        self.photo_view.show_photo(photo.colour, photo.photo_size)
        self.overlay_view.show_photo(photo.grey, photo.photo_size)

    def show_thumbnail(self, thumbnail: QPixmap | None, photo_size: QSize | None) -> None:
        """Show a small picture of the photo until the photo itself is read."""
        if thumbnail is None or thumbnail.isNull():
            self.say("")
            return
        image = thumbnail.toImage()
        size = photo_size or image.size()
        self.photo_view.show_photo(LayeredImage((image,)), size)
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        self.overlay_view.show_photo(LayeredImage((grey,)), size)

    def show_overlay(self, overlay: QImage | None) -> None:
        """Lay this over the second photo."""
        self.overlay_view.show_overlay(overlay)

    def caption_overlay(self, caption: str) -> None:
        """Say what the second photo shows, or what it waits for."""
        self._overlay_caption.setText(caption)
        self._overlay_caption.setToolTip(caption)

    @property
    def overlay_caption(self) -> str:
        """What the second photo is said to show."""
        return self._overlay_caption.text()

    def set_overlay_shown(self, *, is_shown: bool) -> None:
        """Show or hide the second photo."""
        self._overlay_half.setVisible(is_shown)

    def mark_box(self, box: QRectF) -> None:
        """Frame the same part on both sides."""
        self.photo_view.mark_box(box)
        self.overlay_view.mark_box(box)

    def say(self, message: str) -> None:
        """Show words instead of a photo."""
        self.photo_view.say(message)
        self.overlay_view.say("")

    def show_whole(self) -> None:
        """Fit the whole photo into both views."""
        self.photo_view.show_whole()

    def forget_zoom(self) -> None:
        """Begin the next photo as a whole."""
        self.photo_view.set_state(ViewState())
        self.overlay_view.set_state(ViewState())


def _caption() -> QLabel:
    caption = QLabel()
    caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    caption.setContentsMargins(2, 0, 2, 0)
    caption.setMinimumWidth(40)
    return caption


def _under(caption: QLabel, view: ImageView) -> QWidget:
    half = QWidget()
    rows = QVBoxLayout(half)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(3)
    rows.addWidget(caption, 0, Qt.AlignmentFlag.AlignLeft)
    rows.addWidget(view, 1)
    return half
