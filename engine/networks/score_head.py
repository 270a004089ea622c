"""The last layer of every network, which answers in full precision whatever the rest does."""

# B views, F features of one view, O outputs of the layer, K = 5 ratings

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.network_entry import Answer
from engine.networks.rating_head import expected_score, rating_probabilities


def scores_0_100(head: nn.Linear, features_BF: Tensor, answer: Answer = "scalar") -> Tensor:
    """Scores (B,) on the 0-100 scale in float32: the linear layer's output, times 100.

    Of a layer that answers with a distribution it is the mean rating, where 1 is 0 and 5 is 100.

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
    if answer != "scalar":
        return expected_score(ratings_of_head(head, features_BF, answer))
    with torch.autocast(features_BF.device.type, enabled=False):
        return 100 * _outputs(head, features_BF).squeeze(1)


def ratings_of_head(head: nn.Linear, features_BF: Tensor, answer: Answer) -> Tensor:
    """The probabilities (B, 5) of the ratings 1 to 5, in float32, not narrowed under autocast.

    >>> import torch
    >>> from engine.networks.rating_head import create_head
    >>> from engine.networks.score_head import ratings_of_head
    >>> ratings_of_head(create_head(3, "acr", std=0.001), torch.zeros(2, 3), "acr").shape
    torch.Size([2, 5])
    """
    with torch.autocast(features_BF.device.type, enabled=False):
        return rating_probabilities(_outputs(head, features_BF), answer)


def _outputs(head: nn.Linear, features_BF: Tensor) -> Tensor:
    bias = None if head.bias is None else head.bias.float()
    return F.linear(features_BF.float(), head.weight.float(), bias)
