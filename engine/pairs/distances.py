"""How far apart the images of a batch are in quality, and who is nearest and farthest."""

# B images in the batch; in every (B, B) tensor the row is the anchor, the column the candidate

import math

import torch
from torch import Tensor

from engine.errors import EngineError, UnsuitableBatch

SMALLEST_BATCH = 4

_ROUNDING_SLACK = 1e-9  # 0.29 * 100 is 28.999999999999996 in binary; it was meant to be 29


def score_distances(scores: Tensor, name: str = "scores") -> Tensor:
    """Absolute differences between all pairs of scores, (B, B) in float64.

    `scores` has shape (B,) and any number type; it takes no part in gradients. Whether the
    values are finite is not looked at here: see `require_finite`.

    >>> import torch
    >>> from engine.pairs.distances import score_distances
    >>> score_distances(torch.tensor([10, 30, 60, 100]))[1].tolist()  # from the second image
    [20.0, 0.0, 30.0, 70.0]
    """
    if scores.ndim != 1:
        raise UnsuitableBatch(
            f"The {name} have the shape {tuple(scores.shape)}; give one number per image, (B,)."
        )
    if scores.shape[0] < SMALLEST_BATCH:
        raise UnsuitableBatch(
            f"A batch of {scores.shape[0]} is too small to choose pairs from. Use a batch size of "
            f"at least {SMALLEST_BATCH}, better 10 or more, and drop an incomplete last batch."
        )
    scores_B = scores.detach().to(torch.float64)
    return (scores_B[:, None] - scores_B[None, :]).abs_()


def require_finite(*distances_BB: Tensor) -> None:
    """Refuse a batch whose distances hold NaN or infinity; the one wait for the device.

    >>> import torch
    >>> from engine.pairs.distances import require_finite
    >>> require_finite(torch.zeros(4, 4))
    >>> require_finite(torch.full((4, 4), torch.nan))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.UnsuitableBatch: A score in the batch is NaN, infinite or too large ...
    """
    are_finite = torch.stack([torch.isfinite(distances).all() for distances in distances_BB])
    if not bool(are_finite.all()):
        raise UnsuitableBatch(
            "A score in the batch is NaN, infinite or too large to compare. Check the labels, and "
            "if it comes from the teacher, lower its learning rate and train it again."
        )


def count(ratio: float, batch_size: int) -> int:
    """The number of candidates that `ratio` of the batch stands for: max(1, floor(ratio * B)).

    The product is forgiven its rounding error in binary, and never exceeds the B - 1 candidates.

    >>> from engine.pairs.distances import count
    >>> count(0.1, 32), count(0.29, 100), count(0.1, 4), count(1.0, 4)
    (3, 29, 1, 3)
    """
    if not 0.0 < ratio <= 1.0:
        raise EngineError(f"A pair ratio of {ratio} was given; choose one above 0 and up to 1.")
    return min(max(1, math.floor(ratio * batch_size + _ROUNDING_SLACK)), batch_size - 1)


def nearest(distances_BB: Tensor, num_nearest: int) -> Tensor:
    """True for the `num_nearest` candidates of each anchor with the smallest distance.

    >>> import torch
    >>> from engine.pairs.distances import nearest, score_distances
    >>> distances = score_distances(torch.tensor([10, 30, 60, 100]))
    >>> nearest(distances, 1).nonzero()[:, 1].tolist()  # the nearest of each of the four
    [1, 0, 1, 2]
    """
    return _first_in_order(distances_BB, num_nearest, is_descending=False)


def farthest(distances_BB: Tensor, num_farthest: int) -> Tensor:
    """True for the `num_farthest` candidates of each anchor with the largest distance.

    >>> import torch
    >>> from engine.pairs.distances import farthest, score_distances
    >>> distances = score_distances(torch.tensor([10, 30, 60, 100]))
    >>> farthest(distances, 1).nonzero()[:, 1].tolist()  # the farthest from each of the four
    [3, 3, 0, 0]
    """
    return _first_in_order(distances_BB, num_farthest, is_descending=True)


def _first_in_order(distances_BB: Tensor, num_chosen: int, *, is_descending: bool) -> Tensor:
    # The anchor goes last. The sort is stable, so ties go to the lower index either way.
    last = -math.inf if is_descending else math.inf
    candidates_BB = distances_BB.clone().fill_diagonal_(last)
    order_BB = torch.sort(candidates_BB, dim=1, descending=is_descending, stable=True).indices
    chosen_BB = torch.zeros_like(distances_BB, dtype=torch.bool)
    return chosen_BB.scatter_(1, order_BB[:, :num_chosen], value=True)
