"""The demo folder: real photographs, each also degraded in every way, written the same each time.

Originals and most degraded versions are PNG, so that nothing but the named fault is added.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from app.atomic_write import write_bytes
from app.demo.degrade import DEGRADATIONS, JPEG_QUALITY
from app.demo.partly import PARTLY_SPOILT
from app.demo.photographs import PHOTOGRAPHS, read_photographs
from app.errors import WrongUse

MARKER_NAME = "about-this-folder.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class DegradedPhoto:
    """A degraded version and the original it was made from."""

    path: Path
    original_path: Path
    fault: str


def make_demo_folder(folder: Path) -> list[DegradedPhoto]:
    """Write the demo's photographs into `folder` and return those that are degraded as a whole.

    Some more are spoilt in one part only, to be found on the map of visible defects.
    Photographs of an earlier demo are written anew; a folder with anything else in it is refused,
    because a file in it could bear one of the demo's names.
    """
    _refuse_a_folder_in_use(folder)
    photographs = read_photographs()
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / MARKER_NAME, _about(photographs).encode())
    degraded = []
    for name, pixels_HW3 in photographs.items():
        original_path = folder / f"{name}.png"
        write_bytes(original_path, _encoded(pixels_HW3, "PNG"))
        versions = {
            fault: (f"{name}-{fault}.png", _encoded(spoil(pixels_HW3), "PNG"))
            for fault, spoil in DEGRADATIONS.items()
        }
        versions["overcompressed"] = (f"{name}-overcompressed.jpg", _encoded(pixels_HW3, "JPEG"))
        for fault, (file_name, content) in versions.items():
            path = folder / file_name
            write_bytes(path, content)
            degraded.append(DegradedPhoto(path=path, original_path=original_path, fault=fault))
    for partly in PARTLY_SPOILT:
        if partly.photograph in photographs:
            spoilt_HW3 = partly.apply(photographs[partly.photograph])
            write_bytes(folder / partly.file_name, _encoded(spoilt_HW3, "PNG"))
    return degraded


def _refuse_a_folder_in_use(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise WrongUse(f"{folder} is a file. Give the demo a folder of its own: --folder DIR")
    if not (folder / MARKER_NAME).is_file() and any(folder.iterdir()):
        raise WrongUse(
            f"{folder} holds other files. Give the demo a new or empty folder: --folder DIR"
        )


def _encoded(pixels_HW3: np.ndarray, kind: str) -> bytes:
    buffer = io.BytesIO()
    if kind == "JPEG":
        Image.fromarray(pixels_HW3).save(buffer, kind, quality=JPEG_QUALITY)
    else:
        Image.fromarray(pixels_HW3).save(buffer, kind, compress_level=1)
    return buffer.getvalue()


def _about(photographs: dict[str, np.ndarray]) -> str:
    sources = [f"{name}: {PHOTOGRAPHS[name][1]}" for name in photographs]
    return "\n".join(
        [
            "Made by `discern demo`: photographs from scikit-image, each also degraded,",
            "some in one part only.",
            "They are written anew each time; keep nothing of your own here.",
            "",
            *sources,
            "",
        ]
    )
