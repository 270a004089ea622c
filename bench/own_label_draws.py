"""How well heads do that learn from a few labels of a source, over many draws of those labels."""

# N photos of the source, F features and last the score of the model

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.measures.correlation import srcc
from engine.personal.fit_head import fit_head
from engine.personal.head_shape import HeadKind

Floats = npt.NDArray[np.float64]

SIZES = (30, 60, 120, 250, 500, 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """SRCC on the photos that were not drawn, for each draw: of a head, or of the model itself."""

    source: str
    head: str
    num_labels: int
    srcc: tuple[float, ...]

    @property
    def text(self) -> str:
        """Mean and standard deviation over the draws: ".713 +-.018"."""
        return f"{_short(float(np.mean(self.srcc)))} ±{_short(float(np.std(self.srcc)))}"


def draw(
    features_NF: npt.NDArray[np.float32],
    points_N: Floats,
    *,
    source: str,
    heads: Sequence[HeadKind],
    sizes: Sequence[int] = SIZES,
    num_draws: int = 20,
) -> Iterator[Draws]:
    """Every head and the model untouched at every size, the latter on the very same photos.

    Draws are of photos at random, by numbers that depend on size and draw alone. Sizes that leave
    fewer than 100 photos to judge by are passed over.
    """
    for size in sizes:
        if size > len(points_N) - 100:
            continue
        found: dict[str, list[float]] = {name: [] for name in ("model", *heads)}
        for number in range(num_draws):
            order = np.random.default_rng(1000 * size + number).permutation(len(points_N))
            learnt, judged = order[:size], order[size:]
            found["model"].append(srcc(features_NF[judged, -1], points_N[judged]))
            for kind in heads:
                head = fit_head(features_NF[learnt], points_N[learnt], kind=kind, seed=number)
                found[kind].append(srcc(head.predict(features_NF[judged]), points_N[judged]))
        for name, values in found.items():
            yield Draws(source=source, head=name, num_labels=size, srcc=tuple(values))


def _short(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1)
