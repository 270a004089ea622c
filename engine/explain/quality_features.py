"""What a model knows of a photo before it is one number: features to lay photos out by.

The paper's Figure 5 lays photos out by such features, its Figure 9 shows how much the QUA token of
a CSIQA network repeats its CLS token, block by block.
"""

# B views of a photo, D features, L blocks

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.networks.quality_network import QualityNetwork

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFeatures:
    """The mean over a photo's views.

    `features_D` is the QUA token after the last block, or the mean of the patches in a network
    without one. `similarity_L` is the cosine of QUA and CLS after every block, from -1 to 1; empty
    where there is no QUA.
    """

    features_D: FloatArray
    similarity_L: FloatArray


def quality_features(network: QualityNetwork, prepared: Tensor) -> QualityFeatures:
    """Features of a photo from its prepared views, which lie on the network's device."""
    has_both = network.has_quality_token
    with torch.inference_mode():
        features = network.features(prepared, keeps_sequences=has_both)
        if has_both:
            found_BD = features.tokens_BTD[:, 0]
            similarity = [
                F.cosine_similarity(
                    tokens_BTD[:, 0].float(), tokens_BTD[:, 1].float(), dim=1
                ).mean()
                for tokens_BTD in features.sequences
            ]
        else:
            found_BD, similarity = features.patches_BPD.mean(dim=1), []
    return QualityFeatures(
        features_D=found_BD.cpu().double().mean(dim=0).numpy(),
        similarity_L=np.array([float(value) for value in similarity]),
    )
