import pytest
import torch
from scipy.stats import rankdata

from engine.errors import EngineError, UnsuitableBatch
from engine.pairs.adaptive import (
    HEAVIEST,
    LIGHTEST,
    adapted_weights,
    adaptive_average,
    adaptive_sampling,
    are_ranks_right,
)
from engine.pairs.easy_hard import choose_pairs

# The labels of the worked example, and its anchor
LABELS = torch.tensor([0.10, 0.15, 0.22, 0.30, 0.41, 0.47, 0.55, 0.68, 0.80, 0.95])
ANCHOR = 4
ROUGH_POSITIVES, ROUGH_NEGATIVES = {3, 5}, {0, 1, 2, 7, 8, 9}


def random_labels(batch_size, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(batch_size, generator=generator, dtype=torch.float64)


def drawn(labels, seed=0, weights=None, **options):
    weights = torch.ones(len(labels)) if weights is None else weights
    return adaptive_sampling(
        labels, weights, generator=torch.Generator().manual_seed(seed), **options
    )


def chosen(pairs, anchor):
    return set(pairs[anchor].nonzero().flatten().tolist())


def test_average_pairs_by_hand():
    # The mean is 3.2: {0, 1, 2} lie below it, {3, 4} above
    positives, negatives = adaptive_average(torch.tensor([0.0, 1.0, 2.0, 5.0, 8.0]))
    assert [chosen(positives, anchor) for anchor in range(5)] == [{1, 2}, {0, 2}, {0, 1}, {4}, {3}]
    assert [chosen(negatives, anchor) for anchor in (0, 3)] == [{3, 4}, {0, 1, 2}]


def test_the_mean_itself_counts_as_good():
    positives, negatives = adaptive_average(torch.tensor([0.0, 0.0, 2.0, 4.0, 4.0]))
    assert chosen(positives, 2) == {3, 4}
    assert chosen(negatives, 2) == {0, 1}


def test_average_pairs_do_not_change_with_the_scale_of_the_labels():
    labels = random_labels(20)
    before, after = adaptive_average(labels), adaptive_average(8.0 * labels + 3.0)
    assert torch.equal(before[0], after[0])
    assert torch.equal(before[1], after[1])


def test_labels_that_are_all_the_same_have_no_negatives():
    for choose in (adaptive_average, drawn):
        _, negatives = choose(torch.full((6,), 0.3))
        assert not negatives.any()


@pytest.mark.parametrize("choose", [adaptive_average, drawn])
def test_pairs_are_boolean_apart_and_without_the_anchor(choose):
    for labels in (random_labels(30), random_labels(12, seed=4)):
        positives, negatives = choose(labels)
        assert positives.dtype == negatives.dtype == torch.bool
        assert not (positives & negatives).any()
        assert not positives.diagonal().any()
        assert not negatives.diagonal().any()
        assert positives.any(dim=1).all()
        assert negatives.any(dim=1).all()


def test_sampling_draws_as_many_as_the_easy_pairs():
    positives, negatives = drawn(random_labels(40))
    assert (positives.sum(dim=1) == 4).all()
    assert (negatives.sum(dim=1) == 16).all()


def test_sampling_draws_from_the_rough_pairs_of_the_worked_example():
    met_positives, met_negatives = set(), set()
    for seed in range(40):
        positives, negatives = drawn(LABELS, seed)
        assert len(chosen(positives, ANCHOR)) == 1
        assert len(chosen(negatives, ANCHOR)) == 4
        met_positives |= chosen(positives, ANCHOR)
        met_negatives |= chosen(negatives, ANCHOR)
    assert met_positives == ROUGH_POSITIVES
    assert met_negatives == ROUGH_NEGATIVES


def test_sampling_all_of_the_easy_pairs_is_the_strategy_easy():
    labels = random_labels(40)
    positives, negatives = drawn(labels, rough_positive=0.1, rough_negative=0.4)
    easy_positives, easy_negatives = choose_pairs(labels, None, strategy="easy")
    assert torch.equal(positives, easy_positives)
    assert torch.equal(negatives, easy_negatives)


def test_sampling_repeats_with_the_same_generator_and_differs_with_another():
    labels = random_labels(40)
    first, again, other = drawn(labels, 1), drawn(labels, 1), drawn(labels, 2)
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], other[0])


