"""From uint8 crops to what a network was pretrained on. The one place that applies mean and std."""

from dataclasses import dataclass

import torch
from torch import Tensor

# B crops, H W pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalisation:
    """Mean and standard deviation per channel (RGB), on pixel values in 0-1."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]


def normalise(crops_BHW3: Tensor, normalisation: Normalisation) -> Tensor:
    """Float crops (B, 3, H, W), zero mean and unit variance over the pretraining set.

    Takes uint8 crops (B, H, W, 3) on any device.
    """
    device = crops_BHW3.device
    # one multiply-add instead of three passes: (x / 255 - mean) / std
    std = torch.tensor(normalisation.std, device=device)
    mean = torch.tensor(normalisation.mean, device=device)
    scaled_BHW3 = crops_BHW3.float() * (1 / (255 * std)) - mean / std
    return scaled_BHW3.permute(0, 3, 1, 2).contiguous()
