import pytest
import torch

from engine.errors import EngineError, UnsuitableBatch
from engine.losses.rank import margin_ranking


def written_out(predicted, rated, margin):
    lacking = [
        max(0.0, margin - (predicted[better] - predicted[worse]))
        for better in range(len(rated))
        for worse in range(len(rated))
        if rated[better] > rated[worse]
    ]
    return sum(lacking) / len(lacking)


def test_ranking_by_hand():
    # Leads 2 - 1 = 1, 5 - 1 = 4, 5 - 2 = 3; with a margin of 2 only the first lacks, by 1
    rated = torch.tensor([10.0, 20.0, 30.0])
    assert margin_ranking(torch.tensor([1.0, 2.0, 5.0]), rated, margin=2.0).item() == pytest.approx(
        1.0 / 3.0
    )


@pytest.mark.parametrize("margin", [0.0, 1.0, 20.0])
def test_random_batches_match_a_loop(margin):
    generator = torch.Generator().manual_seed(0)
    for batch_size in (2, 5, 17):
        predicted = 100.0 * torch.rand(batch_size, generator=generator, dtype=torch.float64)
        rated = (5.0 * torch.rand(batch_size, generator=generator, dtype=torch.float64)).round()
        rated[0] = 9.0
        expected = written_out(predicted.tolist(), rated.tolist(), margin)
        loss = margin_ranking(predicted, rated, margin=margin)
        assert loss.item() == pytest.approx(expected)


def test_pairs_rated_alike_are_left_out():
    alone = margin_ranking(torch.tensor([3.0, 4.0]), torch.tensor([2.0, 1.0]))
    tied = margin_ranking(torch.tensor([3.0, 3.0, 4.0, 4.0]), torch.tensor([2.0, 2.0, 1.0, 1.0]))
    assert alone.item() == tied.item() == 2.0


def test_only_ties_give_zero_with_a_gradient():
    predicted = torch.rand(4, requires_grad=True)
    loss = margin_ranking(predicted, torch.ones(4))
    loss.backward()
    assert loss.item() == 0.0
    assert predicted.grad.tolist() == [0.0] * 4


def test_the_right_order_with_room_costs_nothing():
    scores = torch.linspace(0.0, 100.0, 8)
    assert margin_ranking(scores, scores).item() == 0.0


def test_half_precision_scores_are_widened():
    loss = margin_ranking(torch.tensor([1.0, 2.0]).bfloat16(), torch.tensor([2.0, 1.0]).bfloat16())
    assert loss.dtype == torch.float32
    assert loss.item() == 2.0


@pytest.mark.parametrize("margin", [-1.0, float("nan")])
def test_a_margin_below_zero_is_refused(margin):
    with pytest.raises(EngineError, match="choose 0 or more"):
        margin_ranking(torch.zeros(2), torch.zeros(2), margin=margin)


def test_shapes_that_would_broadcast_are_refused():
    with pytest.raises(UnsuitableBatch, match="give one number per image"):
        margin_ranking(torch.zeros(4), torch.zeros(4, 1))
