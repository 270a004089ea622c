import numpy as np
import pytest

from engine.errors import UnusableRatings
from engine.ratings.held_out import cross_entropy, split_ratings


def test_as_many_as_asked_are_kept_and_none_is_lost():
    counts = np.random.default_rng(0).integers(2, 20, size=(200, 5))
    kept, rest = split_ratings(counts, 7, np.random.default_rng(1))
    assert (kept.sum(1) == 7).all()
    assert (kept + rest == counts).all()
    assert (rest >= 0).all()


def test_each_person_is_as_likely_to_be_kept_as_any_other():
    counts = np.tile([[2, 3, 6, 10, 3]], (20_000, 1))
    kept, _ = split_ratings(counts, 8, np.random.default_rng(2))
    np.testing.assert_allclose(kept.mean(0), 8 * counts[0] / 24, atol=0.03)


def test_the_surprise_is_least_for_the_shares_themselves():
    shares = np.array([[0.1, 0.2, 0.4, 0.2, 0.1]])
    entropy = -(shares * np.log(shares)).sum()
    assert cross_entropy(shares, 30 * shares)[0] == pytest.approx(entropy)
    assert cross_entropy(np.full((1, 5), 0.2), 30 * shares)[0] > entropy


def test_what_was_held_impossible_costs_a_million_to_one():
    certain = np.eye(5)[[0]]
    assert cross_entropy(certain, [[0, 0, 0, 0, 3]])[0] == pytest.approx(np.log(1e6))


@pytest.mark.parametrize("num_kept", [0, 24, 30])
def test_one_rating_must_be_left(num_kept):
    with pytest.raises(UnusableRatings, match=r"but a photo has 24; keep 1 to 23"):
        split_ratings([[2, 3, 6, 10, 3]], num_kept, np.random.default_rng(0))
