"""Where Discern keeps what is a person's own on this machine."""

import os
from pathlib import Path

import platformdirs

HOME_VARIABLE = "DISCERN_HOME"


def chosen_home() -> Path | None:
    """The folder that takes the place of the system's folders, if the environment names one."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).expanduser().absolute() if home else None


def data_folder() -> Path:
    """The folder for what must not be lost: the user's models, the catalog, the demo."""
    home = chosen_home()
    return home / "data" if home else platformdirs.user_data_path("discern", appauthor=False)


def models_folder() -> Path:
    """The folder of the models that the user imported or trained."""
    return data_folder() / "models"
