import numpy as np
import pytest
import torch
from scipy import stats

from engine.errors import UnsuitableBatch
from engine.losses.ratings import rating_emd, rating_nll

COUNTS = torch.tensor([[2, 3, 6, 10, 3], [0, 0, 1, 4, 2], [0, 0, 0, 0, 0]])
PMF = torch.tensor([[0.1, 0.2, 0.3, 0.3, 0.1], [0.05, 0.1, 0.2, 0.4, 0.25], [0.2] * 5])


def test_the_likelihood_is_scipys_of_a_multinomial_but_for_the_ways_to_order_it():
    expected = []
    for counts, pmf in zip(COUNTS[:2].numpy(), PMF[:2].double().numpy(), strict=True):
        pmf = pmf / pmf.sum()
        ways = stats.multinomial.logpmf(counts, counts.sum(), counts / counts.sum())
        own = -(counts[counts > 0] * np.log(counts[counts > 0] / counts.sum())).sum()
        constant = ways + own
        expected.append(
            (constant - stats.multinomial.logpmf(counts, counts.sum(), pmf)) / counts.sum()
        )
    assert rating_nll(PMF, COUNTS).item() == pytest.approx(np.mean(expected), rel=1e-5)


def test_the_distance_is_that_of_the_cumulative_shares():
    shares = COUNTS[:2] / COUNTS[:2].sum(1, keepdim=True)
    off = np.cumsum(PMF[:2].numpy() - shares.numpy(), axis=1)
    assert rating_emd(PMF, COUNTS).item() == pytest.approx((off**2).sum(1).mean(), rel=1e-5)


@pytest.mark.parametrize("loss", [rating_nll, rating_emd])
def test_the_shares_themselves_are_best(loss):
    shares = COUNTS[:2] / COUNTS[:2].sum(1, keepdim=True)
    logits = shares.clamp_min(1e-4).log().requires_grad_()
    best = loss(logits.softmax(1), COUNTS[:2])
    for seed in range(5):
        moved = logits + 0.3 * torch.randn(2, 5, generator=torch.Generator().manual_seed(seed))
        assert loss(moved.softmax(1), COUNTS[:2]) > best


@pytest.mark.parametrize("loss", [rating_nll, rating_emd])
def test_photos_that_nobody_rated_teach_nothing(loss):
    logits = torch.zeros(3, 5, requires_grad=True)
    loss(logits.softmax(1), COUNTS).backward()
    assert logits.grad[:2].abs().sum() > 0
    assert logits.grad[2].abs().sum() == 0
    nobody = loss(logits.softmax(1), torch.zeros(3, 5))
    assert nobody.item() == 0.0


def test_what_was_held_impossible_costs_much_but_not_infinity():
    pmf = torch.eye(5)[[0]]
    assert rating_nll(pmf, torch.eye(5)[[4]]).item() == pytest.approx(13.8155, abs=1e-3)


@pytest.mark.parametrize("loss", [rating_nll, rating_emd])
def test_other_shapes_are_refused(loss):
    with pytest.raises(UnsuitableBatch, match=r"shape \(3, 5\), the counts \(3, 4\)"):
        loss(PMF, torch.ones(3, 4))
