"""Making the actions of the library; making one does nothing yet."""

from collections.abc import Callable, Sequence
from pathlib import Path

from app.actions.export_csv import ExportCsv
from app.actions.marking import MarkStore, StarRule, StarsFromScores, TellMarks, set_flag, set_stars
from app.actions.photo_action import PhotoAction
from app.actions.transfer import CopyTo, MoveTo
from app.actions.trash import MoveToTrash
from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_entry import Flag, PhotoEntry
from app.xmp.sidecars import SidecarStyle


class PhotoActions:
    """Actions on photos of one catalog.

    `sidecar_style` and `model_id` are asked whenever they matter, from whichever thread, so that
    settings and model may change: None as style keeps stars out of sidecars.
    """

    def __init__(
        self,
        catalog: LibraryCatalog,
        *,
        sidecar_style: Callable[[], SidecarStyle | None],
        model_id: Callable[[], str],
        star_rule: Callable[[], StarRule] = StarRule,
    ) -> None:
        self._catalog = catalog
        self._store = MarkStore(catalog, sidecar_style=sidecar_style)
        self._model_id = model_id
        self._star_rule = star_rule

    def give_stars(self, photos: Sequence[PhotoEntry], stars: int) -> PhotoAction:
        """The user's stars for photos."""
        return set_stars(photos, stars, self._store)

    def give_flag(self, photos: Sequence[PhotoEntry], flag: Flag) -> PhotoAction:
        """Pick, reject or neither."""
        return set_flag(photos, flag, self._store)

    def stars_from_scores(self, photos: Sequence[PhotoEntry]) -> PhotoAction:
        """Stars by the photos' scores, because the user asked for it."""
        return StarsFromScores(photos, self._star_rule(), self._store)

    def tell_marks(self) -> PhotoAction:
        """Sidecars for what was marked before sidecars were wanted."""
        return TellMarks(self._store)

    def copy_to(self, photos: Sequence[PhotoEntry], folder: Path) -> PhotoAction:
        """Copies of photos and their sidecars in another folder."""
        return CopyTo(photos, folder, self._catalog)

    def move_to(self, photos: Sequence[PhotoEntry], folder: Path) -> PhotoAction:
        """Photos and their sidecars to another folder."""
        return MoveTo(photos, folder, self._catalog)

    def trash(self, photos: Sequence[PhotoEntry]) -> PhotoAction:
        """Photos and their sidecars to the system's trash."""
        return MoveToTrash(photos, self._catalog)

    def export_csv(self, photos: Sequence[PhotoEntry], path: Path) -> PhotoAction:
        """The scores of photos as a table."""
        return ExportCsv(photos, path, model_id=self._model_id())
