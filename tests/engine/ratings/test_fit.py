import numpy as np
import pytest
from scipy import optimize

from engine.errors import UnusableRatings
from engine.ratings.counts import moments
from engine.ratings.criteria import Likelihood
from engine.ratings.fit import fit, fit_moments
from engine.ratings.goodness import g_statistic
from engine.ratings.models import RATING_MODELS, rating_model

NAMES = [model.name for model in RATING_MODELS]
CRATES = np.random.default_rng(7).multinomial(
    40, np.random.default_rng(8).dirichlet([1.5, 3, 4, 3, 1.5], size=30)
)


@pytest.fixture(params=RATING_MODELS, ids=NAMES)
def model(request):
    return request.param


@pytest.mark.parametrize(
    ("name", "g"),
    [("normal", 2.4804), ("maximum entropy", 2.1207), ("logit-logistic", 1.5049), ("GSD", 2.0519)],
)
def test_the_fits_of_the_worked_example(name, g):
    counts = [[2, 3, 6, 10, 3]]
    assert g_statistic(counts, fit(rating_model(name), counts).pmf_NK)[0] == pytest.approx(
        g, abs=1e-4
    )


def test_scipys_search_finds_nothing_likelier(model):
    found = fit(model, CRATES[:3])
    for row in range(3):
        criterion = Likelihood(CRATES[[row]].astype(float))

        def loss(place, criterion=criterion):
            inside = np.clip(place, model.lower_2, model.upper_2)[None, :]
            return criterion.loss(model.at(inside))[0]

        starts = np.random.default_rng(row).choice(model.grid_G2, size=2)
        starts = np.vstack([starts, model.to_search(found.parameters_N2[[row]])])
        best = min(
            optimize.minimize(
                loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "maxfev": 120}
            ).fun
            for start in starts
        )
        # The maximum entropy fit stays a thousandth away from moments that no weights can give.
        assert found.surprise_N[row] <= best + (1e-3 if model.name == "maximum entropy" else 1e-6)


def test_no_fit_is_likelier_than_the_shares_themselves(model):
    assert (g_statistic(CRATES, fit(model, CRATES).pmf_NK) >= -1e-9).all()


def test_probabilities_sum_to_one(model):
    np.testing.assert_allclose(fit(model, CRATES).pmf_NK.sum(1), 1.0, atol=1e-9)


# A Kumaraswamy distribution has no mirror image of its own kind.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "Kumaraswamy"])
def test_reversed_ratings_give_the_reversed_fit(name):
    model = rating_model(name)
    found, turned = fit(model, CRATES), fit(model, CRATES[:, ::-1])
    np.testing.assert_allclose(turned.surprise_N, found.surprise_N, atol=1e-6)
    np.testing.assert_allclose(turned.pmf_NK, found.pmf_NK[:, ::-1], atol=2e-4)


def test_each_photo_is_fitted_as_it_is_alone(model):
    together = fit(model, CRATES)
    for row in (0, 11, 29):
        alone = fit(model, CRATES[[row]])
        np.testing.assert_allclose(alone.pmf_NK[0], together.pmf_NK[row], atol=1e-5)


@pytest.mark.parametrize(
    "counts",
    [[9, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 4, 5, 0, 0], [5, 0, 0, 0, 5], [1, 0, 0, 0, 0]],
    ids=str,
)
def test_extreme_ratings_are_fitted_too(model, counts):
    found = fit(model, [counts])
    assert np.isfinite(found.pmf_NK).all()
    assert (found.pmf_NK >= -1e-12).all()
    used = np.array(counts) > 0
    if used.sum() == 1 or counts == [0, 4, 5, 0, 0]:
        assert found.pmf_NK[0, used].sum() > 0.95


def test_moments_are_kept_by_the_models_that_have_them_as_parameters():
    wanted = moments(CRATES)
    for name in ("maximum entropy", "GSD"):
        found = moments(fit_moments(rating_model(name), CRATES).pmf_NK)
        np.testing.assert_allclose(found.mean_N, wanted.mean_N, atol=1e-8)
        np.testing.assert_allclose(found.variance_N, wanted.variance_N, atol=1e-8)


def test_a_fit_by_moments_has_about_the_moments(model):
    wanted, found = moments(CRATES), moments(fit_moments(model, CRATES).pmf_NK)
    assert np.median(np.abs(found.mean_N - wanted.mean_N)) < 1e-4
    assert np.median(np.abs(found.variance_N - wanted.variance_N)) < 1e-3


def test_the_likeliest_is_likelier_than_the_fit_by_moments(model):
    assert (fit(model, CRATES).surprise_N <= fit_moments(model, CRATES).surprise_N + 1e-9).all()


def test_aic_counts_two_parameters_per_photo():
    found = fit(rating_model("normal"), CRATES)
    assert found.aic == pytest.approx(4 * len(CRATES) + 2 * found.surprise_N.sum())


def test_an_unknown_model_is_told_with_those_there_are():
    with pytest.raises(UnusableRatings, match=r"'gauss'\. Choose one of: normal, logistic, beta"):
        rating_model("gauss")
