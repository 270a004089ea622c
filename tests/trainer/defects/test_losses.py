"""The losses against hand arithmetic."""

import math

import numpy as np
import pytest
import torch

from trainer.defects.losses import (
    agreement_loss,
    naming_loss,
    overlap_loss,
    planted_loss,
    score_loss,
    silence_loss,
)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_the_planted_loss_weighs_cross_entropy_by_the_error():
    logits = torch.tensor([1.0, -2.0]).view(1, 2, 1, 1)
    wanted = torch.tensor([0.8, 0.0]).view(1, 2, 1, 1)
    asked = torch.ones_like(wanted)

    p, q = sigmoid(1.0), sigmoid(-2.0)
    first = abs(p - 0.8) * -(0.8 * math.log(p) + 0.2 * math.log(1 - p))
    second = q * -math.log(1 - q)
    assert float(planted_loss(logits, wanted, asked)) == pytest.approx((first + second) / 2)


def test_what_is_not_asked_costs_nothing():
    logits = torch.tensor([1.0, 9.0]).view(1, 2, 1, 1)
    wanted = torch.tensor([0.8, 0.0]).view(1, 2, 1, 1)
    asked = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1)

    alone = planted_loss(logits[:, :1], wanted[:, :1], asked[:, :1])
    assert float(planted_loss(logits, wanted, asked)) == pytest.approx(float(alone))


def test_overlap_is_one_minus_dice_of_the_planted_kinds():
    logits = torch.zeros(1, 2, 1, 2)
    wanted = torch.tensor([[[[1.0, 0.0]], [[0.0, 0.0]]]])

    # 2 * (0.5 * 1) over 0.5^2 + 0.5^2 + 1, with 1 added to both; the clean kind does not count.
    assert float(overlap_loss(logits, wanted, torch.ones_like(wanted))) == pytest.approx(
        1 - 2 / 2.5
    )


def test_a_perfect_answer_overlaps_fully():
    wanted = (torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(0)) > 0.5).float()

    loss = overlap_loss(200 * wanted - 100, wanted, torch.ones_like(wanted))

    assert float(loss) == pytest.approx(0, abs=1e-6)


def test_a_batch_without_defects_has_no_overlap_to_miss():
    zeros = torch.zeros(2, 3, 4, 4)

    assert float(overlap_loss(zeros, zeros, zeros + 1)) == 0
    assert float(naming_loss(zeros, zeros, zeros + 1)) == 0


def test_naming_is_cross_entropy_where_one_kind_was_planted():
    logits = torch.tensor([2.0, 0.0, -1.0]).view(1, 3, 1, 1).repeat(1, 1, 1, 2)
    wanted = torch.zeros(1, 3, 1, 2)
    wanted[0, 1, 0, 0] = 0.9

    total = sum(math.exp(x) for x in (2.0, 0.0, -1.0))
    found = naming_loss(logits, wanted, torch.ones_like(wanted))
    assert float(found) == pytest.approx(math.log(total))


def test_agreement_is_one_minus_the_correlation_over_old_and_new():
    rng = np.random.default_rng(0)
    found, scores, before = rng.random(5), rng.random(5), rng.random((7, 2))
    joined = np.vstack([np.stack([found, scores], 1), before])

    loss = agreement_loss(torch.tensor(found), torch.tensor(scores), torch.tensor(before))

    assert float(loss) == pytest.approx(1 - np.corrcoef(joined.T)[0, 1])


def test_agreement_of_a_constant_is_finite():
    loss = agreement_loss(torch.ones(4), torch.rand(4), torch.zeros(0, 2))

    assert float(loss) == pytest.approx(1)


def test_scores_far_off_cost_their_distance():
    # Smooth L1 with beta 0.1: beyond it |x| - 0.05, within x^2 / 0.2.
    loss = score_loss(torch.tensor([0.9, 0.55]), torch.tensor([0.5, 0.5]))

    assert float(loss) == pytest.approx((0.35 + 0.05**2 / 0.2) / 2)


def test_silence_asks_for_low_logits_everywhere_and_where_it_is_loudest():
    logits = torch.full((1, 1, 5, 5), -4.0)

    wanted = math.log1p(math.exp(-2)) + 0.5 * math.log1p(math.exp(-3))
    assert float(silence_loss(logits)) == pytest.approx(wanted, rel=1e-5)
