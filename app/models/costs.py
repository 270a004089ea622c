"""What models cost on this machine: seconds of the network per photo, measured once and noted."""

import json
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from app import places
from engine.counted import counted
from engine.device import choose_device
from engine.errors import EngineError
from engine.files.atomic_write import write_whole
from engine.networks.model_header import identify_model
from engine.networks.model_library import ModelEntry
from engine.processor import num_usable_cores

_FILE_NAME = "model_costs.json"
_MOST_NOTES = 200


def seconds_of(
    entries: Sequence[ModelEntry], *, say: Callable[[str], None] = lambda text: None
) -> dict[Path, float]:
    """Seconds per photo without reading it, by the models' paths; those that can't be used lack.

    What was never measured on this machine, with its device and PyTorch, is measured now; `say` is
    told so first.
    """
    notes = _notes()
    keys = {entry.path: _key(entry.path) for entry in entries if entry.card is not None}
    unknown = [path for path, key in keys.items() if key not in notes]
    if unknown:
        say(f"Measuring how long {counted(len(unknown), 'model')} take here, once ...")
        for path in unknown:
            measured = _measured(path)
            if measured is not None:
                notes[keys[path]] = measured
        _keep(notes)
    return {path: notes[key] for path, key in keys.items() if key in notes}


def _measured(path: Path) -> float | None:
    # Here, because it loads torch.
    from engine.scorer import Scorer

    try:
        return Scorer.open(path).seconds_per_photo(num_rounds=3)
    except EngineError:
        return None  # it is listed with what is wrong when it is used


def _key(path: Path) -> str:
    try:
        scored_as = identify_model(path).scored_as
    except EngineError:
        scored_as = str(path)
    return (
        f"{scored_as} {choose_device('auto').type} torch-{version('torch')} {platform.machine()} "
        f"{platform.node()} {num_usable_cores()}"
    )


def _keep(notes: dict[str, float]) -> None:
    path = places.cache() / _FILE_NAME
    kept = dict(list(notes.items())[-_MOST_NOTES:])
    text = json.dumps(kept, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda temporary: _write(temporary, text))
    except OSError:
        return  # nothing depends on a note: it is measured again


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _notes() -> dict[str, float]:
    try:
        values = json.loads((places.cache() / _FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {
        key: float(value)
        for key, value in values.items()
        if type(value) in {int, float} and 0 < value < 1e6
    }
