"""Rows of the proof on photos as they are: false alarms, and agreement with people."""

# N photos, H W pixels, K kinds

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.trust_figures import Row, Target, agreement_of, share_of
from bench.trust_part import DeliberatePhoto, Part
from engine.defects.defect_finder import DefectFinder
from engine.explain.distortion_map import AFFECTED_FROM
from trainer.defects.material import pixels_of

OF_THE_MAP = "map's mean against people, SRCC"
_OF_THE_SCORE = "explained score against people, SRCC"
BEST_TENTH = "false alarms, best-rated tenth"
_DELIBERATE = "false alarms, soft, dark or foggy on purpose"
_AGREEMENT, _AGREEMENT_HELD_OUT = 0.75, 0.65
_ALARMS, _ALARMS_DELIBERATE = 0.05, 0.10
_LEAST_PHOTOS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the network made of a real photo: loudest place by kind, mean of the map, score."""

    loudest_K: npt.NDArray[np.float32]
    mean: float
    explained_0_100: float

    @property
    def is_alarm(self) -> bool:
        """Whether anything reaches a half."""
        return bool(self.loudest_K.max() >= AFFECTED_FROM)


def looked_at(finder: DefectFinder, path: Path) -> Looked:
    """What the network makes of a photo. Raises UnreadablePhoto."""
    found = finder.look_at_whole(pixels_of(path))
    return Looked(
        loudest_K=found.map.strength_KHW.max(axis=(1, 2)),
        mean=float(found.map.strongest_HW().mean()),
        explained_0_100=found.explained_0_100,
    )


def best_tenth_rows(
    kinds: Sequence[str], found: Sequence[Looked]
) -> tuple[dict[str, list[Row]], dict[str, float]]:
    """False alarms in the best-rated tenth, of all and of every kind; and the shares by kind."""
    loud_NK = np.stack([one.loudest_K for one in found]) >= AFFECTED_FROM
    by_kind = [
        _alarms("false alarms, best-rated tenth", [bool(one) for one in loud_N], of=kind)
        for kind, loud_N in zip(kinds, loud_NK.T, strict=True)
    ]
    every = _alarms(BEST_TENTH, [one.is_alarm for one in found], at_most=_ALARMS)
    shares = {kind: float(loud_N.mean()) for kind, loud_N in zip(kinds, loud_NK.T, strict=True)}
    return {"main": [every], "alarms": by_kind}, shares


def deliberate_rows(photos: Sequence[DeliberatePhoto], look: Callable[[str], Looked]) -> list[Row]:
    """False alarms on the listed photos: on all, of the test part alone, and of every sort."""
    alarms = {one: look(one.image).is_alarm for one in photos}
    rows = [_alarms(_DELIBERATE, list(alarms.values()), at_most=_ALARMS_DELIBERATE)]
    of_test = [alarm for one, alarm in alarms.items() if one.part == "test"]
    if of_test:
        rows.append(_alarms(_DELIBERATE, of_test, of="those of the test part"))
    for sort in dict.fromkeys(one.sort for one in photos):
        some = [alarm for one, alarm in alarms.items() if one.sort == sort]
        rows.append(_alarms(_DELIBERATE, some, of=sort))
    return rows


def agreement_rows(part: Part, found: Mapping[int, Looked]) -> list[Row]:
    """The map's mean and the explained score against people, over all sources and within each."""
    places = list(found)
    rated = np.array([part.scores_0_1[place] for place in places])
    silent = np.array([-found[place].mean for place in places])
    explained = np.array([found[place].explained_0_100 for place in places])
    rows = [
        _agreement(OF_THE_MAP, silent, rated, at_least=_AGREEMENT),
        _agreement(_OF_THE_SCORE, explained, rated),
    ]
    sources = [source_of(part.paths[place]) for place in places]
    for source in sorted(set(sources)):
        is_of = np.array([one == source for one in sources])
        if is_of.sum() >= _LEAST_PHOTOS and not is_of.all():
            rows.append(_agreement(OF_THE_MAP, silent[is_of], rated[is_of], of=f"within {source}"))
    return rows


def held_out_rows(finder: DefectFinder, part: Part, source: str, number: int) -> list[Row]:
    """Agreement of a network that was taught without a source, on photos of that source.

    Raises ValueError when the part has hardly any.
    """
    places = [place for place, path in enumerate(part.paths) if path.name.startswith(source)]
    if len(places) < _LEAST_PHOTOS:
        raise ValueError(f"{len(places)} photos of the {part.name} part begin with {source!r}.")
    chosen = np.unique(np.linspace(0, len(places) - 1, min(number, len(places))).astype(int))
    kept = [places[one] for one in chosen]
    found = [looked_at(finder, part.paths[place]) for place in kept]
    rated = np.array([part.scores_0_1[place] for place in kept])
    silent = np.array([-one.mean for one in found])
    explained = np.array([one.explained_0_100 for one in found])
    of = f"{source}, by a network taught without it"
    return [
        _agreement(OF_THE_MAP, silent, rated, at_least=_AGREEMENT_HELD_OUT, of=of),
        _agreement(_OF_THE_SCORE, explained, rated, of=of),
    ]


def source_of(path: Path) -> str:
    """Which source a photo of BIQ2021 is from: "ss01 (12).jpg" is of "ss01"."""
    return path.name.split(" ")[0]


def _alarms(
    measure: str, alarms: Sequence[bool], *, of: str = "", at_most: float | None = None
) -> Row:
    return Row(
        measure=measure,
        measured=share_of(alarms),
        sample=f"{len(alarms)} photos",
        of=of,
        unit="%",
        target=None if at_most is None else Target(bound=at_most, is_most=True),
    )


def _agreement(
    measure: str,
    predicted: npt.NDArray[np.floating],
    rated: npt.NDArray[np.floating],
    *,
    of: str = "",
    at_least: float | None = None,
) -> Row:
    return Row(
        measure=measure,
        measured=agreement_of(predicted, rated),
        sample=f"{len(rated)} photos",
        of=of,
        target=None if at_least is None else Target(bound=at_least),
    )
