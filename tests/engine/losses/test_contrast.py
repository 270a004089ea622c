import math

import pytest
import torch

from engine.errors import EngineError, UnsuitableBatch
from engine.losses.contrast import block_contrasts, cosine_similarities, quality_contrast

# The worked example of the specification: an anchor, two positives, three negatives
VECTORS = [(1.0, 0.0), (0.8, 0.6), (0.6, 0.8), (0.0, 1.0), (-1.0, 0.0), (-0.6, 0.8)]


def worked_pairs():
    positives, negatives = torch.zeros(2, 6, 6, dtype=torch.bool)
    positives[0, [1, 2]] = True
    negatives[0, [3, 4, 5]] = True
    return positives, negatives


def random_case(batch_size, num_features, seed, dtype=torch.float64):
    """Embeddings and disjoint pairs of which some anchors have none."""
    generator = torch.Generator().manual_seed(seed)
    embeddings = torch.randn(batch_size, num_features, generator=generator, dtype=dtype)
    dice = torch.rand(batch_size, batch_size, generator=generator).fill_diagonal_(0.5)
    positives, negatives = dice < 0.3, dice > 0.6
    positives[0] = False
    negatives[1] = False
    return embeddings, positives, negatives


def written_out(embeddings, positives, negatives, temperature):
    """Eq. 5 in plain loops over anchors, positives and negatives."""
    vectors = [row.tolist() for row in embeddings.double().flatten(1)]

    def similarity(i, j):
        dot = sum(x * y for x, y in zip(vectors[i], vectors[j], strict=True))
        return dot / math.hypot(*vectors[i]) / math.hypot(*vectors[j])

    losses = []
    for a in range(len(vectors)):
        pulled = [j for j in range(len(vectors)) if positives[a, j]]
        pushed = [j for j in range(len(vectors)) if negatives[a, j]]
        if not pulled or not pushed:
            continue
        crowd = sum(math.exp(similarity(a, n) / temperature) for n in pushed)
        total = 0.0
        for p in pulled:
            own = math.exp(similarity(a, p) / temperature)
            total -= math.log(own / (own + crowd))
        losses.append(total / len(pulled))
    return sum(losses) / len(losses)


@pytest.mark.parametrize(("temperature", "expected"), [(1.0, 0.6700010603), (0.1, 0.0014090896)])
def test_the_worked_example(temperature, expected):
    loss = quality_contrast(
        torch.tensor(VECTORS, dtype=torch.float64), *worked_pairs(), temperature
    )
    assert loss.item() == pytest.approx(expected, abs=1e-9)


def test_the_worked_example_in_float32():
    loss = quality_contrast(torch.tensor(VECTORS), *worked_pairs(), 1.0)
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(0.6700010603, abs=1e-6)


@pytest.mark.parametrize("temperature", [0.1, 0.3, 1.0, 5.0])
def test_random_batches_match_eq_5_written_out(temperature):
    for seed, (batch_size, num_features) in enumerate([(6, 2), (7, 3), (16, 9), (24, 40)]):
        case = random_case(batch_size, num_features, seed)
        expected = written_out(*case, temperature)
        assert quality_contrast(*case, temperature).item() == pytest.approx(expected, rel=1e-9)


def test_token_sequences_are_flattened():
    embeddings, positives, negatives = random_case(8, 30, seed=1)
    flat = quality_contrast(embeddings, positives, negatives, 0.3)
    tokens = quality_contrast(embeddings.reshape(8, 5, 6), positives, negatives, 0.3)
    assert tokens.item() == flat.item()


def test_the_length_of_an_embedding_does_not_matter():
    embeddings, positives, negatives = random_case(8, 6, seed=2)
    lengths = torch.linspace(0.01, 100.0, 8, dtype=torch.float64)[:, None]
    expected = quality_contrast(embeddings, positives, negatives, 0.3).item()
    scaled = quality_contrast(embeddings * lengths, positives, negatives, 0.3).item()
    assert scaled == pytest.approx(expected, rel=1e-12)


