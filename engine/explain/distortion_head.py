"""A light head that reads visible defects off the patch tokens of a frozen network.

It never touches the network, so scores stay as they are, bit for bit. The tokens after a few blocks
are layer-normalised, joined, and brought to one logit per kind of defect at every patch. Tokens
keep little of a picture's finest grain, so three small convolutions read that off the crop itself.
"""

# B crops, T tokens, D features, P patches on a grid of G x G, C joined features, K kinds

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.explain.distortion_kinds import KINDS

_MOST_BLOCKS = 64
_MOST_FEATURES = 16384
_MOST_KINDS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DistortionHeadConfig:
    """What a head is built from. `blocks` count from 1; their tokens have `num_features` each.

    `num_grain` features come from the pixels.

    >>> from engine.explain.distortion_head import DistortionHeadConfig
    >>> config = DistortionHeadConfig(blocks=(2, 4), num_features=192, kinds=("blur", "noise"))
    >>> len(config.blocks) * config.num_features  # joined at every patch
    384
    >>> DistortionHeadConfig(blocks=(2, 4), num_features=192, kinds=("blur", "blur"))
    Traceback (most recent call last):
        ...
    ValueError: kinds is ('blur', 'blur'); a name occurs twice.
    """

    blocks: tuple[int, ...]
    num_features: int
    num_hidden: int = 128
    num_grain: int = 48
    kinds: tuple[str, ...] = KINDS

    def __post_init__(self) -> None:
        for name in ("num_features", "num_hidden", "num_grain"):
            number = getattr(self, name)
            if type(number) is not int or not 1 <= number <= _MOST_FEATURES:
                raise ValueError(f"{name} is {number!r}; it must be 1 to {_MOST_FEATURES}.")
        if not 1 <= len(self.blocks) <= _MOST_BLOCKS or any(
            type(block) is not int or not 1 <= block <= _MOST_BLOCKS for block in self.blocks
        ):
            raise ValueError(f"blocks is {self.blocks!r}; they must be 1 to {_MOST_BLOCKS}.")
        is_text = all(isinstance(kind, str) and kind.strip() for kind in self.kinds)
        if not 1 <= len(self.kinds) <= _MOST_KINDS or not is_text:
            raise ValueError(f"kinds is {self.kinds!r}; it must be names of distortions.")
        if len(set(self.kinds)) != len(self.kinds):
            raise ValueError(f"kinds is {self.kinds!r}; a name occurs twice.")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The config in a model's card; TypeError or ValueError if it states none."""
        entries = dict(values)
        for name in ("blocks", "kinds"):
            entries[name] = tuple(entries.get(name, ()))
        return cls(**entries)


class DistortionHead(nn.Module):
    """Two layers with the surroundings of a patch between them, the same at every place.

    The first layer works on each patch by itself and adds what the crop is like as a whole, because
    what stands out depends on the rest: a smooth patch alone does not tell sky from blur. A
    depthwise convolution then lets every patch see its eight neighbours.

    >>> import torch
    >>> from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
    >>> head = DistortionHead(DistortionHeadConfig(blocks=(1,), num_features=8, kinds=("blur",)))
    >>> tokens = torch.rand(1, 1 + 2 * 2, 8)  # of one block: CLS, and 2 x 2 patches
    >>> head([tokens], 1, torch.rand(1, 3, 32, 32)).tolist()  # before it has been taught
    [[[[-3.0, -3.0], [-3.0, -3.0]]]]
    """

    def __init__(self, config: DistortionHeadConfig) -> None:
        super().__init__()
        self.config = config
        self.first = nn.Conv2d(len(config.blocks) * config.num_features, config.num_hidden, 1)
        self.grain = _Grain(config.num_grain)
        self.from_grain = nn.Conv2d(config.num_grain, config.num_hidden, 1)
        self.whole = nn.Linear(config.num_hidden, config.num_hidden)
        self.around = nn.Conv2d(
            config.num_hidden,
            config.num_hidden,
            3,
            padding=1,
            padding_mode="replicate",
            groups=config.num_hidden,
        )
        self.last = nn.Conv2d(config.num_hidden, len(config.kinds), 1)
        nn.init.zeros_(self.last.weight)
        assert self.last.bias is not None
        nn.init.constant_(self.last.bias, -3.0)  # defects are rare

    def forward(self, sequences: Sequence[Tensor], num_prefix: int, crops_B3SS: Tensor) -> Tensor:
        """Logits (B, K, G, G) from crops, normalised for the network, and what it made of them.

        `sequences` are the tokens (B, T, D) after each of the network's blocks.
        """
        hidden = self.first(self._joined(sequences, num_prefix))
        grain = F.adaptive_avg_pool2d(self.grain(crops_B3SS.float()), hidden.shape[-2:])
        hidden = hidden + self.from_grain(grain)
        hidden = F.gelu(hidden + self.whole(hidden.mean((2, 3)))[:, :, None, None])
        hidden = hidden + F.gelu(self.around(hidden))
        logits_BKGG: Tensor = self.last(hidden)
        return logits_BKGG

    def _joined(self, sequences: Sequence[Tensor], num_prefix: int) -> Tensor:
        """The normalised patch tokens of the head's blocks, (B, C, G, G)."""
        joined_BPC = torch.cat(
            [
                F.layer_norm(patches, patches.shape[-1:])
                for patches in (
                    sequences[block - 1][:, num_prefix:].float() for block in self.config.blocks
                )
            ],
            dim=2,
        )
        side = math.isqrt(joined_BPC.shape[1])
        return joined_BPC.transpose(1, 2).reshape(len(joined_BPC), -1, side, side)


class _Grain(nn.Sequential):
    """Three convolutions, each halving the sides: edges, noise and blocks of up to 15 pixels."""

    def __init__(self, num_features: int) -> None:
        super().__init__(
            nn.Conv2d(3, 16, 3, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(32, num_features, 3, stride=2, padding=1),
            nn.GELU(),
        )


def spread_blocks(num_blocks: int) -> tuple[int, ...]:
    """The blocks to read in a network of so many: of twelve these are 2, 4, 7, 10 and 12.

    Early ones still know the grain of the picture, late ones what it shows. A network that gives
    one map of features has just that.

    >>> from engine.explain.distortion_head import spread_blocks
    >>> spread_blocks(12), spread_blocks(6), spread_blocks(1)
    ((2, 4, 7, 10, 12), (1, 2, 4, 5, 6), (1,))
    """
    return tuple(sorted({max(1, round(num_blocks * part / 12)) for part in (2, 4, 7, 10, 12)}))
