"""The map of one photo: where its score comes from, on the model's common scale."""

# H W pixels of the resized photo

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.explain.distortion_map import DistortionMap
from engine.networks.model_card import MapScale
from engine.photo_score import PhotoScore


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityMap:
    """Where a photo's score is lowered and raised, each (H, W) in [0, 1].

    1 is the top of the model's common scale, the same for every photo; stronger places are cut off
    there. `photo_HW3` is the resized photo that these maps lie on. With weak evidence no place
    reaches the level from which the model's maps mean anything. `distortions` has a size of its
    own and the same aspect; it is None where nobody asked for defects.

    >>> from pathlib import Path
    >>> import numpy as np
    >>> from engine.explain.quality_map import QualityMap
    >>> from engine.photo_score import PhotoScore
    >>> found = QualityMap(
    ...     lowers_HW=np.array([[0.0, 0.8]], np.float32), raises_HW=np.zeros((1, 2), np.float32),
    ...     photo_HW3=np.zeros((1, 2, 3), np.uint8), is_evidence_weak=False,
    ...     score=PhotoScore(path=Path("a.jpg"), score_0_100=40.0),
    ... )
    >>> int(found.lowers_HW.argmax())  # the pixel that lowers the score most
    1
    """

    lowers_HW: npt.NDArray[np.float32]
    raises_HW: npt.NDArray[np.float32]
    photo_HW3: npt.NDArray[np.uint8]
    score: PhotoScore
    is_evidence_weak: bool
    distortions: DistortionMap | None = None


def to_common_scale(
    signed_HW: npt.NDArray[np.float32],
    photo_HW3: npt.NDArray[np.uint8],
    score: PhotoScore,
    scale: MapScale,
    distortions: DistortionMap | None = None,
) -> QualityMap:
    """A signed map in points of score, split and brought to the model's scale.

    A model without a measured scale gets 1 point of score as its top, and evidence is weak only
    where there is none at all.

    >>> from pathlib import Path
    >>> import numpy as np
    >>> from engine.explain.quality_map import to_common_scale
    >>> from engine.networks.model_card import MapScale
    >>> from engine.photo_score import PhotoScore
    >>> signed, photo = np.array([[-9.0, -1.0, 2.0]]), np.zeros((1, 3, 3), np.uint8)
    >>> scale = MapScale(top=4.0, weak_below=1.0)
    >>> found = to_common_scale(signed, photo, PhotoScore(path=Path("a.jpg")), scale)
    >>> found.lowers_HW.tolist(), found.raises_HW.tolist(), found.is_evidence_weak
    ([[1.0, 0.25, 0.0]], [[0.0, 0.0, 0.5]], False)
    """
    top = scale.top or 1.0
    lowers_HW = np.clip(-signed_HW / top, 0, 1).astype(np.float32)
    raises_HW = np.clip(signed_HW / top, 0, 1).astype(np.float32)
    return QualityMap(
        lowers_HW=lowers_HW,
        raises_HW=raises_HW,
        photo_HW3=photo_HW3,
        score=score,
        is_evidence_weak=bool(np.abs(signed_HW).max() <= scale.weak_below),
        distortions=distortions,
    )
