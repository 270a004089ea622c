"""One ranking of all models, by Bradley and Terry's model, and how sure it is.

Every answer to a pair is a match between its attacker and its defender. Who finds the attacker's
photo better gives the match to the attacker; who finds the other one better, to the defender. Who
finds both equal gives half of it to each.

The likelihood is maximised by choix (Maystre and Grossglauser, "Fast and accurate inference of
Plackett-Luce models", NIPS 2015).
"""

# M models, P pairs, R raters

import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.contest.verdicts import Judgement
from engine.errors import ContestError

FloatArray = npt.NDArray[np.float64]

# Half a match won and lost by everyone against everyone, so that a model that won every match so
# far is not infinitely strong.
_PRIOR_MATCHES = 0.5
_MOST_ITERATIONS = 10_000
_WARNINGS = threading.Lock()  # which warnings are heard is the same for all threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A model's place in the ranking.

    `strength` is in natural log-odds, 0 on average: a model that is 1.1 above another wins three
    of four matches against it. `low` and `high` bound the middle 95 % of the resamples.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.ranking import rank_models
    >>> from engine.contest.verdicts import Judgement
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]
    >>> equal = [Judgement(pair=pair, rater="ann", preference=0.0)]
    >>> [round(abs(one.strength), 6) for one in rank_models(["one", "two"], equal).standings]
    [0.0, 0.0]
    """

    model: str
    strength: float
    low: float
    high: float
    share_first: float  # share of the resamples in which it is the strongest of all


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """All models, the strongest first.

    `share_better[a, b]` is the share of the resamples in which a is stronger than b.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.ranking import rank_models
    >>> from engine.contest.verdicts import Judgement
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]
    >>> judged = [Judgement(pair=pair, rater=who, preference=60.0) for who in ("ann", "bo")]
    >>> ranking = rank_models(["one", "two"], judged)
    >>> ranking.standings[0].model, ranking.num_answers
    ('two', 2)
    """

    standings: tuple[Standing, ...]
    share_better: Mapping[tuple[str, str], float]
    num_answers: int


def rank_models(
    models: Sequence[str],
    judged: Sequence[Judgement],
    *,
    num_resamples: int = 1000,
    seed: int = 0,
) -> Ranking:
    """The ranking with bootstrap intervals over pairs, and over raters if there are several.

    The order of the answers has no influence. Random pairs are left out. Raises ContestError
    without any answer to a pair of two models.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.ranking import rank_models
    >>> from engine.contest.verdicts import Judgement
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]
    >>> judged = [Judgement(pair=pair, rater="ann", preference=-60.0)]  # "two" attacked, in vain
    >>> [standing.model for standing in rank_models(["one", "two"], judged).standings]
    ['one', 'two']
    """
    names = sorted(models)
    wins_PRMM = _wins(names, judged)
    if not wins_PRMM.any():
        raise ContestError("There is no ranking yet: not one pair has been judged.")
    num_pairs, num_raters = wins_PRMM.shape[:2]
    strengths_M = strengths(wins_PRMM.sum(axis=(0, 1)))
    rng = np.random.default_rng([seed, 3])
    resampled = []
    for _ in range(num_resamples):
        redrawn = wins_PRMM[rng.integers(0, num_pairs, size=num_pairs)]
        if num_raters > 1:
            redrawn = redrawn[:, rng.integers(0, num_raters, size=num_raters)]
        resampled.append(strengths(redrawn.sum(axis=(0, 1))))
    resampled_SM = np.array(resampled)
    low_M, high_M = np.percentile(resampled_SM, [2.5, 97.5], axis=0)
    is_first_SM = resampled_SM >= resampled_SM.max(axis=1, keepdims=True) - 1e-12
    first_M = (is_first_SM / is_first_SM.sum(axis=1, keepdims=True)).mean(axis=0)
    standings = [
        Standing(
            model=name,
            strength=float(strengths_M[index]),
            low=float(low_M[index]),
            high=float(high_M[index]),
            share_first=float(first_M[index]),
        )
        for index, name in enumerate(names)
    ]
    return Ranking(
        standings=tuple(sorted(standings, key=lambda one: (-round(one.strength, 9), one.model))),
        share_better={
            (a, b): _share_above(resampled_SM[:, i], resampled_SM[:, j])
            for i, a in enumerate(names)
            for j, b in enumerate(names)
            if i != j
        },
        num_answers=sum(not one.pair.is_control for one in judged),
    )


def strengths(wins_MM: npt.ArrayLike) -> FloatArray:
    """Strengths (M,) in log-odds, 0 on average, from how often each beat each other one.

    With two models this is ln((wins + 1/2) / (losses + 1/2)), half of it to either side.

    >>> from engine.contest.ranking import strengths
    >>> strengths([[0, 9], [2, 0]]).round(3).tolist()  # ln((9 + 1/2) / (2 + 1/2)) / 2
    [0.668, -0.668]
    """
    # Here, because they load SciPy, which a window that shows rankings need not.
    import choix
    from scipy.linalg import LinAlgWarning

    counts_MM = np.asarray(wins_MM, dtype=np.float64) + _PRIOR_MATCHES
    np.fill_diagonal(counts_MM, 0.0)
    with _WARNINGS, warnings.catch_warnings():
        # The matrix that choix factors is singular by its nature, and SciPy says so at times.
        warnings.filterwarnings("ignore", "Diagonal number", category=LinAlgWarning)
        strengths_M = choix.ilsr_pairwise_dense(counts_MM, max_iter=_MOST_ITERATIONS)
    return np.asarray(strengths_M - strengths_M.mean(), dtype=np.float64)


def _wins(names: Sequence[str], judged: Sequence[Judgement]) -> FloatArray:
    """Matches won (P, R, M, M), rows the winners; P and R in sorted order."""
    matches = [one for one in judged if not one.pair.is_control]
    pairs = {name: row for row, name in enumerate(sorted({one.pair.pair_id for one in matches}))}
    raters = {name: row for row, name in enumerate(sorted({one.rater for one in matches}))}
    rows = {name: row for row, name in enumerate(names)}
    wins = np.zeros((len(pairs), len(raters), len(names), len(names)))
    for one in matches:
        attacker, defender = rows[str(one.pair.attacker)], rows[str(one.pair.defender)]
        share = 0.5 if one.preference == 0 else float(one.preference > 0)
        place = wins[pairs[one.pair.pair_id], raters[one.rater]]
        place[attacker, defender] += share
        place[defender, attacker] += 1 - share
    return wins


def _share_above(first_S: FloatArray, second_S: FloatArray) -> float:
    """Share of resamples in which the first is stronger; a tie counts half."""
    difference_S = first_S - second_S
    ties_S = np.abs(difference_S) < 1e-12
    return float(((difference_S > 0) & ~ties_S).mean() + 0.5 * ties_S.mean())
