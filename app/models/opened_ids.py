"""Under what id a model scored here, noted so that it is known next time without opening it.

Whether a model scores in bf16 is part of its id, and only PyTorch can tell. It tells the same until
the model, the device asked for, PyTorch or the machine changes: by these a note is found.
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

from app import places
from engine.files.atomic_write import write_whole

_MOST_NOTES = 200
_FILE_NAME = "opened_models.json"


def noted_id(scored_as: str, device: str) -> str | None:
    """The id that the model scored under when it was last opened so; None if it never was."""
    return _notes(_file()).get(_key(scored_as, device))


def note_id(scored_as: str, device: str, model_id: str) -> None:
    """Note under what id it scores. A note that can't be written is none: nothing depends on it."""
    path = _file()
    notes = _notes(path)
    if notes.get(_key(scored_as, device)) == model_id:
        return
    notes[_key(scored_as, device)] = model_id
    kept = dict(list(notes.items())[-_MOST_NOTES:])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda temporary: _write(temporary, kept))
    except OSError:
        return


def _write(path: Path, notes: dict[str, str]) -> None:
    path.write_text(json.dumps(notes, indent=1), encoding="utf-8")


def _key(scored_as: str, device: str) -> str:
    return f"{scored_as} {device} torch-{version('torch')} {platform.machine()} {platform.node()}"


def _file() -> Path:
    return places.cache() / _FILE_NAME


def _notes(path: Path) -> dict[str, str]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {key: value for key, value in values.items() if isinstance(value, str)}
