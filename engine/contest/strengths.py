"""What matches tell of the models' strengths: a posterior under Bradley and Terry's model.

A model that is d stronger in log-odds wins a match with probability 1 / (1 + exp(-d)). Before any
match, strengths are taken to be normal around 0 with a standard deviation of 1: of two models one
wins more than four of five matches in about one case of three. Few matches therefore say little,
however one-sided they are.
"""

# M models, S draws

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

PRIOR_STD = 1.0  # [C] of a strength, in log-odds
_FREEDOM = 7.0  # of the t that is drawn from: heavier tails than any posterior here has
_MOST_STEPS = 100
_SMALLEST_STEP = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthDraws:
    """Draws from the posterior, (S, M), each 0 on average, and their weights (S,), 1 in all.

    >>> import numpy as np
    >>> from engine.contest.strengths import StrengthDraws
    >>> drawn = StrengthDraws(  # the first is the stronger in draws that weigh 3/4
    ...     strengths=np.array([[0.5, -0.5], [-0.2, 0.2]]), weights=np.array([0.75, 0.25])
    ... )
    >>> drawn.chance_stronger(0, 1), drawn.chance_first().tolist()
    (0.75, [0.75, 0.25])
    """

    strengths: FloatArray
    weights: FloatArray

    def quantile(self, model: int, share: float) -> float:
        """The strength below which the model is with this probability."""
        order_S = np.argsort(self.strengths[:, model], kind="stable")
        below_S = np.cumsum(self.weights[order_S])
        place = min(int(np.searchsorted(below_S, share)), len(order_S) - 1)
        return float(self.strengths[order_S[place], model])

    def chance_stronger(self, first: int, second: int) -> float:
        """The probability that the one is stronger than the other."""
        is_stronger_S = self.strengths[:, first] > self.strengths[:, second]
        return float(self.weights[is_stronger_S].sum())

    def chance_first(self) -> FloatArray:
        """The probability of being the strongest of all, (M,)."""
        best_S = self.strengths.argmax(axis=1)
        num_models = self.strengths.shape[1]
        return np.array([self.weights[best_S == model].sum() for model in range(num_models)])


def most_likely(wins_MM: npt.ArrayLike) -> FloatArray:
    """The strengths (M,) of the highest posterior, 0 on average, from matches won (M, M).

    Rows are the winners. Newton's method; the posterior has one peak.

    >>> from engine.contest.strengths import most_likely
    >>> most_likely([[0, 3], [3, 0]]).round(3).tolist()  # three wins each
    [0.0, 0.0]
    >>> ahead, behind = most_likely([[0, 9], [2, 0]])
    >>> bool(0 < ahead - behind < 1.504)  # the prior holds it below ln(9 / 2)
    True
    """
    counts_MM = np.asarray(wins_MM, dtype=np.float64)
    strengths_M = np.zeros(len(counts_MM))
    value = _log_posterior(counts_MM, strengths_M[None])[0]
    for _ in range(_MOST_STEPS):
        step_M = np.linalg.solve(precision(counts_MM, strengths_M), _slope(counts_MM, strengths_M))
        while True:  # the whole step may overshoot where one model has won nearly everything
            tried_M = strengths_M + step_M
            tried = _log_posterior(counts_MM, tried_M[None])[0]
            if tried >= value or np.abs(step_M).max() < _SMALLEST_STEP:
                break
            step_M = step_M / 2
        strengths_M, value = tried_M, tried
        if np.abs(step_M).max() < _SMALLEST_STEP:
            break
    return np.asarray(strengths_M - strengths_M.mean())


