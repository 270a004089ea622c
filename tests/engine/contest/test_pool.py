"""The pool: photos that everybody could score, in an order of their own."""

from pathlib import Path

import numpy as np
import pytest

from engine.contest.pool import make_pool, without
from engine.errors import ContestError

A, B, C = Path("a.jpg"), Path("b.jpg"), Path("c.jpg")


def test_a_photo_that_one_model_could_not_score_is_left_out():
    pool = make_pool([C, A, B], {"x": [3.0, 1.0, 2.0], "y": [30.0, 10.0, float("nan")]})
    assert pool.photos == (A, C)
    assert pool.models == ("x", "y")
    np.testing.assert_array_equal(pool.scores["y"], [10.0, 30.0])


def test_some_photos_can_be_taken_out():
    pool = make_pool([A, B, C], {"x": [1, 2, 3], "y": [1, 2, 3]})
    assert without(pool, {B}).photos == (A, C)
    with pytest.raises(ContestError, match="Fewer than two photos are left"):
        without(pool, {A, B})


def test_one_model_is_no_contest():
    with pytest.raises(ContestError, match="at least two models"):
        make_pool([A, B], {"x": [1, 2]})


def test_scores_of_other_photos_are_refused():
    with pytest.raises(ContestError, match="one number per photo"):
        make_pool([A, B], {"x": [1, 2], "y": [1, 2, 3]})


def test_a_photo_named_twice_is_refused():
    with pytest.raises(ContestError, match="named twice"):
        make_pool([A, A], {"x": [1, 2], "y": [1, 2]})


def test_too_few_scored_photos_are_refused():
    with pytest.raises(ContestError, match="Only 1 of 2 photos"):
        make_pool([A, B], {"x": [1, float("nan")], "y": [1, 2]})