def test_gradients_match_finite_differences():
    embeddings, positives, negatives = random_case(7, 4, seed=3)
    assert torch.autograd.gradcheck(
        lambda values: quality_contrast(values, positives, negatives, 0.3),
        embeddings.requires_grad_(),
    )


def test_a_step_down_the_gradient_pulls_the_positive_and_pushes_the_negative():
    vectors = torch.tensor([(1.0, 0.0), (0.0, 1.0), (0.6, 0.8)], requires_grad=True)
    positives, negatives = torch.zeros(2, 3, 3, dtype=torch.bool)
    positives[0, 1] = negatives[0, 2] = True
    quality_contrast(vectors, positives, negatives, 0.3).backward()
    before = cosine_similarities(vectors)[0]
    after = cosine_similarities(vectors - 0.01 * vectors.grad)[0]
    assert after[1] > before[1]
    assert after[2] < before[2]


def test_anchors_without_both_kinds_are_left_out():
    embeddings, positives, negatives = random_case(10, 5, seed=4)
    embeddings.requires_grad_()
    only_one = positives.clone()
    only_one[5:] = False
    loss = quality_contrast(embeddings, only_one, negatives, 0.3)
    assert loss.item() == pytest.approx(written_out(embeddings, only_one, negatives, 0.3))
    loss.backward()
    assert torch.isfinite(embeddings.grad).all()


@pytest.mark.parametrize("missing", ["positives", "negatives", "both"])
def test_with_no_anchor_left_the_loss_is_zero_with_a_gradient(missing):
    embeddings, positives, negatives = random_case(6, 5, seed=5)
    embeddings.requires_grad_()
    if missing != "negatives":
        positives = torch.zeros_like(positives)
    if missing != "positives":
        negatives = torch.zeros_like(negatives)
    loss = quality_contrast(embeddings, positives, negatives, 0.3)
    assert loss.item() == 0.0
    loss.backward()
    assert torch.equal(embeddings.grad, torch.zeros_like(embeddings))


def test_bfloat16_autocast_does_not_coarsen_the_loss():
    embeddings, positives, negatives = random_case(12, 64, seed=6, dtype=torch.float32)
    expected = quality_contrast(embeddings, positives, negatives, 0.1)
    with torch.autocast(device_type="cpu", dtype=torch.bfloat16):
        loss = quality_contrast(embeddings, positives, negatives, 0.1)
    assert loss.dtype == torch.float32
    assert loss.item() == expected.item()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_embeddings_are_widened(dtype):
    embeddings, positives, negatives = random_case(12, 64, seed=7, dtype=torch.float32)
    halved = embeddings.to(dtype).requires_grad_()
    loss = quality_contrast(halved, positives, negatives, 0.1)
    expected = quality_contrast(halved.detach().float(), positives, negatives, 0.1)
    assert loss.dtype == torch.float32
    assert loss.item() == expected.item()
    loss.backward()
    assert halved.grad.dtype == dtype
    assert torch.isfinite(halved.grad).all()


@pytest.mark.parametrize("scale", [1e-10, 1e-5, 1e5, 1e15])
@pytest.mark.parametrize("temperature", [1e-3, 0.3, 1e3])
def test_extreme_lengths_and_temperatures_stay_finite(scale, temperature):
    embeddings, positives, negatives = random_case(10, 8, seed=8, dtype=torch.float32)
    expected = quality_contrast(embeddings, positives, negatives, temperature)
    scaled = (embeddings * scale).requires_grad_()
    loss = quality_contrast(scaled, positives, negatives, temperature)
    loss.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-3)
    assert torch.isfinite(scaled.grad).all()


def test_an_embedding_of_length_zero_gets_no_gradient_and_harms_none():
    embeddings, positives, negatives = random_case(8, 4, seed=9)
    embeddings[3] = 0.0
    embeddings.requires_grad_()
    loss = quality_contrast(embeddings, positives, negatives, 0.3)
    loss.backward()
    assert math.isfinite(loss.item())
    assert torch.equal(embeddings.grad[3], torch.zeros(4, dtype=torch.float64))
    assert embeddings.grad.abs().max() < 100.0


