"""Rows of the proof for Grad-CAM and for the scores of the model that it explains."""

# N photos, H W pixels of the photo

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from bench.defect_measures import Floats, Mapper, judge, scrambled
from bench.defect_planting import TAUGHT, Defect, Pixels, Spoilt, spoilt_photos
from bench.defect_untaught import NEVER_TAUGHT
from bench.trust_figures import Row, agreement_of, mean_of, share_of
from bench.trust_part import Part
from bench.trust_people import BEST_TENTH, OF_THE_MAP, Looked
from bench.trust_planted import ENERGY, NEVER, PEAK
from bench.trust_restoring import Score
from bench.trust_sanity import restoring_rows, sanity_rows
from engine.explain.distortion_map import AFFECTED_FROM, DistortionMap
from engine.explain.grad_cam import photo_map
from engine.networks.model_card import ModelCard
from engine.networks.quality_network import QualityNetwork
from engine.photos.resize import resize_photo
from trainer.defects.material import pixels_of

_OWN_SCORE = "map's mean against the photo's own score, SRCC"


def grad_cam(network: QualityNetwork, card: ModelCard) -> Mapper:
    """What lowers the score, (H, W) in [0, 1] on the model's common scale, in the photo's size."""
    top = card.map_scale.top or 1.0

    def lowers(photo_HW3: Pixels) -> Floats:
        resized_HW3 = resize_photo(photo_HW3, card.resize_rule, crop_px=card.crop_px)
        lowers_HW = np.clip(-photo_map(network, resized_HW3) / top, 0, 1).astype(np.float32)
        size = (photo_HW3.shape[1], photo_HW3.shape[0])
        larger_HW: Floats = cv2.resize(lowers_HW, size, interpolation=cv2.INTER_LINEAR)
        return larger_HW

    return lowers


def own_score_rows(score: Score, part: Part, found: Mapping[int, Looked]) -> list[Row]:
    """How the means of the defect network's maps agree with what the model makes of the photos."""
    scores = np.array([score(pixels_of(part.paths[place])) for place in found])
    silent = np.array([-one.mean for one in found.values()])
    return [_agreement(_OWN_SCORE, silent, scores)]


def grad_cam_rows(
    network: QualityNetwork,
    card: ModelCard,
    score: Score,
    *,
    part: Part,
    good: Sequence[Pixels],
    spoilt: Sequence[Spoilt],
    places: Sequence[int],
) -> dict[str, list[Row]]:
    """The tests that the defect network goes through, where Grad-CAM can take them.

    It is slow: defects are planted in every second or fourth of the good photos.
    """
    mapper = grad_cam(network, card)
    rows = [
        *_planted_rows(mapper, good[::2], TAUGHT, seed=11),
        *_planted_rows(mapper, good[::4], NEVER_TAUGHT, seed=12, of=NEVER),
    ]
    tenth = [mapper(pixels_of(path)) for path in part.paths[: part.num_best]]
    rows.append(
        Row(
            measure=BEST_TENTH,
            measured=share_of(bool(found_HW.max() >= AFFECTED_FROM) for found_HW in tenth),
            sample=f"{len(tenth)} photos",
            unit="%",
        )
    )
    photos = [pixels_of(part.paths[place]) for place in places]
    silent = np.array([-float(mapper(photo_HW3).mean()) for photo_HW3 in photos])
    rated = np.array([part.scores_0_1[place] for place in places])
    rows.append(_agreement(OF_THE_MAP, silent, rated))
    rows.append(_agreement(_OWN_SCORE, silent, np.array([score(one) for one in photos])))
    rows += restoring_rows(score, mapper, spoilt)
    randomised = grad_cam(scrambled(network), card)
    rows += sanity_rows(mapper, randomised, spoilt, has_targets=False)
    return {"Grad-CAM": rows}


def _planted_rows(
    mapper: Mapper,
    photos: Sequence[Pixels],
    defects: Mapping[str, Defect],
    *,
    seed: int,
    of: str = "",
) -> list[Row]:
    verdicts = []
    for one in spoilt_photos(photos, defects, seed=seed):
        found_HW = mapper(one.pixels_HW3).astype(np.float32)
        blamed = DistortionMap(kinds=("blamed",), strength_KHW=found_HW[None])  # names no kind
        verdicts.append(judge(one, blamed))
    sample = f"{len(verdicts)} defects"
    inside = share_of(one.is_peak_inside for one in verdicts)
    energy = mean_of([one.energy for one in verdicts])
    return [
        Row(measure=PEAK, measured=inside, sample=sample, of=of, unit="%"),
        Row(measure=ENERGY, measured=energy, sample=sample, of=of),
    ]


def _agreement(measure: str, predicted: Floats, rated: Floats) -> Row:
    return Row(
        measure=measure, measured=agreement_of(predicted, rated), sample=f"{len(rated)} photos"
    )
