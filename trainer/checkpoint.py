"""Where a stage stands, kept so that a killed run goes on to the same end."""

import pickle
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import torch

from trainer.atomic_write import write_through
from trainer.errors import TrainingError

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochRecord:
    """What an epoch gave: mean loss parts, and agreement with people on the validation photos.

    Without a validation part there is no such agreement.
    """

    epoch: int
    losses: dict[str, float]
    validation_srcc: float | None
    validation_plcc: float | None
    seconds: float
    test_srcc: float | None = None  # only under the paper's protocol, never used to choose
    test_plcc: float | None = None


@dataclass(slots=True, kw_only=True)
class Position:
    """How far a stage has come; `step` counts within the epoch."""

    stage: str
    epoch: int = 0
    step: int = 0
    records: list[EpochRecord] = field(default_factory=list)
    loss_sums: dict[str, float] = field(default_factory=dict)
    seconds_in_epoch: float = 0.0
    is_done: bool = False

    @property
    def best(self) -> EpochRecord | None:
        """The epoch that validation prefers, the earlier one of equals; without it, the last."""

        def preference(record: EpochRecord) -> float:
            return record.epoch if record.validation_srcc is None else record.validation_srcc

        return max(self.records, key=preference, default=None)

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """The position that `asdict` gave."""
        records = [EpochRecord(**record) for record in state["records"]]
        return cls(**{**state, "records": records})


def save_checkpoint(path: Path, position: Position, states: dict[str, Any]) -> None:
    """Write position and state dicts to `last.pt`, the old file staying until the new is whole."""
    content = {"version": _VERSION, "position": asdict(position), **states}
    write_through(path, lambda temporary: torch.save(content, temporary))


def load_checkpoint(path: Path) -> tuple[Position, dict[str, Any]] | None:
    """What `save_checkpoint` wrote, or None when there is no such file.

    Raises TrainingError when the file is damaged or from a newer program.
    """
    if not path.exists():
        return None
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        if content["version"] > _VERSION:
            raise TrainingError(
                f"{path} was written by a newer program.", "Update Discern, then resume again."
            )
        position = Position.from_state(content.pop("position"))
    except (RuntimeError, KeyError, TypeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise TrainingError(
            f"{path} can't be read ({type(error).__name__}), so the run can't go on from it.",
            "Delete that file to begin this stage again; finished stages are kept.",
        ) from error
    return position, content
