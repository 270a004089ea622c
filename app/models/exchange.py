"""Models that come into the library and go out of it, for the command and the window alike.

Slow (models are opened to see whether they tell the truth) and loads torch: for a thread.
"""

from pathlib import Path

from app import places
from app.atomic_write import check_writable, write_chunks
from app.errors import WrongUse

SUFFIX = ".safetensors"
_CHUNK_BYTES = 1 << 20


def import_file(file: Path) -> str:
    """Copy a model file into the library once it was opened, and return the model's name.

    Raises WrongUse for another kind of file, and ModelFileError for one that is damaged or lies.
    """
    from engine.networks.model_library import import_model

    if file.suffix != SUFFIX:
        raise WrongUse(
            f"{file.name} is not a {SUFFIX} file. Models in other formats, such as .pth, can"
            " carry code that runs when they are opened, so Discern does not take them."
        )
    return import_model(file, places.models()).name


def export_file(name: str, target: Path) -> Path:
    """Copy a model out of the library to a new file or into a folder; returns where it is.

    Raises WrongUse for a target that exists or is called otherwise, ModelFileError when there is no
    such model, OutputNotWritten when writing fails.
    """
    from engine.networks.model_library import find_model

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
