"""Writing the picture that explains a photo's score."""

import io
from collections.abc import Sequence
from pathlib import Path

from app.atomic_write import write_bytes
from app.pictures.explain_picture import draw_explanation
from engine.defects.defect_card import DefectCard
from engine.explain.quality_map import QualityMap


def write_explanation(
    quality_map: QualityMap, target: Path, *, model_name: str, card: DefectCard
) -> None:
    """Draw the explanation of one photo and write the picture as PNG. Raises OutputNotWritten."""
    picture = draw_explanation(quality_map, model_name=model_name, card=card)
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