def test_sampling_never_takes_an_equal_label_as_negative():
    labels = (random_labels(50) * 3).round()
    _, negatives = drawn(labels, negative=0.9, rough_negative=0.9)
    assert not (negatives & (labels[:, None] == labels[None, :])).any()


def test_images_are_drawn_in_proportion_to_their_weights():
    # Of the two rough positives of the anchor, 3 weighs three times as much as 5
    weights = torch.ones(10)
    weights[3], weights[5] = 3.0, 1.0
    generator = torch.Generator().manual_seed(0)
    num_draws = 4000
    times = torch.zeros(10)
    for _ in range(num_draws):
        times += adaptive_sampling(LABELS, weights, generator=generator)[0][ANCHOR]
    # Five standard errors of a share of 4000 draws are at most .04
    assert float(times[3]) / num_draws == pytest.approx(0.75, abs=0.04)
    assert float(times[5]) / num_draws == pytest.approx(0.25, abs=0.04)


def test_the_scale_of_the_weights_does_not_matter():
    labels, weights = random_labels(30), random_labels(30, seed=1) + 0.1
    one, other = drawn(labels, weights=weights), drawn(labels, weights=4.0 * weights)
    assert torch.equal(one[0], other[0])
    assert torch.equal(one[1], other[1])


def test_ranks_by_hand():
    rated = torch.tensor([10.0, 20.0, 30.0, 40.0, 50.0])
    predicted = torch.tensor([52.0, 51.0, 49.0, 60.0, 48.0])  # places 3 2 1 4 0 for 0 1 2 3 4
    assert are_ranks_right(predicted, rated).tolist() == [False, True, True, True, False]
    all_right = are_ranks_right(predicted, rated, tolerance=0.8)  # four places
    assert all_right.tolist() == [True] * 5


def test_ranks_with_ties_match_scipy():
    generator = torch.Generator().manual_seed(5)
    for batch_size in (4, 10, 37, 64):
        rated = (10 * torch.rand(batch_size, generator=generator)).round()
        predicted = (20 * torch.rand(batch_size, generator=generator)).round()
        away = abs(rankdata(predicted.numpy()) - rankdata(rated.numpy()))
        expected = away <= max(1, batch_size // 10)
        assert are_ranks_right(predicted, rated).tolist() == expected.tolist()


def test_weights_are_multiplied_by_one_plus_and_minus_delta():
    weights = torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64)
    is_right = torch.tensor([True, False, True])
    assert adapted_weights(weights, is_right, delta=0.5).tolist() == [1.5, 1.0, 0.75]
    assert adapted_weights(weights, is_right, delta=-0.5).tolist() == [0.5, 3.0, 0.25]


def test_weights_stay_within_their_bounds():
    weights = torch.tensor([9.5, 0.105])
    after = adapted_weights(weights, torch.tensor([True, False]))
    assert after.tolist() == pytest.approx([HEAVIEST, LIGHTEST])


@pytest.mark.parametrize("choose", [adaptive_average, drawn])
def test_unsuitable_batches_are_refused(choose):
    with pytest.raises(UnsuitableBatch, match="too small"):
        choose(torch.rand(3))
    with pytest.raises(UnsuitableBatch, match="NaN"):
        choose(torch.tensor([1.0, 2.0, float("nan"), 3.0]))


@pytest.mark.parametrize("weights", [[1.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, float("inf")]])
def test_weights_that_cannot_be_drawn_by_are_refused(weights):
    with pytest.raises(UnsuitableBatch, match="weight of the batch"):
        drawn(torch.rand(4), weights=torch.tensor(weights))


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(EngineError, match="pair ratio of 0"):
        drawn(torch.rand(8), positive=0.0)
    with pytest.raises(UnsuitableBatch, match="one per image"):
        drawn(torch.rand(8), weights=torch.ones(7))
    with pytest.raises(UnsuitableBatch, match="one number per image"):
        are_ranks_right(torch.rand(8), torch.rand(7))
    with pytest.raises(EngineError, match="between -1 and 1"):
        adapted_weights(torch.ones(2), torch.tensor([True, True]), delta=1.0)
