"""Weights some of the way from where they started to where training led: WiSE-FT.

Wortsman et al., CVPR 2022: on photos of another kind such weights are often better than either end,
and on photos of the same kind hardly worse.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.networks.quality_network import QualityNetwork
from trainer.levels import levels_of

SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

State = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpolated:
    """How far the weights go from their start, 0 to 1, and the agreement of every share tried."""

    share: float
    validation_srcc: dict[float, float]


def between(start: State, trained: State, share: float) -> dict[str, Tensor]:
    """The weights and statistics `share` of the way from `start` to `trained`; counts as trained.

    >>> import torch
    >>> from trainer.interpolation import between
    >>> between({"w": torch.tensor([1.0])}, {"w": torch.tensor([5.0])}, 0.75)
    {'w': tensor([4.])}
    """
    return {
        name: torch.lerp(start[name], value, share) if value.is_floating_point() else value.clone()
        for name, value in trained.items()
    }


def choose_share(validation_srcc: Mapping[float, float], *, cost: float) -> float:
    """The share nearest to the start whose agreement is within `cost` of the best.

    >>> from trainer.interpolation import choose_share
    >>> choose_share({0.0: 0.5, 0.5: 0.78, 1.0: 0.8}, cost=0.03)
    0.5
    """
    best = max(validation_srcc.values())
    return min(share for share, srcc in validation_srcc.items() if srcc >= best - cost)


def start_of(start: QualityNetwork, trained: QualityNetwork, *, is_probed: bool) -> State:
    """The weights at the share 0.

    Of a start that was probed all; else what lies above the blocks is as trained, because no
    starting weights have it.
    """
    begun = start.state_dict()
    if is_probed:
        return begun
    levels = levels_of(trained)
    return {
        name: begun[name] if levels.of(name) < levels.top else value
        for name, value in trained.state_dict().items()
    }


def interpolate(
    network: QualityNetwork,
    start: State,
    *,
    cost: float,
    agreement: Callable[[QualityNetwork], float],
) -> Interpolated:
    """Give the trained network the weights that validation prefers.

    `agreement` is the SRCC on validation of the network as it is when it is called.
    """
    trained = {name: value.clone() for name, value in network.state_dict().items()}
    found = {}
    for share in SHARES:
        network.load_state_dict(between(start, trained, share))
        found[share] = agreement(network)
    chosen = choose_share(found, cost=cost)
    network.load_state_dict(between(start, trained, chosen))
    return Interpolated(share=chosen, validation_srcc=found)
