"""Reading the marks of a photo from XMP, and writing them beside it."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.atomic_write import write_bytes
from app.catalog.marks import Marks
from app.errors import AppError, OutputNotWritten
from app.xmp.embedded import embedded_packet
from app.xmp.packet import METADATA_DATE, SIDECAR_FOR, Packet, UnreadableXmp, parse_packet
from app.xmp.packet_edit import edited, new_packet
from app.xmp.sidecars import FolderNames, SidecarStyle, read_sidecar
from app.xmp.xmp_marks import XmpMarks, marks_in, properties_for

_log = logging.getLogger(__name__)


class SidecarNotWritten(AppError):
    """A sidecar that could not be written, and was left as it is."""


@dataclass(frozen=True, slots=True)
class DatedXmpMarks:
    """What XMP says of a photo, and since when: the newest file that says it."""

    marks: XmpMarks
    changed_ns: int


def read_marks(
    photo: Path,
    names: FolderNames | None = None,
    *,
    on_unreadable: Callable[[Path, str], None] | None = None,
) -> DatedXmpMarks | None:
    """What the photo's embedded XMP and its sidecars say, or None when that is nothing.

    Of files that disagree the newest counts, field by field. A rating of 0 inside the photo is
    passed over: cameras write it into every photo. `names` saves looking at the folder again.
    `on_unreadable` is told of sidecars that can't be read or understood, and why, as a sentence.
    """
    names = names or FolderNames(photo.parent)
    sources = [_read_embedded(photo)]
    for path in names.xmp_sidecars(photo):
        try:
            sources.append(_read_sidecar(path))
        except (OSError, UnreadableXmp) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            _log.info("The sidecar %s was not read: %s.", path, reason)
            if on_unreadable is not None:
                on_unreadable(path, f"Its stars are not shown: {reason}.")
    return _combined([source for source in sources if source is not None])


def write_marks(
    photo: Path, marks: Marks, style: SidecarStyle, names: FolderNames | None = None
) -> list[Path]:
    """Tell other programs the marks of a photo, and return the sidecars that were written.

    The sidecars that exist are changed; where there is none, one is made in the given style,
    unless there is nothing to tell. The photo itself is never touched.

    Raises:
        SidecarNotWritten: a sidecar can't be understood, or can't be written now.
    """
    names = names or FolderNames(photo.parent)
    sidecars = names.xmp_sidecars(photo)
    if sidecars:
        return [path for path in sidecars if _update(path, marks)]
    if marks == Marks() or properties_for(marks) == properties_for(Marks()):
        embedded = _read_embedded(photo)
        if embedded is None or not (embedded.marks.stars or embedded.marks.flag):
            return []
    path = names.new_sidecar(photo, style)
    properties = properties_for(marks)
    properties[METADATA_DATE] = _now()
    if path.stem == photo.stem:
        properties[SIDECAR_FOR] = photo.suffix[1:]
    if os.path.lexists(path):
        raise SidecarNotWritten(f"{path} has appeared just now. Set the stars once more.")
    _write(path, new_packet(properties))
    return [path]


def _update(path: Path, marks: Marks) -> bool:
    """Change a sidecar where it says something else; False when it was right already."""
    try:
        before = path.stat()
        packet = parse_packet(read_sidecar(path))
        properties = properties_for(marks, packet)
        if all(packet.value(name) == value for name, value in properties.items()):
            return False
        if packet.value(METADATA_DATE) is not None:
            properties[METADATA_DATE] = _now()
        content = edited(packet, properties)
        after = path.stat()
    except UnreadableXmp as error:
        raise SidecarNotWritten(
            f"{path} can't be understood: {error}. It was left as it is; the stars are kept in"
            " Discern."
        ) from error
    except OSError as error:
        raise SidecarNotWritten(
            f"{path} can't be read: {error.strerror}. The stars are kept in Discern."
        ) from error
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise SidecarNotWritten(
            f"{path} is being changed by another program. Set the stars once more."
        )
    _write(path, content)
    return True


def _write(path: Path, content: bytes) -> None:
    try:
        write_bytes(path, content)
    except OutputNotWritten as error:
        raise SidecarNotWritten(f"{error} The stars are kept in Discern.") from error


def _read_sidecar(path: Path) -> DatedXmpMarks | None:
    changed_ns = path.stat().st_mtime_ns
    marks = marks_in(parse_packet(read_sidecar(path)))
    return None if marks.is_empty else DatedXmpMarks(marks, changed_ns)


def _read_embedded(photo: Path) -> DatedXmpMarks | None:
    content = embedded_packet(photo)
    if not content:
        return None
    try:
        packet: Packet = parse_packet(content)
        changed_ns = photo.stat().st_mtime_ns
    except (OSError, UnreadableXmp) as error:
        _log.debug("The XMP inside %s was not understood: %s", photo, error)
        return None
    marks = marks_in(packet)
    marks = replace(marks, stars=marks.stars or None)
    return None if marks.is_empty else DatedXmpMarks(marks, changed_ns)


def _combined(found: list[DatedXmpMarks]) -> DatedXmpMarks | None:
    if not found:
        return None
    stars, flag = None, None
    for dated in sorted(found, key=lambda dated: dated.changed_ns):
        said = dated.marks
        if said.stars is not None and flag is not None and said.flag is None:
            flag = said.applied_to(Marks(0, flag)).flag  # stars on what was rejected before
        stars = stars if said.stars is None else said.stars
        flag = flag if said.flag is None else said.flag
    newest_ns = max(dated.changed_ns for dated in found)
    return DatedXmpMarks(XmpMarks(stars=stars, flag=flag), newest_ns)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
