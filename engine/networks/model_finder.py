"""The file of a model by its name. This does not load torch, so that a command can ask first."""

import os
from importlib.resources import files
from pathlib import Path, PureWindowsPath

from engine.errors import ModelFileError

MODEL_SUFFIX = ".safetensors"


def bundled_folder() -> Path:
    """Where the models that travel with the program are.

    >>> from engine.networks.model_finder import bundled_folder
    >>> (bundled_folder() / "default.txt").is_file()
    True
    """
    return Path(str(files("resources.models")))


def default_model() -> Path:
    """The model in use when none is named. Raises ModelFileError when the program is incomplete.

    >>> from engine.networks.model_finder import bundled_folder, default_model
    >>> default_model().suffix, default_model().parent == bundled_folder()
    ('.safetensors', True)
    """
    stated = bundled_folder() / "default.txt"
    if not stated.is_file():
        raise ModelFileError(
            "This installation has no bundled model. Install Discern again, or name a model file "
            "with --model."
        )
    return bundled_folder() / f"{stated.read_text(encoding='utf-8').strip()}{MODEL_SUFFIX}"


def find_model(name_or_path: str | Path, user_folder: Path | None = None) -> Path:
    """The file of a model by its name in the library, or by its path; the user's come first.

    Raises ModelFileError naming the models there are.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.model_finder import default_model, find_model
    >>> find_model(default_model().stem) == default_model()
    True
    >>> with TemporaryDirectory() as folder:
    ...     (Path(folder) / "mine.safetensors").touch()
    ...     find_model("mine", Path(folder)).name
    'mine.safetensors'
    """
    name = str(name_or_path)
    for folder in (user_folder, bundled_folder()):
        if folder is not None and (path := model_in(folder, name)):
            return path
    if os.path.isfile(name_or_path):
        return Path(name_or_path)
    known = ", ".join(path.stem for path in model_files(user_folder)) or "none"
    raise ModelFileError(
        f"There is no model {name}. Models here: {known}. A file's path works too."
    )


def model_files(user_folder: Path | None = None) -> list[Path]:
    """Every model file of the library: the default, then bundled ones, then the user's, by name.

    >>> from engine.networks.model_finder import default_model, model_files
    >>> model_files()[0] == default_model()
    True
    """
    bundled = sorted(_files_in(bundled_folder()), key=lambda path: not is_default(path))
    return bundled + ([] if user_folder is None else _files_in(user_folder))


def is_default(path: Path) -> bool:
    """Whether this is the model that is in use when none is named.

    >>> from engine.networks.model_finder import default_model, is_default, model_files
    >>> is_default(default_model()), [is_default(path) for path in model_files()[1:2]]
    (True, [False])
    """
    has_default = (bundled_folder() / "default.txt").is_file()
    return has_default and path == default_model()


def model_in(folder: Path, name: str) -> Path | None:
    """The model of that name in the folder itself; a name that leads out of it finds nothing.

    >>> from engine.networks.model_finder import bundled_folder, default_model, model_in
    >>> name = default_model().stem
    >>> model_in(bundled_folder(), name) == default_model()
    True
    >>> model_in(bundled_folder(), f"../models/{name}") is None  # a name, not a way
    True
    """
    is_plain = PureWindowsPath(name).name == name  # Windows parts at /, \ and C:
    path = folder / f"{name}{MODEL_SUFFIX}"
    return path if is_plain and os.path.isfile(path) else None


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob(f"*{MODEL_SUFFIX}") if path.is_file())
