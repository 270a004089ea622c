"""Two ways of choosing pairs that fit themselves to the batch and to the training (App. D).

Adaptive average parts a batch at its mean quality. Adaptive sampling draws pairs with a weight for
each photo, p_i, which is multiplied by 1 + delta or 1 - delta whenever the network has ranked the
photo right or wrong. The paper leaves open from which images is drawn, when a rank is right, and
how far a weight may go; what is written here of those is our own choice. Neither needs a teacher.
"""

# B images in the batch; in every (B, B) tensor the row is the anchor, the column the candidate

import torch
from torch import Tensor

from engine.errors import EngineError, UnsuitableBatch
from engine.pairs.distances import count, farthest, nearest, require_finite, score_distances

LIGHTEST, HEAVIEST = 0.1, 10.0  # between which weights stay, so that no photo is lost or alone

_TINY = torch.finfo(torch.float64).tiny


def adaptive_average(scores: Tensor) -> tuple[Tensor, Tensor]:
    """Pairs by the batch's mean quality: two boolean (B, B), row = anchor.

    Positives are the images on the anchor's side of the mean, negatives those on the other side;
    the mean itself counts as the upper side. An image that is alone on its side has no positives.
    `scores` is (B,) with B >= 4.

    >>> import torch
    >>> from engine.pairs.adaptive import adaptive_average
    >>> positives, negatives = adaptive_average(torch.tensor([10.0, 12.0, 40.0, 80.0]))
    >>> positives[0].tolist()  # the mean is 35.5, so the first two are below it
    [False, True, False, False]
    >>> negatives[0].tolist()
    [False, False, True, True]
    """
    require_finite(score_distances(scores))
    scores_B = scores.detach().to(torch.float64)
    is_good_B = scores_B >= scores_B.mean()
    is_alike_BB = is_good_B[:, None] == is_good_B[None, :]
    return is_alike_BB.clone().fill_diagonal_(fill_value=False), ~is_alike_BB


def adaptive_sampling(
    scores: Tensor,
    weights: Tensor,
    *,
    generator: torch.Generator,
    positive: float = 0.1,
    negative: float = 0.4,
    rough_positive: float = 0.2,
    rough_negative: float = 0.6,
) -> tuple[Tensor, Tensor]:
    """Pairs drawn by chance from the rough ones, by weight: two boolean (B, B), row = anchor.

    `weights` are the images' p_i, (B,) and above 0, on any scale and any device. As many are drawn
    as there are easy pairs, without replacement: positives among the nearest `rough_positive` of
    the batch by label, negatives among the farthest `rough_negative`. An image with the anchor's
    very label is never its negative, so an anchor may get fewer. One state of `generator` gives one
    result on every device if the generator lives on the CPU.

    >>> import torch
    >>> from engine.pairs.adaptive import adaptive_sampling
    >>> luck = torch.Generator().manual_seed(0)
    >>> scores = torch.tensor([10.0, 12.0, 40.0, 80.0])
    >>> settings = {"generator": luck, "negative": 0.25, "rough_negative": 0.5}
    >>> weights = torch.tensor([1.0, 1.0, 1e-9, 1.0])  # the third is as good as never drawn
    >>> _, negatives = adaptive_sampling(scores, weights, **settings)
    >>> negatives[0].tolist()  # one of the third and the fourth, which are the two farthest
    [False, False, False, True]
    """
    distances_BB = score_distances(scores)
    require_finite(distances_BB)
    batch_size = distances_BB.shape[0]
    log_weights_B = _log_weights(weights, batch_size).to(distances_BB.device)
    luck_2BB = _gumbel((2, batch_size, batch_size), generator).to(distances_BB.device)
    near_BB = nearest(distances_BB, count(rough_positive, batch_size))
    far_BB = farthest(distances_BB, count(rough_negative, batch_size)) & (distances_BB > 0.0)
    # The largest of (log weight + Gumbel noise) are a weighted draw without replacement.
    keys_2BB = luck_2BB + log_weights_B
    return (
        _largest(keys_2BB[0], near_BB, count(positive, batch_size)),
        _largest(keys_2BB[1], far_BB, count(negative, batch_size)),
    )


def are_ranks_right(predicted: Tensor, rated: Tensor, *, tolerance: float = 0.1) -> Tensor:
    """For each image of a batch whether it was ranked right, boolean (B,).

    Its place in the order of predicted scores may differ from its place in the order of rated ones
    by max(1, floor(`tolerance` * B)) at most. Equal scores share their mean place. Both are (B,).

    >>> import torch
    >>> from engine.pairs.adaptive import are_ranks_right
    >>> rated = torch.tensor([10.0, 20.0, 30.0, 40.0])
    >>> are_ranks_right(torch.tensor([3.0, 1.0, 2.0, 4.0]), rated).tolist()  # the first is third
    [False, True, True, True]
    """
    if predicted.shape != rated.shape or rated.ndim != 1:
        raise UnsuitableBatch(
            f"The predicted scores have the shape {tuple(predicted.shape)}, the rated ones "
            f"{tuple(rated.shape)}; give one number per image, (B,), to both."
        )
    slack = count(tolerance, len(rated))
    return (_places(predicted.detach()) - _places(rated.detach())).abs() <= slack


def adapted_weights(weights: Tensor, is_right: Tensor, *, delta: float = 0.1) -> Tensor:
    """The weights p_i after a step: times 1 + delta where right, 1 - delta where wrong, (B,).

    They stay between `LIGHTEST` and `HEAVIEST`. A delta below 0 makes wrong ones heavier.

    >>> import torch
    >>> from engine.pairs.adaptive import adapted_weights
    >>> adapted_weights(torch.ones(2), torch.tensor([True, False]), delta=0.25).tolist()
    [1.25, 0.75]
    """
    if not -1.0 < delta < 1.0:
        raise EngineError(f"The sampling delta is {delta}; choose one between -1 and 1.")
    factors = torch.where(is_right, 1.0 + delta, 1.0 - delta).to(weights)
    return (weights * factors).clamp(LIGHTEST, HEAVIEST)


def _places(values_B: Tensor) -> Tensor:
    """The place of each value in rising order, from 0; equal ones share the mean of theirs."""
    is_above_BB = values_B[:, None] > values_B[None, :]
    is_equal_BB = values_B[:, None] == values_B[None, :]
    return is_above_BB.sum(dim=1) + (is_equal_BB.sum(dim=1) - 1) / 2


def _log_weights(weights: Tensor, batch_size: int) -> Tensor:
    if tuple(weights.shape) != (batch_size,):
        raise UnsuitableBatch(
            f"The weights have the shape {tuple(weights.shape)}; give one per image, "
            f"({batch_size},)."
        )
    if not bool((weights > 0.0).all() & torch.isfinite(weights).all()):
        raise UnsuitableBatch(
            "A weight of the batch is no number above 0; begin with 1 for each photo."
        )
    return weights.detach().to(torch.float64).log()


def _largest(keys_BB: Tensor, is_eligible_BB: Tensor, num_chosen: int) -> Tensor:
    return farthest(keys_BB.masked_fill(~is_eligible_BB, -torch.inf), num_chosen) & is_eligible_BB


def _gumbel(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    uniform = torch.rand(shape, generator=generator, device=generator.device, dtype=torch.float64)
    return -(-uniform.clamp_min(_TINY).log()).clamp_min(_TINY).log()
