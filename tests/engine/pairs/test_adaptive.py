import pytest
import torch

from engine.errors import EngineError, UnsuitableBatch
from engine.pairs.adaptive import adaptive_average, adaptive_sampling


def random_labels(batch_size, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(batch_size, generator=generator, dtype=torch.float64)


def drawn(labels, seed=0, **options):
    return adaptive_sampling(labels, generator=torch.Generator().manual_seed(seed), **options)


def test_average_pairs_by_hand():
    # Anchor 0: distances 1 2 5 8, mean 4: nearer than 2 is {1}, farther than 4 is {3, 4}
    positives, negatives = adaptive_average(torch.tensor([0.0, 1.0, 2.0, 5.0, 8.0]))
    assert positives[0].nonzero().flatten().tolist() == [1]
    assert negatives[0].nonzero().flatten().tolist() == [3, 4]
    # Anchor 4: distances 8 7 6 3, mean 6: nothing nearer than 3, so the nearest, {3}
    assert positives[4].nonzero().flatten().tolist() == [3]
    assert negatives[4].nonzero().flatten().tolist() == [0, 1]


def test_average_pairs_match_a_loop():
    for seed, batch_size in enumerate([4, 5, 10, 33, 64]):
        labels = random_labels(batch_size, seed)
        positives, negatives = adaptive_average(labels)
        for a in range(batch_size):
            others = [j for j in range(batch_size) if j != a]
            distance = {j: abs(labels[a] - labels[j]).item() for j in others}
            mean = sum(distance.values()) / len(others)
            near = {j for j in others if distance[j] < mean / 2} | {min(others, key=distance.get)}
            far = {j for j in others if distance[j] > mean}
            assert set(positives[a].nonzero().flatten().tolist()) == near
            assert set(negatives[a].nonzero().flatten().tolist()) == far


def test_average_pairs_do_not_change_with_the_scale_of_the_labels():
    labels = random_labels(20)
    before, after = adaptive_average(labels), adaptive_average(8.0 * labels + 3.0)
    assert torch.equal(before[0], after[0])
    assert torch.equal(before[1], after[1])


@pytest.mark.parametrize("choose", [adaptive_average, drawn])
def test_pairs_are_apart_and_never_empty_where_labels_differ(choose):
    for labels in (random_labels(30), (random_labels(30) * 4).round(), random_labels(4)):
        positives, negatives = choose(labels)
        assert positives.dtype == negatives.dtype == torch.bool
        assert not (positives & negatives).any()
        assert not positives.diagonal().any()
        assert not negatives.diagonal().any()
        assert positives.any(dim=1).all()
        assert negatives.any(dim=1).all()


@pytest.mark.parametrize("choose", [adaptive_average, drawn])
def test_an_anchor_equally_far_from_all_others_gets_no_pairs(choose):
    for labels in (torch.tensor([3.0, 1.0, 1.0, 1.0, 1.0]), torch.ones(5)):
        positives, negatives = choose(labels)
        assert not positives[0].any()
        assert not negatives[0].any()


def test_sampling_draws_as_many_as_the_easy_pairs():
    positives, negatives = drawn(random_labels(40))
    assert (positives.sum(dim=1) == 4).all()
    assert (negatives.sum(dim=1) == 16).all()


def test_sampling_repeats_with_the_same_generator_and_differs_with_another():
    labels = random_labels(40)
    first, again, other = drawn(labels, 1), drawn(labels, 1), drawn(labels, 2)
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], other[0])


def test_sampling_never_takes_an_equal_label_as_negative():
    labels = (random_labels(50) * 3).round()
    _, negatives = drawn(labels, negative=0.9)
    assert not (negatives & (labels[:, None] == labels[None, :])).any()


def test_sampling_follows_its_stated_weights():
    labels = torch.tensor([0.0, 1.0, 2.0, 5.0, 8.0], dtype=torch.float64)
    generator = torch.Generator().manual_seed(0)
    num_draws = 4000
    times_positive = torch.zeros(5)
    for _ in range(num_draws):
        positives, _ = adaptive_sampling(labels, generator=generator, positive=0.2, negative=0.2)
        times_positive += positives[0]
    weights = torch.exp(-labels / 4.0)  # the mean distance of anchor 0 is 4
    weights[0] = 0.0
    expected = (weights / weights.sum()).float()
    # Five standard errors of a share from 4000 draws are at most 0.04
    torch.testing.assert_close(times_positive / num_draws, expected, atol=0.04, rtol=0.0)


def test_sampled_negatives_are_far_more_often_than_near():
    labels = torch.linspace(0, 1, 100, dtype=torch.float64)
    _, negatives = drawn(labels, negative=0.2)
    assert negatives[0, 50:].sum() > 2 * negatives[0, :50].sum()


@pytest.mark.parametrize("choose", [adaptive_average, drawn])
def test_unsuitable_batches_are_refused(choose):
    with pytest.raises(UnsuitableBatch, match="too small"):
        choose(torch.rand(3))
    with pytest.raises(UnsuitableBatch, match="NaN"):
        choose(torch.tensor([1.0, 2.0, float("nan"), 3.0]))


def test_a_sampling_ratio_of_zero_is_refused():
    with pytest.raises(EngineError, match="pair ratio of 0"):
        drawn(torch.rand(8), positive=0.0)
