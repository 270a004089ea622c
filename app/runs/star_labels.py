"""A labels table of the stars that were given in the library."""

import time
from pathlib import Path

from app.catalog.library_catalog import LibraryCatalog
from app.errors import AppError
from engine.files.atomic_write import write_bytes
from engine.files.csv_text import csv_text


def write_star_labels(catalog: LibraryCatalog, folder: Path) -> Path:
    """Write every photo that has stars into a new table in `folder`; slow, for a thread.

    Raises AppError when no photo has any.
    """
    starred = catalog.starred()
    if not starred:
        raise AppError(
            "No photo has stars yet. Give photos 1 to 5 stars in the library, a few hundred for a"
            " first useful model."
        )
    text = csv_text([("image", "stars"), *starred])
    path = folder / f"my-stars-{time.strftime('%Y%m%d-%H%M%S')}.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(path, text.encode("utf-8"))
    except (OSError, UnicodeEncodeError) as error:
        raise AppError(f"{path} could not be written: {error}.") from error
    return path
