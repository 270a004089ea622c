"""Which photos teach most: those of which least is known, spread over all there are.

Greedy: each photo in turn is the one whose doubt, times its distance to the nearest that was
rated or chosen before, is largest. With no doubt known this is the farthest-first traversal of
Gonzalez (1985), the usual cover of a set by few (k-center; Sener and Savarese, ICLR 2018);
with the doubt it also goes where the model is least sure (as Yin et al., ICDM 2017, weigh the two).
"""

# N photos, F features of each

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LEAST_SPREAD = 1e-9  # a feature that never differs says nothing
_ROUNDING = 1e-12


def choose_photos(
    features_NF: ArrayLike,
    *,
    num: int,
    taken: Iterable[int] = (),
    apart_from: Iterable[int] | None = None,
    doubt_N: ArrayLike | None = None,
) -> list[int]:
    """The rows of up to `num` photos to ask about next, in the order in which to ask.

    `features_NF` is what is known of each photo, in any units: every feature is standardised here.
    `taken` are the rows that have been rated, or are not to be asked about; none of them is chosen.
    `apart_from` are those that the chosen ones are to be unlike, `taken` unless given: a head whose
    doubt is given knows of what it has learned from already.
    `doubt_N` is how unsure a model is of each photo, 0 or more, in any unit; None takes all as
    equally unsure. With nothing to be unlike, the first photo is that of the most doubt, or the one
    nearest the middle. Equal photos go by their row, so the same question has the same answer.

    Raises ValueError where features or doubts are not finite, or do not fit each other.

    >>> from engine.asking.photo_choice import choose_photos
    >>> sharpness = [[0.0], [1.0], [5.0], [9.0], [10.0]]
    >>> choose_photos(sharpness, num=3)  # the middle, then the ends
    [2, 0, 4]
    >>> choose_photos(sharpness, num=1, taken=[2], doubt_N=[1.0, 9.0, 1.0, 1.0, 1.0])
    [1]
    """
    standard_NF = _standardised(features_NF)
    doubt = _doubts(doubt_N, len(standard_NF))
    is_free_N = np.ones(len(standard_NF), dtype=bool)
    gone = sorted(set(taken))
    is_free_N[gone] = False
    near = gone if apart_from is None else sorted(set(apart_from))
    nearest_N = _nearest(standard_NF, near)
    chosen: list[int] = []
    while len(chosen) < num and is_free_N.any():
        if np.isinf(nearest_N).all() and doubt_N is not None:
            worth_N = doubt
        elif np.isinf(nearest_N).all():
            middle_F = standard_NF.mean(axis=0)
            worth_N = -np.linalg.norm(standard_NF - middle_F, axis=1) + 0.0
        else:
            # Where photos are equal in all features, the doubt still decides between them.
            worth_N = doubt * (nearest_N + _LEAST_SPREAD)
        row = int(np.argmax(np.where(is_free_N, worth_N, -np.inf)))
        chosen.append(row)
        is_free_N[row] = False
        nearest_N = np.minimum(nearest_N, _distances(standard_NF, row))
    return chosen


def _standardised(features_NF: ArrayLike) -> NDArray[np.float64]:
    given_NF = np.asarray(features_NF, dtype=np.float64)
    if given_NF.ndim != 2 or not np.isfinite(given_NF).all():
        raise ValueError("Features are a table of finite numbers, one row per photo.")
    if not len(given_NF):
        return given_NF
    spread_F = given_NF.std(axis=0)
    centred_NF = given_NF - given_NF.mean(axis=0)
    standard_NF: NDArray[np.float64] = centred_NF / np.where(
        spread_F > _LEAST_SPREAD, spread_F, np.inf
    )
    return standard_NF


def _doubts(doubt_N: ArrayLike | None, num_photos: int) -> NDArray[np.float64]:
    if doubt_N is None:
        return np.ones(num_photos)
    doubts = np.asarray(doubt_N, dtype=np.float64)
    if doubts.shape != (num_photos,) or not (np.isfinite(doubts) & (doubts >= 0)).all():
        raise ValueError("There is one doubt per photo, 0 or more.")
    return doubts


def _nearest(standard_NF: NDArray[np.float64], rows: list[int]) -> NDArray[np.float64]:
    """The distance of each photo to the nearest of these; infinite without any."""
    if not rows:
        return np.full(len(standard_NF), np.inf)
    # By one product of matrices: hundreds of rated photos would take seconds one by one.
    squared_N = (standard_NF**2).sum(axis=1)
    sums_NT = squared_N[:, None] + squared_N[rows]
    squared_NT = sums_NT - 2 * standard_NF @ standard_NF[rows].T
    # What is left of equal photos is rounding.
    squared_NT[squared_NT < _ROUNDING * sums_NT] = 0.0
    nearest_N: NDArray[np.float64] = np.sqrt(squared_NT.min(axis=1))
    return nearest_N


def _distances(standard_NF: NDArray[np.float64], row: int) -> NDArray[np.float64]:
    distances_N: NDArray[np.float64] = np.linalg.norm(standard_NF - standard_NF[row], axis=1)
    return distances_N
