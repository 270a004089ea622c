import numpy as np
import pytest
from scipy import stats

from engine.errors import UnusableRatings
from engine.ratings.quantised import NORMAL
from engine.ratings.worth import CrowdPoint, crowd_curve, raters_worth

RANDOM = np.random.default_rng(5)
QUALITY = RANDOM.uniform(1.5, 4.5, 400)
COUNTS = RANDOM.multinomial(40, NORMAL.probabilities(np.column_stack([QUALITY, 0.8 + 0 * QUALITY])))


def points(model_srcc, crowd=((1, 0.6), (3, 0.8), (5, 0.9))):
    return [
        CrowdPoint(num_raters=n, num_photos=99, srcc=s, plcc=s, model_srcc=model_srcc)
        for n, s in crowd
    ]


def test_more_raters_agree_better_with_the_rest():
    curve = crowd_curve(COUNTS, num_raters=(1, 3, 9, 20), num_repeats=3)
    srcc = [point.srcc for point in curve]
    assert srcc == sorted(srcc)
    assert all(point.model_srcc is None for point in curve)


def test_one_rating_agrees_as_well_as_a_single_drawn_one_does():
    point = crowd_curve(COUNTS, num_raters=(1,), num_repeats=20)[0]
    drawn = []
    for _ in range(20):
        ratings = [RANDOM.permutation(np.repeat(np.arange(1, 6), row)) for row in COUNTS]
        one, others = [r[0] for r in ratings], [r[1:].mean() for r in ratings]
        drawn.append(stats.spearmanr(one, others).statistic)
    assert point.srcc == pytest.approx(np.mean(drawn), abs=0.02)


def test_a_model_that_is_the_mean_of_seven_ratings_is_worth_about_seven():
    drawn = [
        np.mean(RANDOM.choice(np.arange(1, 6), 7, p=NORMAL.probabilities([[quality, 0.8]])[0]))
        for quality in QUALITY
    ]
    worth = raters_worth(crowd_curve(COUNTS, drawn, num_repeats=5))
    assert worth.num_raters == pytest.approx(7, abs=2)
    assert not worth.is_at_least


def test_between_two_points_the_line_decides():
    assert raters_worth(points(0.85)).num_raters == pytest.approx(4.0)
    assert raters_worth(points(0.3)).num_raters == pytest.approx(0.5)
    assert raters_worth(points(-0.3)).num_raters == 0.0


def test_a_model_better_than_all_that_was_tried_is_worth_at_least_so_many():
    worth = raters_worth(points(0.95))
    assert (worth.num_raters, worth.is_at_least) == (5.0, True)


def test_photos_with_too_few_ratings_sit_out():
    counts = np.vstack([np.eye(5)[[0, 1, 2, 3, 4] * 3] * 3, np.eye(5)])
    curve = crowd_curve(counts, num_raters=(1, 2, 3), num_repeats=2)
    assert [(point.num_raters, point.num_photos) for point in curve] == [(1, 15), (2, 15)]


def test_scores_for_other_photos_and_single_ratings_are_refused():
    with pytest.raises(UnusableRatings, match="400 photos and 3 scores"):
        crowd_curve(COUNTS, [1.0, 2.0, 3.0])
    with pytest.raises(UnusableRatings, match="second person"):
        crowd_curve(np.eye(5))
    with pytest.raises(UnusableRatings, match="nothing of a model"):
        raters_worth(crowd_curve(COUNTS, num_raters=(1,), num_repeats=1))


@pytest.mark.parametrize(
    ("number", "words"),
    [(0.2, "less than half a rater"), (0.8, "about 1 rater."), (9.4, "about 9 raters.")],
)
def test_the_number_in_words(number, words):
    worth = raters_worth(points(0.85))
    assert words in type(worth)(num_raters=number, is_at_least=False).words
