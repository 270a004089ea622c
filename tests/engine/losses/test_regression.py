import pytest
import torch

from engine.errors import EngineError, UnsuitableBatch
from engine.losses.regression import l1, mse, norm_in_norm, smooth_l1
from engine.measures.correlation import plcc

# The worked example of Norm-in-Norm
PREDICTED = torch.tensor([1.0, 2.0, 3.0, 5.0], dtype=torch.float64)
RATED = torch.tensor([10.0, 20.0, 25.0, 60.0], dtype=torch.float64)
NORMS = [(1.0, 2.0), (2.0, 2.0), (1.0, 1.0), (2.0, 1.0), (1.5, 3.0)]


def random_scores(seed, num_photos=16):
    generator = torch.Generator().manual_seed(seed)
    scores = 100.0 * torch.rand(2, num_photos, generator=generator, dtype=torch.float64)
    return scores[0].requires_grad_(), scores[1]


def test_smooth_l1_by_hand():
    # Misses of 0.5, 1 and 3 points: 0.5 * 0.25, 0.5, 2.5
    loss = smooth_l1(torch.tensor([50.5, 9.0, 73.0]), torch.tensor([50.0, 10.0, 70.0]))
    assert loss.item() == pytest.approx((0.125 + 0.5 + 2.5) / 3)


def test_smooth_l1_with_another_beta_by_hand():
    # Misses of 1 and 6 with a beta of 4: 0.5 * 1 / 4, 6 - 2
    loss = smooth_l1(torch.tensor([1.0, 6.0]), torch.zeros(2), beta=4.0)
    assert loss.item() == pytest.approx((0.125 + 4.0) / 2)


@pytest.mark.parametrize("beta", [0.5, 1.0, 3.0])
def test_a_network_that_works_in_0_1_has_the_same_loss_and_gradient(beta):
    predicted, rated = random_scores(0)
    near = (rated + 0.3 * torch.linspace(-1, 1, 16)).requires_grad_()
    for on_100 in (predicted, near):
        inside = (on_100.detach() / 100.0).requires_grad_()
        loss_inside = 100.0 * smooth_l1(inside, rated / 100.0, beta=beta / 100.0)
        loss = smooth_l1(on_100, rated, beta=beta)
        assert loss_inside.item() == pytest.approx(loss.item(), rel=1e-12)
        # A step of 1 in [0, 1] is one of 100 points
        loss.backward()
        loss_inside.backward()
        torch.testing.assert_close(inside.grad, 100.0 * on_100.grad)


def test_l1_and_mse_by_hand():
    predicted, rated = torch.tensor([1.0, 5.0]), torch.tensor([2.0, 2.0])
    assert l1(predicted, rated).item() == 2.0
    assert mse(predicted, rated).item() == 5.0


@pytest.mark.parametrize("loss", [smooth_l1, l1, mse, norm_in_norm])
def test_half_precision_scores_are_widened(loss):
    predicted, rated = (scores.detach().bfloat16() for scores in random_scores(1))
    value = loss(predicted.requires_grad_(), rated)
    assert value.dtype == torch.float32
    assert value.item() == loss(predicted.float(), rated.float()).item()
    with torch.autocast(device_type="cpu", dtype=torch.bfloat16):
        assert loss(predicted, rated).item() == value.item()


@pytest.mark.parametrize("loss", [smooth_l1, l1, mse, norm_in_norm])
@pytest.mark.parametrize("shapes", [((4,), (4, 1)), ((4, 1), (4, 1)), ((4,), (3,)), ((0,), (0,))])
def test_shapes_that_would_broadcast_are_refused(loss, shapes):
    with pytest.raises(UnsuitableBatch, match="give one number per image"):
        loss(torch.zeros(shapes[0]), torch.zeros(shapes[1]))


@pytest.mark.parametrize("beta", [0.0, -1.0, float("nan")])
def test_a_beta_that_is_not_above_zero_is_refused(beta):
    with pytest.raises(EngineError, match="choose one above 0, or the loss 'l1'"):
        smooth_l1(torch.zeros(2), torch.zeros(2), beta=beta)


@pytest.mark.parametrize(
    ("p", "q", "expected"),
    [(1, 2, 0.0920369611), (2, 2, 0.0119747347), (1, 1, 0.11), (2, 1, 0.0043)],
)
def test_norm_in_norm_worked_examples(p, q, expected):
    assert norm_in_norm(PREDICTED, RATED, p=p, q=q).item() == pytest.approx(expected, abs=1e-8)


