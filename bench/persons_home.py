"""The home of the person in the pictures: their photos among those of other years."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.holiday_photos import HolidayPhoto, cut_short, make_holiday
from bench.rated_photos import RatedPhotos, copy_rated_photos
from bench.spoilt_ratings import write_spoilt_ratings

_PICTURES = (
    "2019-08 Azores",
    "2019-12 Christmas",
    "2020-07 Lakes",
    "2021-05 Garden",
    "2021-09 Brittany",
    "2022-06 Coast",
    "2023-04 Vienna",
    "2023-10 Harvest",
    "2024-07 Norway",
    "2025-02 Snow",
    "2025-08 Lisbon",
    "2026-03 Birthday",
)
_FOLDER_NAME = "2026-05 Days out"
_RATED_NAME = "Rated together"
_UNREADABLE_NAME = "IMG_2099.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsHome:
    """What the walks through the pages need of it."""

    folder: Path  # the photos to rate
    photos: tuple[HolidayPhoto, ...]  # in that folder; one more can't be read
    rated: RatedPhotos  # photos with scores
    weights: Path | None  # a file of starting weights

    def fault_of(self, photo: Path) -> str:
        """What went wrong with a photo of the folder; empty where nothing did."""
        return next((one.fault for one in self.photos if one.path == photo), "")


def furnish(home: Path, *, labels: Path | None, weights: Path | None) -> PersonsHome:
    """Put photos into the home; `labels` and `weights` are copied, so that paths look like home.

    Without `labels` the photos with scores are pieces of the others, spoilt by known amounts.
    """
    pictures = home / "Pictures"
    for name in _PICTURES:
        (pictures / name).mkdir(parents=True)
    photos = make_holiday(pictures / _FOLDER_NAME)
    cut_short(photos[-1], pictures / _FOLDER_NAME / _UNREADABLE_NAME)
    with tempfile.TemporaryDirectory() as elsewhere:
        source = labels or write_spoilt_ratings(photos, Path(elsewhere) / "spoilt")
        rated = copy_rated_photos(source, pictures / _RATED_NAME)
    own_weights = None
    if weights is not None:
        own_weights = home / "Downloads" / weights.name
        own_weights.parent.mkdir()
        shutil.copy(weights, own_weights)
    return PersonsHome(
        folder=pictures / _FOLDER_NAME, photos=tuple(photos), rated=rated, weights=own_weights
    )
