from app.pictures.distortion_words import share_words


def test_a_share_is_never_rounded_to_nothing():
    assert share_words(0.001) == "1 % of the photo"


def test_nearly_all_is_all():
    assert share_words(0.996) == "all of the photo"
    assert share_words(0.994) == "99 % of the photo"
