"""The portable form: any timm network as backbone, pooled features, linear head.

CSIQA's contrast and distillation train it like any other (Tables 2 and 11-14, "+").
"""

# B crops, P positions of the last feature map, C channels, S crop side in pixels

from dataclasses import dataclass

import timm
import torch
from torch import Tensor, nn

from engine.errors import WeightsUnavailable
from engine.networks.backbone import StartingWeights, create_backbone, normalisation_of
from engine.networks.quality_network import Features, QualityNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class PortableConfig:
    """Which timm network, and the crop it sees."""

    backbone: str
    crop_px: int = 224


class PortableNetwork(QualityNetwork):
    """timm's own network with a classifier of one class: the score."""

    has_quality_token = False

    def __init__(self, config: PortableConfig, *, weights: StartingWeights = "none") -> None:
        super().__init__()
        self.config = config
        self.crop_px = config.crop_px
        self.network = create_backbone(config.backbone, crop_px=config.crop_px, weights=weights)
        self.normalisation = normalisation_of(self.network)
        self.network.reset_classifier(1)  # type: ignore[operator]  # every timm network has it
        head = self.network.get_classifier()  # type: ignore[operator]
        if not isinstance(head, nn.Linear):
            raise WeightsUnavailable(
                f"{config.backbone} does not end in one linear layer, so it can't be given a head "
                "for scores. Take another network, such as resnet50 or efficientnet_b0."
            )
        self.head = head
        self.num_prefix = int(getattr(self.network, "num_prefix_tokens", 0))

    def features(
        self,
        crops_B3SS: Tensor,
        *,
        keeps_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> Features:
        """timm's last feature map, positions row by row; it is also the only sequence."""
        del generator  # nothing here is random but timm's own dropout
        features: Tensor = self.network.forward_features(crops_B3SS)  # type: ignore[operator]
        tokens_BPC = self._as_tokens(features)
        return Features(tokens_BPC, self.num_prefix, (tokens_BPC,) if keeps_sequences else ())

    def _as_tokens(self, features: Tensor) -> Tensor:
        if features.ndim == 3:
            return features
        if self._is_channels_last(features):
            return features.flatten(1, 2)
        return features.flatten(2).transpose(1, 2)

    def _is_channels_last(self, features: Tensor) -> bool:
        # Swin and its kin keep (B, H, W, C); timm says so by their output format
        is_nhwc = getattr(self.network, "output_fmt", "NCHW") == "NHWC"
        return is_nhwc or features.shape[-1] == getattr(self.network, "num_features", -1) != (
            features.shape[1]
        )

    def score_features(self, features: Tensor | Features) -> Tensor:
        """Scores (B,): timm's own pooling and its linear head, times 100."""
        raise NotImplementedError

    def head_bias(self) -> nn.Parameter:
        """The bias of the linear head."""
        return self.head.bias


_ = timm
