"""From logits to strengths: faint places count where they belong to a loud one."""

# K kinds, h w a map's places

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy import special

from engine.defects.plain_number import is_number

Floats = npt.NDArray[np.float32]

_MOST = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLevel:
    """How loud a kind's logit must be for a strength of a half.

    `proof` is needed somewhere, and is set so that good photos seldom reach it. Every place that
    is connected to such a one has a half from `extent` on, which is lower: that is how far the
    defect reaches. `contrast` multiplies what a logit is above or below.
    """

    proof: float = 0.0
    extent: float = 0.0
    contrast: float = 1.0

    def __post_init__(self) -> None:
        if not all(is_number(one) and abs(one) <= _MOST for one in (self.proof, self.extent)):
            raise ValueError("proof and extent of a kind's level must be numbers.")
        if self.extent > self.proof:
            raise ValueError(f"extent is {self.extent}; it must not be above proof, {self.proof}.")
        if not is_number(self.contrast) or not 0 < self.contrast <= _MOST:
            raise ValueError(f"contrast is {self.contrast!r}; it must be above 0.")


def proven_strengths(logits_Khw: Floats, levels: Sequence[KindLevel]) -> Floats:
    """Strengths from 0 to 1 of every kind; a half or more is a defect."""
    found = [
        _of_kind(logits_hw, level) for logits_hw, level in zip(logits_Khw, levels, strict=True)
    ]
    return np.stack(found)


def _of_kind(logits_hw: Floats, level: KindLevel) -> Floats:
    above_hw = logits_hw - level.proof
    if level.extent < level.proof:
        above_hw = np.where(
            _connected_to_proof(logits_hw, level), logits_hw - level.extent, above_hw
        )
    strength_hw: Floats = special.expit(level.contrast * above_hw).astype(np.float32)
    return strength_hw


def _connected_to_proof(logits_hw: Floats, level: KindLevel) -> npt.NDArray[np.bool_]:
    """The places in reach of one that proves the defect, sideways, up, down or at an angle."""
    is_proof_hw = logits_hw >= level.proof
    in_reach = (logits_hw >= level.extent).astype(np.uint8)
    num_areas, area_hw = cv2.connectedComponents(in_reach, connectivity=8)
    is_proven = np.zeros(num_areas, np.bool_)
    is_proven[np.unique(area_hw[is_proof_hw])] = True
    is_proven[0] = False  # what is in no area
    connected_hw: npt.NDArray[np.bool_] = is_proven[area_hw]
    return connected_hw
