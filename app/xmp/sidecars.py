"""Which files beside a photo belong to it."""

import os
from enum import StrEnum
from pathlib import Path

from app.xmp.packet import SIDECAR_FOR, UnreadableXmp, parse_packet
from engine.photos.regular_file import open_file
from engine.photos.suffixes import PHOTO_SUFFIXES, RAW_SUFFIXES

MAX_SIDECAR_BYTES = 8 << 20
# What darktable, digiKam, RawTherapee, ART and DxO keep under the photo's whole name.
_APPENDED_SUFFIXES = (".xmp", ".pp3", ".arp", ".dop")
_MAX_DUPLICATES = 99


class SidecarStyle(StrEnum):
    """How a new sidecar is named."""

    APPENDED = "IMG_1.CR2.xmp"  # darktable, digiKam
    REPLACED = "IMG_1.xmp"  # Lightroom, Capture One and most others


class FolderNames:
    """The names in a folder at one moment, for finding what belongs together.

    Names are compared without regard to case, as cameras and programs write `.XMP` as well.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names: dict[str, str] = {}
        self._by_stem: dict[str, list[str]] = {}
        self._has_xmp = False
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            names = []  # whoever uses a file of this folder will say so
        for name in names:
            folded = name.casefold()
            self._names.setdefault(folded, name)
            self._has_xmp = self._has_xmp or folded.endswith(".xmp")
            stem, suffix = os.path.splitext(name)  # many times as fast as Path
            if suffix.lower() in PHOTO_SUFFIXES:
                self._by_stem.setdefault(stem.casefold(), []).append(name)

    def xmp_sidecars(self, photo: Path) -> list[Path]:
        """The XMP sidecars of a photo, the one under its whole name last."""
        if not self._has_xmp:
            return []
        found = []
        replaced = self._named(photo.stem + ".xmp")
        if replaced is not None and self._owns(photo, replaced):
            found.append(replaced)
        appended = self._named(photo.name + ".xmp")
        if appended is not None:
            found.append(appended)
        return found

    def companions(self, photo: Path) -> list[Path]:
        """Everything that must go where the photo goes: sidecars of all programs."""
        found = self.xmp_sidecars(photo)
        for suffix in _APPENDED_SUFFIXES:
            path = self._named(photo.name + suffix)
            if path is not None and path not in found:
                found.append(path)
        return found + self._darktable_duplicates(photo)

    def new_sidecar(self, photo: Path, style: SidecarStyle) -> Path:
        """Where the first sidecar of a photo goes; a name shared with another photo is avoided."""
        if style is SidecarStyle.REPLACED and self._first_of_stem(photo) == photo.name:
            return photo.with_suffix(".xmp")
        return photo.with_name(photo.name + ".xmp")

    def _named(self, name: str) -> Path | None:
        found = self._names.get(name.casefold())
        return None if found is None else self.folder / found

    def _owns(self, photo: Path, sidecar: Path) -> bool:
        """Whether `IMG_1.xmp` is this photo's and not that of a photo beside it."""
        if len(self._by_stem.get(photo.stem.casefold(), ())) < 2:
            return True
        owner = _named_owner(sidecar)
        if owner is not None:
            return photo.suffix.lower() == f".{owner.lower()}"
        return self._first_of_stem(photo) == photo.name

    def _first_of_stem(self, photo: Path) -> str:
        names = self._by_stem.get(photo.stem.casefold()) or [photo.name]
        return min(names, key=lambda name: (Path(name).suffix.lower() not in RAW_SUFFIXES, name))

    def _darktable_duplicates(self, photo: Path) -> list[Path]:
        found = []
        for number in range(1, _MAX_DUPLICATES + 1):
            name = f"{photo.stem}_{number:02}{photo.suffix}"
            path = self._named(name + ".xmp")
            if path is None:
                break
            if self._named(name) is None:  # otherwise it is the sidecar of that photo
                found.append(path)
        return found


def _named_owner(sidecar: Path) -> str | None:
    """The suffix, without its dot, that Adobe's programs note in a sidecar."""
    try:
        return parse_packet(read_sidecar(sidecar)).value(SIDECAR_FOR) or None
    except (OSError, UnreadableXmp):
        return None


def read_sidecar(path: Path) -> bytes:
    """The bytes of a sidecar; OSError when it can't be read, UnreadableXmp when it is none."""
    with open_file(path) as file:
        content = file.read(MAX_SIDECAR_BYTES + 1)
    if len(content) > MAX_SIDECAR_BYTES:
        raise UnreadableXmp("it is far too large for a sidecar")
    return content
