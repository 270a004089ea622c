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

    >>> import numpy as np
    >>> from engine.explain.quality_features import QualityFeatures
    >>> found = QualityFeatures(features_D=np.zeros(64), similarity_L=np.array([0.2, 0.9, 0.4]))
    >>> int(found.similarity_L.argmax()) + 1  # the block after which QUA is most like CLS
    2
    """

    features_D: FloatArray
    similarity_L: FloatArray


def quality_features(network: QualityNetwork, prepared: Tensor) -> QualityFeatures:
    """Features of a photo from its prepared views, which lie on the network's device.

    >>> import torch
    >>> from engine.explain.quality_features import quality_features
    >>> from engine.networks.csiqa import CSIQA, CsiqaConfig
    >>> network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64)).eval()
    >>> found = quality_features(network, torch.zeros(2, 3, 64, 64))
    >>> found.features_D.shape, found.similarity_L.shape  # this network has 6 blocks
    ((64,), (6,))
    """
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
