"""A photo's score together with its maps, all from one reading of the photo."""

from dataclasses import dataclass

from engine.explain.distortion_map import DistortionMap
from engine.explain.quality_map import QualityMap
from engine.photo_score import PhotoScore


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The maps that were asked for; both are None for a photo that can't be read."""

    score: PhotoScore
    quality_map: QualityMap | None = None
    distortions: DistortionMap | None = None