def test_identical_embeddings_are_at_chance():
    positives, negatives = worked_pairs()
    loss = quality_contrast(torch.ones(6, 4, dtype=torch.float64), positives, negatives, 0.3)
    assert loss.item() == pytest.approx(math.log(1 + 3))


def test_a_pair_that_is_positive_and_negative_at_once_stays_finite():
    embeddings, positives, _ = random_case(6, 4, seed=10)
    loss = quality_contrast(embeddings, positives, positives, 0.3)
    assert loss.item() == pytest.approx(written_out(embeddings, positives, positives, 0.3))


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_not_above_zero_is_refused(temperature):
    with pytest.raises(EngineError, match="choose one above 0, such as"):
        quality_contrast(*random_case(6, 4, seed=0), temperature)


def test_embeddings_without_a_batch_are_refused():
    _, positives, negatives = random_case(6, 4, seed=0)
    with pytest.raises(UnsuitableBatch, match=r"the shape \(6,\); give \(B, E\)"):
        quality_contrast(torch.rand(6), positives, negatives, 0.3)


def test_pairs_of_another_batch_or_type_are_refused():
    embeddings, positives, negatives = random_case(6, 4, seed=0)
    with pytest.raises(UnsuitableBatch, match=r"positives are torch.bool of the shape \(5, 5\)"):
        quality_contrast(embeddings, positives[:5, :5], negatives, 0.3)
    with pytest.raises(UnsuitableBatch, match=r"negatives are torch.float32"):
        quality_contrast(embeddings, positives, negatives.float(), 0.3)


def test_all_blocks_at_once_give_what_each_gives_by_itself():
    _, positives, negatives = random_case(9, 4, seed=11)
    blocks = [random_case(9, features, seed)[0] for seed, features in enumerate([12, 5, 40])]
    together = block_contrasts(blocks, positives, negatives, 0.3)
    alone = [quality_contrast(block, positives, negatives, 0.3).item() for block in blocks]
    assert together.tolist() == pytest.approx(alone, rel=1e-12)


def normalised_first(embeddings, positives, negatives, temperature):
    """Eq. 5 in plain tensor operations, differentiated by autograd alone."""
    unit = embeddings / embeddings.norm(dim=1, keepdim=True)
    logits = unit @ unit.T / temperature
    crowd = torch.where(negatives, logits, -torch.inf).logsumexp(dim=1, keepdim=True)
    terms = -(logits - torch.logaddexp(logits, crowd))
    kept = positives.any(dim=1) & negatives.any(dim=1)
    means = torch.where(positives, terms, 0.0).sum(dim=1)[kept] / positives.sum(dim=1)[kept]
    return means.mean()


@pytest.mark.parametrize("temperature", [0.1, 0.3, 1.0])
def test_the_cheap_gradient_is_the_plain_one(temperature):
    embeddings, positives, negatives = random_case(16, 50, seed=12)
    negatives[1, 2] = True  # the plain form has no gradient for an anchor without negatives
    cheap, plain = embeddings.clone().requires_grad_(), embeddings.clone().requires_grad_()
    loss = quality_contrast(cheap, positives, negatives, temperature)
    expected = normalised_first(plain, positives, negatives, temperature)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)
    loss.backward()
    expected.backward()
    torch.testing.assert_close(cheap.grad, plain.grad, rtol=1e-9, atol=1e-15)


def test_a_gradient_of_the_gradient_is_refused_and_not_wrong():
    embeddings, positives, negatives = random_case(6, 4, seed=13)
    embeddings.requires_grad_()
    loss = quality_contrast(embeddings, positives, negatives, 0.3)
    (gradient,) = torch.autograd.grad(loss, embeddings, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.sum().backward()
