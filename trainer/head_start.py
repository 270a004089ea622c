"""A head that starts as ridge regression on what the starting weights see: a linear probe, solved.

Fine-tuning from a head made by chance spoils what the weights know before the head has learned to
use it (Kumar et al., ICLR 2022). The best linear head on fixed features needs no steps: it has a
closed form.
"""

# N photos, F features of each

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from engine.networks.quality_network import QualityNetwork
from engine.networks.standardised import Standardised
from trainer.errors import TrainingError
from trainer.ridge import ridge

Floats = npt.NDArray[np.float64]

_LEAST_DEVIATION = 1e-3


def last_layer(network: QualityNetwork) -> nn.Linear:
    """The linear layer that makes the score. Raises TrainingError where it is none."""
    bias = network.head_bias()
    for module in network.modules():
        if isinstance(module, nn.Linear) and module.bias is bias:
            return module
    raise TrainingError(
        "The head of this network does not end in a linear layer, so it can't start as a "
        "regression.",
        "Set ridge_penalty = 0.",
    )


def start_head(
    network: QualityNetwork, head_NF: Floats, target_N: Floats, *, penalty: float
) -> None:
    """Fit the last layer to targets (0-100) of photos, given what it got of them; keep all else.

    Features that are standardised before it get their statistics from the same photos first.
    Raises TrainingError when the head ends in no linear layer.
    """
    layer = last_layer(network)
    fit = ridge(_settle(network, head_NF), target_N / 100, penalty=penalty)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(fit.weight_F[None]))
        layer.bias.fill_(fit.intercept)


@torch.no_grad()
def _settle(network: QualityNetwork, features_NF: Floats) -> Floats:
    """Give a fresh layer of statistics those of these features; the features as it gives them."""
    fresh = [one for one in network.modules() if isinstance(one, Standardised)]
    if not fresh or fresh[0].num_batches > 0 or fresh[0].mean_S.numel() != features_NF.shape[1]:
        return features_NF
    mean_F = features_NF.mean(axis=0)
    deviation_F = np.maximum(features_NF.std(axis=0), _LEAST_DEVIATION)
    fresh[0].mean_S.copy_(torch.from_numpy(mean_F))
    fresh[0].deviation_S.copy_(torch.from_numpy(deviation_F))
    fresh[0].num_batches.fill_(float(len(features_NF)))
    settled_NF: Floats = (features_NF - mean_F) / deviation_F
    return settled_NF
