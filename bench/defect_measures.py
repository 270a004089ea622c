"""What a defect network is measured by: planted defects, false alarms, people, and movement."""

# H W pixels, 3 red, green, blue, K kinds

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch
from scipy import stats
from torch import nn

from bench.defect_planting import Pixels, Spoilt
from engine.explain.distortion_map import AFFECTED_FROM, DistortionMap

Floats = npt.NDArray[np.floating]
Mapper = Callable[[Pixels], Floats]
Network = TypeVar("Network", bound=nn.Module)

MOVES_PX = ((1, 1), (5, 7), (16, 16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One planted defect and what the map made of it.

    `energy` is the part of the map inside over the part of the photo it covers: 1 is blind chance,
    1 over the area's share the most there is. `is_alarmed` is whether the map reached a half
    inside, `named` the kind a person would read off the map.
    """

    kind: str
    area: str
    strength: float
    is_peak_inside: bool
    energy: float
    named: str
    is_alarmed: bool
    overlap: float


def judge(spoilt: Spoilt, found: DistortionMap) -> Verdict:
    """What the map made of a planted defect."""
    map_HW = found.strongest_HW()
    peak = np.unravel_index(int(map_HW.argmax()), map_HW.shape)
    total = float(map_HW.sum(dtype=np.float64))
    inside = float(map_HW[spoilt.is_inside_HW].sum(dtype=np.float64))
    is_marked_HW = map_HW >= AFFECTED_FROM
    either = float((is_marked_HW | spoilt.is_inside_HW).sum())
    return Verdict(
        kind=spoilt.kind,
        area=spoilt.area,
        strength=spoilt.strength,
        is_peak_inside=bool(spoilt.is_inside_HW[peak]) and total > 0,
        energy=inside / total / float(spoilt.is_inside_HW.mean()) if total > 0 else 1.0,
        named=named_kind(found),
        is_alarmed=bool(is_marked_HW[spoilt.is_inside_HW].any()),
        overlap=float((is_marked_HW & spoilt.is_inside_HW).sum()) / either,
    )


def named_kind(found: DistortionMap) -> str:
    """The kind a person would read off the map: the one that covers most, else the strongest."""
    shares = found.share_affected()
    if max(shares.values()) > 0:
        return max(shares, key=lambda kind: shares[kind])
    return found.kinds[int(found.strength_KHW.max(axis=(1, 2)).argmax())]


def likeness(first_HW: Floats, second_HW: Floats) -> float:
    """Spearman's correlation of two maps at one place in 16; 0 where one is flat."""
    first, second = (one[4::16, 4::16].ravel() for one in (first_HW, second_HW))
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(stats.spearmanr(first, second).statistic)


def flip_likeness(mapper: Mapper, photo_HW3: Pixels) -> float:
    """How alike the map of the mirrored photo, mirrored back, is to the photo's map."""
    mirrored_HW3 = np.ascontiguousarray(photo_HW3[:, ::-1])
    return likeness(mapper(photo_HW3), mapper(mirrored_HW3)[:, ::-1])


def move_likeness(mapper: Mapper, photo_HW3: Pixels) -> list[float]:
    """How alike the maps of two cuts of a photo are where they show the same; for each move."""
    height, width = photo_HW3.shape[:2]
    found = []
    for down_px, right_px in MOVES_PX:
        first_HW = mapper(np.ascontiguousarray(photo_HW3[: height - down_px, : width - right_px]))
        second_HW = mapper(np.ascontiguousarray(photo_HW3[down_px:, right_px:]))
        found.append(
            likeness(
                first_HW[down_px:, right_px:],
                second_HW[: height - 2 * down_px, : width - 2 * right_px],
            )
        )
    return found


def scrambled(network: Network, *, seed: int = 0) -> Network:
    """The same network with the weights of every tensor in another order."""
    other = copy.deepcopy(network)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in other.parameters():
            order = torch.randperm(parameter.numel(), generator=generator)
            parameter.copy_(parameter.flatten()[order].reshape(parameter.shape))
    return other
