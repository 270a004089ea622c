from pathlib import Path

from app.rating.ranking import ranked
from app.rating.rate_photos import RatedPhoto


def rated(name, score):
    return RatedPhoto(
        path=Path(name),
        score_0_100=score,
        uncertainty=None if score is None else 1.0,
        width_px=None,
        height_px=None,
        error=None if score is not None else "It is empty.",
        is_remembered=False,
    )


def test_the_best_come_first_and_the_unreadable_last():
    order = ranked([rated("b", 10), rated("e", None), rated("c", 90), rated("a", None)])
    assert [entry.photo.path.name for entry in order] == ["c", "b", "a", "e"]


def test_equal_scores_are_ordered_by_path():
    order = ranked([rated("b", 10.0), rated("a", 10.0)])
    assert [entry.photo.path.name for entry in order] == ["a", "b"]


def test_a_percentile_is_the_share_of_photos_that_score_lower_or_the_same():
    order = ranked(
        [rated("a", 10), rated("b", 20), rated("c", 20), rated("d", 30), rated("e", None)]
    )
    assert [entry.percentile for entry in order] == [100.0, 75.0, 75.0, 25.0, None]


def test_nothing_ranks_to_nothing():
    assert ranked([]) == []
