"""From uint8 crops to what a network was pretrained on. The one place that applies mean and std."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

# B crops, H W pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalisation:
    """Mean and standard deviation per channel (RGB), on pixel values in 0-1.

    >>> from engine.networks.normalisation import Normalisation
    >>> Normalisation(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.0))
    Traceback (most recent call last):
        ...
    ValueError: The std of the normalisation is (0.5, 0.5, 0.0); it must be above 0.
    """

    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def __post_init__(self) -> None:
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) != 3 or not all(math.isfinite(value) for value in values):
                raise ValueError(f"The {name} of the normalisation is {values}; give 3 numbers.")
        if min(self.std) <= 0:
            raise ValueError(f"The std of the normalisation is {self.std}; it must be above 0.")


def normalise(crops_BHW3: Tensor, normalisation: Normalisation) -> Tensor:
    """Float crops (B, 3, H, W), zero mean and unit variance over the pretraining set.

    Takes uint8 crops (B, H, W, 3) on any device.

    >>> import torch
    >>> from engine.networks.normalisation import Normalisation, normalise
    >>> half = Normalisation(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    >>> orange = torch.tensor([255, 127.5, 0]).reshape(1, 1, 1, 3)
    >>> normalise(orange, half).round(decimals=4).flatten().tolist()
    [1.0, 0.0, -1.0]
    """
    device = crops_BHW3.device
    # one multiply-add instead of three passes: (x / 255 - mean) / std
    std = torch.tensor(normalisation.std, device=device)
    mean = torch.tensor(normalisation.mean, device=device)
    scaled_BHW3 = crops_BHW3.float() * (1 / (255 * std)) - mean / std
    return scaled_BHW3.permute(0, 3, 1, 2).contiguous()


def normalise_pixels(crops_B3HW: Tensor, normalisation: Normalisation) -> Tensor:
    """The same from float crops (B, 3, H, W) in [0, 1], of any precision; differentiable.

    >>> import torch
    >>> from engine.networks.normalisation import Normalisation, normalise_pixels
    >>> half = Normalisation(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    >>> orange = torch.tensor([1.0, 0.5, 0.0]).reshape(1, 3, 1, 1)
    >>> normalise_pixels(orange, half).flatten().tolist()
    [1.0, 0.0, -1.0]
    """

    def channels(values: tuple[float, float, float]) -> Tensor:
        return crops_B3HW.new_tensor(values)[:, None, None]

    return (crops_B3HW - channels(normalisation.mean)) / channels(normalisation.std)


def renormalise(crops_B3HW: Tensor, given: Normalisation, wanted: Normalisation) -> Tensor:
    """Crops that were normalised as `given` says, as `wanted` says; networks can differ in it.

    Channels behind the three of the pixels stay as they are.

    >>> import torch
    >>> from engine.networks.normalisation import Normalisation, renormalise
    >>> half = Normalisation(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    >>> quarter = Normalisation(mean=(0.25, 0.25, 0.25), std=(0.25, 0.25, 0.25))
    >>> white = torch.ones(1, 3, 1, 1)  # as `half` says: (1 - 0.5) / 0.5
    >>> renormalise(white, half, quarter).flatten().tolist()  # (1 - 0.25) / 0.25
    [3.0, 3.0, 3.0]
    """
    if given == wanted:
        return crops_B3HW

    def channels(values: tuple[float, float, float]) -> Tensor:
        return torch.tensor(values, device=crops_B3HW.device)[:, None, None]

    pixels_B3HW = crops_B3HW[:, :3] * channels(given.std) + channels(given.mean)
    renormalised_B3HW = (pixels_B3HW - channels(wanted.mean)) / channels(wanted.std)
    return torch.cat([renormalised_B3HW, crops_B3HW[:, 3:]], dim=1)
