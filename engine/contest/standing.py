"""How a contest stands: who finds others' mistakes (aggressiveness), who makes few (resistance).

The formulas are those of the gMAD toolbox (Ma et al., TPAMI 2018):
aggressiveness A_ij = sum over levels of w_jl * p_ijl, and resistance R_ji = sum over levels of
w_jl * (100 - |p_ijl|), where p_ijl from -100 to 100 is how far people agree with attacker i on its
pair at level l of defender j, and w_jl is the share of j's photos at that level.
"""

# M models

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from engine.contest.levels import Level
from engine.contest.verdicts import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """How one attacker fared against one defender.

    >>> from engine.contest.standing import Duel
    >>> duel = Duel(
    ...     attacker="one", defender="two", aggressiveness=60.0, resistance=40.0,
    ...     num_found=3, num_equal=1, num_opposed=0,
    ... )
    >>> num_answers = duel.num_found + duel.num_equal + duel.num_opposed
    >>> f"{duel.attacker} was right about {duel.defender} in {duel.num_found} of {num_answers}"
    'one was right about two in 3 of 4'
    """

    attacker: str
    defender: str
    aggressiveness: float | None  # -100 to 100; None without any answer
    resistance: float | None  # of the defender, 0 to 100
    num_found: int  # answers that agree with the attacker: the defender overlooked something
    num_equal: int
    num_opposed: int  # answers that find the attacker's worse photo better


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlAgreement:
    """On random pairs on which a person sees a difference: how often the model sees it too.

    >>> from engine.contest.standing import ControlAgreement
    >>> agreement = ControlAgreement(model="one", num_agreed=9, num_asked=12)
    >>> agreement.num_agreed / agreement.num_asked  # guessing would give one half
    0.75
    """

    model: str
    num_agreed: int
    num_asked: int


def duels(
    models: Sequence[str],
    judged: Sequence[Judgement],
    levels: Mapping[str, Sequence[Level]],
) -> list[Duel]:
    """Every ordered pair of models. Levels without an answer are left out of the weighted mean.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.standing import duels
    >>> from engine.contest.verdicts import Judgement
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> chosen = choose_pairs(pool, PairRules(num_levels=1, num_controls=0))  # "two" attacks "one"
    >>> judged = [Judgement(pair=chosen.pairs[0], rater="ann", preference=60.0)]
    >>> [duel.aggressiveness for duel in duels(["one", "two"], judged, chosen.levels)]
    [None, 60.0]
    >>> duels(["two", "one"], judged, chosen.levels)[0].resistance  # of "one": 100 - 60
    40.0
    """
    preferences: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for one in judged:
        if one.pair.attacker is not None and one.pair.defender is not None:
            key = (one.pair.attacker, one.pair.defender, one.pair.level)
            preferences[key].append(one.preference)
    return [
        _duel(attacker, defender, preferences, levels[defender])
        for attacker in models
        for defender in models
        if attacker != defender
    ]


def _duel(
    attacker: str,
    defender: str,
    preferences: Mapping[tuple[str, str, int], list[float]],
    levels: Sequence[Level],
) -> Duel:
    answered = [
        (level.weight, preferences[attacker, defender, level.number])
        for level in levels
        if preferences.get((attacker, defender, level.number))
    ]
    total = sum(weight for weight, _ in answered)
    every = [preference for _, values in answered for preference in values]
    return Duel(
        attacker=attacker,
        defender=defender,
        aggressiveness=sum(weight * fmean(values) for weight, values in answered) / total
        if answered
        else None,
        resistance=sum(weight * (100 - abs(fmean(values))) for weight, values in answered) / total
        if answered
        else None,
        num_found=sum(preference > 0 for preference in every),
        num_equal=sum(preference == 0 for preference in every),
        num_opposed=sum(preference < 0 for preference in every),
    )


def control_agreement(
    scores: Mapping[str, Mapping[Path, float]], judged: Sequence[Judgement]
) -> list[ControlAgreement]:
    """How often each model orders the random pairs as people did; a model's tie is no agreement.

    `scores` holds every model's scores of the photos of the random pairs.

    >>> from pathlib import Path
    >>> from engine.contest.pairs import PairRules, choose_pairs
    >>> from engine.contest.pool import make_pool
    >>> from engine.contest.standing import control_agreement
    >>> from engine.contest.verdicts import Judgement
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 50], "two": [20, 80]})
    >>> pair = choose_pairs(pool, PairRules(num_levels=1, num_controls=1)).pairs[0]  # by chance
    >>> judged = [Judgement(pair=pair, rater="ann", preference=60.0)]
    >>> scores = {"right": {pair.high: 9, pair.low: 1}, "wrong": {pair.high: 1, pair.low: 9}}
    >>> [(one.model, one.num_agreed, one.num_asked) for one in control_agreement(scores, judged)]
    [('right', 1, 1), ('wrong', 0, 1)]
    """
    asked = [one for one in judged if one.pair.is_control and one.preference != 0]
    return [
        ControlAgreement(
            model=model,
            num_agreed=sum(
                (of_model[one.pair.high] - of_model[one.pair.low]) * one.preference > 0
                for one in asked
            ),
            num_asked=len(asked),
        )
        for model, of_model in scores.items()
    ]
