"""What the last layer of a network says: a score, or how people's ratings are spread.

`acr` gives a number for each of the five ratings, whose softmax are the probabilities.
`latent_normal` and `logit_logistic` give two numbers: where the quality that people feel lies, and
the logarithm of how far they differ; the ratings are cut out of that distribution as in
engine/ratings/quantised.py (Saupe et al., 2024).
"""

# B views, F features of one view, O outputs of the layer, K = 5 ratings

import math

import numpy as np
import torch
from torch import Tensor, nn

from engine.networks.network_entry import Answer
from engine.ratings.counts import CATEGORIES_K, NUM_CATEGORIES, Moments
from engine.ratings.maximum_entropy import entropy_weights

NUM_OUTPUTS: dict[Answer, int] = {
    "scalar": 1,
    "acr": NUM_CATEGORIES,
    "latent_normal": 2,
    "logit_logistic": 2,
}
_CUTS_OF_RATINGS = (1.5, 2.5, 3.5, 4.5)
_CUTS_OF_SHARES = (0.2, 0.4, 0.6, 0.8)
_LEAST_LOG, _MOST_LOG = -3.0, 3.0  # of the spread: narrower than a tenth, all is on one rating
# Where training begins, as people differ in KonIQ-10k
_USUAL_VARIANCE, _USUAL_SPREAD, _USUAL_SCALE = 0.4, 0.6, 0.3


def create_head(num_features: int, answer: Answer, *, std: float) -> nn.Linear:
    """A linear layer for this answer, with weights of this deviation and no bias yet.

    >>> from engine.networks.rating_head import create_head
    >>> create_head(8, "acr", std=0.001)
    Linear(in_features=8, out_features=5, bias=True)
    """
    layer = nn.Linear(num_features, NUM_OUTPUTS[answer])
    nn.init.trunc_normal_(layer.weight, std=std)
    nn.init.zeros_(layer.bias)
    return layer


def rating_probabilities(outputs_BO: Tensor, answer: Answer) -> Tensor:
    """The probabilities (B, 5) of the ratings 1 to 5, in float32. "scalar" has none: ValueError.

    >>> import torch
    >>> from engine.networks.rating_head import rating_probabilities
    >>> rating_probabilities(torch.zeros(1, 5), "acr").tolist()[0][0] == torch.tensor(0.2).item()
    True
    >>> outputs = torch.tensor([[0.675, -0.223143551]])  # a mean of 1 + 4 * 0.675, a spread of 0.8
    >>> [round(p, 4) for p in rating_probabilities(outputs, "latent_normal")[0].tolist()]
    [0.003, 0.0638, 0.3345, 0.4401, 0.1587]
    """
    outputs_BO = outputs_BO.float()
    if answer == "acr":
        return outputs_BO.softmax(dim=1)
    if answer == "scalar":
        raise ValueError("A network that answers with a score knows no probabilities of ratings.")
    place_B1, spread_B1 = outputs_BO[:, :1], outputs_BO[:, 1:].clamp(_LEAST_LOG, _MOST_LOG).exp()
    if answer == "latent_normal":
        cuts_4 = outputs_BO.new_tensor(_CUTS_OF_RATINGS)
        off_B4 = (cuts_4 - (1.0 + 4.0 * place_B1)) / spread_B1
        below_B4, above_B4 = torch.special.ndtr(off_B4), torch.special.ndtr(-off_B4)
    else:
        cuts_4 = outputs_BO.new_tensor(_CUTS_OF_SHARES)
        off_B4 = (cuts_4.logit() - place_B1) / spread_B1
        below_B4, above_B4 = off_B4.sigmoid(), (-off_B4).sigmoid()
    # The smaller of the two tells a difference better than numbers that are almost 1.
    upper_B3 = above_B4[:, :-1] - above_B4[:, 1:]
    lower_B3 = below_B4[:, 1:] - below_B4[:, :-1]
    between_B3 = torch.where(off_B4[:, :-1] > 0, upper_B3, lower_B3)
    return torch.cat([below_B4[:, :1], between_B3, above_B4[:, -1:]], dim=1)


def expected_score(pmf_BK: Tensor) -> Tensor:
    """The mean rating as a score (B,): 1 is 0, 5 is 100.

    >>> import torch
    >>> from engine.networks.rating_head import expected_score
    >>> expected_score(torch.tensor([[0.0, 0.0, 0.5, 0.5, 0.0]])).tolist()
    [62.5]
    """
    ratings_K = torch.as_tensor(CATEGORIES_K, dtype=pmf_BK.dtype, device=pmf_BK.device)
    return 25.0 * (pmf_BK @ ratings_K - 1.0)


def starting_bias(answer: Answer, mean_0_100: float) -> Tensor:
    """The bias (O,) with which a layer without weights scores about this mean.

    >>> from engine.networks.rating_head import expected_score, rating_probabilities, starting_bias
    >>> bias = starting_bias("acr", 60.0)
    >>> round(expected_score(rating_probabilities(bias[None], "acr")).item(), 3)
    60.0
    """
    share = mean_0_100 / 100
    rating = min(max(1.0 + 4.0 * share, 1.05), 4.95)
    match answer:
        case "scalar":
            numbers = [share]
        case "acr":
            wanted = Moments(np.array([rating]), np.array([_USUAL_VARIANCE]))
            slope_1, bend_1 = entropy_weights(wanted)
            numbers = (slope_1 * CATEGORIES_K + bend_1 * CATEGORIES_K**2).tolist()
        case "latent_normal":
            numbers = [share, math.log(_USUAL_SPREAD)]
        case "logit_logistic":
            median = (rating - 0.5) / 5.0
            numbers = [math.log(median / (1.0 - median)), math.log(_USUAL_SCALE)]
    return torch.tensor(numbers, dtype=torch.float32)
