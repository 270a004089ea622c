"""How far an ablation has come, as its folder holds it. Reads files; for a thread."""

from dataclasses import dataclass
from pathlib import Path

from app.runs.run_summary import RunSummary, summarise_run
from engine.files.csv_text import csv_text, no_formula
from trainer.ablation import Ablation, AblationLine, AblationRun, table_text


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRun:
    """One of its runs; `summary` is None until it has a folder, `figures` until it is done."""

    run: AblationRun
    summary: RunSummary | None
    figures: tuple[float, float] | None  # SRCC and PLCC


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationState:
    """The table and the runs behind it."""

    name: str
    num_seeds: int
    table: tuple[AblationLine, ...]
    runs: tuple[RowRun, ...]  # in the order in which they are done

    @property
    def num_done(self) -> int:
        """How many runs have their figures."""
        return sum(run.figures is not None for run in self.runs)

    @property
    def next_run(self) -> int | None:
        """The place of the run that is at work or comes next, from 0; None where all are done."""
        return next((i for i, run in enumerate(self.runs) if run.figures is None), None)

    @property
    def text(self) -> str:
        """The table as plain text."""
        return table_text(self.name, list(self.table))


def read_ablation(folder: Path) -> AblationState:
    """Read it; raises TrainingError when the folder holds none that can be read."""
    ablation = Ablation.open(folder)
    return AblationState(
        name=ablation.folder.config.name,
        num_seeds=ablation.num_seeds,
        table=tuple(ablation.table()),
        runs=tuple(
            RowRun(
                run=run,
                summary=summarise_run(run.folder) if run.is_begun else None,
                figures=run.figures(),
            )
            for run in ablation.runs
        ),
    )


def table_csv(state: AblationState) -> bytes:
    """The table as CSV in UTF-8; a figure that is not there yet, or not defined, is empty."""
    rows: list[tuple[object, ...]] = [
        ("parts", "seeds_done", "srcc_mean", "srcc_std", "plcc_mean", "plcc_std")
    ]
    for line in state.table:
        figures = (line.srcc, line.srcc_std, line.plcc, line.plcc_std)
        rows.append((no_formula(line.row.name), line.num_done, *map(_cell, figures)))
    return csv_text(rows).encode()


def _cell(value: float | None) -> str:
    return "" if value is None or value != value else f"{value:.6f}"
