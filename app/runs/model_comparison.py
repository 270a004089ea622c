"""A trained model beside the one in use and a trivial baseline, on the very same test photos."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.runs.run_labels import read_run_labels
from app.runs.run_result import FigureRow, RunResult
from engine.errors import UndefinedMeasure, UnreadablePhoto
from engine.measures.agreement import Figure, Undefined
from engine.measures.correlation import srcc
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap, fit_score_map
from engine.measures.measure_agreement import measure_agreement, measure_gain
from engine.photos.header import read_header
from trainer.labels.label_set import LabelSet

Floats = npt.NDArray[np.float64]
# Scores the photos with the model in use, 0-100; a photo that can't be rated is missing.
RatesPhotos = Callable[[Sequence[Path]], Mapping[Path, float]]
# Learns from the training part of the labels, and scores the photos of the others, likewise.
LearnsLabels = Callable[[LabelSet], Mapping[Path, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """Figures of the model in use and of the baselines, and how much better the new model is."""

    rows: tuple[FigureRow, ...]
    num_photos: int
    gain_srcc: Figure | None  # the new model minus the one in use, paired over photos
    in_use: tuple[float | None, ...]  # its scores, in the order of the result's photos

    @property
    def is_better(self) -> bool | None:
        """Whether the new model is surely better; None where the photos can't tell."""
        gain = self.gain_srcc
        if gain is None or gain.low is None or gain.high is None:
            return None
        if gain.low > 0:
            return True
        return False if gain.high < 0 else None


def compare_models(
    result: RunResult,
    *,
    name_in_use: str,
    rate: RatesPhotos,
    say_mean: str,
    say_bytes: str,
    learns: LearnsLabels | None = None,
    say_learned: str = "",
) -> ModelComparison:
    """Rate the run's test photos with the model in use, and measure as the run did.

    `learns` is a baseline that learns from the run's training part, such as ridge. Maps from
    scores to labels are fitted on the run's validation part, never on the test photos.
    Slow: rates photos. Raises WrongUse where the run's labels can't be read.
    """
    inner = next(iter(result.models.values())).parent
    labels = read_run_labels(inner)
    validation = [photo for photo in labels.photos if photo.split == "val"]
    rated_validation = [float(labels.range.to_0_100(photo.score)) for photo in validation]
    paths = [photo.path for photo in validation]
    scores = rate([*result.photos, *paths])
    sizes = {path: _bytes_per_pixel(path) for path in (*result.photos, *paths)}
    mean = float(
        np.mean(
            [labels.range.to_0_100(photo.score) for photo in labels.photos if photo.split != "test"]
        )
    )
    test = _Part(result.photos, np.array(result.rated))
    other = _Part(tuple(paths), np.array(rated_validation))
    learned = {} if learns is None else learns(labels)
    of_learned = [_row(say_learned, learned, test, other, labels.range)] if learned else []
    rows = [
        _row(name_in_use, scores, test, other, labels.range),
        *of_learned,
        _row(say_bytes, sizes, test, other, labels.range),
        _constant_row(say_mean, mean, test, labels.range),
    ]
    return ModelComparison(
        rows=tuple(rows),
        num_photos=len(test.paths),
        gain_srcc=_gain(result, scores),
        in_use=tuple(scores.get(path) for path in result.photos),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    paths: tuple[Path, ...]
    rated_N: Floats

    def known(self, scores: Mapping[Path, float]) -> tuple[Floats, Floats]:
        """Scores and ratings of the photos that have a score."""
        pairs = [
            (scores[path], rated)
            for path, rated in zip(self.paths, self.rated_N.tolist(), strict=True)
            if path in scores
        ]
        columns = np.array(pairs, np.float64).reshape(-1, 2)
        return columns[:, 0], columns[:, 1]


def _row(
    name: str, scores: Mapping[Path, float], test: _Part, other: _Part, scale: LabelScale
) -> FigureRow:
    score_map: LogisticMap | None
    try:
        score_map = fit_score_map(*other.known(scores))
    except UndefinedMeasure:  # none or one of the other photos has a score
        score_map = None
    found = measure_agreement(*test.known(scores), score_map=score_map, scale=scale)
    return FigureRow(name=name, figures=found.defined())


def _constant_row(name: str, mean_0_100: float, test: _Part, scale: LabelScale) -> FigureRow:
    mean_N = np.full(len(test.paths), mean_0_100)
    same = LogisticMap(low=0.0, high=100.0, centre=50.0, width=50.0, is_linear=True)
    found = measure_agreement(mean_N, test.rated_N, score_map=same, scale=scale)
    return FigureRow(name=name, figures=found.defined())


def _gain(result: RunResult, scores: Mapping[Path, float]) -> Figure | None:
    rows = [
        (new, scores[path], rated)
        for path, new, rated in zip(
            result.photos, result.predicted[result.preferred], result.rated, strict=True
        )
        if path in scores
    ]
    new_N, old_N, rated_N = np.array(rows, np.float64).reshape(-1, 3).T
    found = measure_gain(srcc, new_N, old_N, rated_N)
    return None if isinstance(found, Undefined) else found


def _bytes_per_pixel(path: Path) -> float:
    """How large the file is for its pixels: a guess at quality that knows nothing of photos."""
    try:
        header = read_header(path)
        return path.stat().st_size / max(1, header.width_px * header.height_px)
    except (OSError, UnreadablePhoto):
        return 0.0
