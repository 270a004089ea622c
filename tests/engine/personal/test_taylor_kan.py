import numpy as np
import pytest
import torch

from engine.personal.taylor_kan import TaylorKAN, TaylorLayer


def test_degree_1_is_a_straight_line_however_many_layers_without_squashing():
    torch.manual_seed(0)
    layers = torch.nn.Sequential(
        TaylorLayer(5, 7, degree=1, squash=False), TaylorLayer(7, 1, degree=1, squash=False)
    ).double()
    inputs = torch.randn(40, 5, dtype=torch.float64)
    outputs = layers(inputs).detach().numpy()
    columns = np.column_stack([np.ones(40), inputs.numpy()])
    weights = np.linalg.lstsq(columns, outputs, rcond=None)[0]
    assert np.abs(columns @ weights - outputs).max() < 1e-8


def test_degree_2_is_no_straight_line():
    torch.manual_seed(0)
    layer = TaylorLayer(5, 1, degree=2, squash=False).double()
    with torch.no_grad():
        layer.powers_NDO.normal_()
    inputs = torch.randn(40, 5, dtype=torch.float64)
    outputs = layer(inputs).detach().numpy()
    columns = np.column_stack([np.ones(40), inputs.numpy()])
    weights = np.linalg.lstsq(columns, outputs, rcond=None)[0]
    assert np.std(columns @ weights - outputs) > 0.2 * np.std(outputs)


def test_a_single_layer_of_degree_2_learns_the_square_exactly():
    torch.manual_seed(0)
    layer = TaylorLayer(1, 1, degree=2, squash=False).double()
    inputs = torch.linspace(-2, 2, 21, dtype=torch.float64)[:, None]
    optimizer = torch.optim.LBFGS(
        layer.parameters(), max_iter=200, tolerance_grad=1e-12, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        loss = ((layer(inputs) - inputs**2) ** 2).mean()
        loss.backward()
        return loss

    for _ in range(5):
        optimizer.step(closure)
    assert (layer(inputs) - inputs**2).abs().max() < 1e-5
    assert layer.powers_NDO.flatten().tolist() == pytest.approx([0, 1], abs=1e-5)


@pytest.mark.parametrize("squash", [True, False])
def test_a_layer_sums_the_polynomials_of_its_inputs(squash):
    torch.manual_seed(0)
    layer = TaylorLayer(3, 2, degree=4, squash=squash).double()
    with torch.no_grad():
        layer.powers_NDO.normal_()
        layer.bias_O.normal_()
    inputs = torch.randn(6, 3, dtype=torch.float64)
    bounded = np.tanh(inputs.numpy() / 2) if squash else inputs.numpy()
    powers = layer.powers_NDO.detach().numpy()
    wanted = np.array(
        [
            [
                layer.bias_O[out].item()
                # numpy evaluates by Horner's rule, the highest power first
                + sum(np.polyval([*powers[::-1, i, out], 0.0], row[i]) for i in range(3))
                for out in range(2)
            ]
            for row in bounded
        ]
    )
    assert layer(inputs).detach().numpy() == pytest.approx(wanted)


def test_higher_powers_are_penalised_more():
    network = TaylorKAN(2, hidden=(), degree=2)
    with torch.no_grad():
        network.layers[0].powers_NDO.copy_(torch.tensor([[[3.0], [0.0]], [[0.0], [2.0]]]))
    assert network.penalty().item() == 9 + 2 * 4


def test_no_degree_is_refused():
    with pytest.raises(ValueError, match="The degree is 0; it must be 1 or more"):
        TaylorLayer(1, 1, degree=0)
