"""Models that come into the library and go out of it, for the command and the window alike.

Slow (models are opened to see whether they tell the truth) and loads torch: for a thread.
"""

from dataclasses import dataclass
from pathlib import Path

from app import places
from app.atomic_write import check_writable, write_chunks
from app.errors import WrongUse

SUFFIX = ".safetensors"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedModel:
    """A model's name in the library, and whether its file was copied or had been there before."""

    name: str
    is_new: bool


def import_file(file: Path, *, name: str | None = None) -> ImportedModel:
    """Copy a model file into the library once it was opened; under `name`, if one is given.

    Raises WrongUse for another kind of file, and ModelFileError for one that is damaged or lies,
    or whose name another model has.
    """
    from engine.networks.model_library import import_model, same_model

    _require_model_file(file)
    same = same_model(file, places.models()) if name is None and file.is_file() else None
    entry = import_model(file, places.models(), name=name)
    return ImportedModel(name=entry.name, is_new=same is None)


def take_in(file: Path) -> str:
    """As `import_file`, but a number is added to a name that another model has; the name there."""
    from engine.networks.model_library import adopt_model

    _require_model_file(file)
    return adopt_model(file, places.models()).name


def export_file(name: str, target: Path) -> Path:
    """Copy a model out of the library to a new file or into a folder; returns where it is.

    Raises WrongUse for a target that exists or is called otherwise, ModelFileError when there is no
    such model, OutputNotWritten when writing fails.
    """
    from engine.networks.model_finder import find_model

    source = find_model(name, places.models())
    target = target / source.name if target.is_dir() else target
    if target.suffix != SUFFIX:
        raise WrongUse(f"Model files end in {SUFFIX}: {target.with_suffix(SUFFIX)}")
    if target.exists():
        raise WrongUse(f"{target} exists already and is not replaced. Choose another name.")
    check_writable(target)
    with source.open("rb") as file:
        write_chunks(target, iter(lambda: file.read(_CHUNK_BYTES), b""))
    return target


def remove(name: str) -> None:
    """Delete one of the user's models. Raises ModelFileError when it is bundled or not there."""
    from engine.networks.model_library import remove_model

    remove_model(name, places.models())


def _require_model_file(file: Path) -> None:
    if file.suffix != SUFFIX:
        raise WrongUse(
            f"{file.name} is not a {SUFFIX} file. Models in other formats, such as .pth, can"
            " carry code that runs when they are opened, so Discern does not take them."
        )
