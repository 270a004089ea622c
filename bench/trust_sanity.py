"""Rows of the proof: does a map need what was learnt, and does it move with the photo?"""

# H W pixels

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from bench.defect_measures import (
    MOVES_PX,
    Mapper,
    flip_likeness,
    likeness,
    move_likeness,
    scrambled,
)
from bench.defect_planting import TAUGHT, Pixels, Spoilt, spoilt_photos
from bench.trust_figures import Row, Target, mean_of
from bench.trust_restoring import Score, random_blame, restoring_gain
from engine.defects.defect_card import DefectCard
from engine.defects.defect_finder import DefectFinder
from engine.defects.defect_network import DefectNetwork

RESTORED = "points gained by restoring the most blamed patches"
RESTORED_RANDOM = "points gained by restoring random patches"
_RANDOMISED = "likeness to the map of randomised weights"
_MIRRORED = "likeness when mirrored"
_SOME_MOVES = "likeness when moved by 5 to 16 pixels"
_AT_LEAST, _AT_MOST_RANDOMISED = 0.95, 0.2
_CLEAR = 0.5


def clearly_spoilt(photos: Sequence[Pixels], number: int) -> list[Spoilt]:
    """So many photos with a defect of strength .5 or more, all kinds taking turns."""
    clear = (one for one in spoilt_photos(photos, TAUGHT, seed=2) if one.strength >= _CLEAR)
    return list(itertools.islice(clear, 0, 5 * number, 5))  # 5 and 7 kinds have no common divisor


def mapper_of(finder: DefectFinder) -> Mapper:
    """The strongest kind at every place, as one map."""
    return lambda photo_HW3: finder.look_at_whole(photo_HW3).map.strongest_HW()


def network_rows(network: DefectNetwork, card: DefectCard, spoilt: Sequence[Spoilt]) -> list[Row]:
    """The defect network's map against itself with shuffled weights, mirrored and moved."""
    randomised = mapper_of(DefectFinder(scrambled(network), card))
    return sanity_rows(mapper_of(DefectFinder(network, card)), randomised, spoilt)


def sanity_rows(
    mapper: Mapper, randomised: Mapper, spoilt: Sequence[Spoilt], *, has_targets: bool = True
) -> list[Row]:
    """How alike a map is to that of random weights, of the mirrored and of the moved photo."""
    alike: dict[str, list[float]] = {}
    for one in spoilt:
        photo_HW3 = one.pixels_HW3
        found = {
            _RANDOMISED: likeness(mapper(photo_HW3), randomised(photo_HW3)),
            _MIRRORED: flip_likeness(mapper, photo_HW3),
        }
        by_move = dict(zip(MOVES_PX, move_likeness(mapper, photo_HW3), strict=True))
        found["likeness when moved by 1 pixel"] = by_move.pop((1, 1))
        found[_SOME_MOVES] = float(np.mean(list(by_move.values())))
        for what, value in found.items():
            alike.setdefault(what, []).append(value)
    return [_row(what, values, has_target=has_targets) for what, values in alike.items()]


def restoring_rows(score: Score, mapper: Mapper, spoilt: Sequence[Spoilt]) -> list[Row]:
    """What the score gains by giving back what the map blames, and by giving back anything."""
    gains: Mapping[str, list[float]] = {RESTORED: [], RESTORED_RANDOM: []}
    for number, one in enumerate(spoilt):
        chance_HW = random_blame(one.pixels_HW3.shape, np.random.default_rng(number))
        gains[RESTORED].append(restoring_gain(score, one, mapper(one.pixels_HW3)))
        gains[RESTORED_RANDOM].append(restoring_gain(score, one, chance_HW))
    return [_row(what, values, has_target=False) for what, values in gains.items()]


def _row(what: str, values: Sequence[float], *, has_target: bool) -> Row:
    is_most = what == _RANDOMISED
    bound = _AT_MOST_RANDOMISED if is_most else _AT_LEAST
    return Row(
        measure=what,
        measured=mean_of(list(values)),
        sample=f"{len(values)} photos",
        target=Target(bound=bound, is_most=is_most) if has_target else None,
    )
