"""The portable form: any timm network as backbone, pooled features, linear head.

CSIQA's contrast and distillation train it like any other (Tables 2 and 11-14, "+").
"""

# B crops, P positions of the last feature map, C channels, S crop side in pixels

import math
from dataclasses import dataclass
from typing import Literal, Self

import torch
from torch import Tensor, nn

from engine.errors import WeightsUnavailable
from engine.networks.backbone import (
    StartingWeights,
    check_crop,
    create_backbone,
    normalisation_of,
    unsuitable_size,
)
from engine.networks.network_entry import NetworkWish
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.sight import CropSight, Sight

Layout = Literal["tokens", "nhwc", "nchw"]

_HEAD_STD = 0.001  # first scores lie a few points around the mean label


@dataclass(frozen=True, slots=True, kw_only=True)
class PortableConfig:
    """Which timm network, and the crop it sees.

    >>> from engine.networks.portable import PortableConfig
    >>> PortableConfig(backbone="resnet50")
    PortableConfig(backbone='resnet50', crop_px=224)
    """

    backbone: str
    crop_px: int = 224

    def __post_init__(self) -> None:
        check_crop(self.backbone, self.crop_px)

    def sight(self) -> Sight:
        """Square crops."""
        return CropSight(self.crop_px)

    @classmethod
    def for_run(cls, wish: NetworkWish) -> Self:
        """Teacher and student are the same network."""
        return cls(backbone=wish.backbone, crop_px=wish.crop_px)


class PortableNetwork(QualityNetwork):
    """timm's own network with a classifier of one class: the score.

    >>> import torch
    >>> from engine.networks.portable import PortableConfig, PortableNetwork
    >>> network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64)).eval()
    >>> network.features(torch.zeros(2, 3, 64, 64)).tokens_BTD.shape  # 2 x 2 places, 96 channels
    torch.Size([2, 4, 96])
    >>> network(torch.zeros(2, 3, 64, 64)).shape
    torch.Size([2])
    """

    has_quality_token = False

    def __init__(self, config: PortableConfig, *, weights: StartingWeights = "none") -> None:
        super().__init__()
        self.config = config
        self.crop_px = config.crop_px
        self.network = create_backbone(config.backbone, crop_px=config.crop_px, weights=weights)
        self.normalisation = normalisation_of(self.network)
        self.network.reset_classifier(1)  # type: ignore[operator]  # every timm network has it
        head = self._head()
        if not isinstance(head, nn.Linear) or head.bias is None:
            raise _unusable(config.backbone, "does not end in one linear layer")
        nn.init.trunc_normal_(head.weight, std=_HEAD_STD)
        nn.init.zeros_(head.bias)
        self.num_prefix = int(getattr(self.network, "num_prefix_tokens", 0))
        self.layout = self._probe_layout()

    def _probe_layout(self) -> Layout:
        """How timm lays out the last feature map; networks differ and don't all say so."""
        self.network.eval()
        try:
            with torch.no_grad():
                crop = torch.zeros(1, 3, self.crop_px, self.crop_px)
                features = self.network.forward_features(crop)  # type: ignore[operator]
        except (AssertionError, RuntimeError, ValueError, TypeError) as error:
            raise unsuitable_size(self.config.backbone, self.crop_px) from error
        self.network.train()
        shape = features.shape if isinstance(features, Tensor) else ()
        if len(shape) == 3 and _is_square(shape[1] - self.num_prefix):
            return "tokens"
        if len(shape) != 4:
            raise _unusable(self.config.backbone, "does not give one square map of features")
        num_features = int(getattr(self.network, "num_features", shape[1]))
        return "nhwc" if shape[3] == num_features and shape[1] != num_features else "nchw"

    def features(
        self,
        crops_B3SS: Tensor,
        *,
        keeps_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> Features:
        """Timm's last feature map, positions row by row; it is also the only sequence."""
        del generator  # nothing here is random but timm's own dropout
        feature_map: Tensor = self.network.forward_features(crops_B3SS)  # type: ignore[operator]
        match self.layout:
            case "tokens":
                tokens_BPC = feature_map
            case "nhwc":
                tokens_BPC = feature_map.flatten(1, 2)
            case "nchw":
                tokens_BPC = feature_map.flatten(2).transpose(1, 2)
        return Features(tokens_BPC, self.num_prefix, (tokens_BPC,) if keeps_sequences else ())

    def score_features(self, features: Features) -> Tensor:
        """Scores (B,): timm's own pooling and its linear head, times 100."""
        tokens_BPC = features.tokens_BTD
        side = math.isqrt(tokens_BPC.shape[1])
        match self.layout:
            case "tokens":
                feature_map = tokens_BPC
            case "nhwc":
                feature_map = tokens_BPC.reshape(len(tokens_BPC), side, side, -1)
            case "nchw":
                channels_BCP = tokens_BPC.transpose(1, 2)
                feature_map = channels_BCP.reshape(*channels_BCP.shape[:2], side, side)
        scores_B1: Tensor = self.network.forward_head(feature_map)  # type: ignore[operator]
        return 100 * scores_B1.squeeze(1).float()

    def head_bias(self) -> nn.Parameter:
        """The bias of the linear head."""
        bias = getattr(self._head(), "bias", None)
        assert isinstance(bias, nn.Parameter)
        return bias

    def _head(self) -> object:
        # Asked for anew each time: under a second name its weights would be stored twice. Some
        # networks have several heads.
        head: object = self.network.get_classifier()  # type: ignore[operator]
        return head


def _is_square(number: int) -> bool:
    return number > 0 and math.isqrt(number) ** 2 == number


def _unusable(backbone: str, reason: str) -> WeightsUnavailable:
    return WeightsUnavailable(
        f"{backbone} {reason}, so it can't be given a head for scores. Take another network, such "
        "as resnet50 or efficientnet_b0."
    )
