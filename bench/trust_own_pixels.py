"""Rows of the proof at 100 %: defects planted at 1:1 in canvases of 24 megapixels, and focus."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.canvases import canvas
from bench.own_pixels import focus_and_noise, local_peaks
from bench.trust_figures import Row, Target, agreement_of, share_of
from engine.defects.defect_finder import DefectFinder

_PEAK, _NAMED = "24-megapixel canvases: peak inside", "24-megapixel canvases: kind named right"
_REACHED = "24-megapixel canvases: a half is reached inside"
_FOCUS = "focus at 100 %: rank agreement with the true blur radius, SRCC"
_NOISE = "noise at 100 %: rank agreement with the true noise, SRCC"
_PEAK_TARGET, _FOCUS_TARGET = 0.90, 0.97
_BEST_SHARE = 0.25

Found = Sequence[dict[str, Any]]


def measured_canvases(
    finder: DefectFinder, paths: Sequence[Path], number: int, *, times: int
) -> list[Row]:
    """So many canvases of the best-rated quarter, each kind planted so many times in each."""
    best = paths[: max(1, round(_BEST_SHARE * len(paths)))]
    peaks: list[dict[str, Any]] = []
    looks: list[dict[str, Any]] = []
    for turn in range(number):
        rng = np.random.default_rng([23, turn])
        whole_HW3 = canvas(best, rng)
        peaks += local_peaks(whole_HW3, finder, rng, times=times)
        looks += focus_and_noise(whole_HW3, rng)
    return [*peak_rows(peaks), *focus_rows(looks)]


def peak_rows(peaks: Found) -> list[Row]:
    """Whether the map of all tiles peaks in the defect, also by kind and strength."""
    rows = [
        _share(_PEAK, [one["peak_inside"] for one in peaks], at_least=_PEAK_TARGET),
        _share(_NAMED, [one["named"] for one in peaks]),
        _share(_REACHED, [one["reached_a_half"] for one in peaks]),
    ]
    kinds = dict.fromkeys(one["kind"] for one in peaks)
    strengths = sorted({one["strength"] for one in peaks})
    return [
        *rows,
        *(_share(_PEAK, _inside(peaks, "kind", kind), of=kind) for kind in kinds),
        *(
            _share(_PEAK, _inside(peaks, "strength", strength), of=f"strength {strength:g}")
            for strength in strengths
        ),
    ]


def focus_rows(looks: Found) -> list[Row]:
    """How the quick look's focus and noise rank with what was done to whole canvases."""
    focus = [one for one in looks if one["what"].startswith("focus")]
    noise = [one for one in looks if one["what"] == "noise"]
    rows = [_rank(_FOCUS, focus, at_least=_FOCUS_TARGET)]
    for key in ("what", "state"):
        rows += [
            _rank(
                _FOCUS,
                [one for one in focus if one[key] == value],
                of=value.removeprefix("focus, "),
            )
            for value in dict.fromkeys(str(one[key]) for one in focus)
        ]
    return [*rows, _rank(_NOISE, noise)]


def _inside(peaks: Found, key: str, value: object) -> list[bool]:
    return [one["peak_inside"] for one in peaks if one[key] == value]


def _share(
    measure: str, values: Iterable[bool], *, of: str = "", at_least: float | None = None
) -> Row:
    kept = list(values)
    return Row(
        measure=measure,
        measured=share_of(kept),
        sample=f"{len(kept)} defects",
        of=of,
        unit="%",
        target=None if at_least is None else Target(bound=at_least),
    )


def _rank(measure: str, looks: Found, *, of: str = "", at_least: float | None = None) -> Row:
    found, true = (np.array([float(one[key]) for one in looks]) for key in ("found", "true"))
    return Row(
        measure=measure,
        measured=agreement_of(found, true),
        sample=f"{len(looks)} canvases",
        of=of,
        target=None if at_least is None else Target(bound=at_least),
    )
