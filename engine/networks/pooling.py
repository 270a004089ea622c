"""What is left of a map when its places are pooled: the mean and the spread of every channel."""

# B views, P places, C channels, T tokens of which the first are no places

import torch
from torch import Tensor

_LEAST_VARIANCE = 1e-6  # where a map is even, the slope of the root would be infinite
_INNER_BLOCKS = 3  # that are pooled beside the last features


def mean_and_deviation(values_BPC: Tensor, shares_BP: Tensor) -> Tensor:
    """Mean and standard deviation over places, (B, 2 C) in float32; each counts by its share.

    >>> import torch
    >>> from engine.networks.pooling import mean_and_deviation
    >>> values = torch.tensor([[[2.0], [6.0], [99.0]]])  # the last place lies beside the photo
    >>> mean_and_deviation(values, torch.tensor([[1.0, 1.0, 0.0]])).tolist()
    [[4.0, 2.0]]
    """
    values_BPC = values_BPC.float()
    weights_BP1 = (shares_BP / shares_BP.sum(dim=1, keepdim=True))[:, :, None]
    mean_B1C = (weights_BP1 * values_BPC).sum(dim=1, keepdim=True)
    variance_BC = (weights_BP1 * (values_BPC - mean_B1C) ** 2).sum(dim=1)
    deviation_BC = variance_BC.clamp(min=_LEAST_VARIANCE).sqrt()
    return torch.cat([mean_B1C.squeeze(1), deviation_BC], dim=1)


def pooled_tokens(tokens_BTC: Tensor, num_prefix: int) -> Tensor:
    """The first tokens as they are, and mean and deviation of the rest, in float32.

    A sequence of one token, which was pooled before, is left as it is.

    >>> import torch
    >>> from engine.networks.pooling import pooled_tokens
    >>> pooled_tokens(torch.tensor([[[9.0], [2.0], [6.0]]]), num_prefix=1).tolist()
    [[9.0, 4.0, 2.0]]
    """
    if tokens_BTC.shape[1] == 1:
        return tokens_BTC.flatten(1).float()
    patches_BPC = tokens_BTC[:, num_prefix:]
    pooled = mean_and_deviation(patches_BPC, patches_BPC.new_ones(patches_BPC.shape[:2]).float())
    return torch.cat([tokens_BTC[:, :num_prefix].flatten(1).float(), pooled], dim=1)


def inner_blocks(num_blocks: int) -> list[int]:
    """Which blocks are pooled beside the last one: at most three, evenly from first to last.

    >>> from engine.networks.pooling import inner_blocks
    >>> inner_blocks(12), inner_blocks(4), inner_blocks(1)
    ([2, 5, 8], [0, 1, 2], [])
    """
    count = min(_INNER_BLOCKS, num_blocks - 1)
    return [num_blocks * (number + 1) // (count + 1) - 1 for number in range(count)]