def test_norm_in_norm_of_squares_is_half_of_one_minus_plcc():
    for seed in range(5):
        predicted, rated = random_scores(seed)
        expected = (1.0 - plcc(predicted, rated)) / 2.0
        assert norm_in_norm(predicted, rated, p=2, q=2).item() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("p", "q"), NORMS)
def test_norm_in_norm_is_zero_on_a_rising_line(p, q):
    loss = norm_in_norm(3.0 * RATED + 7.0, RATED, p=p, q=q)
    assert loss.item() == pytest.approx(0.0, abs=1e-9)


def test_norm_in_norm_of_the_opposite():
    assert norm_in_norm(-RATED, RATED, p=2, q=2).item() == pytest.approx(1.0, abs=1e-8)
    assert norm_in_norm(-RATED, RATED).item() == pytest.approx(0.829654, abs=1e-6)


@pytest.mark.parametrize(("p", "q"), NORMS)
def test_norm_in_norm_ignores_shift_and_scale(p, q):
    predicted, rated = random_scores(2)
    expected = norm_in_norm(predicted, rated, p=p, q=q).item()
    moved = norm_in_norm(0.2 * predicted - 40.0, 5.0 * rated + 1.0, p=p, q=q).item()
    assert moved == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("p", "q"), NORMS)
def test_norm_in_norm_has_no_gradient_along_shift_and_scale(p, q):
    predicted, rated = random_scores(3)
    (gradient,) = torch.autograd.grad(norm_in_norm(predicted, rated, p=p, q=q), predicted)
    assert gradient.abs().max() > 1e-5
    assert gradient.sum().item() == pytest.approx(0.0, abs=1e-9)
    along_scale = gradient @ (predicted - predicted.mean()).detach()
    assert along_scale.item() == pytest.approx(0.0, abs=1e-8)


@pytest.mark.parametrize("rescaled_weight", [0.0, 0.1])
def test_norm_in_norm_gradients_match_finite_differences(rescaled_weight):
    predicted, rated = random_scores(4, num_photos=6)
    assert torch.autograd.gradcheck(
        lambda scores: norm_in_norm(scores, rated, p=2, q=2, rescaled_weight=rescaled_weight),
        predicted,
    )


def test_norm_in_norm_with_a_rescaled_part_by_hand():
    # For p = q = 2 the rescaled part is |rho s - r|^2 / 4 = (1 - rho^2) / 4
    rho = plcc(PREDICTED, RATED)
    expected = ((1.0 - rho) / 2.0 + 0.1 * (1.0 - rho**2) / 4.0) / 1.1
    loss = norm_in_norm(PREDICTED, RATED, p=2, q=2, rescaled_weight=0.1)
    assert loss.item() == pytest.approx(expected, abs=1e-8)


def test_norm_in_norm_detached_has_the_same_value_and_another_gradient():
    predicted, rated = random_scores(5)
    loss, detached = (norm_in_norm(predicted, rated, is_detached=flag) for flag in (False, True))
    assert detached.item() == loss.item()
    gradients = [torch.autograd.grad(value, predicted)[0] for value in (loss, detached)]
    assert not torch.allclose(*gradients)


@pytest.mark.parametrize(("p", "q"), NORMS)
@pytest.mark.parametrize("constant", ["predicted", "rated", "both"])
def test_norm_in_norm_of_constants_is_finite(p, q, constant):
    predicted, rated = (scores.detach().float() for scores in random_scores(6))
    if constant != "rated":
        predicted = torch.full_like(predicted, 50.0)
    if constant != "predicted":
        rated = torch.full_like(rated, 50.0)
    predicted.requires_grad_()
    loss = norm_in_norm(predicted, rated, p=p, q=q, rescaled_weight=0.1)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(predicted.grad).all()


def test_norm_in_norm_of_a_single_photo_is_zero_with_a_gradient():
    predicted = torch.tensor([40.0], requires_grad=True)
    loss = norm_in_norm(predicted, torch.tensor([60.0]))
    loss.backward()
    assert loss.item() == 0.0
    assert predicted.grad.item() == 0.0


@pytest.mark.parametrize(("p", "q"), [(0.5, 2.0), (1.0, 0.0), (-1.0, 2.0)])
def test_norms_below_one_are_refused(p, q):
    with pytest.raises(EngineError, match="choose both as 1 or more"):
        norm_in_norm(PREDICTED, RATED, p=p, q=q)
