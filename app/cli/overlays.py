"""Writing the picture that explains each photo's score into a folder."""

import io
import logging
from collections.abc import Sequence
from pathlib import Path

from app.atomic_write import write_bytes
from app.cli.interruption import Interruption
from app.cli.progress import progress_bar
from app.pictures.explain_picture import draw_explanation
from engine.errors import UnreadablePhoto
from engine.scorer import Scorer

_log = logging.getLogger(__name__)


def write_overlays(paths: Sequence[Path], folder: Path, *, scorer: Scorer) -> bool:
    """Write one picture per photo; return whether all were, rather than Ctrl+C cutting it short."""
    targets = overlay_paths(paths, folder)
    with Interruption() as interruption, progress_bar(len(paths), "Explaining") as bar:
        for path in paths:
            if interruption.is_wanted:
                break
            try:
                write_explanation(path, targets[path], scorer=scorer)
            except UnreadablePhoto as error:
                _log.warning("%s: no overlay was written. %s", path, error.reason)
            bar.update()
    return not interruption.is_wanted


def write_explanation(path: Path, target: Path, *, scorer: Scorer) -> None:
    """Explain one photo and write the picture as PNG."""
    picture = draw_explanation(scorer.explain(path), model_name=scorer.model_name)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    write_bytes(target, buffer.getvalue())


def overlay_paths(paths: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """A file in `folder` for each photo: its own name, where needed with its folder's or a number.

    Names that differ in case only are told apart too, because some file systems do not.
    """
    taken: set[str] = set()
    targets = {}
    for path in sorted(paths):
        candidates = [path.stem, f"{path.parent.name}-{path.stem}"]
        number = 2
        while candidates[0].casefold() in taken:
            candidates.pop(0)
            if not candidates:
                candidates.append(f"{path.stem}-{number}")
                number += 1
        taken.add(candidates[0].casefold())
        targets[path] = folder / f"{candidates[0]}.png"
    return targets
