"""The photos of a contest with every model's score of every one."""

# N photos

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.counted import counted
from engine.errors import ContestError

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestPool:
    """N photos that every model has scored, and those scores on one scale from 0 to 100.

    Models are known by their ids and keep the order in which they were named.

    >>> from pathlib import Path
    >>> from engine.contest.pool import make_pool
    >>> pool = make_pool([Path("a.jpg"), Path("b.jpg")], {"one": [50, 51], "two": [20, 80]})
    >>> pool.models, float(pool.scores["two"][1])
    (('one', 'two'), 80.0)
    """

    photos: tuple[Path, ...]
    scores: Mapping[str, FloatArray]

    @property
    def models(self) -> tuple[str, ...]:
        """The ids of the models."""
        return tuple(self.scores)


def make_pool(photos: Sequence[Path], scores: Mapping[str, npt.ArrayLike]) -> ContestPool:
    """The photos that have a finite score from every model, sorted by path.

    `scores` holds N numbers per model, on the common scale, NaN where the model could not read
    the photo. The result does not depend on the order of the photos. Raises ContestError with
    fewer than two models, or fewer than two photos that all of them scored.

    >>> from math import nan
    >>> from pathlib import Path
    >>> from engine.contest.pool import make_pool
    >>> photos = [Path("c.jpg"), Path("b.jpg"), Path("a.jpg")]
    >>> pool = make_pool(photos, {"one": [30, nan, 10], "two": [60, 50, 40]})
    >>> [photo.name for photo in pool.photos], pool.scores["two"].tolist()
    (['a.jpg', 'c.jpg'], [40.0, 60.0])
    """
    if len(scores) < 2:
        raise ContestError("A contest needs at least two models. Name one more.")
    arrays = {model: np.asarray(values, dtype=np.float64) for model, values in scores.items()}
    for model, values in arrays.items():
        if values.shape != (len(photos),):
            raise ContestError(
                f"{model} has scores of the shape {values.shape} for {len(photos)} photos; "
                "give one number per photo."
            )
    if len(set(photos)) != len(photos):
        raise ContestError("A photo is named twice in the pool; name each once.")
    is_scored_N = np.logical_and.reduce([np.isfinite(values) for values in arrays.values()])
    scored = (index for index in range(len(photos)) if is_scored_N[index])
    usable = sorted(scored, key=lambda index: str(photos[index]))
    if len(usable) < 2:
        raise ContestError(
            f"Only {len(usable)} of {counted(len(photos))} could be scored by every model; "
            "a contest needs at least 2, and 100 or more are better."
        )
    return ContestPool(
        photos=tuple(photos[index] for index in usable),
        scores={model: values[usable] for model, values in arrays.items()},
    )


def without(pool: ContestPool, left_out: frozenset[Path] | set[Path]) -> ContestPool:
    """The pool without some of its photos.

    >>> from pathlib import Path
    >>> from engine.contest.pool import make_pool, without
    >>> photos = [Path("a.jpg"), Path("b.jpg"), Path("c.jpg")]
    >>> pool = make_pool(photos, {"one": [10, 20, 30], "two": [40, 50, 60]})
    >>> without(pool, {Path("b.jpg")}).scores["one"].tolist()
    [10.0, 30.0]
    """
    kept = [index for index, photo in enumerate(pool.photos) if photo not in left_out]
    if len(kept) < 2:
        raise ContestError(
            "Fewer than two photos are left once near-duplicates are taken out. Choose a folder "
            "with more different photos."
        )
    return ContestPool(
        photos=tuple(pool.photos[index] for index in kept),
        scores={model: values[kept] for model, values in pool.scores.items()},
    )
