"""What every network of quality offers, whatever is inside: features of views, then scores.

Most networks see square crops, and their views are crops. Others see whole photos: they state their
own `sight`, and override `prepare` or `lay_out` where the usual ones don't do. docs/networks.md
tells the contract.
"""

# B views (square crops in most networks), T tokens, D features, P patches on a grid of GH x GW

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal, overload

import torch
from torch import Tensor, nn

from engine.networks.network_entry import Answer
from engine.networks.normalisation import Normalisation, normalise, normalise_pixels
from engine.networks.pooling import inner_blocks, pooled_tokens
from engine.networks.rating_head import starting_bias
from engine.networks.sight import CropSight, Sight


@dataclass(frozen=True, slots=True)
class Features:
    """The last features of a batch of views, and on the way the token sequence of every block.

    `tokens_BTD` begins with `num_prefix` tokens that lie nowhere in the picture (QUA, CLS,
    registers); the rest are the patches, row by row, of `grid` (rows, columns), a square one unless
    given. A network whose scores need more than the tokens may give a subclass.

    >>> import torch
    >>> from engine.networks.quality_network import Features
    >>> tokens = torch.tensor([[[9.0], [1.0], [2.0], [3.0], [4.0]]])  # CLS, and 2 x 2 patches
    >>> Features(tokens, num_prefix=1).patches_BPD.flatten().tolist()
    [1.0, 2.0, 3.0, 4.0]
    """

    tokens_BTD: Tensor
    num_prefix: int
    sequences: tuple[Tensor, ...] = ()
    grid: tuple[int, int] | None = None

    @property
    def patches_BPD(self) -> Tensor:
        """The tokens that lie in the picture."""
        return self.tokens_BTD[:, self.num_prefix :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a network says of views: scores, pooled features, and how ratings are spread.

    The last are probabilities (B, 5) of 1 to 5, or None.

    >>> import torch
    >>> from engine.networks.quality_network import Seen
    >>> Seen(scores_B=torch.ones(2), pooled_BF=torch.ones(2, 8), ratings_BK=None).scores_B.tolist()
    [1.0, 1.0]
    """

    scores_B: Tensor
    pooled_BF: Tensor
    ratings_BK: Tensor | None


class QualityNetwork(nn.Module, ABC):
    """A network that gives views of photos a score from 0 to 100; higher looks better.

    Views are what `prepare` makes of uint8: float (B, 3, h, w), normalised as `normalisation` says.
    A network of square crops states their side as `crop_px`; any other overrides `sight`.

    >>> import torch
    >>> from engine.networks.csiqa import CSIQA, CsiqaConfig
    >>> network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64)).eval()
    >>> weight = torch.nn.init.zeros_(network.head.weight)  # so that only the bias is left
    >>> network.start_from_mean(50.0)
    >>> network(torch.rand(2, 3, 64, 64)).tolist()
    [50.0, 50.0]
    """

    normalisation: Normalisation
    crop_px: int
    has_quality_token: bool
    num_prefix: int
    answer: Answer = "scalar"  # what the last layer says

    @property
    def sight(self) -> Sight:
        """What the network is shown of a photo."""
        return CropSight(self.crop_px)

    def prepare(self, views_uint8: Tensor) -> Tensor:
        """What `features` takes, from uint8 views (B, h, w, 3) on the network's device.

        A network whose views are no plain pictures overrides it.
        """
        return normalise(views_uint8, self.normalisation)

    def prepare_pixels(self, views_B3hw: Tensor, is_inside_B1hw: Tensor) -> Tensor:
        """The same from float views (B, 3, h, w) in [0, 1]; differentiable.

        `is_inside_B1hw` is 1 where the photo is and 0 beside it. Whoever overrides `prepare`
        overrides this too.
        """
        del is_inside_B1hw  # crops show nothing but the photo
        return normalise_pixels(views_B3hw, self.normalisation)

    @abstractmethod
    def features(
        self,
        crops_B3SS: Tensor,
        *,
        keeps_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> Features:
        """Features of the views; `generator` draws the mask while training."""

    @abstractmethod
    def score_features(self, features: Features) -> Tensor:
        """Scores (B,) on the 0-100 scale, not clipped."""

    def rate_features(self, features: Features) -> Tensor | None:
        """How people's ratings are spread: probabilities (B, 5) of 1 to 5; None if not known.

        A network whose `answer` is not "scalar" overrides it; its score is the mean rating.
        """
        del features
        return None

    def pooled(self, features: Features) -> Tensor:
        """What a head of a person's own learns from, (B, F) in float32; as many for any view.

        Of the last features, and of a few blocks where `features` have their sequences, these are
        the tokens that lie nowhere, and mean and deviation of the patches.
        """
        inner = [features.sequences[block] for block in inner_blocks(len(features.sequences))]
        return torch.cat(
            [pooled_tokens(one, self.num_prefix) for one in (*inner, features.tokens_BTD)], dim=1
        )

    def scores_and_pooled(
        self, views: Tensor, *, keeps_sequences: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Scores (B,) as a call gives them, and pooled features (B, F), of one pass.

        Those are of the last block; with `keeps_sequences` of earlier ones too, where there are.
        """
        found = self.seen(views, keeps_sequences=keeps_sequences)
        return found.scores_B, found.pooled_BF

    def seen(self, views: Tensor, *, keeps_sequences: bool = False) -> Seen:
        """The same with the ratings of people, of a network that answers with them."""
        features = self.features(views, keeps_sequences=keeps_sequences)
        return self.said_of(features)

    def said_of(self, features: Features) -> Seen:
        """All that is said of these features."""
        return Seen(
            scores_B=self.score_features(features),
            pooled_BF=self.pooled(features),
            ratings_BK=self.rate_features(features),
        )

    @overload
    def forward(
        self, crops_B3SS: Tensor, *, generator: torch.Generator | None = None
    ) -> Tensor: ...

    @overload
    def forward(
        self,
        crops_B3SS: Tensor,
        *,
        return_sequences: Literal[True],
        generator: torch.Generator | None = None,
    ) -> tuple[Tensor, tuple[Tensor, ...]]: ...

    def forward(
        self,
        crops_B3SS: Tensor,
        *,
        return_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> Tensor | tuple[Tensor, tuple[Tensor, ...]]:
        """Scores (B,), 0-100; on request also the token sequence (B, T, D) after every block."""
        features = self.features(crops_B3SS, keeps_sequences=return_sequences, generator=generator)
        scores_B = self.score_features(features)
        return (scores_B, features.sequences) if return_sequences else scores_B

    def lay_out(self, values_BP: Tensor, features: Features) -> Tensor:
        """One number for each patch, as maps (B, GH, GW) of what the view shows.

        A network whose patches are no single grid, such as one of several scales, overrides it.
        """
        num_patches = values_BP.shape[1]
        rows, columns = features.grid or (math.isqrt(num_patches),) * 2
        return values_BP.reshape(len(values_BP), rows, columns)

    def bf16_parts(self) -> tuple[nn.Module | nn.Parameter, ...]:
        """What may work in bf16 where scores are all that is wanted; nothing unless measured.

        With any, `features` takes views in bf16, and all that comes after it stays in fp32.
        """
        return ()

    def full_precision_parts(self) -> tuple[nn.Module, ...]:
        """What stays in fp32 where all else is narrowed, as in a frozen teacher: the last layer."""
        bias = self.head_bias()
        return tuple(
            part
            for part in self.modules()
            if any(own is bias for own in part.parameters(recurse=False))
        )

    def start_from_mean(self, mean_0_100: float) -> None:
        """Set the bias of the head, so that training starts at the mean label."""
        with torch.no_grad():
            self.head_bias().copy_(starting_bias(self.answer, mean_0_100))

    def rescale(self, slope: float, intercept_points: float) -> None:
        """Bring all scores to `slope` times them and the intercept, by the last layer's weights."""
        bias = self.head_bias()
        (last,) = (
            part
            for part in self.modules()
            if isinstance(part, nn.Linear) and any(own is bias for own in part.parameters())
        )
        with torch.no_grad():
            last.weight.mul_(slope)
            bias.mul_(slope).add_(intercept_points / 100)

    @abstractmethod
    def head_bias(self) -> nn.Parameter:
        """The bias of the last layer, on the 0-1 scale that networks use inside for scores."""
