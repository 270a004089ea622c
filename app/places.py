"""Where Discern keeps things on this machine: the one place where operating systems differ."""

import os
import sys
from pathlib import Path

import platformdirs

from engine.home import chosen_home, data_folder, models_folder


def data() -> Path:
    """The folder for what must not be lost: the catalog, the user's models, the demo."""
    return data_folder()


def cache() -> Path:
    """The folder for what can be made again."""
    home = chosen_home()
    return home / "cache" if home else platformdirs.user_cache_path("discern", appauthor=False)


def logs() -> Path:
    """The folder of the log files."""
    home = chosen_home()
    return home / "logs" if home else platformdirs.user_log_path("discern", appauthor=False)


def models() -> Path:
    """The folder of the models that the user imported or trained."""
    return models_folder()


def contests() -> Path:
    """The folder of the contests between models, with all answers."""
    return data() / "contests"


def runs() -> Path:
    """The folder of the training runs that the window starts."""
    return data() / "runs"


def own_labels() -> Path:
    """The folder of the label tables that are made from stars given in the library."""
    return data() / "labels"


def catalog() -> Path:
    """The SQLite file that remembers scores."""
    return data() / "catalog.sqlite3"


def rating_sessions() -> Path:
    """The SQLite file of what people said of photos in rating sessions."""
    return data() / "rating-sessions.sqlite3"


def demo() -> Path:
    """The folder that `discern demo` fills unless told otherwise."""
    return data() / "demo"


def log_file() -> Path:
    """The log that a person is asked to look at when something unexpected happened."""
    return logs() / "discern.log"


def in_hand() -> Path:
    """The folder of the notes on photos that are being read, for the case of a crash."""
    return logs() / "in hand"


def has_display() -> bool:
    """Whether a window could be shown here; Qt's own variable overrides what the system says."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    has_always_one = sys.platform in ("win32", "darwin")
    return has_always_one or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
