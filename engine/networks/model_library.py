"""The models there are: those that travel with the program, and the user's own."""

import filecmp
import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError, ModelFileError
from engine.networks.model_card import ModelCard
from engine.networks.model_file import open_model, read_card
from engine.networks.model_finder import (
    MODEL_SUFFIX,
    bundled_folder,
    is_default,
    model_files,
    model_in,
)

_LONGEST_NAME_BYTES = 120


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


def list_models(user_folder: Path | None = None) -> list[ModelEntry]:
    """Every model, the default first, then bundled ones, then the user's, by name.

    >>> from engine.networks.model_library import list_models
    >>> [entry.is_default for entry in list_models()[:2]]
    [True, False]
    """
    bundled = bundled_folder()
    return [_entry(path, is_bundled=path.parent == bundled) for path in model_files(user_folder)]


def import_model(source: Path, user_folder: Path, *, name: str | None = None) -> ModelEntry:
    """Copy a model file into the user's library under `name`, or the name on its card.

    Without a `name`, a file that is in the library already is not copied again: the model there is
    returned. Raises ModelFileError when the file is no model or another model has the name.

    >>> from dataclasses import replace
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.networks.model_file import build_network, read_card, save_model
    >>> from engine.networks.model_finder import default_model
    >>> from engine.networks.model_library import import_model
    >>> network = build_network(CsiqaConfig(backbone="test_vit", crop_px=64))
    >>> card = replace(read_card(default_model()), name="My model", network=network.config)
    >>> with TemporaryDirectory() as folder:
    ...     save_model(Path(folder) / "sent.safetensors", network, card)
    ...     import_model(Path(folder) / "sent.safetensors", Path(folder) / "models").name
    'My-model'
    """
    card = _opened(source)
    if name is None and (same := same_model(source, user_folder)) is not None:
        return same
    wanted = _file_name(card.name if name is None else name)
    if any(entry.name.casefold() == wanted.casefold() for entry in list_models(user_folder)):
        raise ModelFileError(
            f"There is another model called {wanted} already. Import this one under a name of its "
            f"own (discern models import {source} --name NAME), or use the file where it lies with "
            f"--model {source}."
        )
    return _copied(source, user_folder, wanted)


def adopt_model(source: Path, user_folder: Path) -> ModelEntry:
    """As `import_model`, but where the name is taken by another model a number is added.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.model_finder import default_model
    >>> from engine.networks.model_library import adopt_model
    >>> with TemporaryDirectory() as folder:
    ...     entry = adopt_model(default_model(), Path(folder))  # it is in the library already
    ...     entry.path == default_model(), list(Path(folder).iterdir())
    (True, [])
    """
    card = _opened(source)
    if (same := same_model(source, user_folder)) is not None:
        return same
    wanted = _file_name(card.name)
    taken = {entry.name.casefold() for entry in list_models(user_folder)}
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted}-{number}"
    return _copied(source, user_folder, name)


def same_model(source: Path, user_folder: Path) -> ModelEntry | None:
    """The model of the library that has the very bytes of this file, bundled or the user's.

    >>> from pathlib import Path
    >>> from shutil import copyfile
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.model_finder import default_model
    >>> from engine.networks.model_library import same_model
    >>> with TemporaryDirectory() as folder:
    ...     sent = copyfile(default_model(), Path(folder) / "sent.safetensors")
    ...     same_model(sent, Path(folder) / "models").path == default_model()
    True
    """
    size_bytes = source.stat().st_size
    return next(
        (
            entry
            for entry in list_models(user_folder)
            if entry.size_bytes == size_bytes and filecmp.cmp(entry.path, source, shallow=False)
        ),
        None,
    )


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
    path = model_in(user_folder, name)
    if path is None:
        if model_in(bundled_folder(), name):
            raise ModelFileError(f"{name} is part of the program and can't be removed.")
        raise ModelFileError(f"There is no model {name} in {user_folder}.")
    try:
        path.unlink()
    except OSError as error:
        raise ModelFileError(f"{path} could not be removed: {error.strerror}.") from error


def _opened(source: Path) -> ModelCard:
    """The card of a file that is a whole model. Raises ModelFileError."""
    _, card = open_model(source)
    return card


def _copied(source: Path, user_folder: Path, name: str) -> ModelEntry:
    target = user_folder / f"{name}{MODEL_SUFFIX}"
    temporary = target.with_suffix(".part")
    try:
        user_folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, temporary)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ModelFileError(f"{target} could not be written: {error.strerror}.") from error
    return _entry(target, is_bundled=False)


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
        is_default=is_default(path),
        size_bytes=path.stat().st_size,
        card=card,
        problem=problem,
    )


def _file_name(name: str) -> str:
    """A model's name as a file can carry it on every system."""
    kept = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip("-.")
    if not kept:
        raise ModelFileError(f"No file can be called {name!r}. Give the model another name.")
    # A file system takes 255 bytes, some of them for the suffix and for a number.
    return kept.encode()[:_LONGEST_NAME_BYTES].decode(errors="ignore")
