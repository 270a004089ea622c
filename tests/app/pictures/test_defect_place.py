import numpy as np
import pytest

from app.pictures.defect_place import place_words

_SIDE = 90


def marked(*boxes):
    """A square with these boxes marked: top, bottom, left, right in ninetieths."""
    is_there = np.zeros((_SIDE, _SIDE), bool)
    for top, bottom, left, right in boxes:
        is_there[top:bottom, left:right] = True
    return is_there


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        ([(60, 90, 0, 30)], "lower left"),
        ([(0, 30, 30, 60)], "top"),
        ([(30, 60, 30, 60)], "in the middle"),
        ([(40, 50, 70, 90)], "right"),
        ([(0, 20, 0, 90)], "along the top"),
        ([(0, 90, 70, 90)], "along the right"),
        ([(35, 55, 0, 90)], "across the middle"),
        ([(0, 10, 0, 10), (80, 90, 80, 90)], "in several places"),
        ([(0, 80, 0, 45), (0, 45, 0, 85)], "in much of it"),
        ([(0, 90, 0, 90)], "everywhere"),
    ],
)
def test_a_place_is_named_as_people_do(boxes, words):
    assert place_words(marked(*boxes)) == words


def test_the_shape_of_the_photo_does_not_matter():
    is_there = np.zeros((20, 300), bool)
    is_there[14:, 220:] = True
    assert place_words(is_there) == "lower right"


def test_a_few_strays_do_not_move_the_place():
    is_there = marked((60, 90, 0, 30))
    is_there[2, 85] = True
    assert place_words(is_there) == "lower left"


def test_a_single_pixel_has_a_place():
    assert place_words(marked((0, 1, 89, 90))) == "upper right"
