"""How far a predicted distribution of ratings is from what people said.

Counts need not be of equally many people: each photo counts as its shares do. Photos without any
rating (a row of zeros) are passed over; if no other is left, the loss is 0 and so is its gradient.
"""

# B images, K = 5 ratings

import torch
from torch import Tensor

from engine.errors import UnsuitableBatch

_LEAST_PROBABILITY = 1e-6  # what was held impossible costs 14 nats, and not infinity


def rating_nll(pmf_BK: Tensor, counts_BK: Tensor) -> Tensor:
    """The mean surprise, in nats, at one rating of each photo (negative log-likelihood).

    >>> import torch
    >>> from engine.losses.ratings import rating_nll
    >>> pmf = torch.tensor([[0.0, 0.25, 0.5, 0.25, 0.0], [0.2, 0.2, 0.2, 0.2, 0.2]])
    >>> counts = torch.tensor([[0, 0, 8, 0, 0], [0, 0, 0, 0, 0]])  # the second one is not rated
    >>> round(rating_nll(pmf, counts).item() / torch.tensor(2.0).log().item(), 5)
    1.0
    """
    shares_BK, is_rated_B = _shares(pmf_BK, counts_BK)
    surprise_BK = -pmf_BK.float().clamp_min(_LEAST_PROBABILITY).log()
    return _mean_of_rated((shares_BK * surprise_BK).sum(dim=1), is_rated_B)


def rating_emd(pmf_BK: Tensor, counts_BK: Tensor) -> Tensor:
    """The squared distance of the two cumulative distributions, summed over the four cuts.

    Unlike the likelihood it knows that 4 is nearer to 5 than 1 is (earth mover's distance).

    >>> import torch
    >>> from engine.losses.ratings import rating_emd
    >>> said = torch.tensor([[0, 0, 0, 0, 3]])
    >>> near, far = torch.eye(5)[[3]], torch.eye(5)[[0]]
    >>> rating_emd(near, said).item(), rating_emd(far, said).item()
    (1.0, 4.0)
    """
    shares_BK, is_rated_B = _shares(pmf_BK, counts_BK)
    off_BK = (pmf_BK.float() - shares_BK).cumsum(dim=1)
    return _mean_of_rated((off_BK**2).sum(dim=1), is_rated_B)


def _shares(pmf_BK: Tensor, counts_BK: Tensor) -> tuple[Tensor, Tensor]:
    if pmf_BK.ndim != 2 or pmf_BK.shape != counts_BK.shape:
        raise UnsuitableBatch(
            f"The probabilities have the shape {tuple(pmf_BK.shape)}, the counts "
            f"{tuple(counts_BK.shape)}; give a row of five per image, (B, 5), to both."
        )
    counts_BK = counts_BK.float()
    total_B = counts_BK.sum(dim=1)
    return counts_BK / total_B.clamp_min(1e-9)[:, None], total_B > 0


def _mean_of_rated(values_B: Tensor, is_rated_B: Tensor) -> Tensor:
    return torch.where(is_rated_B, values_B, 0.0).sum() / is_rated_B.sum().clamp_min(1)
