import numpy as np
import pytest

from engine.ratings.counts import moments
from engine.ratings.criteria import Likelihood, MomentDistance
from engine.ratings.models import rating_model
from engine.ratings.search import best_of_grid, descended

COUNTS = np.array([[2.0, 3.0, 6.0, 10.0, 3.0], [5.0, 2.0, 0.0, 1.0, 0.0]])
NORMAL = rating_model("normal")


@pytest.mark.parametrize("criterion", [Likelihood(COUNTS), MomentDistance(moments(COUNTS))])
def test_the_slope_is_that_of_the_loss(criterion):
    place, step = NORMAL.to_search(np.array([[3.2, 1.1], [2.0, 0.9]])), 1e-6
    slopes = np.stack(
        [
            (NORMAL.at(place + step * axis) - NORMAL.at(place - step * axis)) / (2 * step)
            for axis in np.eye(2)
        ],
        axis=1,
    )
    slope, curvature = criterion.descent(NORMAL.at(place), slopes)
    for index, axis in enumerate(np.eye(2)):
        higher = criterion.loss(NORMAL.at(place + step * axis))
        lower = criterion.loss(NORMAL.at(place - step * axis))
        np.testing.assert_allclose(slope[:, index], (higher - lower) / (2 * step), rtol=1e-5)
    assert (np.linalg.eigvalsh(curvature) >= -1e-12).all()


def test_a_search_never_ends_worse_than_it_began():
    for name in ("beta", "GSD"):
        model, criterion = rating_model(name), Likelihood(COUNTS)
        start = model.grid_G2[[3, 500]]
        found = descended(model, criterion, start)
        assert (criterion.loss(model.at(found)) <= criterion.loss(model.at(start))).all()


def test_the_best_of_the_grid_is_the_likeliest_place_of_it():
    model = rating_model("Kumaraswamy")
    place = best_of_grid(model, COUNTS)
    losses = [
        Likelihood(np.repeat(COUNTS[[row]], len(model.grid_G2), 0)).loss(
            model.grid_probabilities_GK
        )
        for row in range(2)
    ]
    assert (place == model.grid_G2[[loss.argmin() for loss in losses]]).all()
