import math
import random

import pytest
import torch

from engine.errors import EngineError, UnsuitableBatch
from engine.pairs.easy_hard import choose_pairs

# The worked example of the specification, anchor 4
LABELS = [0.10, 0.15, 0.22, 0.30, 0.41, 0.47, 0.55, 0.68, 0.80, 0.95]
TEACHER = [0.20, 0.12, 0.45, 0.28, 0.35, 0.60, 0.50, 0.52, 0.90, 0.70]
ERRORS_OF_4 = [2.0667, 1.1304, 1.9, 1.5714, None, 0.24, 0.9333, 1.5882, 0.7091, 1.5429]

RATIOS = {
    "easy_positive": 0.1,
    "easy_negative": 0.4,
    "rough_positive": 0.2,
    "rough_negative": 0.6,
    "hard_positive": 0.1,
    "hard_negative": 0.4,
}


def doubles(values):
    return torch.tensor(values, dtype=torch.float64)


def chosen(pairs, anchor):
    return set(pairs[anchor].nonzero().flatten().tolist())


def as_sets(pairs):
    return [chosen(pairs, anchor) for anchor in range(pairs.shape[0])]


def first_by_index(distance, number, sign):
    """The first candidates by `sign` times their distance, and by index where that is equal."""
    return set(sorted(distance, key=lambda c: (sign * distance[c], c))[:number])


def written_out(labels, teacher, strategy, ratios):
    """The rules of section 3 in plain loops: one anchor, one candidate at a time."""
    batch_size = len(labels)

    def how_many(name):
        return max(1, math.floor(ratios[name] * batch_size))

    positives, negatives = [], []
    for a in range(batch_size):
        others = [j for j in range(batch_size) if j != a]
        label = {j: abs(labels[a] - labels[j]) for j in others}

        easy_p = first_by_index(label, how_many("easy_positive"), 1)
        easy_n = first_by_index(label, how_many("easy_negative"), -1)
        if strategy == "easy":
            positives.append(easy_p)
            negatives.append(easy_n)
            continue
        error = {j: label[j] / (abs(teacher[a] - teacher[j]) + 1e-8) for j in others}
        hard_p = first_by_index(error, how_many("hard_positive"), 1)
        hard_p &= first_by_index(label, how_many("rough_positive"), 1)
        hard_n = first_by_index(error, how_many("hard_negative"), -1)
        hard_n &= first_by_index(label, how_many("rough_negative"), -1)
        positives.append(hard_p if strategy == "hard" else easy_p | hard_p)
        negatives.append(hard_n if strategy == "hard" else easy_n | hard_n)
    return positives, negatives


def test_the_worked_example():
    positives, negatives = choose_pairs(doubles(LABELS), doubles(TEACHER))
    assert chosen(positives, 4) == {5}
    assert chosen(negatives, 4) == {0, 2, 7, 8, 9}


def test_the_worked_example_easy_alone():
    positives, negatives = choose_pairs(doubles(LABELS), None, strategy="easy")
    assert chosen(positives, 4) == {5}
    assert chosen(negatives, 4) == {0, 7, 8, 9}


def test_the_worked_example_hard_alone():
    positives, negatives = choose_pairs(doubles(LABELS), doubles(TEACHER), strategy="hard")
    assert chosen(positives, 4) == {5}
    assert chosen(negatives, 4) == {0, 2, 7}


def test_the_worked_example_rough_neighbourhood():
    positives, negatives = choose_pairs(
        doubles(LABELS), None, strategy="easy", easy_positive=0.2, easy_negative=0.6
    )
    assert chosen(positives, 4) == {3, 5}
    assert chosen(negatives, 4) == {0, 1, 2, 7, 8, 9}


def test_the_worked_example_errors_by_hand():
    for j, expected in enumerate(ERRORS_OF_4):
        if expected is not None:
            error = abs(LABELS[4] - LABELS[j]) / (abs(TEACHER[4] - TEACHER[j]) + 1e-8)
            assert error == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("strategy", ["easy", "hard", "easy_hard"])
@pytest.mark.parametrize("grid", [None, 1 / 64, 1.0], ids=["continuous", "fine ties", "stars"])
def test_random_batches_match_the_rules_written_out(strategy, grid):
    rng = random.Random(f"{strategy} {grid}")
    for _ in range(60):
        batch_size = rng.choice([4, 5, 6, 7, 9, 10, 11, 16, 24, 30, 33])
        labels = [rng.uniform(0, 5) for _ in range(batch_size)]
        teacher = [value + rng.gauss(0, 0.7) for value in labels]
        if grid is not None:
            labels = [round(value / grid) * grid for value in labels]
            teacher = [round(value / grid) * grid for value in teacher]
        expected = written_out(labels, teacher, strategy, RATIOS)
        found = choose_pairs(doubles(labels), doubles(teacher), strategy=strategy)
        assert as_sets(found[0]) == expected[0]
        assert as_sets(found[1]) == expected[1]


@pytest.mark.parametrize("easy", [(0.1, 0.4), (0.2, 0.6), (0.4, 0.6)])
def test_other_ratios_match_the_rules_written_out(easy):
    rng = random.Random(7)
    ratios = RATIOS | {"easy_positive": easy[0], "easy_negative": easy[1]}
    ratios |= {"rough_positive": 0.5, "rough_negative": 0.75, "hard_positive": 0.25}
    for batch_size in (4, 8, 10, 25, 40):
        labels = [rng.random() for _ in range(batch_size)]
        teacher = [rng.random() for _ in range(batch_size)]
        expected = written_out(labels, teacher, "easy_hard", ratios)
        found = choose_pairs(doubles(labels), doubles(teacher), **ratios)
        assert as_sets(found[0]) == expected[0]
        assert as_sets(found[1]) == expected[1]


