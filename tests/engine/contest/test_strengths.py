"""The posterior of the models' strengths, against grids, SciPy and simulated contests."""

import numpy as np
import pytest
from scipy import integrate, optimize, special

from engine.contest.strengths import PRIOR_STD, draw, most_likely, precision


def drawn(wins, *, spread=None, num_draws=20_000, seed=0):
    wins = np.asarray(wins, dtype=np.float64)
    return draw(
        wins,
        most_likely(wins),
        np.zeros_like(wins) if spread is None else spread,
        num_draws=num_draws,
        rng=np.random.default_rng(seed),
    )


def density_of_lead(lead, num_won, num_lost):
    """The posterior of the lead of one of two models, up to a constant: by hand."""
    prior = -(lead**2) / (2 * 2 * PRIOR_STD**2)  # two strengths of variance 1 each
    return np.exp(
        prior + num_won * np.log(special.expit(lead)) + num_lost * np.log(special.expit(-lead))
    )


@pytest.mark.parametrize(("num_won", "num_lost"), [(6, 0), (3, 0), (9, 3), (6, 12), (2.5, 3.5)])
def test_two_models_against_an_integral(num_won, num_lost):
    found = drawn([[0, num_won], [num_lost, 0]])
    whole, _ = integrate.quad(density_of_lead, -15, 15, (num_won, num_lost))

    def chance_below(lead):
        return integrate.quad(density_of_lead, -15, lead, (num_won, num_lost))[0] / whole

    assert found.chance_stronger(0, 1) == pytest.approx(1 - chance_below(0.0), abs=0.004)
    for share in (0.025, 0.5, 0.975):
        assert chance_below(2 * found.quantile(0, share)) == pytest.approx(share, abs=0.004)


def test_six_answers_to_one_side_by_hand():
    # With p the chance of a match and its prior flat, p is above 1/2 after six wins with the
    # probability 1 - (1/2)^7 = 0.992; the prior here is a little narrower than a flat one.
    found = drawn([[0, 6], [0, 0]])
    assert found.chance_stronger(0, 1) == pytest.approx(0.989, abs=0.002)
    assert found.chance_stronger(0, 1) + found.chance_stronger(1, 0) == pytest.approx(1)
    assert found.quantile(0, 0.975) - found.quantile(0, 0.025) > 1.5  # nothing is narrow yet


def test_strengths_are_the_most_likely_ones():
    wins = np.array([[0, 8, 9.5, 3], [2, 0, 6, 1], [0.5, 4, 0, 2], [1, 5, 4, 0]])

    def unlikelihood(values):
        lead = values[:, None] - values[None]
        return (wins * np.log1p(np.exp(-lead))).sum() + (values**2).sum() / 2

    best = optimize.minimize(unlikelihood, np.zeros(4), tol=1e-12).x
    np.testing.assert_allclose(most_likely(wins), best, atol=1e-5)
    assert most_likely(wins).sum() == pytest.approx(0, abs=1e-12)


def test_the_precision_is_minus_the_second_derivative():
    wins = np.array([[0, 3, 1], [1, 0, 4], [2, 0.5, 0]])
    at = np.array([0.3, -0.2, 0.5])

    def log_posterior(values):
        lead = values[:, None] - values[None]
        return (wins * np.log(special.expit(lead))).sum() - (values**2).sum() / 2

    step = 1e-4
    for i in range(3):
        for j in range(3):
            one, other = step * np.eye(3)[i], step * np.eye(3)[j]
            second = (
                log_posterior(at + one + other)
                - log_posterior(at + one - other)
                - log_posterior(at - one + other)
                + log_posterior(at - one - other)
            ) / (4 * step**2)
            assert precision(wins, at)[i, j] == pytest.approx(-second, abs=1e-5)


def test_who_wins_everything_is_not_infinitely_strong():
    for wins in (10, 1_000, 1_000_000):
        values = most_likely([[0, wins], [0, 0]])
        # Where the pull of the prior is that of the matches: strength = wins * chance of losing.
        assert values[0] == pytest.approx(wins * special.expit(-2 * values[0]), rel=1e-6)


