"""One ranking of all models, by Bradley and Terry's model, and how sure it is.

How sure it is comes from the posterior of the models' strengths (`engine.contest.strengths`). What
answers share makes them tell less than as many separate ones would: several people's answers to one
pair are worth about one match where they repeat each other, and where people differ in which model
they side with, that difference widens the posterior (between people, as the cluster-robust
covariance of Cameron, Gelbach and Miller, 2011, has it).
"""

# A answers, M models, R raters

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.contest.matches import (
    Matches,
    agreement_within_pairs,
    matches_of,
    weights,
    wins_between,
)
from engine.contest.strengths import draw, most_likely, precision
from engine.contest.verdicts import Judgement
from engine.errors import ContestError

FloatArray = npt.NDArray[np.float64]

_LOW, _HIGH = 0.025, 0.975


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A model's place in the ranking.

    `strength` is in natural log-odds, 0 on average: a model that is 1.1 above another wins three
    of four matches against it. It is between `low` and `high` with a probability of 95 %.

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
    chance_first: float  # the probability that it is the strongest of all
    num_pairs: int  # judged pairs on which it met another model


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """All models, the strongest first.

    `chance_better[a, b]` is the probability that a is stronger than b.

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
    chance_better: Mapping[tuple[str, str], float]
    num_answers: int

    def num_pairs_of(self, *models: str) -> int:
        """The judged pairs of whichever of these models has the fewest."""
        return min(one.num_pairs for one in self.standings if one.model in models)


def rank_models(
    models: Sequence[str],
    judged: Sequence[Judgement],
    *,
    num_draws: int = 20_000,
    seed: int = 0,
) -> Ranking:
    """The ranking with intervals and probabilities, from so many draws of the posterior.

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
    matches = matches_of(names, judged)
    if not len(matches.shares):
        raise ContestError("There is no ranking yet: not one pair has been judged.")
    weights_A = _weights(matches)
    wins_MM = wins_between(matches, weights_A)
    strengths_M = most_likely(wins_MM)
    drawn = draw(
        wins_MM,
        strengths_M,
        _spread_between_raters(matches, weights_A, strengths_M),
        num_draws=num_draws,
        rng=np.random.default_rng([seed, 3]),
    )
    first_M, pairs_M = drawn.chance_first(), matches.pairs_of_each_model()
    standings = [
        Standing(
            model=name,
            strength=float(strengths_M[index]),
            low=drawn.quantile(index, _LOW),
            high=drawn.quantile(index, _HIGH),
            chance_first=float(first_M[index]),
            num_pairs=int(pairs_M[index]),
        )
        for index, name in enumerate(names)
    ]
    return Ranking(
        standings=tuple(sorted(standings, key=lambda one: (-round(one.strength, 9), one.model))),
        chance_better={
            (a, b): drawn.chance_stronger(i, j)
            for i, a in enumerate(names)
            for j, b in enumerate(names)
            if i != j
        },
        num_answers=len(matches.shares),
    )


def _weights(matches: Matches) -> FloatArray:
    """What each answer is worth, as far as answers to one pair repeat each other."""
    careful_A = weights(matches, 1.0)
    expected_A = _expected(matches, most_likely(wins_between(matches, careful_A)))
    return weights(matches, agreement_within_pairs(matches, expected_A))


def _expected(matches: Matches, strengths_M: FloatArray) -> FloatArray:
    lead_A = strengths_M[matches.attackers] - strengths_M[matches.defenders]
    return np.asarray(0.5 * (1 + np.tanh(lead_A / 2)))


def _spread_between_raters(
    matches: Matches, weights_A: FloatArray, strengths_M: FloatArray
) -> FloatArray:
    """The covariance (M, M) that people who differ in which model they side with bring in.

    It is what a person's answers pull into one direction beyond what as many separate answers
    would by chance; 0 for one person.
    """
    num_raters = matches.num_raters
    if num_raters < 2:
        return np.zeros((matches.num_models, matches.num_models))
    surprise_A = weights_A * (matches.shares - _expected(matches, strengths_M))
    pulls_AM = np.zeros((len(surprise_A), matches.num_models))
    answers_A = np.arange(len(surprise_A))
    pulls_AM[answers_A, matches.attackers] = surprise_A
    pulls_AM[answers_A, matches.defenders] = -surprise_A
    pulls_RM = np.zeros((num_raters, matches.num_models))
    np.add.at(pulls_RM, matches.raters, pulls_AM)
    pulls_RM -= pulls_RM.mean(axis=0)  # what all pull together is held by the prior
    excess_MM = num_raters / (num_raters - 1) * pulls_RM.T @ pulls_RM - pulls_AM.T @ pulls_AM
    covariance_MM = np.linalg.inv(precision(wins_between(matches, weights_A), strengths_M))
    return np.asarray(covariance_MM @ excess_MM @ covariance_MM)
