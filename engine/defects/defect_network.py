"""The network that sees visible defects: fully convolutional, independent of any scorer.

A small pretrained network gives features at strides 2 to 32. They are joined from coarse to fine,
with what the whole photo is like added first, because a dark thing is not under-exposure. One logit
per kind of defect comes out every four pixels.
"""

# B photos, H W pixels, K kinds, h w a map's places, 4 pixels apart, F features

from dataclasses import asdict, dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.explain.distortion_kinds import KINDS
from engine.networks.light_timm import timm

OTHER_DAMAGE = "other damage"
DEFECT_KINDS: tuple[str, ...] = (*KINDS, OTHER_DAMAGE)
STRIDE_PX = 4

_COARSEST_PX = 32
_BACKBONES = ("tf_efficientnet_lite0", "tf_efficientnet_lite1", "tf_efficientnet_lite2")
_MOST_FEATURES = 1024
_MOST_KINDS = 64
_NUM_GRAIN = 32
_PIXEL_MIDDLE, _PIXEL_SPREAD = 127.0, 128.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectNetworkConfig:
    """What the network is built from; `backbone` is a name of timm's.

    >>> from engine.defects.defect_network import DefectNetworkConfig
    >>> config = DefectNetworkConfig(num_features=8, kinds=("blur", "noise"))
    >>> DefectNetworkConfig.from_json(config.to_json()) == config
    True
    >>> DefectNetworkConfig(kinds=("blur", "blur"))
    Traceback (most recent call last):
        ...
    ValueError: kinds is ('blur', 'blur'); a name occurs twice.
    """

    backbone: str = "tf_efficientnet_lite0"
    num_features: int = 96
    kinds: tuple[str, ...] = DEFECT_KINDS

    def __post_init__(self) -> None:
        if self.backbone not in _BACKBONES:
            known = ", ".join(_BACKBONES)
            raise ValueError(f"backbone is {self.backbone!r}; known are {known}.")
        if type(self.num_features) is not int or not 1 <= self.num_features <= _MOST_FEATURES:
            raise ValueError(
                f"num_features is {self.num_features!r}; it must be 1 to {_MOST_FEATURES}."
            )
        is_text = all(isinstance(kind, str) and kind.strip() for kind in self.kinds)
        if not 1 <= len(self.kinds) <= _MOST_KINDS or not is_text:
            raise ValueError(f"kinds is {self.kinds!r}; it must be names of defects.")
        if len(set(self.kinds)) != len(self.kinds):
            raise ValueError(f"kinds is {self.kinds!r}; a name occurs twice.")

    def to_json(self) -> dict[str, Any]:
        """Plain values for a file's card."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The config on a card; TypeError or ValueError if it states none."""
        entries = dict(values)
        return cls(**{**entries, "kinds": tuple(entries.get("kinds", ()))})


class DefectNetwork(nn.Module):
    """Photos (B, 3, H, W) with pixels from 0 to 255 in, logits (B, K, h, w) out.

    H and W are multiples of 32. `explained` says what score the found defects account for.

    >>> import math
    >>> import torch
    >>> from engine.defects.defect_network import DefectNetwork, DefectNetworkConfig
    >>> config = DefectNetworkConfig(num_features=8, kinds=("blur", "noise"))
    >>> network = DefectNetwork(config).eval()
    >>> network(torch.zeros(1, 3, 64, 96)).shape  # two kinds, a logit every four pixels
    torch.Size([1, 2, 16, 24])
    >>> areas = torch.tensor([[0.0, 0.0], [0.5, 0.0]])  # no defect; half the photo is blurred
    >>> [round(score, 3) for score in network.explained(areas).tolist()]  # not taught yet
    [0.75, 0.513]
    >>> round(0.75 - 0.5 * math.log(1 + math.exp(-0.5)), 3)  # softplus(-0.5) is a kind's price
    0.513
    """

    def __init__(self, config: DefectNetworkConfig) -> None:
        super().__init__()
        self.config = config
        num_features = config.num_features
        backbone: Any = timm.create_model(config.backbone, pretrained=False, features_only=True)
        channels: list[int] = backbone.feature_info.channels()
        self.backbone = backbone
        self.grain = nn.Conv2d(channels[0], _NUM_GRAIN, 1)
        self.from_grain = nn.Conv2d(_NUM_GRAIN, num_features, 1)
        self.sideways = nn.ModuleList(nn.Conv2d(c, num_features, 1) for c in channels[1:])
        self.joined = nn.ModuleList(_Around(num_features) for _ in channels[1:])
        self.whole = nn.Linear(channels[-1], num_features)
        self.last = nn.Conv2d(num_features, len(config.kinds), 1)
        nn.init.normal_(self.last.weight, std=0.01)
        assert self.last.bias is not None
        nn.init.constant_(self.last.bias, -3.0)  # defects are rare
        self.flawless = nn.Parameter(torch.tensor(0.75))
        self.prices = nn.Parameter(torch.full((len(config.kinds),), -0.5))

    def forward(self, photos_B3HW: Tensor) -> Tensor:
        """Logits of every kind at every fourth pixel, (B, K, h, w)."""
        features = self.backbone((photos_B3HW - _PIXEL_MIDDLE) / _PIXEL_SPREAD)
        coarsest = features[-1]
        # The mean, not the largest: else one loud place shifts the answer everywhere.
        whole_BF = self.whole(coarsest.mean((2, 3)))
        level = self.sideways[-1](coarsest) + whole_BF[:, :, None, None]
        level = self.joined[-1](level)
        for number in range(len(self.sideways) - 2, -1, -1):
            finer = self.sideways[number](features[number + 1])
            level = finer + F.interpolate(level, finer.shape[-2:], mode="bilinear")
            if number == 0:
                level = level + self.from_grain(F.avg_pool2d(F.relu(self.grain(features[0])), 2))
            level = self.joined[number](level)
        logits_BKhw: Tensor = self.last(F.relu(level))
        return logits_BKhw

    def explained(self, areas_BK: Tensor) -> Tensor:
        """The score that the kinds' mean strengths account for, (B,): less for every defect."""
        scores_B: Tensor = self.flawless - (F.softplus(self.prices) * areas_BK).sum(1)
        return scores_B


class _Around(nn.Module):
    """Lets every place see its surroundings: twice a depthwise filter and a mix of features.

    Filters of 3 x 3: larger or dilated ones take many times as long to teach on a processor.
    """

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.near = nn.Conv2d(num_features, num_features, 3, padding=1, groups=num_features)
        self.mix = nn.Conv2d(num_features, num_features, 1)
        self.far = nn.Conv2d(num_features, num_features, 3, padding=1, groups=num_features)
        self.mix_again = nn.Conv2d(num_features, num_features, 1)

    def forward(self, level: Tensor) -> Tensor:
        """The level with its surroundings added."""
        nearer: Tensor = level + self.mix(F.relu(self.near(F.relu(level))))
        farther: Tensor = nearer + self.mix_again(F.relu(self.far(F.relu(nearer))))
        return farther


def padded_side(side_px: int) -> int:
    """The next side that the network takes, in pixels: a multiple of 32.

    >>> from engine.defects.defect_network import padded_side
    >>> padded_side(32), padded_side(33), padded_side(100)
    (32, 64, 128)
    """
    return -(-side_px // _COARSEST_PX) * _COARSEST_PX
