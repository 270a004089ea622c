import numpy as np
import pytest
from scipy import stats

from engine.ratings.bootstrap import bootstrap_p
from engine.ratings.fit import fit
from engine.ratings.goodness import chi_square_p, g_statistic
from engine.ratings.models import rating_model


def test_g_is_scipys_power_divergence():
    counts, pmf = np.array([[2, 3, 6, 10, 3]]), np.array([[0.1, 0.2, 0.3, 0.3, 0.1]])
    expected = stats.power_divergence(counts[0], 24 * pmf[0], lambda_="log-likelihood")
    assert g_statistic(counts, pmf)[0] == pytest.approx(expected.statistic)
    assert chi_square_p([5.991])[0] == pytest.approx(stats.chi2(2).sf(5.991))


@pytest.mark.parametrize(
    ("name", "chi_square", "bootstrapped"),
    [
        ("normal", 0.289, 0.32),
        ("maximum entropy", 0.346, 0.47),
        ("logit-logistic", 0.471, 0.51),
        ("GSD", 0.359, 0.45),
    ],
)
def test_the_p_values_of_the_worked_example(name, chi_square, bootstrapped):
    counts = [[2, 3, 6, 10, 3]]
    found = fit(rating_model(name), counts)
    assert chi_square_p(g_statistic(counts, found.pmf_NK))[0] == pytest.approx(chi_square, abs=1e-3)
    # The worked figures are themselves of a few hundred resamples.
    assert bootstrap_p(found, counts, num_resamples=400)[0] == pytest.approx(bootstrapped, abs=0.07)
