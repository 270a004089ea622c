"""What camera and file say of a photo, in words. Used off the GUI thread."""

import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale

from engine.errors import UnreadablePhoto

# Numbers of the EXIF standard.
_MAKE, _MODEL, _DATE = 0x010F, 0x0110, 0x0132
_EXPOSURE_S, _F_NUMBER, _ISO, _TAKEN = 0x829A, 0x829D, 0x8827, 0x9003
_FOCAL_MM, _FOCAL_35_MM, _LENS, _FLASH = 0x920A, 0xA405, 0xA434, 0x9209
_LONGEST = 80


def read_facts(path: Path) -> list[tuple[str, str]]:
    """Labels and values: file, then camera; what is missing or can't be read is left out."""
    try:
        status = path.stat()
    except OSError:
        return place_facts(path)
    known = file_facts(path, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
    return known + _camera_facts(path)


def place_facts(path: Path) -> list[tuple[str, str]]:
    """What the path alone says."""
    return [(_tr("File"), path.name), (_tr("Folder"), str(path.parent))]


def file_facts(path: Path, *, size_bytes: int, mtime_ns: int) -> list[tuple[str, str]]:
    """What is known of a file without opening it; the first of what `read_facts` says."""
    changed = time.strftime("%Y-%m-%d %H:%M", time.localtime(mtime_ns / 1e9))
    return [
        *place_facts(path),
        (_tr("Size"), QLocale().formattedDataSize(size_bytes, 1)),
        (_tr("Changed"), changed),
    ]


def _camera_facts(path: Path) -> list[tuple[str, str]]:
    # Here, because Pillow is slow to load and the window must be seen at once.
    from engine.photos.header import read_header

    try:
        header = read_header(path)
    except UnreadablePhoto:
        return []  # a photo without facts is still shown
    main, block = header.tags, header.camera_tags
    make, model = _text(main.get(_MAKE)), _text(main.get(_MODEL))
    camera = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    found = {
        _tr("Taken"): _date(_text(block.get(_TAKEN) or main.get(_DATE))),
        _tr("Camera"): camera.strip(),
        _tr("Lens"): _text(block.get(_LENS)),
        _tr("Exposure"): _exposure(block.get(_EXPOSURE_S)),
        _tr("Aperture"): _number("f/{:.3g}", block.get(_F_NUMBER)),
        _tr("ISO"): _iso(block.get(_ISO)),
        _tr("Focal length"): _number("{:.3g} mm", block.get(_FOCAL_MM)),
        _tr("On 35 mm"): _number("{:.3g} mm", block.get(_FOCAL_35_MM)),
        _tr("Flash"): _flash(block.get(_FLASH)),
    }
    return [(label, value) for label, value in found.items() if value]


def _text(value: object) -> str:
    text = str(value or "").replace("\x00", " ").strip()
    return "".join(char for char in text if char.isprintable())[:_LONGEST]


def _date(text: str) -> str:
    date, _, time_of_day = text.partition(" ")
    return f"{date.replace(':', '-')} {time_of_day[:5]}".strip()


def _positive(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if 0 < number < 1e7 else None


def _number(form: str, value: object) -> str:
    number = _positive(value)
    return "" if number is None else form.format(number)


def _iso(value: object) -> str:
    return _number("{:.0f}", value[0] if isinstance(value, tuple) and value else value)


def _exposure(value: object) -> str:
    seconds = _positive(value)
    if seconds is None:
        return ""
    return f"{seconds:.3g} s" if seconds >= 0.3 else f"1/{1 / seconds:.0f} s"


def _flash(value: object) -> str:
    if not isinstance(value, int):
        return ""
    return _tr("fired") if value & 1 else _tr("did not fire")


def _tr(text: str) -> str:
    return QCoreApplication.translate("PhotoFacts", text)
