"""What the window remembers of a person's choices, as one typed value kept in an INI file."""

import json
import logging
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from PySide6.QtCore import QObject, QSettings, Signal

_log = logging.getLogger(__name__)

_MOST_RECENT_FOLDERS = 10
THEMES = ("system", "light", "dark")
OVERLAY_SIDES = ("distortions", "own_pixels", "lowers", "raises")
SIDECAR_STYLES = ("undecided", "appended", "replaced", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every choice with the value it has until someone makes it.

    `window_geometry` is Qt's own, in base64. Raises ValueError for a value that can't be meant.
    """

    recent_folders: tuple[str, ...] = ()
    window_geometry: str = ""
    theme: str = "system"
    sidecar_style: str = "undecided"  # no sidecars until the person says yes
    advances_after_marking: bool = False
    thumbnail_size_px: int = 180
    overlay_opacity_percent: int = 85
    shows_overlay: bool = True
    overlay_side: str = "distortions"
    shows_both: bool = True  # photo and map beside each other, not one at a time
    rates_on_open: bool = True
    measures_at_100: bool = True  # focus and noise of large photos, once they are rated
    model: str = ""  # chosen to rate with, by its name in the library; empty: the bundled one
    model_id: str = ""  # of the model used last, whose scores are shown before it is open
    num_crops: int = 0
    rater: str = ""  # who judged in Compare last

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            raise ValueError(f"theme is {self.theme!r}; it can be {', '.join(THEMES)}.")
        if self.sidecar_style not in SIDECAR_STYLES:
            raise ValueError(
                f"sidecar_style is {self.sidecar_style!r}; it can be {', '.join(SIDECAR_STYLES)}."
            )
        if not 0 <= self.overlay_opacity_percent <= 100:
            raise ValueError(
                f"overlay_opacity_percent is {self.overlay_opacity_percent}; it is 0 to 100."
            )
        if self.overlay_side not in OVERLAY_SIDES:
            raise ValueError(
                f"overlay_side is {self.overlay_side!r}; it is {', '.join(OVERLAY_SIDES)}."
            )
        if not 48 <= self.thumbnail_size_px <= 512:
            raise ValueError(f"thumbnail_size_px is {self.thumbnail_size_px}; it is 48 to 512.")

    def with_recent_folder(self, folder: Path) -> Self:
        """The same choices with a folder at the top of those opened lately."""
        name = str(folder)
        others = tuple(other for other in self.recent_folders if other != name)
        return replace(self, recent_folders=(name, *others)[:_MOST_RECENT_FOLDERS])


class SettingsStore(QObject):
    """The settings and the file they are kept in. Used on the GUI thread.

    Signals:
        changed(Settings): after a change, with the new value.
    """

    changed = Signal(object)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = _opened(path)
        self._current = _read(self._file)

    @property
    def current(self) -> Settings:
        """The settings now."""
        return self._current

    def change(self, **values: Any) -> None:  # noqa: ANN401 the dataclass checks the values
        """Take over the named values, keep them, and tell everyone."""
        self.replace(replace(self._current, **values))

    def replace(self, settings: Settings) -> None:
        """Take over all of the settings, keep them, and tell everyone."""
        if settings == self._current:
            return
        before, self._current = asdict(self._current), settings
        for name, value in asdict(settings).items():
            if value != before[name]:
                self._file.setValue(name, json.dumps(value))
        self.changed.emit(settings)

    def flush(self) -> None:
        """Write the file now."""
        self._file.sync()
        if self._file.status() != QSettings.Status.NoError:
            _log.warning("The settings could not be written to %s.", self._file.fileName())


def _opened(path: Path) -> QSettings:
    """The settings file; one that Qt can't understand, and so would never write, is set aside."""
    file = QSettings(str(path), QSettings.Format.IniFormat)
    file.allKeys()  # Qt reads the file now, and not before
    if file.status() != QSettings.Status.FormatError:
        return file
    aside = path.with_name(f"{path.stem}.damaged{path.suffix}")
    try:
        path.replace(aside)
    except OSError as error:
        _log.warning("The settings in %s are damaged and can't be kept (%s).", path, error)
        return file
    _log.warning("The settings were damaged. They were set aside as %s, and begin anew.", aside)
    return QSettings(str(path), QSettings.Format.IniFormat)


def _read(file: QSettings) -> Settings:
    settings = Settings()
    for field in fields(Settings):
        text = file.value(field.name)
        if text is None:
            continue
        default = getattr(settings, field.name)
        try:
            value = json.loads(str(text))
            if isinstance(default, tuple):
                value = tuple(str(part) for part in value)
            if type(value) is not type(default):
                raise TypeError(f"it is {type(value).__name__}")
            settings = replace(settings, **{field.name: value})
        except (ValueError, TypeError) as error:
            _log.warning("The setting %s in %s is ignored: %s", field.name, file.fileName(), error)
    return settings
