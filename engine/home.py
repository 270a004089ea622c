"""Where Discern keeps what is a person's own on this machine."""

import os
from pathlib import Path

import platformdirs

HOME_VARIABLE = "DISCERN_HOME"


def chosen_home() -> Path | None:
    """The folder that takes the place of the system's folders, if the environment names one.

    >>> from pathlib import Path
    >>> from unittest.mock import patch
    >>> from engine.home import HOME_VARIABLE, chosen_home
    >>> with patch.dict("os.environ", {HOME_VARIABLE: "my discern"}):
    ...     chosen_home() == Path("my discern").absolute()
    True
    """
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).expanduser().absolute() if home else None


def data_folder() -> Path:
    """The folder for what must not be lost: the user's models, the catalog, the demo.

    >>> from unittest.mock import patch
    >>> from engine.home import HOME_VARIABLE, chosen_home, data_folder
    >>> with patch.dict("os.environ", {HOME_VARIABLE: "my discern"}):
    ...     data_folder() == chosen_home() / "data"
    True
    """
    home = chosen_home()
    return home / "data" if home else platformdirs.user_data_path("discern", appauthor=False)


def models_folder() -> Path:
    """The folder of the models that the user imported or trained.

    >>> from engine.home import data_folder, models_folder
    >>> models_folder() == data_folder() / "models"
    True
    """
    return data_folder() / "models"
