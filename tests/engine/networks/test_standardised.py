import numpy as np
import pytest
import torch

from engine.networks.standardised import Standardised


def batches(num_batches, *, batch_size=7, num_features=3):
    rng = np.random.default_rng(0)
    return torch.from_numpy(
        rng.normal([1, -20, 300], [0.5, 2, 40], (num_batches, batch_size, num_features))
    ).float()


def test_what_it_keeps_of_its_first_batches_is_the_mean_and_variance_of_all():
    layer, seen = Standardised(3), batches(9)
    for batch in seen:
        layer(batch)
    rows = seen.flatten(0, 1).double().numpy()
    assert layer.mean_S.numpy() == pytest.approx(rows.mean(0), rel=1e-5)
    assert layer.deviation_S.numpy() == pytest.approx(rows.std(0), rel=1e-4)


def test_after_training_features_of_the_same_kind_have_mean_0_and_deviation_1():
    layer, seen = Standardised(3), batches(50)
    for batch in seen:
        layer(batch)
    found = layer.eval()(seen.flatten(0, 1))
    assert found.mean(0).abs().max() < 1e-3
    assert found.std(0, correction=0).numpy() == pytest.approx(1, abs=1e-3)


def test_a_photos_features_do_not_depend_on_its_neighbours():
    layer = Standardised(3)
    for batch in batches(5):
        layer(batch)
    layer.eval()
    one, other = batches(2)
    assert torch.equal(layer(one)[:2], layer(torch.cat([one[:2], other]))[:2])


def test_features_that_never_differ_stay_finite():
    layer = Standardised(2)
    constant = torch.tensor([[4.0, 0.0]])
    assert torch.equal(layer(constant), torch.zeros(1, 2))
    assert torch.isfinite(layer.eval()(torch.tensor([[5.0, 1.0]]))).all()


def test_later_batches_count_a_hundredth():
    layer = Standardised(1)
    for _ in range(100):
        layer(torch.zeros(2, 1))
    layer(torch.full((2, 1), 100.0))
    assert layer.mean_S.item() == pytest.approx(1.0)
    assert layer.deviation_S.item() == pytest.approx((0.01 * 0.99) ** 0.5 * 100)


def test_gradients_reach_the_features_alone():
    layer = Standardised(3)
    features = batches(1)[0].requires_grad_()
    layer(features).sum().backward()
    torch.testing.assert_close(features.grad, (1 / layer.deviation_S).expand(7, 3))
