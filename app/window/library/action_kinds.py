"""The actions that the library can carry out, made for photos of its list."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.actions.photo_action import PhotoAction
from app.catalog.photo_entry import Flag, PhotoEntry


class ActionKinds(Protocol):
    """Makes actions; making one does nothing yet."""

    def give_stars(self, photos: Sequence[PhotoEntry], stars: int) -> PhotoAction:
        """The person's stars for photos."""

    def give_flag(self, photos: Sequence[PhotoEntry], flag: Flag) -> PhotoAction:
        """Pick, reject or neither."""

    def stars_from_scores(self, photos: Sequence[PhotoEntry]) -> PhotoAction:
        """Stars by the photos' scores, because the person asked for it."""

    def tell_marks(self) -> PhotoAction:
        """Sidecars for what was marked before sidecars were wanted."""

    def copy_to(self, photos: Sequence[PhotoEntry], folder: Path) -> PhotoAction:
        """Copies of photos and their sidecars in another folder."""

    def move_to(self, photos: Sequence[PhotoEntry], folder: Path) -> PhotoAction:
        """Photos and their sidecars to another folder."""

    def trash(self, photos: Sequence[PhotoEntry]) -> PhotoAction:
        """Photos and their sidecars to the system's trash."""

    def export_csv(self, photos: Sequence[PhotoEntry], path: Path) -> PhotoAction:
        """The scores of photos as a table, as `discern rate --csv` writes it."""
