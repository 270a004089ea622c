"""How well held-out sources are rated: each by itself and their mean, with intervals."""

# N photos of a source

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bench.held_out_sources import Floats, Predictions
from engine.measures.agreement import Figure
from engine.measures.bootstrap import interval
from engine.measures.correlation import plcc, srcc

Measure = Callable[[Floats, Floats], float]

_NUM_RESAMPLES = 1000
_QUANTILES = (0.025, 0.975)


def mean_over_sources(measure: Measure, sources: Sequence[Predictions], *, seed: int = 0) -> Figure:
    """The mean of a measure over sources; its interval redraws the photos within each."""
    rng = np.random.default_rng(seed)
    redrawn = [
        np.mean([_redrawn(measure, one, rng) for one in sources]) for _ in range(_NUM_RESAMPLES)
    ]
    low, high = np.quantile(redrawn, _QUANTILES)
    value = np.mean([measure(one.predicted_N, one.rated_N) for one in sources])
    return Figure(value=float(value), low=float(low), high=float(high))


def gain_over_sources(
    measure: Measure, new: Sequence[Predictions], old: Sequence[Predictions], *, seed: int = 0
) -> Figure:
    """How much higher the mean of a measure is than another model's, on the same photos.

    Raises ValueError when the photos differ.
    """
    pairs = []
    for ours, theirs in zip(new, old, strict=True):
        place = {name: number for number, name in enumerate(theirs.names)}
        if set(ours.names) != set(theirs.names):
            raise ValueError("The two runs were tested on different photos.")
        order = [place[name] for name in ours.names]
        pairs.append((ours.predicted_N, theirs.predicted_N[order], ours.rated_N))

    def gain(rows: Sequence[np.ndarray]) -> float:
        return float(
            np.mean(
                [
                    measure(one[row], rated[row]) - measure(other[row], rated[row])
                    for (one, other, rated), row in zip(pairs, rows, strict=True)
                ]
            )
        )

    rng = np.random.default_rng(seed)
    sizes = [len(rated) for *_, rated in pairs]
    redrawn = [
        gain([rng.integers(size, size=size) for size in sizes]) for _ in range(_NUM_RESAMPLES)
    ]
    low, high = np.quantile(redrawn, _QUANTILES)
    whole = gain([np.arange(size) for size in sizes])
    return Figure(value=whole, low=float(low), high=float(high))


def table_of(sources: Mapping[str, Predictions]) -> str:
    """The figures of every source and their mean, in Markdown."""
    lines = ["| source | photos | SRCC | PLCC |", "|---|---|---|---|"]
    for name, found in sources.items():
        figures = [
            words(interval(measure, found.predicted_N, found.rated_N)) for measure in (srcc, plcc)
        ]
        lines.append(f"| {name} | {len(found.names)} | {figures[0]} | {figures[1]} |")
    every = list(sources.values())
    means = [words(mean_over_sources(measure, every)) for measure in (srcc, plcc)]
    total = sum(len(found.names) for found in every)
    lines.append(f"| mean | {total} | {means[0]} | {means[1]} |")
    return "\n".join(lines)


def words(figure: Figure) -> str:
    """A figure with its interval: .721 [.702, .740]."""
    return f"{_short(figure.value)} [{_short(figure.low)}, {_short(figure.high)}]"


def _short(value: float | None) -> str:
    return "?" if value is None else f"{value:.3f}".replace("0.", ".", 1)


def _redrawn(measure: Measure, one: Predictions, rng: np.random.Generator) -> float:
    rows = rng.integers(len(one.names), size=len(one.names))
    return measure(one.predicted_N[rows], one.rated_N[rows])