def precision(wins_MM: FloatArray, strengths_M: FloatArray) -> FloatArray:
    """Minus the second derivatives of the log posterior, (M, M).

    >>> import numpy as np
    >>> from engine.contest.strengths import precision
    >>> wins = np.array([[0.0, 2.0], [2.0, 0.0]])  # 4 matches, each tells 1/2 * 1/2; the prior 1
    >>> precision(wins, np.zeros(2)).tolist()
    [[2.0, -1.0], [-1.0, 2.0]]
    """
    chance_MM = _chances(strengths_M)
    known_MM = (wins_MM + wins_MM.T) * chance_MM * chance_MM.T
    return np.diag(known_MM.sum(axis=1) + 1 / PRIOR_STD**2) - known_MM


def draw(
    wins_MM: FloatArray,
    strengths_M: FloatArray,
    spread_MM: FloatArray,
    *,
    num_draws: int,
    rng: np.random.Generator,
) -> StrengthDraws:
    """Draws around the most likely strengths, weighted so that they are the posterior's.

    `spread_MM` is a covariance that is added to it. Draws come in mirrored pairs, so that a
    symmetrical posterior stays one.

    >>> import numpy as np
    >>> from engine.contest.strengths import draw
    >>> wins = np.array([[0.0, 2.0], [2.0, 0.0]])  # as many for either
    >>> luck = np.random.default_rng(0)
    >>> drawn = draw(wins, np.zeros(2), np.zeros((2, 2)), num_draws=100, rng=luck)
    >>> round(drawn.chance_stronger(0, 1), 6)
    0.5
    """
    num_models = len(strengths_M)
    half = -(-num_draws // 2)
    precision_MM = precision(wins_MM, strengths_M)
    factor_MM = np.linalg.cholesky(np.linalg.inv(precision_MM))
    shrink_S = np.sqrt(rng.chisquare(_FREEDOM, size=half) / _FREEDOM)
    from_peak_SM = _mirrored(
        (rng.standard_normal((half, num_models)) @ factor_MM.T) / shrink_S[:, None]
    )
    distance_S = np.einsum("si,ij,sj->s", from_peak_SM, precision_MM, from_peak_SM)
    log_drawn_S = -0.5 * (_FREEDOM + num_models) * np.log1p(distance_S / _FREEDOM)
    strengths_SM = strengths_M + from_peak_SM
    log_weight_S = _log_posterior(wins_MM, strengths_SM) - log_drawn_S
    weights_S = np.exp(log_weight_S - log_weight_S.max())
    if spread_MM.any():
        values_M, vectors_MM = np.linalg.eigh(spread_MM)
        root_MM = vectors_MM * np.sqrt(np.maximum(values_M, 0.0))
        strengths_SM += _mirrored(rng.standard_normal((half, num_models)) @ root_MM.T)
    return StrengthDraws(
        strengths=strengths_SM - strengths_SM.mean(axis=1, keepdims=True),
        weights=weights_S / weights_S.sum(),
    )


def _mirrored(half_SM: FloatArray) -> FloatArray:
    return np.concatenate([half_SM, -half_SM])


def _chances(strengths_M: FloatArray) -> FloatArray:
    """How likely each beats each other one, (M, M)."""
    return np.asarray(0.5 * (1 + np.tanh((strengths_M[:, None] - strengths_M[None]) / 2)))


def _slope(wins_MM: FloatArray, strengths_M: FloatArray) -> FloatArray:
    surprise_MM = wins_MM - (wins_MM + wins_MM.T) * _chances(strengths_M)
    return np.asarray(surprise_MM.sum(axis=1) - strengths_M / PRIOR_STD**2)


def _log_posterior(wins_MM: FloatArray, strengths_SM: FloatArray) -> FloatArray:
    """Up to a constant, (S,)."""
    values_S = -0.5 * (strengths_SM**2).sum(axis=1) / PRIOR_STD**2
    for winner, loser in zip(*np.nonzero(wins_MM), strict=True):
        lead_S = strengths_SM[:, winner] - strengths_SM[:, loser]
        values_S = values_S - wins_MM[winner, loser] * np.logaddexp(0.0, -lead_S)
    return np.asarray(values_S)
