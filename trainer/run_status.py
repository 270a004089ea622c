"""Whether a run is going on: what `status.json` says, and whether its process still lives."""

import json
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self, get_args

import psutil

from trainer.atomic_write import write_json
from trainer.errors import TrainingError

RunState = Literal["preparing", "running", "stopped", "failed", "finished"]

# A heartbeat comes every two seconds; a machine that is short of memory may miss many.
_HEARTBEAT_LIMIT_S = 60.0
# The start of a process is known to a hundredth of a second; clocks are set by less than this.
_SAME_START_S = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessIdentity:
    """A process that can't be mistaken for a later one with the same number."""

    host: str
    pid: int
    started_s: float  # seconds since 1970

    @classmethod
    def of_this_process(cls) -> Self:
        """The process that asks."""
        process = psutil.Process()
        return cls(host=platform.node(), pid=process.pid, started_s=process.create_time())

    def may_be_running(self) -> bool:
        """Whether it runs on this machine; a process of another machine gets the doubt."""
        if self.host != platform.node():
            return True
        try:
            process = psutil.Process(self.pid)
            is_same = abs(process.create_time() - self.started_s) < _SAME_START_S
            return is_same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


@dataclass(frozen=True, kw_only=True, slots=True)
class RunStatus:
    """What `status.json` holds. `what` and `hint` are those of a failure."""

    state: RunState
    heartbeat_s: float  # seconds since 1970
    process: ProcessIdentity
    what: str = ""
    hint: str = ""

    def is_alive(self) -> bool:
        """Whether the run's process is at work now."""
        is_recent = time.time() - self.heartbeat_s < _HEARTBEAT_LIMIT_S
        return (
            self.state in {"preparing", "running"} and is_recent and self.process.may_be_running()
        )

    def write(self, path: Path) -> None:
        """Put it in the file `path`, whole or not at all."""
        write_json(path, asdict(self))

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The status in the file, or None when nothing has been written yet.

        Raises TrainingError when the file is not a status.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                state=_read_state(values["state"]),
                heartbeat_s=float(values["heartbeat_s"]),
                process=ProcessIdentity(**values["process"]),
                what=str(values["what"]),
                hint=str(values["hint"]),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"{path} is not readable ({type(error).__name__}).",
                "Resume the run: the file is written anew.",
            ) from error


def _read_state(value: str) -> RunState:
    for state in get_args(RunState):
        if state == value:
            return state  # type: ignore[no-any-return]  # get_args gives Any
    raise ValueError(value)
