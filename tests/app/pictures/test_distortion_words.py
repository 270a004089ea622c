import pytest

from app.pictures.distortion_words import defect_sentence, mentioned, share_words


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ({"blur": 0.0, "noise": 0.009}, "No visible defects found."),
        ({"blur": 0.034, "noise": 0.12}, "Noise in 12 % of the photo, blur in 3 %."),
        ({"colour cast or haze": 1.0}, "Colour cast or haze in all of the photo."),
    ],
)
def test_a_map_is_put_into_words_the_widest_defect_first(shares, sentence):
    assert defect_sentence(shares) == sentence


def test_less_than_a_hundredth_is_not_mentioned():
    assert mentioned({"blur": 0.01, "noise": 0.0099}) == [("blur", 0.01)]


def test_a_share_is_never_rounded_to_nothing():
    assert share_words(0.001) == "1 % of the photo"
