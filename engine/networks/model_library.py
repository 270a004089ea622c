"""The models there are: those that travel with the program, and the user's own."""

import filecmp
import os
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PureWindowsPath

from engine.errors import EngineError, ModelFileError
from engine.networks.distortion_file import open_distortion_head
from engine.networks.model_card import ModelCard
from engine.networks.model_file import open_model, read_card

_SUFFIX = ".safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """One model of the library; `problem` says why its card can't be read, if so.

    >>> from engine.networks.model_library import list_models
    >>> entry = list_models()[0]
    >>> entry.path.name == entry.name + ".safetensors", entry.is_default, entry.problem
    (True, True, '')
    """

    name: str
    path: Path
    is_bundled: bool
    is_default: bool
    size_bytes: int
    card: ModelCard | None
    problem: str = ""


def bundled_folder() -> Path:
    """Where the models that travel with the program are.

    >>> from engine.networks.model_library import bundled_folder
    >>> (bundled_folder() / "default.txt").is_file()
    True
    """
    return Path(str(files("resources.models")))


def default_model() -> Path:
    """The model in use when none is named. Raises ModelFileError when the program is incomplete.

    >>> from engine.networks.model_library import bundled_folder, default_model
    >>> default_model().suffix, default_model().parent == bundled_folder()
    ('.safetensors', True)
    """
    stated = bundled_folder() / "default.txt"
    if not stated.is_file():
        raise ModelFileError(
            "This installation has no bundled model. Install Discern again, or name a model file "
            "with --model."
        )
    return bundled_folder() / f"{stated.read_text(encoding='utf-8').strip()}{_SUFFIX}"


def list_models(user_folder: Path | None = None) -> list[ModelEntry]:
    """Every model, the default first, then bundled ones, then the user's, by name.

    >>> from engine.networks.model_library import list_models
    >>> [entry.is_default for entry in list_models()[:2]]
    [True, False]
    """
    folders = [(bundled_folder(), True)]
    if user_folder is not None and user_folder.is_dir():
        folders.append((user_folder, False))
    entries = [
        _entry(path, is_bundled=is_bundled)
        for folder, is_bundled in folders
        for path in sorted(folder.glob(f"*{_SUFFIX}"))
        if path.is_file()
    ]
    return sorted(entries, key=lambda entry: (not entry.is_default, not entry.is_bundled))


def find_model(name_or_path: str | Path, user_folder: Path | None = None) -> Path:
    """The file of a model by its name in the library, or by its path; the user's come first.

    Raises ModelFileError naming the models there are.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.model_library import default_model, find_model
    >>> find_model(default_model().stem) == default_model()
    True
    >>> with TemporaryDirectory() as folder:
    ...     (Path(folder) / "mine.safetensors").touch()
    ...     find_model("mine", Path(folder)).name
    'mine.safetensors'
    """
    name = str(name_or_path)
    for folder in (user_folder, bundled_folder()):
        if folder is not None and (path := _in_library(folder, name)):
            return path
    if os.path.isfile(name_or_path):
        return Path(name_or_path)
    known = ", ".join(entry.name for entry in list_models(user_folder)) or "none"
    raise ModelFileError(
        f"There is no model {name}. Models here: {known}. A file's path works too."
    )


def import_model(source: Path, user_folder: Path) -> ModelEntry:
    """Copy a model file into the user's library under the name on its card, once it was opened.

    Raises ModelFileError when the file is no model or the name is taken.

    >>> from dataclasses import replace
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.networks.model_file import build_network, read_card, save_model
    >>> from engine.networks.model_library import default_model, import_model
    >>> network = build_network(CsiqaConfig(backbone="test_vit", crop_px=64))
    >>> card = replace(read_card(default_model()), name="My model", network=network.config)
    >>> with TemporaryDirectory() as folder:
    ...     save_model(Path(folder) / "sent.safetensors", network, card)
    ...     import_model(Path(folder) / "sent.safetensors", Path(folder) / "models").name
    'My-model'
    """
    _, card = open_model(source)
    open_distortion_head(source)
    name = _file_name(card.name)
    if any(entry.name.casefold() == name.casefold() for entry in list_models(user_folder)):
        raise ModelFileError(
            f"There is a model called {name} already. Remove it first (discern models remove "
            f"{name}), or use the file where it lies with --model {source}."
        )
    return _copied(source, user_folder, name)


def adopt_model(source: Path, user_folder: Path) -> ModelEntry:
    """As `import_model`, but where the name is taken by another model a number is added.

    A file that is in the library already is not copied again.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.model_library import adopt_model, default_model
    >>> with TemporaryDirectory() as folder:
    ...     entry = adopt_model(default_model(), Path(folder))  # it is in the library already
    ...     entry.path == default_model(), list(Path(folder).iterdir())
    (True, [])
    """
    _, card = open_model(source)
    wanted = _file_name(card.name)
    taken = {entry.name.casefold(): entry for entry in list_models(user_folder)}
    name, number = wanted, 1
    while (found := taken.get(name.casefold())) is not None:
        if found.size_bytes == source.stat().st_size and filecmp.cmp(
            found.path, source, shallow=False
        ):
            return found
        number += 1
        name = f"{wanted}-{number}"
    return _copied(source, user_folder, name)


def remove_model(name: str, user_folder: Path) -> None:
    """Delete one of the user's models. Bundled ones stay. Raises ModelFileError.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.model_library import remove_model
    >>> with TemporaryDirectory() as folder:
    ...     (Path(folder) / "mine.safetensors").touch()
    ...     remove_model("mine", Path(folder))
    ...     list(Path(folder).iterdir())
    []
    """
    path = _in_library(user_folder, name)
    if path is None:
        if _in_library(bundled_folder(), name):
            raise ModelFileError(f"{name} is part of the program and can't be removed.")
        raise ModelFileError(f"There is no model {name} in {user_folder}.")
    try:
        path.unlink()
    except OSError as error:
        raise ModelFileError(f"{path} could not be removed: {error.strerror}.") from error


def _copied(source: Path, user_folder: Path, name: str) -> ModelEntry:
    target = user_folder / f"{name}{_SUFFIX}"
    temporary = target.with_suffix(".part")
    try:
        user_folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, temporary)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ModelFileError(f"{target} could not be written: {error.strerror}.") from error
    return _entry(target, is_bundled=False)


def _in_library(folder: Path, name: str) -> Path | None:
    """The model of that name in the folder itself; a name that leads out of it finds nothing."""
    is_plain = PureWindowsPath(name).name == name  # Windows parts at /, \ and C:
    path = folder / f"{name}{_SUFFIX}"
    return path if is_plain and os.path.isfile(path) else None


def _entry(path: Path, *, is_bundled: bool) -> ModelEntry:
    card: ModelCard | None = None
    problem = ""
    try:
        card = read_card(path)
    except EngineError as error:
        problem = str(error)
    return ModelEntry(
        name=path.stem,
        path=path,
        is_bundled=is_bundled,
        is_default=is_bundled
        and (path.parent / "default.txt").is_file()
        and path == default_model(),
        size_bytes=path.stat().st_size,
        card=card,
        problem=problem,
    )


def _file_name(name: str) -> str:
    """The card's name as a file can carry it on every system."""
    kept = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip("-.")
    if not kept:
        raise ModelFileError("The model's card has no usable name.")
    return kept
