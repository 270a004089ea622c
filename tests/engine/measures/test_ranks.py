import numpy as np
import pytest
from scipy import stats

from engine.measures.ranks import mean_ranks


@pytest.mark.parametrize("num_values", [0, 1, 2, 5, 1000])
@pytest.mark.parametrize("decimals", [0, 1, 9])
def test_ranks_are_those_of_scipy_with_ties_and_without(num_values, decimals):
    values_N = np.random.default_rng(num_values).normal(size=num_values).round(decimals)
    assert np.array_equal(mean_ranks(values_N), stats.rankdata(values_N))
