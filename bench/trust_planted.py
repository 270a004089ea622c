"""Rows of the proof: are planted defects found, marked to their edge, and named right?"""

# H W pixels

from collections.abc import Callable, Mapping, Sequence

from bench.defect_measures import Verdict, judge
from bench.defect_planting import AREAS, STRENGTHS, TAUGHT, Defect, Pixels, spoilt_photos
from bench.defect_untaught import NEVER_TAUGHT
from bench.trust_figures import Measured, Row, Target, mean_of, share_of
from engine.defects.defect_finder import DefectFinder
from trainer.distortion.defects import DEFECTS

PEAK = "peak inside"
ENERGY = "energy over the area's share"
NAMED = "kind named right"
OVERLAP = "overlap with the region (IoU at a half, areas from 1/16)"
REACHED = "a half is reached inside"
NEVER = "never taught"
AS_BEFORE = "planted as the head was taught"
_TARGETS = {PEAK: 0.98, ENERGY: 10.0, NAMED: 0.93, OVERLAP: 0.65}
_NEVER_TAUGHT_PEAK = 0.85
_UNITS = {ENERGY: "", OVERLAP: ""}


def planted(
    finder: DefectFinder, photos: Sequence[Pixels], defects: Mapping[str, Defect], *, seed: int
) -> list[Verdict]:
    """What the network makes of every kind planted in every photo."""
    return [
        judge(one, finder.look_at_whole(one.pixels_HW3).map)
        for one in spoilt_photos(photos, defects, seed=seed)
    ]


def taught_verdicts(finder: DefectFinder, photos: Sequence[Pixels]) -> list[Verdict]:
    """The kinds that the network knows."""
    return planted(finder, photos, TAUGHT, seed=11)


def taught_rows(verdicts: Sequence[Verdict]) -> dict[str, list[Row]]:
    """The rows of all, of every kind, area and strength, and peaks by kind and strength."""
    by_kind = _parted(verdicts, lambda one: one.kind)
    by_size = _parted(
        sorted(verdicts, key=lambda one: AREAS[one.area]), lambda one: f"area {one.area}"
    )
    by_strength = _parted(
        sorted(verdicts, key=lambda one: one.strength), lambda one: f"strength {one.strength:g}"
    )
    by_two = _parted(verdicts, lambda one: f"{one.kind}, {one.strength:g}")
    return {
        "main": _rows(verdicts, targets=_TARGETS),
        "broken down": [
            row for of, some in (*by_kind, *by_size, *by_strength) for row in _rows(some, of=of)
        ],
        "grid": [_row(PEAK, some, of=of) for of, some in by_two],
    }


def never_taught_rows(finder: DefectFinder, photos: Sequence[Pixels]) -> dict[str, list[Row]]:
    """The rows of six kinds that no network is taught; it can't name them."""
    verdicts = planted(finder, photos, NEVER_TAUGHT, seed=12)
    peak = {PEAK: _NEVER_TAUGHT_PEAK}
    return {
        "main": [_row(one, verdicts, of=NEVER, targets=peak) for one in (PEAK, ENERGY)],
        "broken down": [
            _row(measure, some, of=of)
            for of, some in _parted(verdicts, lambda one: one.kind)
            for measure in (PEAK, ENERGY, OVERLAP, REACHED)
        ],
    }


def as_before_rows(finder: DefectFinder, photos: Sequence[Pixels]) -> dict[str, list[Row]]:
    """The rows of defects that were made as those which the head on tokens was taught with."""
    old = {str(kind): defect for kind, defect in DEFECTS.items()}
    verdicts = planted(finder, photos, old, seed=13)
    return {"main": [_row(one, verdicts, of=AS_BEFORE) for one in (PEAK, ENERGY, NAMED)]}


def found_rates(verdicts: Sequence[Verdict]) -> dict[str, dict[str, dict[str, float]]]:
    """What a card says of every kind: how much of it was found and named, at which size."""
    rates: dict[str, dict[str, dict[str, float]]] = {}
    for kind, some in _parted(verdicts, lambda one: one.kind):
        by_area = _parted(some, lambda one: one.area)
        rates[kind] = {
            "found": {area: _share([one.is_alarmed for one in few]) for area, few in by_area},
            "named": {area: _share([one.named == kind for one in few]) for area, few in by_area},
        }
    return rates


def strengths() -> list[str]:
    """The strengths that defects are planted at, as rows and columns call them."""
    return [f"{strength:g}" for strength in STRENGTHS]


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values)


def _parted(
    verdicts: Sequence[Verdict], key: Callable[[Verdict], str]
) -> list[tuple[str, list[Verdict]]]:
    names = dict.fromkeys(key(one) for one in verdicts)
    return [(name, [one for one in verdicts if key(one) == name]) for name in names]


def _rows(
    verdicts: Sequence[Verdict], *, of: str = "", targets: Mapping[str, float] | None = None
) -> list[Row]:
    measures = (PEAK, ENERGY, NAMED, OVERLAP, REACHED)
    return [_row(measure, verdicts, of=of, targets=targets) for measure in measures]


def _row(
    measure: str,
    verdicts: Sequence[Verdict],
    *,
    of: str = "",
    targets: Mapping[str, float] | None = None,
) -> Row:
    bound = (targets or {}).get(measure)
    measured = _measured(measure, verdicts)
    return Row(
        measure=measure,
        measured=measured,
        sample=f"{0 if measured is None else measured.num} defects",
        of=of,
        unit=_UNITS.get(measure, "%"),
        target=None if bound is None else Target(bound=bound),
    )


def _measured(measure: str, verdicts: Sequence[Verdict]) -> Measured | None:
    if measure == ENERGY:
        return mean_of([one.energy for one in verdicts])
    if measure == OVERLAP:
        return mean_of([one.overlap for one in verdicts if one.area != "1/36"])
    of_one: dict[str, Callable[[Verdict], bool]] = {
        PEAK: lambda one: one.is_peak_inside,
        NAMED: lambda one: one.named == one.kind,
        REACHED: lambda one: one.is_alarmed,
    }
    return share_of(of_one[measure](one) for one in verdicts)
