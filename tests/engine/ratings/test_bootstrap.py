import numpy as np
import pytest
from scipy import stats

from engine.errors import UnusableRatings
from engine.ratings.bootstrap import bootstrap_p
from engine.ratings.fit import fit
from engine.ratings.quantised import NORMAL


def test_p_values_of_a_true_model_are_evenly_spread():
    counts = np.random.default_rng(0).multinomial(30, NORMAL.probabilities([[3.3, 0.9]])[0], 200)
    p = bootstrap_p(fit(NORMAL, counts), counts, num_resamples=60)
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_ratings_on_one_or_two_neighbours_are_said_by_every_model():
    counts = [[0, 0, 7, 0, 0], [0, 3, 4, 0, 0]]
    assert bootstrap_p(fit(NORMAL, counts), counts, num_resamples=20).tolist() == [1.0, 1.0]


def test_the_same_seed_gives_the_same_p():
    counts = [[2, 3, 6, 10, 3]]
    found = fit(NORMAL, counts)
    assert bootstrap_p(found, counts, seed=3) == bootstrap_p(found, counts, seed=3)


def test_shares_and_no_resamples_are_refused():
    counts = [[0.2, 0.2, 0.2, 0.2, 0.2]]
    found = fit(NORMAL, counts)
    with pytest.raises(UnusableRatings, match="not whole; give the numbers of people"):
        bootstrap_p(found, counts)
    with pytest.raises(UnusableRatings, match="0 resamples"):
        bootstrap_p(found, [[2, 3, 6, 10, 3]], num_resamples=0)
