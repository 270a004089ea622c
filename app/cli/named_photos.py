"""The photos that were named on the command line, or what is wrong with the names."""

import os
from collections.abc import Sequence
from pathlib import Path

from app.errors import WrongUse
from engine.photos.discover import find_photos
from engine.photos.suffixes import PHOTO_SUFFIXES


def find_named_photos(paths: Sequence[Path]) -> list[Path]:
    """The photos in these files and folders, sorted, each once; some may turn out unreadable.

    A missing file with the name of a photo stays, to be told of among the others. Raises WrongUse
    for a folder that does not exist, and where there are no photos at all.
    """
    for path in paths:
        if path.suffix.lower() not in PHOTO_SUFFIXES and not os.path.exists(path):
            raise WrongUse(f"There is no folder or file {path}. Nothing was rated.")
    photos = find_photos(paths)
    if not photos:
        raise WrongUse(
            f"There are no photos in {_listed(paths)}. Name photos, or folders that hold some."
        )
    return photos


def _listed(paths: Sequence[Path]) -> str:
    shown = ", ".join(str(path) for path in paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"
