"""Are planted defects found, and called by their names? Irregular, feathered, at many strengths."""

# H W pixels of the resized photo, 3 red, green, blue

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bench.trust_methods import Blame, Method, Pixels
from trainer.distortion.planting import blend
from trainer.distortion.regions import irregular

AREAS = (1 / 36, 1 / 16, 1 / 9, 1 / 4)
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
SEEN_FROM = 3.0
_MOST_PLACES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One defect in one photo, and what a method made of it.

    `energy` is the part of the map inside the defect over the part of the photo it covers: 1 is
    blind chance, 1 / area the most there is. Grad-CAM names no kind.
    """

    kind: str
    area: float
    strength: float
    is_peak_inside: bool
    energy: float
    is_named: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedPhoto:
    """A photo with one defect where `is_inside_HW`."""

    pixels_HW3: Pixels
    clean_HW3: Pixels
    is_inside_HW: npt.NDArray[np.bool_]
    kind: str
    area: float
    strength: float


def planted_photos(
    photos: Sequence[Pixels],
    defects: Mapping[str, Callable[[Pixels, float, np.random.Generator], Pixels]],
    *,
    seed: int = 0,
) -> Iterator[PlantedPhoto]:
    """Every kind once in every photo; areas and strengths take turns so that all pairs occur.

    Blur in a clear sky changes nothing, and no one could find it. So another place is tried where
    the defect changes its region by less than `SEEN_FROM` levels of 255 on average; where eight
    places don't do, the photo is passed over for this kind and strength.
    """
    for number, photo_HW3 in enumerate(photos):
        for place, (kind, defect) in enumerate(defects.items()):
            rng = np.random.default_rng([seed, number, place])
            turn = number + 5 * place
            area, strength = AREAS[turn % 4], STRENGTHS[turn // 4 % 4]
            spoilt_HW3 = defect(photo_HW3, strength, rng)
            for _ in range(_MOST_PLACES):
                weights_HW = irregular(*photo_HW3.shape[:2], share=area, rng=rng)
                mixed_HW3 = blend(photo_HW3, spoilt_HW3, weights_HW)
                is_inside_HW = weights_HW >= 0.5
                change = cv2.absdiff(mixed_HW3, photo_HW3)[is_inside_HW].mean()
                if change >= SEEN_FROM:
                    yield PlantedPhoto(
                        pixels_HW3=mixed_HW3,
                        clean_HW3=photo_HW3,
                        is_inside_HW=is_inside_HW,
                        kind=kind,
                        area=area,
                        strength=strength,
                    )
                    break


def judge(planted: PlantedPhoto, blame: Blame) -> Trial:
    """Whether the map's peak lies in the defect, how much of it does, and whether it is named."""
    peak = np.unravel_index(int(blame.map_HW.argmax()), blame.map_HW.shape)
    total = float(blame.map_HW.sum(dtype=np.float64))
    inside = float(blame.map_HW[planted.is_inside_HW].sum(dtype=np.float64))
    share = float(planted.is_inside_HW.mean())
    return Trial(
        kind=planted.kind,
        area=planted.area,
        strength=planted.strength,
        is_peak_inside=bool(planted.is_inside_HW[peak]) and total > 0,
        energy=inside / total / share if total > 0 else 1.0,
        is_named=None if blame.named is None else blame.named == planted.kind,
    )


def run_trials(
    planted: Iterator[PlantedPhoto], methods: dict[str, Method]
) -> dict[str, list[Trial]]:
    """The trials of every method, on the very same photos."""
    trials: dict[str, list[Trial]] = {name: [] for name in methods}
    for one in planted:
        for name, method in methods.items():
            trials[name].append(judge(one, method(one.pixels_HW3)))
    return trials
