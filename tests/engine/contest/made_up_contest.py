"""Models of known noise, a rater of known taste, and pools of photos that are only names."""

from pathlib import Path

import numpy as np

from engine.contest.pairs import ContestPair, PairRules, choose_pairs
from engine.contest.pool import ContestPool, make_pool
from engine.contest.verdicts import Choice, Judgement, Verdict, arranged, judgements


def photos(number):
    return [Path(f"{index:04d}.jpg") for index in range(number)]


def pool_of(**scores) -> ContestPool:
    return make_pool(photos(len(next(iter(scores.values())))), scores)


def pair(attacker, defender, level=1, rank=1, *, name=None) -> ContestPair:
    return ContestPair(
        pair_id=name or f"{attacker}-{defender}-{level}-{rank}",
        attacker=attacker,
        defender=defender,
        level=level,
        rank=rank,
        high=Path("high.jpg"),
        low=Path("low.jpg"),
        attacker_gap=20.0,
        defender_gap=0.5,
        tolerance=2.0,
        is_widened=False,
    )


def said(preference, attacker, defender, level=1, rank=1, rater="Ada") -> Judgement:
    return Judgement(pair=pair(attacker, defender, level, rank), rater=rater, preference=preference)


def play(noises, *, seed, num_answers, num_photos=300, rater_noise=8.0, sees_from=5.0):
    """Judgements of a made-up rater on a contest of models that err by so many points."""
    rng = np.random.default_rng([seed, 99])
    truth = rng.uniform(10, 90, size=num_photos)
    names = photos(num_photos)
    scores = {
        model: np.clip(truth + rng.normal(0, noise, num_photos), 0, 100)
        for model, noise in noises.items()
    }
    pool = make_pool(names, scores)
    per_level = -(-num_answers // (len(noises) * (len(noises) - 1) * 6))
    chosen = choose_pairs(pool, PairRules(pairs_per_level=per_level, num_controls=0, seed=seed))
    shown = arranged(chosen.pairs, seed=seed)[:num_answers]
    quality = dict(zip(names, truth, strict=True))
    verdicts = []
    for one in shown:
        left, right = one.pair.high, one.pair.low
        if not one.is_high_left:
            left, right = right, left
        seen = quality[left] - quality[right] + rng.normal(0, rater_noise)
        if abs(seen) < sees_from:
            verdict = Verdict(pair_id=one.pair.pair_id, rater="Ada", choice=Choice.EQUAL)
        else:
            verdict = Verdict(
                pair_id=one.pair.pair_id,
                rater="Ada",
                choice=Choice.LEFT if seen > 0 else Choice.RIGHT,
                confidence=int(np.clip(round(2 * abs(seen)), 1, 100)),
            )
        verdicts.append(verdict)
    return pool, chosen, shown, verdicts, judgements(shown, verdicts)
