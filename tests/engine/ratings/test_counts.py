import numpy as np
import pytest

from engine.errors import UnusableRatings
from engine.ratings.counts import moments, rating_counts, shares


def test_mean_and_variance_are_numpys_of_the_ratings_written_out():
    counts = np.array([[2, 3, 6, 10, 3], [0, 0, 1, 0, 7]])
    found = moments(counts)
    for row, mean, variance in zip(counts, found.mean_N, found.variance_N, strict=True):
        ratings = np.repeat([1, 2, 3, 4, 5], row)
        assert mean == pytest.approx(ratings.mean())
        assert variance == pytest.approx(ratings.var())


def test_the_bounds_of_the_variance_are_those_of_two_ratings():
    found = moments([[1, 0, 0, 0, 3], [0, 0, 0, 1, 3]])
    assert found.variance_N[0] == found.largest_variance_N[0] == 3.0
    assert found.variance_N[1] == found.smallest_variance_N[1] == 0.1875
    assert found.agreement_N.tolist() == [0.0, 1.0]


def test_ratings_that_are_all_worst_or_all_best_agree_fully():
    assert moments([[4, 0, 0, 0, 0], [0, 0, 0, 0, 4]]).agreement_N.tolist() == [1.0, 1.0]


def test_shares_sum_to_one():
    assert shares([[2, 3, 6, 10, 3], [0, 0, 1, 0, 0]]).sum(1).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ([[1, 2, 3, 4]], r"shape \(1, 4\); give one row per photo and five columns"),
        ([1, 2, 3, 4, 5], r"shape \(5,\)"),
        ([[1, 0, 0, 0, 0], [1, float("nan"), 0, 0, 0]], r"Row 2 .* holds NaN .*0 for nobody"),
        ([[1, -1, 3, 0, 0]], r"Row 1 .* holds a negative number\. Give 0"),
        ([[0, 0, 0, 0, 0]], r"Row 1 .* has no rating at all\. Leave that photo out"),
    ],
)
def test_counts_that_are_none_are_refused_in_a_sentence(counts, sentence):
    with pytest.raises(UnusableRatings, match=sentence):
        rating_counts(counts)
