"""Which pairs a contest is decided by: where one model sees a difference and another sees none.

Ma et al., "Group MAD competition", CVPR 2016: for an attacker, a defender and a level of quality,
of all photos that the defender calls equally good take those that the attacker calls best and
worst. Whoever looks at the two tells which of the models is wrong.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.contest.levels import Level, quality_levels
from engine.contest.pool import ContestPool
from engine.errors import ContestError


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRules:
    """How the pairs of a contest are chosen.

    >>> from engine.contest.pairs import PairRules, num_possible_pairs
    >>> num_possible_pairs(3, PairRules(num_levels=2, num_controls=5))  # 3 * 2 * 2, and 5 by chance
    17
    """

    num_levels: int = 6
    pairs_per_level: int = 1
    tolerance: float = 2.0  # points of the common scale, to either side of the level
    most_uses: int = 3  # in how many pairs one photo may appear
    num_controls: int = 6  # pairs drawn at random
    seed: int = 0

    def __post_init__(self) -> None:
        if self.pairs_per_level < 1 or self.most_uses < 1 or self.num_controls < 0:
            raise ContestError(
                "A contest needs at least 1 pair per level, 1 use per photo and no fewer than 0 "
                "random pairs."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestPair:
    """Two photos to be judged. `high` is the one that the attacker scores higher.

    A control pair is drawn at random: it has no attacker and no defender, its level is 0, and
    which of its photos is `high` means nothing.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 51], "two": [20, 80]})
    >>> one_sided = choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).pairs
    >>> pair = next(pair for pair in one_sided if pair.attacker == "two")
    >>> pair.high.name, pair.attacker_gap, pair.defender_gap  # "one" sees hardly a difference
    ('b.jpg', 60.0, 1.0)
    """

    pair_id: str
    attacker: str | None
    defender: str | None
    level: int
    rank: int  # 1 is the pair that the attacker separates most, 2 the next one
    high: Path
    low: Path
    attacker_gap: float  # points by which the attacker scores `high` above `low`
    defender_gap: float  # the same for the defender: within twice the tolerance of 0
    tolerance: float
    is_widened: bool

    @property
    def is_control(self) -> bool:
        """Whether the pair was drawn at random."""
        return self.attacker is None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyLevel:
    """A place in the contest for which there is no pair.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> choose_pairs(pool, PairRules(num_levels=1, num_controls=0)).empty  # "one" sees none
    (EmptyLevel(attacker='one', defender='two', level=1, rank=1),)
    """

    attacker: str
    defender: str
    level: int
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPairs:
    """The pairs of a contest and what they were chosen from.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> chosen = choose_pairs(pool, PairRules(num_levels=1, num_controls=0))
    >>> len(chosen.pairs), len(chosen.empty)  # of two models, each attacked the other once
    (1, 1)
    >>> [level.centre for level in chosen.levels["two"]]
    [50.0]
    """

    pairs: tuple[ContestPair, ...]
    levels: dict[str, tuple[Level, ...]]  # of every defender
    empty: tuple[EmptyLevel, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    attacker: str
    defender: str
    level: Level


def choose_pairs(pool: ContestPool, rules: PairRules) -> ChosenPairs:
    """The pairs of every ordered (attacker, defender, level), controls first.

    The same pool and rules give the same pairs, and asking for more pairs per level adds to those
    that fewer would have given. All first pairs are chosen before any second one. Since photos may
    be used only so often, the cells take turns in an order that is drawn from the seed. A level in
    which fewer than two photos are left is widened to the nearest that are; where there are none,
    or the attacker sees no difference between them, the place is reported as empty.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> photos = [Path("a.jpg"), Path("b.jpg"), Path("c.jpg")]
    >>> pool = make_pool(photos, {"one": [50, 50, 50], "two": [20, 45, 80]})
    >>> chosen = choose_pairs(pool, PairRules(num_levels=1, num_controls=0))
    >>> [(pair.attacker, pair.high.name, pair.low.name) for pair in chosen.pairs]
    [('two', 'c.jpg', 'a.jpg')]
    """
    levels = {
        model: tuple(
            quality_levels(
                pool.scores[model], num_levels=rules.num_levels, tolerance=rules.tolerance
            )
        )
        for model in pool.models
    }
    uses: Counter[int] = Counter()
    pairs = _controls(pool, rules, uses)
    cells = [
        _Cell(attacker, defender, level)
        for attacker, defender in itertools.permutations(sorted(pool.models), 2)
        for level in levels[defender]
    ]
    order = np.random.default_rng([rules.seed, 1]).permutation(len(cells))
    taken: dict[_Cell, set[int]] = {cell: set() for cell in cells}
    empty = []
    for rank in range(1, rules.pairs_per_level + 1):
        for cell in (cells[index] for index in order):
            pair = _pair(pool, cell, rank, rules, uses, taken[cell])
            if pair is None:
                empty.append(
                    EmptyLevel(
                        attacker=cell.attacker,
                        defender=cell.defender,
                        level=cell.level.number,
                        rank=rank,
                    )
                )
            else:
                pairs.append(pair)
    return ChosenPairs(pairs=tuple(pairs), levels=levels, empty=tuple(empty))


def _pair(
    pool: ContestPool,
    cell: _Cell,
    rank: int,
    rules: PairRules,
    uses: Counter[int],
    taken: set[int],
) -> ContestPair | None:
    attacker, defender = pool.scores[cell.attacker], pool.scores[cell.defender]
    usable = np.array(
        [
            index
            for index in range(len(pool.photos))
            if uses[index] < rules.most_uses and index not in taken
        ],
        dtype=np.intp,
    )
    if usable.size < 2:
        return None
    distances = np.abs(defender[usable] - cell.level.centre)
    tolerance = max(cell.level.tolerance, float(np.partition(distances, 1)[1]))
    window = usable[distances <= tolerance]
    # Of photos with the same score, the first by path: argmin and argmax take the first.
    low, high = int(window[attacker[window].argmin()]), int(window[attacker[window].argmax()])
    if not attacker[high] > attacker[low]:
        return None
    for index in (low, high):
        uses[index] += 1
        taken.add(index)
    names = sorted(pool.models)
    return ContestPair(
        pair_id=(
            f"{names.index(cell.attacker) + 1}v{names.index(cell.defender) + 1}"
            f"-{cell.level.number}-{rank}"
        ),
        attacker=cell.attacker,
        defender=cell.defender,
        level=cell.level.number,
        rank=rank,
        high=pool.photos[high],
        low=pool.photos[low],
        attacker_gap=float(attacker[high] - attacker[low]),
        defender_gap=float(defender[high] - defender[low]),
        tolerance=tolerance,
        is_widened=tolerance > rules.tolerance,
    )


def _controls(pool: ContestPool, rules: PairRules, uses: Counter[int]) -> list[ContestPair]:
    """Random pairs, no two the same; fewer than asked for in a small pool."""
    rng = np.random.default_rng([rules.seed, 0])
    pairs: list[ContestPair] = []
    seen: set[tuple[int, int]] = set()
    for _ in range(20 * rules.num_controls):  # enough draws for any but the smallest pool
        if len(pairs) == rules.num_controls:
            break
        first, second = (int(index) for index in rng.choice(len(pool.photos), 2, replace=False))
        key = (min(first, second), max(first, second))
        if key in seen or max(uses[first], uses[second]) >= rules.most_uses:
            continue
        seen.add(key)
        uses.update(key)
        pairs.append(_control(pool.photos[first], pool.photos[second], len(pairs) + 1))
    return pairs


def _control(first: Path, second: Path, number: int) -> ContestPair:
    return ContestPair(
        pair_id=f"control-{number}",
        attacker=None,
        defender=None,
        level=0,
        rank=number,
        high=first,
        low=second,
        attacker_gap=0.0,
        defender_gap=0.0,
        tolerance=0.0,
        is_widened=False,
    )


def num_possible_pairs(num_models: int, rules: PairRules) -> int:
    """How many pairs a contest asks about when no level is empty.

    >>> from engine.contest.pairs import PairRules, num_possible_pairs
    >>> num_possible_pairs(2, PairRules(num_levels=6, pairs_per_level=2, num_controls=6))
    30
    """
    return num_models * (num_models - 1) * rules.num_levels * rules.pairs_per_level + (
        rules.num_controls
    )


def photos_in(pairs: Sequence[ContestPair]) -> list[Path]:
    """Every photo that appears in a pair, sorted, once.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs, photos_in
    >>> from engine.contest.pool import make_pool
    >>> pool = make_pool([Path("b.jpg"), Path("a.jpg")], {"one": [50, 51], "two": [20, 80]})
    >>> chosen = choose_pairs(pool, PairRules(num_levels=1, num_controls=0))
    >>> len(chosen.pairs), [photo.name for photo in photos_in(chosen.pairs)]
    (2, ['a.jpg', 'b.jpg'])
    """
    return sorted({photo for pair in pairs for photo in (pair.high, pair.low)})
