"""A look at a run by the trainer itself, which alone may load PyTorch; nothing is trained."""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.runs.outcome import Died
from app.runs.process import TrainingProcess
from trainer.config import RunConfig
from trainer.protocol import Estimate, Failed, Notice
from trainer.run_folder import RunFolder

_POLL_S = 0.1
_PREFIX = "discern-check-"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCheck:
    """What the trainer says of a run that has not begun."""

    findings: tuple[str, ...]
    problem: str = ""  # why it can't be trained; empty when it can
    estimate: Estimate | None = None

    @property
    def reason(self) -> str:
        """Why it can't be trained, with what was found before."""
        return " ".join([*self.findings[1:2], self.problem])


def check_run(
    config: RunConfig,
    *,
    wants_estimate: bool = True,
    should_stop: Callable[[], bool] = lambda: False,
    on_found: Callable[[str], None] = lambda finding: None,
    command: Sequence[str] | None = None,
) -> RunCheck | None:
    """Try networks, weights, labels and machine in the trainer's process; None if stopped.

    `on_found` hears each finding as it comes.
    """
    findings: list[str] = []
    estimate: Estimate | None = None
    _remove_abandoned()
    prefix = f"{_PREFIX}{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix) as temporary:
        folder = RunFolder.create(Path(temporary) / "run", config)
        options = ["--check", *(["--estimate"] if wants_estimate else [])]
        with TrainingProcess(folder.path, options=options, command=command) as process:
            while process.outcome is None:
                message = process.next_message(timeout_s=_POLL_S)
                if isinstance(message, Notice):
                    findings.append(f"{message.what} {message.hint}".strip())
                    on_found(findings[-1])
                if isinstance(message, Estimate):
                    estimate = message
                if should_stop():
                    return None
        match process.outcome:
            case Failed() | Died() as ended:
                problem = f"{ended.what} {ended.hint}".strip()
                return RunCheck(findings=tuple(findings), problem=problem)
    return RunCheck(findings=tuple(findings), estimate=estimate)


def _remove_abandoned() -> None:
    """Remove the folders of checks that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
