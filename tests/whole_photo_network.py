"""A small network that sees photos whole in one frame: its file and its entry, and nothing else.

Tests register it through the fixture `frame_network`; it is also the example of docs/networks.md.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import torch
from torch import Tensor, nn

from engine.networks.network_entry import NetworkEntry, NetworkOption, NetworkWish
from engine.networks.normalisation import Normalisation
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.score_head import scores_0_100
from engine.networks.sight import Sight
from engine.networks.whole_photo_sight import FrameSight

# B photos, h w the frame, D features, P positions of the last map


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallFrameConfig:
    """The frame, and how many features there are."""

    long_px: int
    short_px: int
    num_features: int = 8

    def __post_init__(self) -> None:
        self.sight()  # refuses what is no frame
        if type(self.num_features) is not int or self.num_features < 1:
            raise ValueError(f"num_features is {self.num_features!r}; it must be 1 or more.")

    @property
    def backbone(self) -> str:
        """There is no network of timm in it."""
        return ""

    def sight(self) -> Sight:
        """The whole photo in the frame."""
        return FrameSight(self.long_px, self.short_px)

    @classmethod
    def for_run(cls, wish: NetworkWish) -> Self:
        """The frame is that of the run's photos."""
        if wish.long_side_px is None or wish.short_side_px is None:
            raise ValueError(
                "Set photos.long_side_px and photos.short_side_px: they are the frame."
            )
        return cls(
            long_px=wish.long_side_px,
            short_px=wish.short_side_px,
            num_features=int(wish.options["num_features"]),
        )


class SmallFrameNetwork(QualityNetwork):
    """Three convolutions, the mean over all positions, and a linear head."""

    has_quality_token = False
    num_prefix = 0

    def __init__(self, config: SmallFrameConfig, *, weights: object = "none") -> None:
        super().__init__()
        del weights  # there are none to start from
        self.config = config
        self.normalisation = Normalisation(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
        sizes = (3, config.num_features, config.num_features, config.num_features)
        self.layers = nn.Sequential(
            *(
                layer
                for before, after in pairwise(sizes)
                for layer in (nn.Conv2d(before, after, 3, stride=2, padding=1), nn.GELU())
            )
        )
        self.head = nn.Linear(config.num_features, 1)

    @property
    def sight(self) -> Sight:
        """The config's."""
        return self.config.sight()

    def features(
        self,
        crops_B3SS: Tensor,
        *,
        keeps_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> Features:
        """The last map, which has the shape of the frame."""
        map_BDhw = self.layers(crops_B3SS)
        tokens_BPD = map_BDhw.flatten(2).transpose(1, 2)
        sequences = (tokens_BPD,) if keeps_sequences else ()
        return Features(tokens_BPD, 0, sequences, grid=tuple(map_BDhw.shape[2:]))

    def score_features(self, features: Features) -> Tensor:
        """The linear head on the mean of the whole map."""
        return scores_0_100(self.head, features.tokens_BTD.mean(dim=1))

    def head_bias(self) -> nn.Parameter:
        """Of the linear head."""
        return self.head.bias


ENTRY = NetworkEntry(
    name="small_frame",
    title="Small, for whole photos",
    summary="Three convolutions that see the whole photo.",
    input="frame",
    network="whole_photo_network:SmallFrameNetwork",
    config="whole_photo_network:SmallFrameConfig",
    embeddings=("sequence", "mean_patch"),
    options=(
        NetworkOption(
            name="num_features", default=8, low=1, high=64, help="How wide the network is."
        ),
    ),
)
