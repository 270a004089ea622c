"""Two parameters for each of thousands of photos at once, by damped steps from the best of a grid.

Smooth models take scoring steps (Fisher's for a likelihood, Gauss and Newton's for moments), inside
the model's box. Models with kinks are looked at on ever finer grids, which no kink can stop.
"""

# N photos, L of them still moving, K = 5 categories, G places of a grid, F places of a fine one

import numpy as np
import numpy.typing as npt

from engine.ratings.counts import FloatArray
from engine.ratings.criteria import Criterion
from engine.ratings.rating_model import RatingModel

_HALF_STEP = 1e-5  # of the box's coordinates, for slopes by central differences
_MOST_STEPS = 60
_STILL = 1e-7  # a step this small is the last
_FIRST_DAMPING, _LEAST_DAMPING, _MOST_DAMPING = 1e-3, 1e-9, 1e9
_NUM_FINE_GRIDS = 14
_FINE = np.linspace(-1.0, 1.0, 7)


def descended(model: RatingModel, criterion: Criterion, place_N2: FloatArray) -> FloatArray:
    """Where the criterion is least near each of the places (N, 2), in the search's coordinates.

    No photo ends where its criterion is larger than where it began.

    >>> import numpy as np
    >>> from engine.ratings.criteria import Likelihood
    >>> from engine.ratings.quantised import NORMAL
    >>> from engine.ratings.search import descended
    >>> counts = 1000 * NORMAL.probabilities([[3.7, 0.8]])
    >>> found = descended(NORMAL, Likelihood(counts), np.array([[3.0, 0.0]]))
    >>> NORMAL.from_search(found).round(4).tolist()
    [[3.7, 0.8]]
    """
    start_N2 = np.clip(place_N2, model.lower_2, model.upper_2)
    if model.is_smooth:
        return _stepped(model, criterion, start_N2)
    return _zoomed(model, criterion, start_N2)


def _stepped(model: RatingModel, criterion: Criterion, place_N2: FloatArray) -> FloatArray:
    place_N2 = place_N2.copy()
    loss_N = criterion.loss(model.at(place_N2))
    damping_N = np.full(len(place_N2), _FIRST_DAMPING)
    left = np.arange(len(place_N2))
    for _ in range(_MOST_STEPS):
        if not left.size:
            break
        part, here_L2 = criterion.of(left), place_N2[left]
        slope_L2, curvature_L22 = part.descent(model.at(here_L2), _slopes(model, here_L2))
        step_L2 = _damped_step(model, here_L2, slope_L2, curvature_L22, damping_N[left])
        tried_L2 = np.clip(here_L2 + step_L2, model.lower_2, model.upper_2)
        tried_L = part.loss(model.at(tried_L2))
        is_better_L = tried_L <= loss_N[left]
        better = left[is_better_L]
        place_N2[better], loss_N[better] = tried_L2[is_better_L], tried_L[is_better_L]
        damping_N[left] = np.where(is_better_L, damping_N[left] / 8, damping_N[left] * 8)
        np.clip(damping_N, _LEAST_DAMPING, None, out=damping_N)
        is_still_L = np.abs(tried_L2 - here_L2).max(1) < _STILL
        left = left[~is_still_L & (damping_N[left] < _MOST_DAMPING)]
    return place_N2


def _slopes(model: RatingModel, place_L2: FloatArray) -> FloatArray:
    """How the probabilities change along each coordinate, (L, 2, K)."""
    slopes = []
    for axis in range(2):
        step_2 = np.zeros(2)
        step_2[axis] = _HALF_STEP
        after_LK, before_LK = model.at(place_L2 + step_2), model.at(place_L2 - step_2)
        slopes.append((after_LK - before_LK) / (2 * _HALF_STEP))
    return np.stack(slopes, axis=1)


def _damped_step(
    model: RatingModel,
    place_L2: FloatArray,
    slope_L2: FloatArray,
    curvature_L22: FloatArray,
    damping_L: FloatArray,
) -> FloatArray:
    """Marquardt's step; a coordinate that the box holds back stays, the other goes alone."""
    is_held_L2 = ((place_L2 <= model.lower_2) & (slope_L2 > 0)) | (
        (place_L2 >= model.upper_2) & (slope_L2 < 0)
    )
    first_L, second_L = curvature_L22[:, 0, 0], curvature_L22[:, 1, 1]
    tiny_L = 1e-12 * (first_L + second_L) + 1e-30
    first_L = first_L * (1 + damping_L) + tiny_L
    second_L = second_L * (1 + damping_L) + tiny_L
    across_L = np.where(is_held_L2.any(1), 0.0, curvature_L22[:, 0, 1])
    slope_L2 = np.where(is_held_L2, 0.0, slope_L2)
    determinant_L = first_L * second_L - across_L**2
    step_L2 = np.column_stack(
        [
            across_L * slope_L2[:, 1] - second_L * slope_L2[:, 0],
            across_L * slope_L2[:, 0] - first_L * slope_L2[:, 1],
        ]
    )
    step_L2 /= np.where(determinant_L > 0, determinant_L, np.inf)[:, None]
    return np.clip(step_L2, -2.0, 2.0)  # farther than that no slope tells


def _zoomed(model: RatingModel, criterion: Criterion, place_N2: FloatArray) -> FloatArray:
    place_N2, best_N = place_N2.copy(), criterion.loss(model.at(place_N2))
    width_2 = np.array([float(np.diff(ticks).max()) for ticks in model.ticks])
    offsets_F2 = np.stack(np.meshgrid(_FINE, _FINE, indexing="ij"), -1).reshape(-1, 2)
    for _ in range(_NUM_FINE_GRIDS):
        centre_N2 = place_N2.copy()
        for offset_2 in offsets_F2:
            tried_N2 = np.clip(centre_N2 + offset_2 * width_2, model.lower_2, model.upper_2)
            tried_N = criterion.loss(model.at(tried_N2))
            is_better_N = tried_N < best_N
            place_N2[is_better_N], best_N[is_better_N] = tried_N2[is_better_N], tried_N[is_better_N]
        width_2 = width_2 * 0.45
    return place_N2


def best_of_grid(model: RatingModel, counts_NK: FloatArray) -> FloatArray:
    """Of the model's grid, the place (N, 2) where each row of counts is the least surprising.

    >>> import numpy as np
    >>> from engine.ratings.quantised import NORMAL
    >>> from engine.ratings.search import best_of_grid
    >>> place = best_of_grid(NORMAL, 100 * NORMAL.probabilities([[3.5, 0.8]]))
    >>> abs(NORMAL.from_search(place)[0, 0] - 3.5) < 0.1
    np.True_
    """
    logs_KG = np.log(np.maximum(model.grid_probabilities_GK, 1e-12)).T
    found: list[npt.NDArray[np.intp]] = [
        (counts_NK[begin : begin + 1024] @ logs_KG).argmax(1)
        for begin in range(0, len(counts_NK), 1024)
    ]
    return model.grid_G2[np.concatenate(found)]
