"""Two ways of choosing pairs that fit themselves to the labels of each batch (App. D's idea).

The paper names "adaptive average" and "adaptive sampling" without settling their formulas. What
is written here is our own choice. Both look at the labels alone, need no teacher, give no image
to an anchor as positive and negative at once, and give no pairs at all to an anchor from which
every other image is equally far: there is nothing to contrast.
"""

# B images in the batch; in every (B, B) tensor the row is the anchor, the column the candidate

import torch
from torch import Tensor

from engine.pairs.distances import count, farthest, nearest, require_finite, score_distances

_NEAR_SHARE = 0.5  # of the anchor's mean distance: what is nearer is a positive

_TINY = torch.finfo(torch.float64).tiny


def adaptive_average(scores: Tensor) -> tuple[Tensor, Tensor]:
    """Pairs by each anchor's mean label distance: two boolean (B, B), row = anchor.

    Positives are nearer than half the mean, and always the nearest one; negatives are farther
    than the mean, and always the farthest one. So an image with an ordinary label gets many
    positives, an outlier few. `scores` is (B,) with B >= 4.

    >>> import torch
    >>> from engine.pairs.adaptive import adaptive_average
    >>> positives, negatives = adaptive_average(torch.tensor([10.0, 12.0, 40.0, 80.0]))
    >>> positives[0].tolist()  # the first is 2, 30 and 70 from the others, 34 on average
    [False, True, False, False]
    >>> negatives[0].tolist()
    [False, False, False, True]
    """
    distances_BB = score_distances(scores)
    require_finite(distances_BB)
    mean_B1 = _mean_to_others(distances_BB)
    to_others_BB = distances_BB.clone().fill_diagonal_(torch.inf)
    positives_BB = (to_others_BB < _NEAR_SHARE * mean_B1) | nearest(distances_BB, 1)
    negatives_BB = (distances_BB > mean_B1) | farthest(distances_BB, 1)
    has_contrast_B1 = _has_contrast(distances_BB)
    return positives_BB & has_contrast_B1, negatives_BB & has_contrast_B1


def adaptive_sampling(
    scores: Tensor,
    *,
    generator: torch.Generator,
    positive: float = 0.1,
    negative: float = 0.4,
) -> tuple[Tensor, Tensor]:
    """Pairs drawn by chance, by label distance: two boolean (B, B), row = anchor.

    As many as the easy pairs of the same ratios, drawn without replacement: positives with a
    weight of exp(-distance / the anchor's mean distance), then negatives among the rest with a
    weight of the distance itself. An image with the anchor's very label is never its negative,
    so an anchor may get fewer. One state of `generator` gives one result on every device if the
    generator lives on the CPU.

    >>> import torch
    >>> from engine.pairs.adaptive import adaptive_sampling
    >>> luck = torch.Generator().manual_seed(0)
    >>> scores = torch.tensor([10.0, 12.0, 40.0, 80.0])
    >>> positives, negatives = adaptive_sampling(scores, generator=luck, negative=0.5)
    >>> positives.sum(dim=1).tolist(), negatives.sum(dim=1).tolist()  # how many each anchor gets
    ([1, 1, 1, 1], [2, 2, 2, 2])
    """
    distances_BB = score_distances(scores)
    require_finite(distances_BB)
    batch_size = distances_BB.shape[0]
    num_positives, num_negatives = count(positive, batch_size), count(negative, batch_size)
    luck_2BB = _gumbel((2, batch_size, batch_size), generator).to(distances_BB.device)

    # The largest of (log weight + Gumbel noise) are a weighted draw without replacement.
    mean_B1 = _mean_to_others(distances_BB).clamp_min(_TINY)
    positives_BB = farthest(luck_2BB[0] - distances_BB / mean_B1, num_positives)
    is_eligible_BB = (distances_BB > 0.0) & ~positives_BB
    keys_BB = (luck_2BB[1] + distances_BB.log()).masked_fill(~is_eligible_BB, -torch.inf)
    negatives_BB = farthest(keys_BB, num_negatives) & is_eligible_BB
    has_contrast_B1 = _has_contrast(distances_BB)
    return positives_BB & has_contrast_B1, negatives_BB & has_contrast_B1


def _mean_to_others(distances_BB: Tensor) -> Tensor:
    return distances_BB.sum(dim=1, keepdim=True) / (distances_BB.shape[0] - 1)


def _has_contrast(distances_BB: Tensor) -> Tensor:
    """True for anchors whose farthest candidate is farther than their nearest, (B, 1)."""
    smallest_B = distances_BB.clone().fill_diagonal_(torch.inf).amin(dim=1, keepdim=True)
    return distances_BB.amax(dim=1, keepdim=True) > smallest_B


def _gumbel(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    uniform = torch.rand(shape, generator=generator, device=generator.device, dtype=torch.float64)
    return -(-uniform.clamp_min(_TINY).log()).clamp_min(_TINY).log()
