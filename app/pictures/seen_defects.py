"""The defects in a map that are worth a word: kind, how bad, where, and how wide."""

# K kinds, H W pixels

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from app.pictures.defect_place import EVERYWHERE_FROM, place_words
from app.pictures.distortion_words import MENTIONED_FROM, share_words
from app.translation import translated

if TYPE_CHECKING:  # loads torch, which the window must not wait for
    from engine.defects.defect_card import DefectCard
    from engine.defects.proven_strength import KindLevel
    from engine.explain.distortion_map import DistortionMap

_AFFECTED_FROM = 0.5
# On the scale of what is taught: from 0.6 for what can just be seen to 1 for what spoils a photo.
_CLEAR_FROM, _SPOILT_FROM = 0.80, 0.91
# A wide defect is worse than a small one of the same strength: of real validation photos, people
# rated those with a tenth affected .4 on average, with more than half .35, without any .63.
_CLEAR_SHARE, _SPOILT_SHARE, _SPOILT_WHOLE_SHARE = 0.1, 0.45, 0.7
_SPOILT_WIDE_FROM = 0.65
_TYPICAL = 0.75  # of the places that are affected: edges are fainter
_PHOTO_SPOILT_FROM = 0.1  # of the photo; less spoils a part of it
_ALMOST = 1e-7


class Severity(IntEnum):
    """How bad a defect is."""

    SLIGHT = 1
    CLEAR = 2
    SPOILT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDefect:
    """One kind of defect in one photo; `share` is of the photo, 0 to 1, `where` is in words."""

    kind: str
    severity: Severity
    share: float
    where: str

    @property
    def how_bad(self) -> str:
        """Its strength in words: slight, clear, spoils the photo."""
        is_wide = self.share >= _PHOTO_SPOILT_FROM
        return translated(
            {
                Severity.SLIGHT: "slight",
                Severity.CLEAR: "clear",
                Severity.SPOILT: "spoils the photo" if is_wide else "spoils this part",
            }[self.severity],
            context="SeenDefect",
        )

    @property
    def place_and_share(self) -> str:
        """Such as "lower left, 12 % of the photo"."""
        if self.share >= EVERYWHERE_FROM:
            return self.where
        return f"{self.where}, {share_words(self.share)}"

    @property
    def words(self) -> str:
        """Such as "blur: clear, lower left, 12 % of the photo"."""
        return f"{self.kind}: {self.how_bad}, {self.place_and_share}"


def seen_defects(found: "DistortionMap", card: "DefectCard") -> tuple[SeenDefect, ...]:
    """What covers at least a hundredth of the photo, the widest first."""
    seen = []
    for kind, strength_HW in zip(found.kinds, found.strength_KHW, strict=True):
        is_affected_HW = strength_HW >= _AFFECTED_FROM
        share = float(is_affected_HW.mean())
        if share < MENTIONED_FROM:
            continue
        typical = float(np.quantile(strength_HW[is_affected_HW], _TYPICAL))
        seen.append(
            SeenDefect(
                kind=kind,
                severity=severity_of(typical, share, card.levels[kind]),
                share=share,
                where=place_words(is_affected_HW),
            )
        )
    return tuple(sorted(seen, key=lambda defect: -defect.share))


def severity_of(strength: float, share: float, level: "KindLevel") -> Severity:
    """How bad a defect of this strength in a map is that affects this share of the photo.

    `levels` of a network move its answers so that a half means the same for every kind, which
    leaves no room above; so the strength is brought back to what was taught: 0.6 for slight
    defects, 1 for the worst.
    """
    strength = min(max(strength, _ALMOST), 1 - _ALMOST)
    logit = math.log(strength / (1 - strength)) / level.contrast + level.extent
    answered = 1 / (1 + math.exp(-logit))
    is_wide = share >= _SPOILT_SHARE and answered >= _SPOILT_WIDE_FROM
    if answered >= _SPOILT_FROM or is_wide or share >= _SPOILT_WHOLE_SHARE:
        return Severity.SPOILT
    if answered >= _CLEAR_FROM or share >= _CLEAR_SHARE:
        return Severity.CLEAR
    return Severity.SLIGHT
