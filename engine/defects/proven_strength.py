"""From logits to strengths: faint places count where they belong to a loud one."""

# K kinds, h w a map's places

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engine.defects.plain_number import is_number

Floats = npt.NDArray[np.float32]

_MOST = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLevel:
    """How loud a kind's logit must be for a strength of a half.

    `proof` is needed somewhere, and is set so that good photos seldom reach it. Every place that
    is connected to such a one has a half from `extent` on, which is lower: that is how far the
    defect reaches. What covers a share of the picture of `reach` that loud needs no other proof:
    a defect of the whole photo is nowhere louder than elsewhere. `contrast` multiplies what a logit
    is above or below.

    >>> from engine.defects.proven_strength import KindLevel
    >>> KindLevel(proof=2.0, extent=-1.0).reach  # the whole picture, unless stated
    1.0
    >>> KindLevel(proof=0.0, extent=1.0)
    Traceback (most recent call last):
        ...
    ValueError: extent is 1.0; it must not be above proof, 0.0.
    """

    proof: float = 0.0
    extent: float = 0.0
    reach: float = 1.0
    contrast: float = 1.0

    def __post_init__(self) -> None:
        if not all(is_number(one) and abs(one) <= _MOST for one in (self.proof, self.extent)):
            raise ValueError("proof and extent of a kind's level must be numbers.")
        if not is_number(self.reach) or not 0 < self.reach <= 1:
            raise ValueError(f"reach is {self.reach!r}; it must be above 0 and at most 1.")
        if self.extent > self.proof:
            raise ValueError(f"extent is {self.extent}; it must not be above proof, {self.proof}.")
        if not is_number(self.contrast) or not 0 < self.contrast <= _MOST:
            raise ValueError(f"contrast is {self.contrast!r}; it must be above 0.")


def smoothed(logits_Khw: Floats, smoothing_places: float) -> Floats:
    """Every kind's logits smoothed by a Gaussian of this standard deviation; as they are with 0.

    A single loud place is seldom a defect: planted ones cover many.

    >>> import numpy as np
    >>> from engine.defects.proven_strength import smoothed
    >>> one = np.zeros((1, 15, 15), np.float32)
    >>> one[0, 7, 7] = 2.0
    >>> calm = smoothed(one, 1.0)
    >>> float(f"{calm.sum():.3f}"), bool(calm.max() < 0.4)  # spread out, none lost
    (2.0, True)
    >>> bool((smoothed(one, 0.0) == one).all())
    True
    """
    if smoothing_places == 0:
        return logits_Khw
    calm = [cv2.GaussianBlur(logits_hw, (0, 0), smoothing_places) for logits_hw in logits_Khw]
    return np.stack(calm)


def proven_strengths(logits_Khw: Floats, levels: Sequence[KindLevel]) -> Floats:
    """Strengths from 0 to 1 of every kind, (K, h, w); a half or more is a defect.

    >>> import numpy as np
    >>> from engine.defects.proven_strength import KindLevel, proven_strengths
    >>> logits = np.array([[[2.0, 0.0, -9.0, 0.0]]], np.float32)  # one kind, a row of four places
    >>> strengths = proven_strengths(logits, [KindLevel(proof=2.0, extent=0.0)])
    >>> (strengths >= 0.5).tolist()  # the second touches the first, which is proven
    [[[True, True, False, False]]]
    >>> [float(f"{strength:.2f}") for strength in strengths[0, 0]]  # 1 / (1 + e^-2) comes first
    [0.88, 0.5, 0.0, 0.12]
    """
    found = [
        _of_kind(logits_hw, level) for logits_hw, level in zip(logits_Khw, levels, strict=True)
    ]
    return np.stack(found)


def _of_kind(logits_hw: Floats, level: KindLevel) -> Floats:
    above_hw = logits_hw - level.proof
    if level.extent < level.proof:
        above_hw = np.where(_proven(logits_hw, level), logits_hw - level.extent, above_hw)
    from scipy.special import expit  # here: scoring alone need not wait for SciPy

    strength_hw: Floats = expit(level.contrast * above_hw).astype(np.float32)
    return strength_hw


def _proven(logits_hw: Floats, level: KindLevel) -> npt.NDArray[np.bool_]:
    """The places of areas that are loud enough somewhere or large enough."""
    area_hw, num_places = connected_areas(logits_hw, level.extent)
    is_proven = num_places >= level.reach * logits_hw.size
    is_proven[np.unique(area_hw[logits_hw >= level.proof])] = True
    is_proven[0] = False  # what is in no area
    proven_hw: npt.NDArray[np.bool_] = is_proven[area_hw]
    return proven_hw


def connected_areas(
    logits_hw: Floats, extent: float
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The number of the area that every place is in, and how many places each area has.

    Places that touch sideways, up, down or at a corner are in one area; number 0 is none.

    >>> import numpy as np
    >>> from engine.defects.proven_strength import connected_areas
    >>> logits = np.array([[1, -1, -1, 1], [-1, 1, -1, -1]], np.float32)
    >>> area, num_places = connected_areas(logits, 0.0)
    >>> bool(area[0, 0] == area[1, 1] != area[0, 3])  # the first two touch at a corner
    True
    >>> num_places[[0, area[0, 0], area[0, 3]]].tolist()  # five places are in no area
    [5, 2, 1]
    """
    is_loud = (logits_hw >= extent).astype(np.uint8)
    _, area_hw = cv2.connectedComponents(is_loud, connectivity=8)
    return np.asarray(area_hw, np.int32), np.bincount(area_hw.ravel()).astype(np.int64)
