import numpy as np
from PIL import Image
from PySide6.QtGui import QColor

from app.pictures.colour_scale import colour_of, colour_table
from app.pictures.explain_picture import overlaid
from app.window.photo_view.overlay import overlay_image


def test_no_evidence_is_transparent_and_strong_evidence_the_end_of_the_scale():
    image = overlay_image(np.array([[0.0, 1.0, 7.0]], np.float32))
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(1, 0) == QColor(*colour_of(100))
    assert image.pixelColor(2, 0) == image.pixelColor(1, 0)


def test_the_colours_are_those_of_the_explain_command():
    grey = Image.new("RGB", (256, 1), (128, 128, 128))
    values_HW = np.linspace(0, 1, 256, dtype=np.float32)[None]
    expected_HW3 = np.asarray(overlaid(grey, values_HW), np.int32)
    overlay = overlay_image(values_HW)
    for column in range(0, 256, 15):
        colour = overlay.pixelColor(column, 0)
        opacity = 0.85 * colour.alphaF()  # 0.85 is the slider's first setting
        mixed = [128 * (1 - opacity) + opacity * part for part in colour.getRgb()[:3]]
        assert np.abs(np.subtract(mixed, expected_HW3[0, column])).max() < 6


def test_the_table_is_matplotlibs_inferno():
    import matplotlib as mpl

    expected = np.rint(mpl.colormaps["inferno"](np.arange(256))[:, :3] * 255)
    assert np.array_equal(colour_table(), expected)


def test_scores_beyond_the_scale_take_the_colour_of_its_end():
    assert colour_of(-5) == colour_of(0)
    assert colour_of(120) == colour_of(100)
