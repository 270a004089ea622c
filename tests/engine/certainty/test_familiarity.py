import pytest

from engine.certainty.familiarity import FARTHEST, Familiarity


def test_what_is_remembered_reads_back():
    found = Familiarity(distance=1.25, odd=("darker", "longer"))
    assert Familiarity.from_text(found.to_text()) == found


def test_the_farthest_of_a_hundred_is_not_yet_unlike():
    assert not Familiarity(distance=1.0).is_unlike
    assert Familiarity(distance=1.0001).is_unlike


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.5",
        "[]",
        '{"distance": 1.5}',
        '{"distance": true, "odd": []}',
        '{"distance": NaN, "odd": []}',
        '{"distance": -1, "odd": []}',
        '{"distance": 1e300, "odd": []}',
        '{"distance": 1.5, "odd": ["wild"]}',
        '{"distance": 1.5, "odd": [["darker"]]}',
        '{"distance": 1.5, "odd": "darker"}',
        '{"distance": 1.5, "odd": [], "more": 1}',
    ],
)
def test_what_nobody_wrote_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - json has words of its own
        Familiarity.from_text(text)


def test_no_photo_is_farther_than_the_farthest():
    with pytest.raises(ValueError, match="must be 0 to"):
        Familiarity(distance=2 * FARTHEST)
