"""How deep the parameters of a network lie, told by the names that timm gives them."""

import re
from dataclasses import dataclass

from torch import nn

# Not those that a network numbers anew in each layer
_BLOCK = re.compile(r"^\w+\.(?:blocks|stages|layers?)[._]?(\d+)\.")
_BOTTOM = re.compile(
    r"patch_embed|pos_embed|norm_pre|cls_token|reg_token|dist_token"
    r"|^\w+\.(?:conv_stem|stem(?:_\d+)?|conv1|bn1)\."
)


@dataclass(frozen=True, slots=True)
class Levels:
    """Level 0 is the embedding or stem, 1 to `num_blocks` are the blocks from below.

    What belongs to none of these, such as a decoder or the head, lies on top. `first` is the number
    that the network gives to its first block. Without blocks everything lies on top.

    >>> from trainer.levels import Levels
    >>> levels = Levels(num_blocks=4, first=1)
    >>> [levels.of(name) for name in ("net.conv1.weight", "net.layer1.0.bn1.bias", "head.bias")]
    [0, 1, 5]
    """

    num_blocks: int
    first: int = 0

    @property
    def top(self) -> int:
        """The level of what lies above all blocks."""
        return self.num_blocks + 1

    def of(self, name: str) -> int:
        """The level of a parameter, a buffer, or with a point behind its name, a module."""
        if not self.num_blocks:
            return self.top
        if found := _BLOCK.search(name):
            return int(found[1]) - self.first + 1
        return 0 if _BOTTOM.search(name) else self.top


def levels_of(network: nn.Module) -> Levels:
    """The levels of a network; without any blocks where they are not numbered throughout."""
    names = (name for name, _ in network.named_parameters())
    numbers = {int(found[1]) for name in names if (found := _BLOCK.search(name))}
    if not numbers:
        return Levels(0)
    return Levels(max(numbers) - min(numbers) + 1, first=min(numbers))
