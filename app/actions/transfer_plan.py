"""Which files go where when photos are copied or moved to a folder."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.actions.safe_files import Pair
from app.catalog.photo_entry import PhotoEntry
from app.xmp.sidecars import FolderNames
from engine.counted import counted

_SAME_TIME_NS = 2_000_000_000  # FAT keeps times to two seconds


@dataclass(frozen=True, slots=True)
class PlannedPhoto:
    """A photo with its files: the companions first, so that the photo never goes without them."""

    photo: PhotoEntry
    pairs: tuple[Pair, ...]

    @property
    def target(self) -> Path:
        """Where the photo goes."""
        return self.pairs[-1][1]


@dataclass(slots=True)
class TransferPlan:
    """The photos that go, and what was found in the way."""

    folder: Path
    going: list[PlannedPhoto] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    num_bytes: int = 0


def plan_transfer(photos: Sequence[PhotoEntry], folder: Path) -> TransferPlan:
    """Find every photo a free name in the folder.

    A photo that is there already stays out of it; one whose name another file has gets a number.
    """
    plan = TransferPlan(folder)
    folders: dict[Path, FolderNames] = {}
    taken = _names_in(folder)
    for photo in photos:
        place = folder / photo.path.name
        if _is_same(photo, place):
            plan.conflicts.append(f"{photo.path.name} is there already, and is left out.")
            continue
        parent = photo.path.parent
        names = folders.get(parent) or FolderNames(parent)
        folders[parent] = names
        files = [*names.companions(photo.path), photo.path]
        pairs = _free_places(files, photo.path, folder, taken)
        taken.update(target.name.casefold() for _, target in pairs)
        planned = PlannedPhoto(photo, pairs)
        if planned.target != place:
            plan.conflicts.append(
                f"{photo.path.name} is another file there; this one becomes {planned.target.name}."
            )
        plan.going.append(planned)
        plan.num_bytes += photo.size_bytes
    return plan


def shortage(plan: TransferPlan) -> str | None:
    """The sentence that says so when the disk is too full for the plan."""
    existing = next(
        (place for place in (plan.folder, *plan.folder.parents) if place.is_dir()), None
    )
    if existing is None:
        return None
    try:
        free = shutil.disk_usage(existing).free
    except OSError:
        return None
    if plan.num_bytes <= free:
        return None
    return (
        f"{_megabytes(plan.num_bytes)} are needed for {counted(len(plan.going))}, but only"
        f" {_megabytes(free)} are free there."
    )


def _free_places(
    files: Sequence[Path], photo: Path, folder: Path, taken: set[str]
) -> tuple[Pair, ...]:
    number = 1
    while True:
        stem = photo.stem if number == 1 else f"{photo.stem} ({number})"
        pairs = tuple((file, folder / (stem + file.name[len(photo.stem) :])) for file in files)
        if not any(target.name.casefold() in taken for _, target in pairs):
            return pairs
        number += 1


def _names_in(folder: Path) -> set[str]:
    try:
        return {name.casefold() for name in os.listdir(folder)}
    except OSError:
        return set()  # to be made, or copying will say what is wrong


def _is_same(photo: PhotoEntry, place: Path) -> bool:
    try:
        info = place.stat()
    except OSError:
        return False
    return (
        info.st_size == photo.size_bytes and abs(info.st_mtime_ns - photo.mtime_ns) <= _SAME_TIME_NS
    )


def _megabytes(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:,.0f} MB"
