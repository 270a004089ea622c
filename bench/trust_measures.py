"""The measures (a) to (g) of an overlay's trustworthiness, as rows of one table."""

# H W pixels of the resized photo

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bench.trust_checks import (
    flip_likeness,
    likeness,
    random_blame,
    restoring_gains,
    score_photo,
    shift_likeness,
    with_random_weights,
)
from bench.trust_methods import BothOverlays, Floats, Method
from bench.trust_photos import HeldOutPhotos
from bench.trust_planted import Trial, planted_photos, run_trials
from bench.untaught_defects import UNTAUGHT
from engine.errors import UndefinedMeasure
from engine.explain.distortion_head import DistortionHead
from engine.measures.correlation import srcc
from engine.networks.model_card import ModelCard
from engine.networks.quality_network import QualityNetwork
from trainer.distortion.defects import DEFECTS

Methods = dict[str, Method]
Trials = Mapping[str, list[Trial]]
_TAUGHT = {str(kind): defect for kind, defect in DEFECTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. Values by method; `target` is the least or, negative, the most."""

    letter: str
    what: str
    values: Mapping[str, float | None]
    sample: str
    target: float | None = None
    is_most: bool = False
    unit: str = ""

    @property
    def target_text(self) -> str:
        """The target in words."""
        if self.target is None:
            return ""
        return f"{'at most' if self.is_most else 'at least'} {self._text(self.target)}"

    def is_met(self, method: str) -> bool | None:
        """Whether a method meets the target; None without either."""
        value = self.values.get(method)
        if self.target is None or value is None:
            return None
        return value <= self.target if self.is_most else value >= self.target

    def cell(self, method: str) -> str:
        """A method's figure, with a word if it misses the target."""
        value = self.values.get(method)
        if value is None:
            return "–"  # noqa: RUF001 - an en dash is meant
        return self._text(value) + (" (missed)" if self.is_met(method) is False else "")

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "values": dict(self.values)}

    def _text(self, value: float) -> str:
        return f"{100 * value:.0f} %" if self.unit == "%" else f"{value:.2f}{self.unit}"


def measure_planted(
    network: QualityNetwork,
    card: ModelCard,
    head: DistortionHead,
    methods: Methods,
    photos: HeldOutPhotos,
    size: int,
) -> list[Row]:
    """(a) and (b): planted defects, taught and untaught."""
    good = photos.best(size)
    taught = run_trials(planted_photos(good, _TAUGHT), methods)
    untaught = run_trials(planted_photos(good, UNTAUGHT, seed=1), methods)
    rows = _planted_rows("a", "planted defects", taught, peak=0.95, energy=6.0, named=0.85)
    for what, trials in _parted(taught, lambda trial: trial.kind):
        rows += _planted_rows("a", what, trials)
    for what, trials in _parted(taught, lambda trial: f"area 1/{round(1 / trial.area)}"):
        rows += _planted_rows("a", what, trials)
    for what, trials in _parted(taught, lambda trial: f"strength {trial.strength:g}"):
        rows += _planted_rows("a", what, trials)
    rows += _planted_rows("b", "never taught", untaught, peak=0.7, is_named=False)
    for what, trials in _parted(untaught, lambda trial: trial.kind):
        rows += _planted_rows("b", what, trials, is_named=False)
    return rows


def _parted(
    trials: Trials, key: Callable[[Trial], str]
) -> list[tuple[str, dict[str, list[Trial]]]]:
    """The trials of every method by a property, in the order in which its values occur."""
    names = list(dict.fromkeys(key(trial) for trial in next(iter(trials.values()))))
    return [
        (name, {method: [t for t in found if key(t) == name] for method, found in trials.items()})
        for name in names
    ]


