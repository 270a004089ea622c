"""The portable form: any timm network as backbone, pooled features, linear head.

CSIQA's contrast and distillation train it like any other (Tables 2 and 11-14, "+").
"""

# B crops, P positions of a feature map, C channels, S crop side in pixels

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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
from engine.networks.network_entry import ANSWERS, Answer, NetworkWish
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.rating_head import NUM_OUTPUTS
from engine.networks.score_head import ratings_of_head, scores_0_100
from engine.networks.sight import CropSight, Sight

Layout = Literal["tokens", "nhwc", "nchw"]

_HEAD_STD = 0.001  # first scores lie a few points around the mean label
_LEAST_STRIDE = 4  # in pixels, of the stages that contrast compares


@dataclass(frozen=True, slots=True, kw_only=True)
class PortableConfig:
    """Which timm network, and the crop it sees.

    >>> from engine.networks.portable import PortableConfig
    >>> PortableConfig(backbone="resnet50")
    PortableConfig(backbone='resnet50', crop_px=224, answer='scalar')
    """

    backbone: str
    crop_px: int = 224
    answer: Answer = "scalar"

    def __post_init__(self) -> None:
        check_crop(self.backbone, self.crop_px)
        if self.answer not in ANSWERS:
            raise ValueError(f"answer is {self.answer!r}; it must be one of {ANSWERS}.")

    def sight(self) -> Sight:
        """Square crops."""
        return CropSight(self.crop_px)

    @classmethod
    def for_run(cls, wish: NetworkWish) -> Self:
        """Teacher and student are the same network."""
        return cls(backbone=wish.backbone, crop_px=wish.crop_px, answer=wish.answer)


class PortableNetwork(QualityNetwork):
    """timm's own network with a classifier of one class: the score.

    The sequences that contrast compares are the outputs of timm's stages, which are the blocks of a
    vision transformer; the last of them is the last feature map. What has no stages by timm's
    account has this one alone.

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
        self.answer = config.answer
        self.network.reset_classifier(NUM_OUTPUTS[config.answer])  # type: ignore[operator]  # every timm network has it
        head = self._head()
        if not isinstance(head, nn.Linear) or head.bias is None:
            raise _unusable(config.backbone, "does not end in one linear layer")
        nn.init.trunc_normal_(head.weight, std=_HEAD_STD)
        nn.init.zeros_(head.bias)
        self.num_prefix = int(getattr(self.network, "num_prefix_tokens", 0))
        self._stages: tuple[_Stage, ...] = ()
        self.layout = self._probe_layout()

    def _probe_layout(self) -> Layout:
        """How timm lays out the feature maps; networks differ and don't all say so."""
        self.network.eval()
        try:
            with torch.no_grad(), _outputs(self.network, _inner_stages(self.network)) as outputs:
                crop = torch.zeros(1, 3, self.crop_px, self.crop_px)
                features = self.network.forward_features(crop)  # type: ignore[operator]
        except (AssertionError, RuntimeError, ValueError, TypeError) as error:
            raise unsuitable_size(self.config.backbone, self.crop_px) from error
        self.network.train()
        num_features = int(getattr(self.network, "num_features", 0))
        layout = _layout(features, num_features, self.num_prefix)
        if layout is None:
            raise _unusable(self.config.backbone, "does not give one square map of features")
        self._stages = tuple(
            _Stage(name, found)
            for name, num_channels in _inner_stages(self.network).items()
            if (found := _layout(outputs.get(name), num_channels, self.num_prefix, layout))
        )
        return layout

    def features(
        self,
        crops_B3SS: Tensor,
        *,
        keeps_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> Features:
        """Timm's last feature map, positions row by row, and on request those of the stages."""
        del generator  # nothing here is random but timm's own dropout
        watched = [stage.name for stage in self._stages] if keeps_sequences else []
        with _outputs(self.network, watched) as outputs:
            feature_map: Tensor = self.network.forward_features(crops_B3SS)  # type: ignore[operator]
        tokens_BPC = _tokens(feature_map, self.layout)
        if not keeps_sequences:
            return Features(tokens_BPC, self.num_prefix)
        inner = (_tokens(outputs[stage.name], stage.layout) for stage in self._stages)
        return Features(tokens_BPC, self.num_prefix, (*inner, tokens_BPC))

    def score_features(self, features: Features) -> Tensor:
        """Scores (B,): timm's own pooling and its linear head, times 100."""
        return scores_0_100(self._linear_head(), self._pooled(features), self.answer)

    def rate_features(self, features: Features) -> Tensor | None:
        """Probabilities (B, 5) by the same layer, where it answers with a distribution."""
        if self.answer == "scalar":
            return None
        return ratings_of_head(self._linear_head(), self._pooled(features), self.answer)

    def _linear_head(self) -> nn.Linear:
        head = self._head()
        assert isinstance(head, nn.Linear)  # refused otherwise when it was built
        return head

    def _pooled(self, features: Features) -> Tensor:
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
        pooled_BC: Tensor = self.network.forward_head(feature_map, pre_logits=True)  # type: ignore[operator]
        return pooled_BC

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


@dataclass(frozen=True, slots=True)
class _Stage:
    """A module of the network whose output contrast compares, and how that is laid out."""

    name: str
    layout: Layout


def _inner_stages(network: nn.Module) -> dict[str, int]:
    """Timm's stages before the last by the names of their modules, and their channels.

    Not the stem, which timm lists first in some networks: its map is as large as half the crop.
    """
    known = getattr(network, "feature_info", None)
    stages = list(known) if known is not None else []
    modules = {name for name, _ in network.named_modules()}
    return {
        str(stage["module"]): int(stage["num_chs"])
        for stage in stages[:-1]
        if int(stage["reduction"]) >= _LEAST_STRIDE and stage["module"] in modules
    }


@contextmanager
def _outputs(network: nn.Module, names: Iterable[str]) -> Iterator[dict[str, Tensor]]:
    """What the modules of these names put out while the network runs inside the block."""
    found: dict[str, Tensor] = {}

    def keeper(name: str) -> Callable[[nn.Module, object, object], None]:
        def keep(module: nn.Module, given: object, output: object) -> None:
            if isinstance(output, Tensor):
                found[name] = output

        return keep

    hooks = [network.get_submodule(name).register_forward_hook(keeper(name)) for name in names]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def _layout(
    output: object, num_channels: int, num_prefix: int, unclear: Layout = "nchw"
) -> Layout | None:
    """How a feature map of so many channels is laid out; None for what is no square one.

    Where it is as wide as it has channels its shape does not tell: then as `unclear` says.
    """
    shape = output.shape if isinstance(output, Tensor) else ()
    if len(shape) == 3 and _is_square(shape[1] - num_prefix):
        return "tokens"
    if len(shape) != 4:
        return None
    if shape[1] == shape[3]:
        return "nhwc" if unclear == "nhwc" else "nchw"
    return "nhwc" if shape[3] == num_channels else "nchw"


def _tokens(feature_map: Tensor, layout: Layout) -> Tensor:
    """The map's positions row by row, (B, P, C)."""
    match layout:
        case "tokens":
            return feature_map
        case "nhwc":
            return feature_map.flatten(1, 2)
        case "nchw":
            return feature_map.flatten(2).transpose(1, 2)


def _is_square(number: int) -> bool:
    return number > 0 and math.isqrt(number) ** 2 == number


def _unusable(backbone: str, reason: str) -> WeightsUnavailable:
    return WeightsUnavailable(
        f"{backbone} {reason}, so it can't be given a head for scores. Take another network, such "
        "as resnet50 or efficientnet_b0."
    )
