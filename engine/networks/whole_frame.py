"""A convolutional network that sees the whole photo in one frame.

The feature maps of several stages are pooled by mean and standard deviation over the places where
the photo lies, and a small head makes a score of them. Quality shows in fine maps, what is seen in
coarse ones, and how evenly it is spread in the deviations.
"""

# B photos, h w their frame in pixels, C channels of a map, P its places row by row, S pooled
# features of all maps together

from dataclasses import dataclass
from typing import Literal, Self, cast, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.networks.backbone import StartingWeights, normalisation_of
from engine.networks.feature_maps import create_feature_maps
from engine.networks.network_entry import ANSWERS, Answer, NetworkWish
from engine.networks.pooling import mean_and_deviation
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.rating_head import create_head, expected_score, rating_probabilities
from engine.networks.sight import Sight
from engine.networks.standardised import Standardised
from engine.networks.whole_photo_sight import FrameSight, inside_of_frames

Head = Literal["linear", "koncept"]

_STEP_PX = 32  # the coarsest maps of most networks have a place every 32 pixels
_LONGEST_PX = 2048
_FINEST_STRIDE_PX = 4
_HEAD_STD = 0.001  # first scores lie a few points around the mean label
_KONCEPT = ((2048, 0.25), (1024, 0.25), (256, 0.5))  # features of a layer, and its dropout


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeFrameConfig:
    """Which timm network, the largest frame it sees in pixels, and which head makes the score.

    The head is one linear layer, or the four layers of KonCept512 (Hosu et al., IEEE TIP 2020).

    >>> from engine.networks.whole_frame import WholeFrameConfig
    >>> WholeFrameConfig().sight().words(1)
    'the whole photo in a frame of at most 384 x 384 pixels'
    >>> WholeFrameConfig(long_px=400)
    Traceback (most recent call last):
        ...
    ValueError: The sides of a frame of 400 x 384 are no multiples of 32.
    """

    backbone: str = "tf_efficientnet_lite0"
    long_px: int = 384
    short_px: int = 384
    head: Head = "linear"
    answer: Answer = "scalar"

    def __post_init__(self) -> None:
        if not isinstance(self.backbone, str) or not self.backbone:
            raise ValueError(f"The backbone is {self.backbone!r}; it must name a timm network.")
        for name in ("long_px", "short_px"):
            side_px = getattr(self, name)
            if type(side_px) is not int or not 1 <= side_px <= _LONGEST_PX:
                raise ValueError(f"{name} is {side_px!r}; it must be 1 to {_LONGEST_PX}.")
        if self.head not in get_args(Head):
            raise ValueError(f"head is {self.head!r}; it must be one of {get_args(Head)}.")
        if self.answer not in ANSWERS:
            raise ValueError(f"answer is {self.answer!r}; it must be one of {ANSWERS}.")
        self.sight()  # refuses what is no frame

    def sight(self) -> Sight:
        """The whole photo, in a frame no larger than it takes."""
        return FrameSight(self.long_px, self.short_px, step_px=_STEP_PX)

    @classmethod
    def for_run(cls, wish: NetworkWish) -> Self:
        """The largest frame is that of the run's photos. Teacher and student are the same."""
        if wish.long_side_px is None or wish.short_side_px is None:
            raise ValueError(
                "Set photos.long_side_px and photos.short_side_px: they are the frame."
            )
        return cls(
            backbone=wish.backbone,
            long_px=wish.long_side_px,
            short_px=wish.short_side_px,
            head=cast("Head", wish.options["head"]),
            answer=wish.answer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFeatures(Features):
    """The places of the last map as tokens, and what was pooled of the maps before it.

    `pooled_BS` are means and deviations in float32. `shares_BP` says how much of each place of the
    last map lies on the photo, from 0 to 1.

    >>> import torch
    >>> from engine.networks.whole_frame import FrameFeatures
    >>> found = FrameFeatures(
    ...     tokens_BTD=torch.zeros(1, 6, 8), num_prefix=0, grid=(2, 3),
    ...     pooled_BS=torch.zeros(1, 16), shares_BP=torch.ones(1, 6),
    ... )
    >>> found.patches_BPD.shape
    torch.Size([1, 6, 8])
    """

    pooled_BS: Tensor
    shares_BP: Tensor


class WholeFrameNetwork(QualityNetwork):
    """Feature maps of a timm network, pooled where the photo lies, standardised, and a small head.

    `prepare` gives four channels: the pixels, and where the photo is in its frame.

    >>> import torch
    >>> from engine.networks.whole_frame import WholeFrameConfig, WholeFrameNetwork
    >>> config = WholeFrameConfig(backbone="test_efficientnet", long_px=96, short_px=64)
    >>> network = WholeFrameNetwork(config).eval()
    >>> views = torch.zeros(2, 64, 96, 3, dtype=torch.uint8)
    >>> network(network.prepare(views)).shape
    torch.Size([2])
    """

    has_quality_token = False
    num_prefix = 0

    def __init__(self, config: WholeFrameConfig, *, weights: StartingWeights = "none") -> None:
        super().__init__()
        self.config = config
        self.backbone, shapes = create_feature_maps(config.backbone, weights=weights)
        self.backbone.to(memory_format=torch.channels_last)
        self.normalisation = normalisation_of(self.backbone)
        self._is_pooled = [stride >= _FINEST_STRIDE_PX for stride in shapes.strides_px]
        num_pooled = 2 * sum(
            channels
            for channels, is_pooled in zip(shapes.channels, self._is_pooled, strict=True)
            if is_pooled
        )
        self.standardised = Standardised(num_pooled)
        self.answer = config.answer
        self.head = _head(num_pooled, config)

    @property
    def sight(self) -> Sight:
        """The config's."""
        return self.config.sight()

    def prepare(self, views_uint8: Tensor) -> Tensor:
        """Float (B, 4, h, w): normalised pixels, and 1 where the photo is, 0 beside it."""
        is_inside_B1hw = inside_of_frames(views_uint8)[:, None]
        return torch.cat([super().prepare(views_uint8), is_inside_B1hw.float()], dim=1)

    def prepare_pixels(self, views_B3hw: Tensor, is_inside_B1hw: Tensor) -> Tensor:
        """As `prepare`, from float views."""
        pixels_B3hw = super().prepare_pixels(views_B3hw, is_inside_B1hw)
        return torch.cat([pixels_B3hw, is_inside_B1hw.to(pixels_B3hw.dtype)], dim=1)

    def features(
        self,
        crops_B3SS: Tensor,
        *,
        keeps_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> Features:
        """The last map, and means and deviations of all; these are also the sequences."""
        del generator  # nothing here is random but the dropout of KonCept's head
        pixels_B3hw = crops_B3SS[:, :3].contiguous(memory_format=torch.channels_last)
        maps: list[Tensor] = self.backbone(pixels_B3hw)
        inside_B1hw = crops_B3SS[:, 3:].float()
        with torch.autocast(pixels_B3hw.device.type, enabled=False):
            pooled = []
            for one_BChw, is_pooled in zip(maps, self._is_pooled, strict=True):
                rows, columns = one_BChw.shape[2:]
                shares_B1hw = F.adaptive_avg_pool2d(inside_B1hw, (rows, columns))
                shares_BP = shares_B1hw.flatten(1)
                tokens_BPC = one_BChw.flatten(2).transpose(1, 2)
                if is_pooled:
                    pooled.append(mean_and_deviation(tokens_BPC, shares_BP))
        return FrameFeatures(
            tokens_BTD=tokens_BPC,
            num_prefix=0,
            sequences=tuple(one[:, None] for one in pooled) if keeps_sequences else (),
            grid=(rows, columns),
            pooled_BS=torch.cat(pooled[:-1], dim=1),
            shares_BP=shares_BP,
        )

    def score_features(self, features: Features) -> Tensor:
        """Scores (B,): the head on the standardised means and deviations, in float32."""
        outputs_BO = self._outputs(features)
        if self.answer == "scalar":
            return 100 * outputs_BO.squeeze(1)
        return expected_score(rating_probabilities(outputs_BO, self.answer))

    def rate_features(self, features: Features) -> Tensor | None:
        """Probabilities (B, 5) by the same head, where it answers with a distribution."""
        if self.answer == "scalar":
            return None
        return rating_probabilities(self._outputs(features), self.answer)

    def _outputs(self, features: Features) -> Tensor:
        assert isinstance(features, FrameFeatures)
        with torch.autocast(features.tokens_BTD.device.type, enabled=False):
            outputs_BO: Tensor = self.head(self.standardised(self.pooled(features)))
        return outputs_BO

    def pooled(self, features: Features) -> Tensor:
        """Means and deviations of all maps, (B, S): what the head sees before it standardises."""
        assert isinstance(features, FrameFeatures)
        last_BS = mean_and_deviation(features.tokens_BTD, features.shares_BP)
        return torch.cat([features.pooled_BS, last_BS], dim=1)

    def bf16_parts(self) -> tuple[nn.Module | nn.Parameter, ...]:
        """The convolutions. Their norms and all that comes after the maps keep full precision."""
        return tuple(part for part in self.backbone.modules() if isinstance(part, nn.Conv2d))

    def full_precision_parts(self) -> tuple[nn.Module, ...]:
        """What comes after the maps."""
        return self.standardised, self.head

    def head_bias(self) -> nn.Parameter:
        """Of the last layer."""
        last = self.head[-1] if isinstance(self.head, nn.Sequential) else self.head
        assert isinstance(last, nn.Linear)
        return last.bias


def _head(num_pooled: int, config: WholeFrameConfig) -> nn.Module:
    layers: list[nn.Module] = []
    before = num_pooled
    for num_features, dropout in _KONCEPT if config.head == "koncept" else ():
        layers += [
            nn.Linear(before, num_features),
            nn.ReLU(),
            nn.BatchNorm1d(num_features),
            nn.Dropout(dropout),
        ]
        before = num_features
    last = create_head(before, config.answer, std=_HEAD_STD)
    return nn.Sequential(*layers, last) if layers else last