def _planted_rows(
    letter: str,
    what: str,
    trials: Trials,
    *,
    peak: float | None = None,
    energy: float | None = None,
    named: float | None = None,
    is_named: bool = True,
) -> list[Row]:
    sample = f"{len(next(iter(trials.values())))} defects"

    def mean(of: Callable[[Trial], float | None]) -> dict[str, float | None]:
        return {name: _mean(of(trial) for trial in found) for name, found in trials.items()}

    rows = [
        Row(
            letter=letter,
            what=f"{what}: peak inside",
            values=mean(lambda trial: float(trial.is_peak_inside)),
            target=peak,
            unit="%",
            sample=sample,
        ),
        Row(
            letter=letter,
            what=f"{what}: energy, times the area's share",
            values=mean(lambda trial: trial.energy),
            target=energy,
            sample=sample,
        ),
    ]
    if is_named:
        rows.append(
            Row(
                letter=letter,
                what=f"{what}: kind named right",
                values=mean(
                    lambda trial: None if trial.is_named is None else float(trial.is_named)
                ),
                target=named,
                unit="%",
                sample=sample,
            )
        )
    return rows


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def measure_maps(
    network: QualityNetwork,
    card: ModelCard,
    head: DistortionHead,
    methods: Methods,
    photos: HeldOutPhotos,
    size: int,
) -> list[Row]:
    """(c) and (d): photos as they are; false alarms, and agreement with people and the score."""
    tenth = photos.num_photos // 10
    step = max(1, photos.num_photos // size)
    spread = range(0, photos.num_photos, step)
    strong: dict[str, list[float]] = {name: [] for name in methods}
    means: dict[str, list[float]] = {name: [] for name in methods}
    scores = []
    for index in sorted({*range(tenth), *spread}):
        photo_HW3 = photos.pixels(index)
        blamed = {name: method(photo_HW3) for name, method in methods.items()}
        for name, blame in blamed.items():
            if index < tenth:
                strong[name].append(float(blame.is_strong))
            if index in spread:
                means[name].append(float(blame.map_HW.mean()))
        if index in spread:
            scores.append(score_photo(network, photo_HW3, num_crops=card.num_crops))
    rated = np.array([photos.rated_0_100[index] for index in spread])
    return [
        Row(
            letter="c",
            what="best-rated tenth of real photos: something strong somewhere",
            values={name: float(np.mean(found)) for name, found in strong.items()},
            target=0.1,
            is_most=True,
            unit="%",
            sample=f"{tenth} photos",
        ),
        Row(
            letter="d",
            what="map's mean against human scores, SRCC without sign",
            values={name: _agreement(found, rated) for name, found in means.items()},
            target=0.6,
            sample=f"{len(rated)} photos",
        ),
        Row(
            letter="d",
            what="map's mean against the photo's own score, SRCC without sign",
            values={name: _agreement(found, np.array(scores)) for name, found in means.items()},
            sample=f"{len(rated)} photos",
        ),
    ]


def _agreement(means: Sequence[float], scores: Floats) -> float | None:
    """|SRCC|; None where a map is the same for all photos."""
    try:
        return abs(srcc(np.array(means), scores))
    except UndefinedMeasure:
        return None


def measure_sanity(
    network: QualityNetwork,
    card: ModelCard,
    head: DistortionHead,
    methods: Methods,
    photos: HeldOutPhotos,
    size: int,
) -> list[Row]:
    """(e), (f) and (g), on planted defects, so that there is something in the maps."""
    strong = (
        one for one in planted_photos(photos.best(size), _TAUGHT, seed=2) if one.strength > 0.4
    )
    planted = list(itertools.islice(strong, 0, None, 7))
    random_network = with_random_weights(network)
    randomised = BothOverlays(random_network, head, card).methods()
    gains: dict[str, list[float]] = {name: [] for name in methods}
    by_chance: list[float] = []
    alike: dict[str, dict[str, list[float]]] = {
        check: {name: [] for name in methods} for check in ("random", "flip", "shift")
    }

    def score(photo_HW3: np.ndarray) -> float:
        return score_photo(network, photo_HW3, num_crops=card.num_crops)

    for number, one in enumerate(planted):
        chance_HW = random_blame(one.pixels_HW3.shape, np.random.default_rng(number))
        by_chance.append(float(restoring_gains(score, one, chance_HW).mean()))
        for name, method in methods.items():
            blamed_HW = method(one.pixels_HW3).map_HW
            gains[name].append(float(restoring_gains(score, one, blamed_HW).mean()))
            alike["random"][name].append(
                likeness(blamed_HW, randomised[name](one.pixels_HW3).map_HW)
            )
            alike["flip"][name].append(flip_likeness(method, one.pixels_HW3))
            alike["shift"][name].append(shift_likeness(method, one.pixels_HW3))
    sample = f"{len(planted)} planted photos"
    mean_chance = float(np.mean(by_chance))
    what = f"restoring the most blamed patches: gain in points (random ones: {mean_chance:.2f})"

    def row(
        letter: str, what: str, values: Mapping[str, list[float]], target: float | None = None
    ) -> Row:
        means = {name: float(np.mean(found)) for name, found in values.items()}
        return Row(letter=letter, what=what, values=means, sample=sample, target=target)

    return [
        row("e", what, gains, target=mean_chance),
        row("f", "likeness to the map of random weights", alike["random"]),
        row("g", "likeness when flipped", alike["flip"]),
        row("g", "likeness when shifted by 5 to 16 pixels", alike["shift"]),
    ]
