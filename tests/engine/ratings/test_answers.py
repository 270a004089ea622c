import numpy as np
import pytest

from engine.ratings.answers import expected_rating, good_or_better_words, share_at_least
from engine.ratings.quantised import NORMAL


def test_the_share_who_call_it_good_in_the_worked_example():
    assert share_at_least(NORMAL.probabilities([[3.7, 0.8]]))[0] == pytest.approx(0.5987, abs=6e-5)


def test_everyone_gives_at_least_one():
    pmf = np.array([[0.1, 0.2, 0.3, 0.3, 0.1]])
    assert share_at_least(pmf, 1)[0] == pytest.approx(1.0)
    assert share_at_least(pmf, 5)[0] == pytest.approx(0.1)
    assert expected_rating(pmf)[0] == pytest.approx(3.1)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "Hardly anyone"),
        (0.07, "1 of 10"),
        (0.5, "5 of 10"),
        (0.94, "9 of 10"),
        (1.0, "Nearly all"),
    ],
)
def test_shares_are_told_in_tenths(share, words):
    assert good_or_better_words(share) == f"{words} would call it good or better."
