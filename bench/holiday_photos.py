"""A folder of photos as somebody brings it home: several takes of each subject, good and bad.

They are cut from photographs in scikit-image's wheel, which are in the public domain or CC0.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from app.demo.degrade import blurred, noisy, overcompressed, overexposed, underexposed
from app.demo.photographs import wheel_data_folder

# H W pixels, 3 channels

Spoils = Callable[[np.ndarray], np.ndarray]

_FIRST_NUMBER = 2041
_MORNING = datetime(2026, 5, 9, 9, 12, tzinfo=UTC)
_QUALITY = 90
_LONG_SIDE_PX = 1536  # as small as a camera's; the faults are made before, where they show
_SEED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayPhoto:
    """A photo, what it shows, and what went wrong; `fault` is empty where nothing did."""

    path: Path
    subject: str
    fault: str


def _shaken(pixels_HW3: np.ndarray) -> np.ndarray:
    """Moved sideways during the exposure, by 11 pixels."""
    kernel = ImageFilter.Kernel((5, 5), [0] * 10 + [1] * 5 + [0] * 10)
    photo = Image.fromarray(pixels_HW3)
    for _ in range(3):
        photo = photo.filter(kernel)
    return np.asarray(photo)


_FAULTS: dict[str, Spoils] = {
    "blurred": lambda pixels: blurred(pixels, 2.2),
    "shaken": _shaken,
    "noisy": lambda pixels: noisy(pixels, 24.0),
    "too bright": lambda pixels: overexposed(pixels, 1.6),
    "too dark": lambda pixels: underexposed(pixels, 2.2),
    "passed on": lambda pixels: overcompressed(pixels, 11),  # as a chat program does
}
# What became of the takes, one after the other.
_GOOD = ""
_TAKES = (
    *(_GOOD, _GOOD, "shaken", _GOOD, "too dark", _GOOD, "passed on"),
    *(_GOOD, "blurred", _GOOD, "noisy", "too bright"),
)


@dataclass(frozen=True, slots=True)
class _Motif:
    """Something to photograph: a part of a file, from left, top to right, bottom as shares."""

    subject: str
    file_name: str
    part: tuple[float, float, float, float]
    num_takes: int


_WHOLE = (0.0, 0.0, 1.0, 1.0)
_MOTIFS = (
    _Motif("cat", "chelsea.png", _WHOLE, 4),
    _Motif("eyes", "chelsea.png", (0.18, 0.05, 0.85, 0.8), 3),
    _Motif("coffee", "coffee.png", _WHOLE, 4),
    _Motif("cup", "coffee.png", (0.25, 0.0, 0.85, 0.75), 3),
    _Motif("paving", "brick.png", _WHOLE, 2),
    _Motif("motorcycle", "motorcycle_left.png", _WHOLE, 5),
    _Motif("engine", "motorcycle_left.png", (0.3, 0.25, 0.85, 0.95), 3),
    _Motif("rear wheel", "motorcycle_left.png", (0.05, 0.3, 0.55, 1.0), 3),
    _Motif("headlamp", "motorcycle_right.png", (0.45, 0.0, 1.0, 0.8), 4),
    _Motif("photographer", "camera.png", _WHOLE, 4),
    _Motif("at the camera", "camera.png", (0.15, 0.08, 0.8, 0.6), 3),
    _Motif("lawn", "grass.png", _WHOLE, 2),
    _Motif("astronaut", "astronaut.png", _WHOLE, 4),
    _Motif("portrait", "astronaut.png", (0.12, 0.0, 0.75, 0.62), 3),
    _Motif("helmet", "astronaut.png", (0.4, 0.42, 1.0, 1.0), 3),
    _Motif("rocket", "rocket.jpg", _WHOLE, 4),
    _Motif("launch pad", "rocket.jpg", (0.2, 0.35, 0.85, 1.0), 3),
)


def make_holiday(folder: Path) -> list[HolidayPhoto]:
    """Write the photos, the same each time, and say what they are, in the order of their names."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(_SEED)
    photos: list[HolidayPhoto] = []
    taken = _MORNING
    for motif in _MOTIFS:
        pixels_HW3 = _read(motif)
        taken += timedelta(minutes=int(rng.integers(5, 50)))
        for take in range(motif.num_takes):
            fault = _TAKES[len(photos) % len(_TAKES)]
            framed_HW3 = pixels_HW3 if take == 0 else _reframed(pixels_HW3, rng)
            spoil = _FAULTS.get(fault)
            path = folder / _name(len(photos), fault, taken)
            _write(path, framed_HW3 if spoil is None else spoil(framed_HW3), taken)
            photos.append(HolidayPhoto(path=path, subject=motif.subject, fault=fault))
            taken += timedelta(seconds=int(rng.integers(4, 40)))
    return sorted(photos, key=lambda photo: photo.path.name)


def cut_short(photo: HolidayPhoto, path: Path) -> None:
    """A copy that ends early, as when a memory card was pulled out."""
    path.write_bytes(photo.path.read_bytes()[:9000])


def _name(index: int, fault: str, taken: datetime) -> str:
    number = _FIRST_NUMBER + index
    return f"IMG-{taken:%Y%m%d}-WA{index:04}.jpg" if fault == "passed on" else f"IMG_{number}.jpg"


def _read(motif: _Motif) -> np.ndarray:
    with Image.open(wheel_data_folder() / motif.file_name) as image:
        photo = image.convert("RGB")
    left, top, right, bottom = motif.part
    width, height = photo.size
    box = (left * width, top * height, right * width, bottom * height)
    return np.asarray(photo.crop((round(box[0]), round(box[1]), round(box[2]), round(box[3]))))


def _reframed(pixels_HW3: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Stepped closer and aside, in slightly other light."""
    height, width = pixels_HW3.shape[:2]
    share = rng.uniform(0.8, 0.97)
    cut_height, cut_width = round(height * share), round(width * share)
    top = int(rng.integers(0, height - cut_height + 1))
    left = int(rng.integers(0, width - cut_width + 1))
    cut_HW3 = pixels_HW3[top : top + cut_height, left : left + cut_width]
    light_3 = rng.uniform(0.88, 1.1) + rng.uniform(-0.04, 0.04, 3)
    lit_HW3: np.ndarray = np.clip(np.rint(cut_HW3 * light_3), 0, 255).astype(np.uint8)
    return lit_HW3


def _write(path: Path, pixels_HW3: np.ndarray, taken: datetime) -> None:
    photo = Image.fromarray(pixels_HW3)
    scale = _LONG_SIDE_PX / max(photo.size)
    size = (round(photo.width * scale), round(photo.height * scale))
    photo = photo.resize(size, Image.Resampling.LANCZOS)
    exif = photo.getexif()
    exif[0x0132] = f"{taken:%Y:%m:%d %H:%M:%S}"
    photo.save(path, "JPEG", quality=_QUALITY, exif=exif)
    os.utime(path, (taken.timestamp(), taken.timestamp()))
