"""The training runs there are, each in a few words."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from trainer.ablation import ALL_PARTS, Ablation
from trainer.config import RunConfig
from trainer.errors import TrainingError
from trainer.run_folder import RunFolder


class Standing(StrEnum):
    """Where a run stands."""

    NEW = "new"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"  # it was at work, and its process is gone
    DAMAGED = "damaged"  # its folder can't be understood

    @property
    def can_resume(self) -> bool:
        """Whether starting it again goes on where it was saved."""
        return self in {Standing.NEW, Standing.STOPPED, Standing.FAILED, Standing.LOST}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run: its folder, where it stands, and its figures if it has come so far."""

    folder: Path
    name: str
    standing: Standing
    begun_s: float  # seconds since 1970
    config: RunConfig | None = None
    what: str = ""  # went wrong
    hint: str = ""
    srcc: float | None = None  # of the preferred model on the test part; of an ablation, its
    # student with all parts, mean over the seeds done
    plcc: float | None = None
    ablation: "AblationCount | None" = None  # where it is no single run


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationCount:
    """How much of an ablation is done."""

    num_done: int
    num_runs: int


def list_runs(parent: Path) -> list[RunSummary]:
    """The runs in the folder of runs, the newest first. Reads files; for a thread."""
    if not parent.is_dir():
        return []
    folders = [path for path in parent.iterdir() if (path / "config.json").is_file()]
    return sorted(map(summarise_run, folders), key=lambda run: -run.begun_s)


def summarise_run(path: Path) -> RunSummary:
    """One run or ablation in a few words; what can't be understood is damaged, not an error."""
    try:
        begun_s = (path / "config.json").stat().st_mtime
    except OSError:
        begun_s = 0.0
    try:
        folder = RunFolder.open(path)
    except TrainingError as error:
        return RunSummary(
            folder=path,
            name=path.name,
            standing=Standing.DAMAGED,
            begun_s=begun_s,
            what=error.what,
            hint=error.hint,
        )
    standing, what, hint = _standing(folder)
    if Ablation.is_in(path):
        return _summarise_ablation(folder, begun_s, (standing, what, hint))
    srcc, plcc = _figures(folder) if standing is Standing.FINISHED else (None, None)
    return RunSummary(
        folder=path,
        name=folder.config.name,
        standing=standing,
        begun_s=begun_s,
        config=folder.config,
        what=what,
        hint=hint,
        srcc=srcc,
        plcc=plcc,
    )


def _summarise_ablation(
    folder: RunFolder, begun_s: float, state: tuple[Standing, str, str]
) -> RunSummary:
    standing, what, hint = state
    try:
        ablation = Ablation.open(folder.path)
    except TrainingError as error:
        return RunSummary(
            folder=folder.path,
            name=folder.config.name,
            standing=Standing.DAMAGED,
            begun_s=begun_s,
            what=error.what,
            hint=error.hint,
        )
    (whole,) = (line for line in ablation.table() if line.row is ALL_PARTS)
    return RunSummary(
        folder=folder.path,
        name=folder.config.name,
        standing=standing,
        begun_s=begun_s,
        config=folder.config,
        what=what,
        hint=hint,
        srcc=whole.srcc,
        plcc=whole.plcc,
        ablation=AblationCount(num_done=ablation.num_done(), num_runs=len(ablation.runs)),
    )


def _standing(folder: RunFolder) -> tuple[Standing, str, str]:
    try:
        status = folder.read_status()
    except TrainingError as error:
        return Standing.LOST, error.what, error.hint
    if status is None:
        return Standing.NEW, "", ""
    if status.is_alive():
        return Standing.RUNNING, "", ""
    if status.state in {"preparing", "running"}:
        return Standing.LOST, "", ""
    return Standing(status.state), status.what, status.hint


def _figures(folder: RunFolder) -> tuple[float | None, float | None]:
    try:
        report = json.loads(folder.report_json.read_text(encoding="utf-8"))
        role = report["repeats"][0]["preferred"]
        summary = report["summary"][role]
        return summary["srcc"]["mean"], summary["plcc"]["mean"]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None, None
