"""Features brought to mean 0 and standard deviation 1, as they were over the training photos."""

# B photos, S features of each

import torch
from torch import Tensor, nn

_LEAST_RATE = 0.01
_LEAST_DEVIATION = 1e-3


class Standardised(nn.Module):
    """Keeps the mean and deviation of every feature as seen in training, and takes them away.

    Unlike batch normalisation it uses in training what it has kept, so that a photo's features do
    not depend on its neighbours in the batch. At first all batches count alike, later the newest
    counts a hundredth. Takes and gives float32 (B, S).

    >>> import torch
    >>> from engine.networks.standardised import Standardised
    >>> layer = Standardised(1)
    >>> layer(torch.tensor([[2.0], [6.0]])).flatten().tolist()  # mean 4, standard deviation 2
    [-1.0, 1.0]
    >>> layer.eval()(torch.tensor([[8.0]])).item()
    2.0
    """

    mean_S: Tensor
    deviation_S: Tensor
    num_batches: Tensor

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.register_buffer("mean_S", torch.zeros(num_features))
        self.register_buffer("deviation_S", torch.ones(num_features))
        self.register_buffer("num_batches", torch.zeros(()))

    def forward(self, features_BS: Tensor) -> Tensor:
        """The features, standardised; in training these are counted first."""
        if self.training:
            self._count(features_BS.detach())
        return (features_BS - self.mean_S) / self.deviation_S.clamp(min=_LEAST_DEVIATION)

    @torch.no_grad()
    def _count(self, features_BS: Tensor) -> None:
        self.num_batches += 1
        rate = (1 / self.num_batches).clamp(min=_LEAST_RATE)
        offset_S = features_BS.mean(dim=0) - self.mean_S
        # The variance of a mixture: that within its parts, and that of their means.
        within_S = (1 - rate) * self.deviation_S**2 + rate * features_BS.var(dim=0, correction=0)
        self.deviation_S.copy_((within_S + rate * (1 - rate) * offset_S**2).sqrt())
        self.mean_S += rate * offset_S