def test_three_models_against_a_grid():
    wins = np.array([[0, 4, 2], [1, 0, 3], [0, 2, 0.0]])
    axis = np.linspace(-4.5, 4.5, 73)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    lead = grid[:, :, None] - grid[:, None]
    log_density = (wins * np.log(special.expit(lead))).sum(axis=(1, 2)) - (grid**2).sum(1) / 2
    density = np.exp(log_density - log_density.max())
    density /= density.sum()
    found = drawn(wins)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        # On the grid two strengths can be equal; that belongs half to each.
        ahead = density[grid[:, one] > grid[:, other] + 1e-9].sum()
        level = density[np.abs(grid[:, one] - grid[:, other]) < 1e-9].sum()
        assert found.chance_stronger(one, other) == pytest.approx(ahead + level / 2, abs=0.006)
    assert found.chance_first().sum() == pytest.approx(1)


def test_a_symmetrical_result_stays_so():
    found = drawn([[0, 5, 5], [5, 0, 5], [5, 5, 0]])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert found.chance_stronger(one, other) == pytest.approx(0.5, abs=1e-9)
    np.testing.assert_allclose(found.chance_first(), [1 / 3] * 3, atol=0.01)


def test_a_spread_widens_the_draws_by_its_variance():
    wins = np.array([[0, 60], [60, 0.0]])
    spread = 0.5 * np.array([[1, -1], [-1, 1.0]])
    narrow, wide = drawn(wins), drawn(wins, spread=spread)

    def variance(found):
        return float((found.weights * found.strengths[:, 0] ** 2).sum())

    assert variance(wide) - variance(narrow) == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("num_models", [2, 4])
def test_intervals_hold_the_truth_and_probabilities_come_true(num_models):
    """400 contests whose truth is drawn as the prior says: 95 of 100 intervals must hold it."""
    rng = np.random.default_rng(num_models)
    num_held, claims = 0, []
    for seed in range(400):
        truth = rng.normal(0, PRIOR_STD, num_models)
        truth -= truth.mean()
        wins = np.zeros((num_models, num_models))
        for one in range(num_models):
            for other in range(one):
                num = rng.integers(1, 20)
                won = rng.binomial(num, special.expit(truth[one] - truth[other]))
                wins[one, other], wins[other, one] = won, num - won
        found = drawn(wins, num_draws=2_000, seed=seed)
        num_held += found.quantile(0, 0.025) <= truth[0] <= found.quantile(0, 0.975)
        claims.append((found.chance_stronger(0, 1), truth[0] > truth[1]))
    # Of 400 draws with a chance of 0.95, between 369 and 391 hit in 99 of 100 cases.
    assert 369 <= num_held <= 391
    chances = np.array([max(chance, 1 - chance) for chance, _ in claims])
    was_right = np.array([(chance > 0.5) == is_better for chance, is_better in claims])
    for low, high in ((0.5, 0.75), (0.75, 0.95), (0.95, 1.0)):
        inside = (chances >= low) & (chances <= high)
        error = 3 * np.sqrt(0.25 / inside.sum())
        assert was_right[inside].mean() == pytest.approx(chances[inside].mean(), abs=error)


@pytest.mark.parametrize("lead", [0.0, 0.5, 1.1, 2.0])
def test_intervals_hold_a_truth_that_is_fixed(lead):
    """For any one truth that contests have, not only on average over the prior's."""
    rng = np.random.default_rng(7)
    num_held = 0
    for seed in range(300):
        won = rng.binomial(36, special.expit(lead))
        found = drawn([[0, won], [36 - won, 0]], num_draws=2_000, seed=seed)
        num_held += found.quantile(0, 0.025) <= lead / 2 <= found.quantile(0, 0.975)
    assert num_held >= 275  # of 300 with a chance of 0.95, fewer than 275 in one of 300 cases