def test_a_large_batch_matches_the_rules_written_out():
    rng = random.Random(3)
    labels = [rng.randrange(101) / 4 for _ in range(128)]
    teacher = [rng.randrange(101) / 4 for _ in range(128)]
    expected = written_out(labels, teacher, "easy_hard", RATIOS)
    found = choose_pairs(doubles(labels), doubles(teacher))
    assert as_sets(found[0]) == expected[0]
    assert as_sets(found[1]) == expected[1]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_any_float_type_is_taken_at_its_exact_value(dtype):
    generator = torch.Generator().manual_seed(5)
    labels = torch.rand(40, generator=generator).to(dtype)
    teacher = torch.rand(40, generator=generator).to(dtype)
    expected = written_out(labels.tolist(), teacher.tolist(), "easy_hard", RATIOS)
    found = choose_pairs(labels, teacher)
    assert (as_sets(found[0]), as_sets(found[1])) == expected


@pytest.mark.parametrize("strategy", ["easy", "hard", "easy_hard"])
def test_pairs_do_not_change_with_the_scale_of_the_labels(strategy):
    generator = torch.Generator().manual_seed(11)
    for batch_size in (4, 10, 48):
        labels = torch.rand(batch_size, generator=generator, dtype=torch.float64)
        teacher = torch.rand(batch_size, generator=generator, dtype=torch.float64)
        before = choose_pairs(labels, teacher, strategy=strategy)
        after = choose_pairs(37.5 * labels - 12.0, teacher, strategy=strategy)
        assert torch.equal(before[0], after[0])
        assert torch.equal(before[1], after[1])


@pytest.mark.parametrize("strategy", ["easy", "hard", "easy_hard"])
def test_pairs_follow_a_permutation_of_the_batch(strategy):
    generator = torch.Generator().manual_seed(12)
    for batch_size in (4, 10, 48):
        labels = torch.rand(batch_size, generator=generator, dtype=torch.float64)
        teacher = torch.rand(batch_size, generator=generator, dtype=torch.float64)
        order = torch.randperm(batch_size, generator=generator)
        before = choose_pairs(labels, teacher, strategy=strategy)
        after = choose_pairs(labels[order], teacher[order], strategy=strategy)
        for pairs_before, pairs_after in zip(before, after, strict=True):
            assert torch.equal(pairs_before[order][:, order], pairs_after)


def test_the_result_is_boolean_and_leaves_the_anchor_out():
    for scores in (torch.zeros(12), torch.rand(12)):
        for pairs in choose_pairs(scores, torch.rand(12), easy_positive=1.0, easy_negative=1.0):
            assert pairs.dtype == torch.bool
            assert pairs.shape == (12, 12)
            assert not pairs.diagonal().any()


def test_equal_labels_and_equal_teacher_scores_still_give_pairs():
    positives, negatives = choose_pairs(torch.ones(10), torch.ones(10))
    assert chosen(positives, 4) == {0}
    assert chosen(negatives, 4) == {0, 1, 2, 3}


def test_neither_input_is_changed_nor_tracked():
    labels, teacher = doubles(LABELS), doubles(TEACHER).requires_grad_()
    positives, negatives = choose_pairs(labels, teacher)
    assert labels.tolist() == LABELS
    assert teacher.tolist() == TEACHER
    assert not positives.requires_grad
    assert not negatives.requires_grad


@pytest.mark.parametrize("strategy", ["hard", "easy_hard"])
def test_hard_pairs_without_a_teacher_are_refused(strategy):
    with pytest.raises(UnsuitableBatch, match="needs the teacher's scores"):
        choose_pairs(torch.rand(8), None, strategy=strategy)


def test_an_unknown_strategy_is_refused():
    with pytest.raises(EngineError, match="'soft' is unknown; choose easy, hard or easy_hard"):
        choose_pairs(torch.rand(8), None, strategy="soft")


def test_a_teacher_score_too_few_is_refused():
    with pytest.raises(UnsuitableBatch, match="8 labels but 7 teacher scores"):
        choose_pairs(torch.rand(8), torch.rand(7))


def test_a_batch_of_three_is_refused():
    with pytest.raises(UnsuitableBatch, match="batch of 3 is too small"):
        choose_pairs(torch.rand(3), torch.rand(3))


@pytest.mark.parametrize("which", ["labels", "teacher"])
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_scores_that_are_not_finite_are_refused(which, bad):
    scores = {"labels": torch.rand(8), "teacher": torch.rand(8)}
    scores[which][2] = bad
    with pytest.raises(UnsuitableBatch, match="NaN, infinite"):
        choose_pairs(scores["labels"], scores["teacher"])


def test_easy_pairs_do_not_mind_a_broken_teacher():
    positives, _ = choose_pairs(torch.rand(8), torch.full((8,), float("nan")), strategy="easy")
    assert positives.any()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_chooses_the_same_pairs():
    labels = (torch.rand(512) * 20).round()
    teacher = (torch.rand(512) * 20).round()
    on_cpu = choose_pairs(labels, teacher)
    on_gpu = choose_pairs(labels.cuda(), teacher.cuda())
    for cpu, gpu in zip(on_cpu, on_gpu, strict=True):
        assert gpu.is_cuda
        assert torch.equal(cpu, gpu.cpu())
