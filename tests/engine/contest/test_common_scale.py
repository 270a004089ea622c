"""One scale for models that count differently."""

import numpy as np
import pytest

from engine.contest.common_scale import to_common_scale
from engine.errors import ContestError


def test_calibrated_scores_are_taken_as_they_are():
    scores = to_common_scale({"a": [10, 20.5], "b": [0, 100]}, calibrated={"a", "b"})
    np.testing.assert_array_equal(scores["a"], [10, 20.5])
    np.testing.assert_array_equal(scores["b"], [0, 100])


def test_another_scale_is_matched_by_rank():
    ours = [10, 20, 40, 80]
    theirs = [0.3, 0.1, 0.9, 0.2]
    scores = to_common_scale({"ours": ours, "theirs": theirs}, calibrated={"ours"})
    np.testing.assert_allclose(scores["theirs"], [40, 10, 80, 20])


def test_where_the_lowest_is_best_the_order_is_turned():
    scores = to_common_scale(
        {"ours": [10, 20, 40], "theirs": [5, 6, 7]},
        calibrated={"ours"},
        lower_is_better={"theirs"},
    )
    np.testing.assert_allclose(scores["theirs"], [40, 20, 10])


def test_two_calibrated_models_share_the_say():
    scores = to_common_scale({"a": [10, 20], "b": [30, 80], "c": [1, 2]}, calibrated={"a", "b"})
    np.testing.assert_allclose(scores["c"], [20, 50])


def test_ties_stay_ties_and_the_unscored_stays_unscored():
    scores = to_common_scale(
        {"ours": [10, 20, 30, 40], "theirs": [1, 1, np.nan, 2]}, calibrated={"ours"}
    )
    theirs = scores["theirs"]
    assert theirs[0] == theirs[1] < theirs[3]
    assert np.isnan(theirs[2])


def test_without_any_calibrated_model_scores_are_percentile_ranks():
    scores = to_common_scale({"a": [5, 1, 3, 2], "b": [1, 2, 3, 4]}, calibrated=set())
    np.testing.assert_allclose(scores["a"], [87.5, 12.5, 62.5, 37.5])


def test_a_model_that_scored_nothing_keeps_nothing():
    scores = to_common_scale({"a": [np.nan, np.nan], "b": [1, 2]}, calibrated={"b"})
    assert np.isnan(scores["a"]).all()


def test_a_scale_that_is_not_0_to_100_is_not_believed():
    with pytest.raises(ContestError, match="scale of its own"):
        to_common_scale({"a": [0, 101], "b": [1, 2]}, calibrated={"a"})
