"""Several trained networks that look at one photo in one frame; the score is made of all of theirs.

Networks of different kinds err on different photos, so that what they say together is better than
what each says alone, and carries over better to photos of another kind.
"""

# B photos, h w their frame in pixels, M members, P places row by row, C channels, F pooled features

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.backbone import StartingWeights
from engine.networks.network_config import NetworkConfig, config_type, network_type
from engine.networks.network_entry import NetworkWish
from engine.networks.normalisation import Normalisation, renormalise
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.registry import entry_of_config, network_entry
from engine.networks.sight import CropSight, Sight
from engine.networks.whole_frame import FrameFeatures, WholeFrameConfig

_ARCHITECTURES = ("whole_frame", "csiqa", "portable")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelMember:
    """A network of a panel: its name in the registry, and the fields of its config.

    >>> from engine.networks.panel import PanelMember
    >>> PanelMember(architecture="csiqa", network={"crop_px": 224}).config().sight().words(1)
    '1 fixed crop of 224 pixels per photo'
    """

    architecture: str
    network: Mapping[str, Any]

    def config(self) -> NetworkConfig:
        """What the network is built from. Raises ValueError for what no panel can have."""
        entry = network_entry(self.architecture)
        if entry is None or self.architecture not in _ARCHITECTURES:
            raise ValueError(
                f"A panel has no member {self.architecture!r}; it may have: "
                f"{', '.join(_ARCHITECTURES)}."
            )
        return config_type(entry)(**self.network)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelConfig:
    """The networks of a panel: first those of the whole frame, all of one frame, then of crops.

    >>> from engine.networks.panel import PanelConfig
    >>> frame = {"backbone": "test_efficientnet", "long_px": 96, "short_px": 96, "head": "linear"}
    >>> member = {"architecture": "whole_frame", "network": frame}
    >>> PanelConfig(members=(member, member)).backbone
    'test_efficientnet, test_efficientnet'
    >>> PanelConfig(members=())
    Traceback (most recent call last):
        ...
    ValueError: A panel begins with a network of the whole frame.
    """

    members: tuple[PanelMember, ...]

    def __post_init__(self) -> None:
        # A card has them as plain values.
        members = tuple(
            one if isinstance(one, PanelMember) else PanelMember(**one) for one in self.members
        )
        # As their configs have them, with what their cards leave out.
        members = tuple(replace(one, network=asdict(one.config())) for one in members)  # type: ignore[call-overload]
        object.__setattr__(self, "members", members)
        configs = self.configs()
        if not configs or not isinstance(configs[0], WholeFrameConfig):
            raise ValueError("A panel begins with a network of the whole frame.")
        is_frame = [isinstance(config, WholeFrameConfig) for config in configs]
        if sorted(is_frame, reverse=True) != is_frame:
            raise ValueError("In a panel networks of crops come after those of the whole frame.")
        if len({config.sight() for config in configs[: sum(is_frame)]}) > 1:
            raise ValueError("The networks of a panel see frames of different sizes.")

    def configs(self) -> tuple[NetworkConfig, ...]:
        """What each member is built from."""
        return tuple(member.config() for member in self.members)

    @property
    def backbone(self) -> str:
        """The timm networks inside, one after the other."""
        return ", ".join(config.backbone for config in self.configs())

    def sight(self) -> Sight:
        """The whole photo, in the frame of the first member."""
        return self.configs()[0].sight()

    @classmethod
    def for_run(cls, wish: NetworkWish) -> Self:
        """Refused: a panel is joined of trained models."""
        raise ValueError(
            "A panel is not trained; it is joined of trained models: python -m trainer.ensemble."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelFeatures(Features):
    """The places of all frames' last maps, their channels side by side, and what each member made.

    `of_members` lack the tokens that `tokens_BTD` holds.

    >>> import torch
    >>> from engine.networks.panel import PanelFeatures
    >>> tokens = torch.zeros(1, 12, 640)
    >>> found = PanelFeatures(tokens_BTD=tokens, num_prefix=0, grid=(3, 4), of_members=())
    >>> found.patches_BPD.shape
    torch.Size([1, 12, 640])
    """

    of_members: tuple[Features, ...]


class PanelNetwork(QualityNetwork):
    """Members and the weights of their scores. Networks of crops see the middle of the photo.

    >>> import torch
    >>> from engine.networks.panel import PanelConfig, PanelNetwork
    >>> frame = {"backbone": "test_efficientnet", "long_px": 96, "short_px": 96, "head": "linear"}
    >>> crop = {"backbone": "test_vit", "crop_px": 64}
    >>> config = PanelConfig(members=(
    ...     {"architecture": "whole_frame", "network": frame},
    ...     {"architecture": "csiqa", "network": crop},
    ... ))
    >>> network = PanelNetwork(config).eval()
    >>> network(network.prepare(torch.zeros(2, 96, 64, 3, dtype=torch.uint8))).shape
    torch.Size([2])
    """

    has_quality_token = False
    num_prefix = 0

    def __init__(self, config: PanelConfig, *, weights: StartingWeights = "none") -> None:
        super().__init__()
        if weights != "none":
            raise ValueError("A panel has no starting weights; it is joined of trained models.")
        self.config = config
        self.members = nn.ModuleList(
            network_type(entry_of_config(own))(own) for own in config.configs()
        )
        self.joined = nn.Linear(len(self.members), 1)
        nn.init.constant_(self.joined.weight, 1 / len(self.members))
        nn.init.zeros_(self.joined.bias)
        self.normalisation: Normalisation = self._networks()[0].normalisation

    @property
    def sight(self) -> Sight:
        """The frame of the first member."""
        return self.config.sight()

    def prepare(self, views_uint8: Tensor) -> Tensor:
        """As the first member takes it: float (B, 4, h, w)."""
        return self._networks()[0].prepare(views_uint8)

    def prepare_pixels(self, views_B3hw: Tensor, is_inside_B1hw: Tensor) -> Tensor:
        """As the first member takes it."""
        return self._networks()[0].prepare_pixels(views_B3hw, is_inside_B1hw)

    def features(
        self,
        crops_B3SS: Tensor,
        *,
        keeps_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> Features:
        """What every member makes of the photo."""
        del keeps_sequences  # nothing is contrasted
        found = []
        for network in self._networks():
            own_B4hw = renormalise(crops_B3SS, self.normalisation, network.normalisation)
            if isinstance(network.sight, CropSight):
                own_B4hw = middle_crop(own_B4hw, network.sight.crop_px)
            found.append(network.features(own_B4hw.to(crops_B3SS.dtype), generator=generator))
        frames = [one for one in found if isinstance(one, FrameFeatures)]
        return PanelFeatures(
            tokens_BTD=torch.cat([one.tokens_BTD for one in frames], dim=2),
            num_prefix=0,
            grid=frames[0].grid,
            of_members=tuple(_whole_precision(one) for one in found),
        )

    def score_features(self, features: Features) -> Tensor:
        """Scores (B,): the weighted sum of the members', in float32."""
        with torch.autocast(features.tokens_BTD.device.type, enabled=False):
            scores = [
                network.score_features(own)
                for network, own in zip(self._networks(), self._own(features), strict=True)
            ]
            joined_B1: Tensor = self.joined(torch.stack(scores, dim=1).float() / 100)
        return 100 * joined_B1.squeeze(1)

    def pooled(self, features: Features) -> Tensor:
        """What is pooled of every member, side by side: (B, F)."""
        return torch.cat(
            [
                network.pooled(own)
                for network, own in zip(self._networks(), self._own(features), strict=True)
            ],
            dim=1,
        )

    def bf16_parts(self) -> tuple[nn.Module | nn.Parameter, ...]:
        """Those of all members."""
        return tuple(part for network in self._networks() for part in network.bf16_parts())

    def full_precision_parts(self) -> tuple[nn.Module, ...]:
        """Those of all members, and what joins their scores."""
        own = (part for network in self._networks() for part in network.full_precision_parts())
        return (*own, self.joined)

    def head_bias(self) -> nn.Parameter:
        """What is added to the weighted sum."""
        return self.joined.bias

    def _networks(self) -> list[QualityNetwork]:
        networks = list(self.members)
        assert all(isinstance(one, QualityNetwork) for one in networks)
        return networks  # type: ignore[return-value]  # as asserted

    def _own(self, features: Features) -> list[Features]:
        """The features of every member, with its tokens, which gradients may be asked of."""
        assert isinstance(features, PanelFeatures)
        widths = [
            one.tokens_BTD.shape[2] for one in features.of_members if isinstance(one, FrameFeatures)
        ]
        tokens = iter(torch.split(features.tokens_BTD, widths, dim=2))
        return [
            replace(one, tokens_BTD=next(tokens)) if isinstance(one, FrameFeatures) else one
            for one in features.of_members
        ]


def middle_crop(views_BChw: Tensor, crop_px: int) -> Tensor:
    """The pixels (B, 3, S, S) in the middle of frames; of smaller ones the middle square, enlarged.

    >>> import torch
    >>> from engine.networks.panel import middle_crop
    >>> frame = torch.arange(5.0).expand(1, 3, 4, 5)
    >>> middle_crop(frame, 3)[0, 0, 0].tolist()
    [1.0, 2.0, 3.0]
    >>> middle_crop(frame, 8).shape
    torch.Size([1, 3, 8, 8])
    """
    height, width = views_BChw.shape[2:]
    side = min(height, width, crop_px)
    top, left = (height - side) // 2, (width - side) // 2
    crop_B3SS = views_BChw[:, :3, top : top + side, left : left + side]
    if side < crop_px:
        size = (crop_px, crop_px)
        crop_B3SS = F.interpolate(crop_B3SS.float(), size, mode="bilinear", antialias=True)
    return crop_B3SS.contiguous()


def _whole_precision(features: Features) -> Features:
    return replace(features, tokens_BTD=features.tokens_BTD.float(), sequences=())
