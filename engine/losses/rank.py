"""Learning to rank: the pairwise baseline that contrast is compared with (Tables 15 and 16)."""

# B images; in (B, B) tensors the row is the better-rated image

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import EngineError, UnsuitableBatch


def margin_ranking(predicted_0_100: Tensor, rated_0_100: Tensor, *, margin: float = 1.0) -> Tensor:
    """Mean over all pairs of unequal rating of how far the better one is from leading by `margin`.

    `margin` is in points of 100. Pairs that people rated alike say nothing and are left out; if
    no other pair is left, the loss is 0 and its gradient too. Both tensors are (B,).

    >>> import torch
    >>> from engine.losses.rank import margin_ranking
    >>> rated = torch.tensor([50.0, 60.0, 60.0])
    >>> predicted = torch.tensor([60.0, 62.0, 70.0])  # the better ones lead by 2 and 10
    >>> margin_ranking(predicted, rated, margin=5.0).item()  # the mean of 5 - 2 and 0
    1.5
    """
    if not margin >= 0.0:
        raise EngineError(f"The ranking margin is {margin}; choose 0 or more.")
    if predicted_0_100.ndim != 1 or predicted_0_100.shape != rated_0_100.shape:
        raise UnsuitableBatch(
            f"The predicted scores have the shape {tuple(predicted_0_100.shape)}, the rated ones "
            f"{tuple(rated_0_100.shape)}; give one number per image, (B,), to both."
        )
    dtype = torch.promote_types(predicted_0_100.dtype, torch.float32)
    predicted_B = predicted_0_100.to(dtype)
    is_better_BB = rated_0_100[:, None] > rated_0_100[None, :]
    lead_BB = predicted_B[:, None] - predicted_B[None, :]
    lacking_BB = F.relu(margin - lead_BB).masked_fill(~is_better_BB, 0.0)
    return lacking_BB.sum() / is_better_BB.sum().clamp_min(1)
