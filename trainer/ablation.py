"""Table 4 of the paper on any labels: the same run with CSIQA's parts switched on one by one.

An ablation is a run folder that holds `ablation.json` too, and in it the folders of its runs, which
are ordinary ones. Version 1 of that file had seven rows; since version 2 it names them. Loads no
PyTorch.
"""

import json
import math
import statistics
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from trainer.atomic_write import write_json
from trainer.config import Contrast, RunConfig, StudentConfig
from trainer.errors import TrainingError
from trainer.run_folder import RunFolder

_PLAN = "ablation.json"
_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationRow:
    """One row of Table 4: which parts of CSIQA the student is trained with."""

    name: str
    mask: bool = False
    distillation: bool = False
    contrast: Contrast = "none"

    def student(self, student: StudentConfig) -> StudentConfig:
        """The run's student with just these parts; the token is there only for the mask."""
        embedding = student.embedding
        if not self.mask and embedding == "qua":
            embedding = "cls"  # there is no quality-aware token to compare
        return replace(
            student,
            quality_token=self.mask,
            mask=self.mask,
            distillation=self.distillation,
            contrast=self.contrast,
            embedding=embedding,
        )


# All parts first: that run also trains the teacher which the other rows share.
ALL_PARTS = AblationRow(name="all", mask=True, distillation=True, contrast="easy_hard")
ROWS = (
    AblationRow(name="none"),
    AblationRow(name="mask", mask=True),
    AblationRow(name="distillation", distillation=True),
    AblationRow(name="mask + distillation", mask=True, distillation=True),
    AblationRow(name="easy", contrast="easy"),
    AblationRow(name="easy + hard", contrast="easy_hard"),
    # The last three before "all" each lack one of its parts.
    AblationRow(name="mask + easy + hard", mask=True, contrast="easy_hard"),
    AblationRow(name="distillation + easy + hard", distillation=True, contrast="easy_hard"),
    AblationRow(name="mask + distillation + easy", mask=True, distillation=True, contrast="easy"),
    ALL_PARTS,
)
_ROWS_OF_VERSION_1 = (*ROWS[:6], ALL_PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationRun:
    """One row with one seed, which draws the split, the crops and the first weights."""

    row: AblationRow
    seed: int
    folder: Path

    @property
    def title(self) -> str:
        """How the run is called among the others."""
        return f"{self.row.name}, seed {self.seed}"

    @property
    def is_begun(self) -> bool:
        """Whether it has a run folder."""
        return (self.folder / "config.json").exists()

    def figures(self) -> tuple[float, float] | None:
        """The student's SRCC and PLCC on the test part; None until there is a whole report.

        They are NaN for a student that rates all photos alike.
        """
        try:
            report = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
            figures = report["repeats"][0]["student"]["figures"]
            return _value(figures["srcc"]), _value(figures["plcc"])
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None  # a report that can't be read is made anew


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationLine:
    """A line of the table: means over the seeds that are done, NaN where a student rated all alike.

    The figures are None before the first seed is done; the spread, the standard deviation over
    seeds, is None before the second.
    """

    row: AblationRow
    num_done: int
    srcc: float | None = None
    srcc_std: float | None = None
    plcc: float | None = None
    plcc_std: float | None = None


class Ablation:
    """The ablation in a folder: its runs in the order in which they must be done."""

    def __init__(
        self, folder: RunFolder, *, num_seeds: int, rows: tuple[AblationRow, ...] = ROWS
    ) -> None:
        self.folder = folder
        self.num_seeds = num_seeds
        self.rows = rows
        first = folder.config.seed
        # All parts come first for each seed, as that run trains the others' teacher.
        in_order = (ALL_PARTS, *(row for row in rows if row is not ALL_PARTS))
        self.runs = tuple(
            AblationRun(row=row, seed=seed, folder=self._folder_of(row, seed))
            for seed in range(first, first + num_seeds)
            for row in in_order
        )

    @classmethod
    def create(cls, path: Path, config: RunConfig, *, num_seeds: int) -> Self:
        """Make its folder; raises TrainingError when that is taken, or a row can't be trained."""
        if num_seeds < 1:
            raise TrainingError(f"An ablation of {num_seeds} seeds has no runs.", "Give 1 or more.")
        for row in ROWS:
            row.student(config.student)  # refuses settings that only some rows can have
        folder = RunFolder.create(path, config)
        _write_plan(folder, num_seeds, ROWS)
        return cls(folder, num_seeds=num_seeds)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The ablation in a folder; raises TrainingError when there is none."""
        folder = RunFolder.open(path)
        plan = folder.path / _PLAN
        try:
            values = json.loads(plan.read_text(encoding="utf-8"))
            version, num_seeds = int(values["version"]), int(values["num_seeds"])
            rows = _ROWS_OF_VERSION_1 if version == 1 else _rows_named(values["rows"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"{plan} could not be read ({type(error).__name__}).",
                'Write {"version": 1, "num_seeds": 3} into it, with the number of seeds that was'
                " chosen, to have the first seven rows; or begin the ablation anew.",
            ) from error
        if not 1 <= version <= _VERSION or num_seeds < 1:
            raise TrainingError(
                f"{plan} is of another version, or of no seeds.",
                "Open it with the Discern that made it, or begin the ablation anew.",
            )
        return cls(folder, num_seeds=num_seeds, rows=rows)

    @staticmethod
    def is_in(path: Path) -> bool:
        """Whether the folder is that of an ablation."""
        return (path / _PLAN).is_file()

    @property
    def table_txt(self) -> Path:
        """The table as text, as far as it is done."""
        return self.folder.path / "ablation.txt"

    def with_seeds(self, num_seeds: int) -> Self:
        """The same with more or fewer seeds; runs that are done stay."""
        _write_plan(self.folder, num_seeds, self.rows)
        return type(self)(self.folder, num_seeds=num_seeds, rows=self.rows)

    def num_done(self) -> int:
        """How many of its runs have their figures."""
        return sum(run.figures() is not None for run in self.runs)

    def open_run(self, run: AblationRun) -> RunFolder:
        """The run's folder, made at its first start; rows but the first use the first's teacher."""
        if run.is_begun:
            return RunFolder.open(run.folder)
        config = self.folder.config
        teacher = config.teacher
        if run.row is not ALL_PARTS and not teacher.model:
            shared = self._folder_of(ALL_PARTS, run.seed) / "teacher.safetensors"
            teacher = replace(teacher, model=str(shared))
        return RunFolder.create(
            run.folder,
            replace(
                config,
                name=f"{config.name} ({run.title})",
                seed=run.seed,
                split=replace(config.split, seed=run.seed, num_repeats=1),
                teacher=teacher,
                machine=replace(config.machine, photo_cache=str(self.folder.photo_cache)),
                student=run.row.student(config.student),
            ),
        )

    def table(self) -> list[AblationLine]:
        """The lines of Table 4 from the runs that are done. Reads files."""
        return [self._line(row) for row in self.rows]

    def _line(self, row: AblationRow) -> AblationLine:
        found = [run.figures() for run in self.runs if run.row is row]
        done = [pair for pair in found if pair is not None]
        if not done:
            return AblationLine(row=row, num_done=0)
        (srcc, srcc_std), (plcc, plcc_std) = (
            _mean_and_spread([pair[which] for pair in done]) for which in (0, 1)
        )
        return AblationLine(
            row=row,
            num_done=len(done),
            srcc=srcc,
            srcc_std=srcc_std,
            plcc=plcc,
            plcc_std=plcc_std,
        )

    def _folder_of(self, row: AblationRow, seed: int) -> Path:
        return self.folder.path / f"{row.name.replace(' + ', '-')}-seed{seed}"


def table_text(name: str, table: list[AblationLine]) -> str:
    """The table for a terminal or a text file; `name` is that of the ablation."""
    lines = [
        f"{name}: student on the test part, mean and standard deviation over seeds",
        "",
        f"{'parts':<28}{'seeds':>6}{'SRCC':>8}{'std':>7}{'PLCC':>8}{'std':>7}",
    ]
    for line in table:
        if line.num_done == 0:
            lines.append(f"{line.row.name:<28}{'not done yet':>20}")
            continue
        lines.append(
            f"{line.row.name:<28}{line.num_done:>6}"
            f"{line.srcc:>8.4f}{_spread_text(line.srcc_std):>7}"
            f"{line.plcc:>8.4f}{_spread_text(line.plcc_std):>7}"
        )
    return "\n".join(lines) + "\n"


def _write_plan(folder: RunFolder, num_seeds: int, rows: tuple[AblationRow, ...]) -> None:
    names = [row.name for row in rows]
    write_json(folder.path / _PLAN, {"version": _VERSION, "num_seeds": num_seeds, "rows": names})


def _rows_named(names: list[str]) -> tuple[AblationRow, ...]:
    """The rows in their order in the table. Raises ValueError unless all parts are among them."""
    known = {row.name for row in ROWS}
    if not {ALL_PARTS.name} <= set(names) <= known:
        raise ValueError(names)
    return tuple(row for row in ROWS if row.name in names)


def _value(figure: dict[str, float] | None) -> float:
    return math.nan if figure is None else float(figure["value"])  # it rates all photos alike


def _spread_text(spread: float | None) -> str:
    return "-" if spread is None else f"{spread:.4f}"


def _mean_and_spread(values: list[float]) -> tuple[float, float | None]:
    is_defined = not any(math.isnan(value) for value in values)
    mean = statistics.mean(values) if is_defined else math.nan
    if len(values) < 2:
        return mean, None
    return mean, statistics.stdev(values) if is_defined else math.nan
