"""Answers as matches between two models, with what several answers to one pair are worth.

Every answer to a pair is a match between its attacker and its defender. Who finds the attacker's
photo better gives the match to the attacker; who finds the other one better, to the defender. Who
finds both equal gives half of it to each.
"""

# A answers, M models, P pairs

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.contest.verdicts import Judgement

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# That people agree on a pair because the photos leave no choice is believed until about so many
# second answers have told otherwise.
_BELIEF_IN_AGREEMENT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The answers to pairs of two models, sorted by pair and rater; each array is (A,).

    >>> import numpy as np
    >>> from engine.contest.matches import Matches
    >>> matches = Matches(  # of three models: 0 met 1 on a pair that two people judged, and then 2
    ...     attackers=np.array([0, 0, 0]), defenders=np.array([1, 1, 2]),
    ...     shares=np.array([1.0, 0.5, 0.0]), pairs=np.array([0, 0, 1]),
    ...     raters=np.array([0, 1, 0]), num_models=3,
    ... )
    >>> matches.num_raters, matches.pairs_of_each_model().tolist()
    (2, [2, 1, 1])
    """

    attackers: IntArray  # rows of the models' names
    defenders: IntArray
    shares: FloatArray  # of the match that the attacker won: 0, 0.5 or 1
    pairs: IntArray
    raters: IntArray
    num_models: int

    @property
    def num_raters(self) -> int:
        """How many people answered."""
        return len(np.unique(self.raters))

    def pairs_of_each_model(self) -> IntArray:
        """On how many judged pairs each model met another, (M,)."""
        first = np.unique(self.pairs, return_index=True)[1]
        both = np.concatenate([self.attackers[first], self.defenders[first]])
        return np.bincount(both, minlength=self.num_models)


def matches_of(names: Sequence[str], judged: Sequence[Judgement]) -> Matches:
    """The matches of these models; random pairs are left out. Any order gives the same.

    >>> from pathlib import Path
    >>> from engine.contest.matches import matches_of
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.verdicts import Judgement
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs[0]
    >>> said = {"ann": 60.0, "bo": 0.0, "cy": -20.0}
    >>> judged = [Judgement(pair=pair, rater=who, preference=p) for who, p in said.items()]
    >>> matches_of(["one", "two"], judged).shares.tolist()  # of the match, what "two" won
    [1.0, 0.5, 0.0]
    """
    rows = {name: row for row, name in enumerate(names)}
    matches = sorted(
        (one for one in judged if not one.pair.is_control),
        key=lambda one: (one.pair.pair_id, one.rater),
    )
    return Matches(
        attackers=np.array([rows[str(one.pair.attacker)] for one in matches], dtype=np.int64),
        defenders=np.array([rows[str(one.pair.defender)] for one in matches], dtype=np.int64),
        shares=np.array([0.5 + 0.5 * np.sign(one.preference) for one in matches]),
        pairs=_numbered([one.pair.pair_id for one in matches]),
        raters=_numbered([one.rater for one in matches]),
        num_models=len(names),
    )


def weights(matches: Matches, agreement: float) -> FloatArray:
    """How much of a match each answer is worth, (A,), as the design effect of a cluster has it.

    With `agreement` 1 all answers to a pair are worth one match between them; with 0 each is worth
    one of its own.

    >>> import numpy as np
    >>> from engine.contest.matches import Matches, weights
    >>> matches = Matches(  # two people judged the first pair, one the second
    ...     attackers=np.array([0, 0, 0]), defenders=np.array([1, 1, 1]), shares=np.ones(3),
    ...     pairs=np.array([0, 0, 1]), raters=np.array([0, 1, 0]), num_models=2,
    ... )
    >>> weights(matches, 1.0).tolist(), weights(matches, 0.0).tolist()
    ([0.5, 0.5, 1.0], [1.0, 1.0, 1.0])
    """
    counts_A = np.bincount(matches.pairs)[matches.pairs]
    return np.asarray(1.0 / (1.0 + (counts_A - 1) * agreement))


def agreement_within_pairs(matches: Matches, expected: FloatArray) -> float:
    """How far answers to one pair repeat each other beyond what the models explain, 0 to 1.

    An intraclass correlation: 1 less the variance of answers to one pair over that around the
    `expected` shares, (A,). One rater, or raters who agree on every pair, give 1.

    >>> import numpy as np
    >>> from engine.contest.matches import Matches, agreement_within_pairs
    >>> matches = Matches(  # two people judged one pair, and agree
    ...     attackers=np.array([0, 0]), defenders=np.array([1, 1]), shares=np.ones(2),
    ...     pairs=np.array([0, 0]), raters=np.array([0, 1]), num_models=2,
    ... )
    >>> agreement_within_pairs(matches, np.array([0.5, 0.5]))
    1.0
    """
    counts_P = np.bincount(matches.pairs)
    num_seconds = float((counts_P - 1).sum())
    if num_seconds == 0:
        return 1.0
    means_P = np.bincount(matches.pairs, matches.shares) / counts_P
    within_A = (matches.shares - means_P[matches.pairs]) ** 2
    is_repeated_A = counts_P[matches.pairs] > 1
    total = float(((matches.shares - expected) ** 2)[is_repeated_A].mean())
    found = 1.0 - within_A.sum() / num_seconds / total if total > 0 else 1.0
    believed = _BELIEF_IN_AGREEMENT + num_seconds * float(np.clip(found, 0.0, 1.0))
    return believed / (_BELIEF_IN_AGREEMENT + num_seconds)


def wins_between(matches: Matches, weights_A: FloatArray) -> FloatArray:
    """Matches won (M, M), rows the winners.

    >>> import numpy as np
    >>> from engine.contest.matches import Matches, wins_between
    >>> matches = Matches(  # model 0 attacks model 1, wins, and then wins half
    ...     attackers=np.array([0, 0]), defenders=np.array([1, 1]), shares=np.array([1.0, 0.5]),
    ...     pairs=np.array([0, 1]), raters=np.array([0, 0]), num_models=2,
    ... )
    >>> wins_between(matches, np.ones(2)).tolist()
    [[0.0, 1.5], [0.5, 0.0]]
    """
    wins_MM = np.zeros((matches.num_models, matches.num_models))
    np.add.at(wins_MM, (matches.attackers, matches.defenders), weights_A * matches.shares)
    np.add.at(wins_MM, (matches.defenders, matches.attackers), weights_A * (1 - matches.shares))
    return wins_MM


def _numbered(names: Sequence[str]) -> IntArray:
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([numbers[name] for name in names], dtype=np.int64)
