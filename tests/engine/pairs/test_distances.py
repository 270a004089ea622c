import pytest
import torch

from engine.errors import EngineError, UnsuitableBatch
from engine.pairs.distances import count, farthest, nearest, require_finite, score_distances


@pytest.mark.parametrize("ratio_percent", range(1, 101))
def test_count_is_the_exact_floor_of_the_ratio_as_written(ratio_percent):
    for batch_size in range(4, 600):
        exact = ratio_percent * batch_size // 100  # whole numbers: no rounding anywhere
        expected = min(max(1, exact), batch_size - 1)
        assert count(ratio_percent / 100, batch_size) == expected


def test_count_forgives_binary_rounding():
    assert 0.29 * 100 < 29  # the trap
    assert count(0.29, 100) == 29
    assert count(0.3, 10) == 3
    assert count(1 / 3, 6) == 2


def test_count_never_takes_the_anchor_itself():
    assert count(1.0, 8) == 7


@pytest.mark.parametrize("ratio", [0.0, -0.1, 1.1, float("nan")])
def test_a_ratio_outside_its_range_is_refused(ratio):
    with pytest.raises(EngineError, match="choose one above 0 and up to 1"):
        count(ratio, 10)


def test_distances_are_taken_in_float64():
    scores = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.bfloat16)
    distances = score_distances(scores)
    assert distances.dtype == torch.float64
    assert distances[0, 3].item() == abs(scores[0].item() - scores[3].item())


def test_distances_take_no_part_in_gradients():
    assert not score_distances(torch.rand(5, requires_grad=True)).requires_grad


def test_scores_of_the_wrong_shape_are_refused():
    with pytest.raises(UnsuitableBatch, match=r"labels have the shape \(8, 1\)"):
        score_distances(torch.zeros(8, 1), "labels")


@pytest.mark.parametrize("batch_size", [0, 1, 3])
def test_a_batch_below_four_is_refused(batch_size):
    with pytest.raises(UnsuitableBatch, match="too small to choose pairs from"):
        score_distances(torch.zeros(batch_size))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_distances_of_scores_that_are_not_finite_are_refused(bad):
    good = score_distances(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    require_finite(good)
    with pytest.raises(UnsuitableBatch, match="NaN, infinite or too large"):
        require_finite(good, score_distances(torch.tensor([1.0, 2.0, bad, 4.0])))


def test_scores_too_far_apart_for_float64_are_refused():
    scores = torch.tensor([-1.5e308, 1.5e308, 0.0, 1.0], dtype=torch.float64)
    with pytest.raises(UnsuitableBatch, match="too large to compare"):
        require_finite(score_distances(scores))


def test_ties_go_to_the_lower_index_at_both_ends():
    distances = score_distances(torch.zeros(6))
    assert nearest(distances, 2)[3].nonzero().flatten().tolist() == [0, 1]
    assert farthest(distances, 2)[3].nonzero().flatten().tolist() == [0, 1]
    assert nearest(distances, 2)[0].nonzero().flatten().tolist() == [1, 2]
