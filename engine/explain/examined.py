"""A photo's score together with its maps, all from one reading of the photo."""

from dataclasses import dataclass

from engine.defects.own_pixels import OwnPixels
from engine.explain.distortion_map import DistortionMap
from engine.explain.quality_map import QualityMap
from engine.photo_score import PhotoScore


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The maps that were asked for; both are None for a photo that can't be read.

    `own` is what its own pixels show, if that was asked for and the photo is so large that the rest
    was seen reduced.

    >>> from pathlib import Path
    >>> from engine.explain.examined import Examined
    >>> from engine.photo_score import PhotoScore
    >>> lost = Examined(score=PhotoScore(path=Path("a.jpg"), error="There is no such file."))
    >>> lost.quality_map is None, lost.score.error
    (True, 'There is no such file.')
    """

    score: PhotoScore
    quality_map: QualityMap | None = None
    distortions: DistortionMap | None = None
    own: OwnPixels | None = None
