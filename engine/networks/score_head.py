"""The last layer of every network, which gives scores in full precision whatever the rest does."""

# B views, F features of one view

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def scores_0_100(head: nn.Linear, features_BF: Tensor) -> Tensor:
    """Scores (B,) on the 0-100 scale in float32: the linear layer's output, times 100.

    It is not narrowed under autocast. A score of .5 in bf16 has steps of .2 to .4 points of 100, so
    that most crops of a batch would share their score with another one.

    >>> import torch
    >>> from torch import nn
    >>> from engine.networks.score_head import scores_0_100
    >>> head = nn.Linear(1, 1)
    >>> _ = nn.init.ones_(head.weight), nn.init.zeros_(head.bias)
    >>> features = torch.tensor([[0.5], [0.501]])
    >>> with torch.autocast("cpu", dtype=torch.bfloat16):
    ...     narrowed = 100 * head(features).float().squeeze(1)
    ...     scores = scores_0_100(head, features)
    >>> narrowed.tolist(), [round(score, 3) for score in scores.tolist()]
    ([50.0, 50.0], [50.0, 50.1])
    """
    with torch.autocast(features_BF.device.type, enabled=False):
        bias = None if head.bias is None else head.bias.float()
        return 100 * F.linear(features_BF.float(), head.weight.float(), bias).squeeze(1)
