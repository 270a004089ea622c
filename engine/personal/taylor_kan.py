"""TaylorKAN: a network whose every edge is a polynomial, after a Taylor series cut short.

y_o = b_o + sum_i sum_(n = 1 .. degree) c_oin * t_i^n, where t = tanh(x / 2) keeps the powers of
every layer bounded. The released code of the published model counts the constant term among the
orders, so that its "order 2" is a straight line; `degree` here is the highest power.
"""

# B photos, D inputs and O outputs of a layer, N powers

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

_FIRST_STD_OF_POWERS = 0.01


class TaylorLayer(nn.Module):
    """One layer: a polynomial for every pair of input and output, summed over the inputs.

    `squash` is left out where inputs are bounded already.

    >>> import torch
    >>> from engine.personal.taylor_kan import TaylorLayer
    >>> layer = TaylorLayer(1, 1, degree=2, squash=False)
    >>> with torch.no_grad():
    ...     _ = layer.powers_NDO.copy_(torch.tensor([[[3.0]], [[0.5]]]))  # 3 x + x^2 / 2
    ...     _ = layer.bias_O.fill_(1.0)
    >>> layer(torch.tensor([[2.0], [-4.0]])).flatten().tolist()  # 1 + 6 + 2, 1 - 12 + 8
    [9.0, -3.0]
    """

    def __init__(
        self, num_inputs: int, num_outputs: int, *, degree: int, squash: bool = True
    ) -> None:
        super().__init__()
        if degree < 1:
            raise ValueError(f"The degree is {degree}; it must be 1 or more.")
        self.squash = squash
        # The line comes first and keeps the size of what goes through; higher powers begin small.
        first_N = torch.full((degree,), _FIRST_STD_OF_POWERS)
        first_N[0] = num_inputs**-0.5
        self.powers_NDO = nn.Parameter(
            first_N[:, None, None] * torch.randn(degree, num_inputs, num_outputs)
        )
        self.bias_O = nn.Parameter(torch.zeros(num_outputs))

    def forward(self, inputs_BD: Tensor) -> Tensor:
        """Outputs (B, O)."""
        bounded_BD = torch.tanh(inputs_BD / 2) if self.squash else inputs_BD
        # The powers of an input are the same for all outputs: raised once, they make matrix
        # products of the sum, where Horner's rule for every pair would take B x D x O numbers.
        power_BD = bounded_BD
        outputs_BO = self.bias_O + power_BD @ self.powers_NDO[0]
        for powers_DO in self.powers_NDO[1:]:
            power_BD = power_BD * bounded_BD
            outputs_BO = outputs_BO + power_BD @ powers_DO
        return outputs_BO


class TaylorKAN(nn.Module):
    """Layers of polynomials down to one number for each photo, (B,).

    >>> import torch
    >>> from engine.personal.taylor_kan import TaylorKAN
    >>> network = TaylorKAN(8, hidden=(4,), degree=3)
    >>> network(torch.zeros(2, 8)).shape
    torch.Size([2])
    """

    def __init__(
        self, num_inputs: int, *, hidden: Sequence[int] = (64, 16), degree: int = 3
    ) -> None:
        super().__init__()
        widths = [num_inputs, *hidden, 1]
        self.layers = nn.Sequential(
            *(
                TaylorLayer(before, after, degree=degree)
                for before, after in itertools.pairwise(widths)
            )
        )

    def forward(self, inputs_BD: Tensor) -> Tensor:
        """One number for each photo."""
        outputs_B1: Tensor = self.layers(inputs_BD)
        return outputs_B1.squeeze(1)

    def penalty(self) -> Tensor:
        """Squared coefficients, those of the n-th power counted n times."""
        total = torch.zeros(())
        for layer in self.layers:
            assert isinstance(layer, TaylorLayer)
            orders_N = torch.arange(1, len(layer.powers_NDO) + 1)
            total = total + (orders_N[:, None, None] * layer.powers_NDO**2).sum()
        return total
