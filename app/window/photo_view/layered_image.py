"""A picture at several sizes, so that it is drawn fast and without jagged edges at any zoom."""

# H W pixels

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

_SMALLEST_SIDE_PX = 700


@dataclass(frozen=True, slots=True)
class LayeredImage:
    """The same picture, each layer half as large as the one before. Made off the GUI thread."""

    layers: tuple[QImage, ...]

    @property
    def size(self) -> QSize:
        """The size of the largest layer."""
        return self.layers[0].size()

    def draw(self, painter: QPainter, target: QRectF, *, device_pixel_ratio: float) -> None:
        """Paint it into a rectangle from the smallest layer that is sharp there."""
        needed_px = target.width() * device_pixel_ratio
        chosen = self.layers[0]
        for layer in self.layers[1:]:
            if layer.width() < needed_px:
                break
            chosen = layer
        painter.drawImage(target, chosen, QRectF(chosen.rect()))


def layered(image: QImage) -> LayeredImage:
    """The image with its smaller layers."""
    layers = [image]
    while max(layers[-1].width(), layers[-1].height()) > 2 * _SMALLEST_SIDE_PX:
        last = layers[-1]
        layers.append(
            last.scaled(
                max(1, last.width() // 2),
                max(1, last.height() // 2),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return LayeredImage(tuple(layers))


def image_of(pixels_HW3: npt.NDArray[np.uint8]) -> QImage:
    """RGB pixels as an image that owns them, in the format that is painted fastest."""
    height, width = pixels_HW3.shape[:2]
    pixels_HW3 = np.ascontiguousarray(pixels_HW3)
    image = QImage(pixels_HW3.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)  # a copy
