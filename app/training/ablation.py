"""Table 4 of the paper on any labels: the same run with CSIQA's parts switched on one by one."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trainer.config import Contrast, RunConfig, StudentConfig
from trainer.run_folder import RunFolder


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
    ALL_PARTS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationRun:
    """One row with one seed, which draws the split, the crops and the first weights."""

    row: AblationRow
    seed: int
    folder: Path

    @property
    def is_done(self) -> bool:
        """Whether its report is there."""
        return (self.folder / "report.json").exists()

    def open(self, config: RunConfig, parent: Path) -> RunFolder:
        """Its run folder, made at the first start; rows but the first use the first's teacher."""
        if (self.folder / "config.json").exists():
            return RunFolder.open(self.folder)
        teacher = config.teacher
        if self.row is not ALL_PARTS and not teacher.model:
            shared = _folder(parent, ALL_PARTS, self.seed) / "teacher.safetensors"
            teacher = replace(teacher, model=str(shared))
        machine = config.machine
        if not machine.photo_cache:
            machine = replace(machine, photo_cache=str(parent / "photo_cache"))
        return RunFolder.create(
            self.folder,
            replace(
                config,
                name=f"{config.name} ({self.row.name}, seed {self.seed})",
                seed=self.seed,
                split=replace(config.split, seed=self.seed, num_repeats=1),
                teacher=teacher,
                machine=machine,
                student=self.row.student(config.student),
            ),
        )


def plan_ablation(parent: Path, *, first_seed: int, num_seeds: int) -> list[AblationRun]:
    """Every run of an ablation, in the order in which they must be done."""
    rows = (ALL_PARTS, *(row for row in ROWS if row is not ALL_PARTS))
    return [
        AblationRun(row=row, seed=seed, folder=_folder(parent, row, seed))
        for seed in range(first_seed, first_seed + num_seeds)
        for row in rows
    ]


def ablation_table(runs: Sequence[AblationRun]) -> list[str]:
    """The table of the runs that are done: test SRCC and PLCC, mean and spread over seeds."""
    lines = [f"{'parts':<22}{'seeds':>6}{'SRCC':>8}{'std':>7}{'PLCC':>8}{'std':>7}"]
    for row in ROWS:
        done = [run for run in runs if run.row is row and run.is_done]
        if not done:
            lines.append(f"{row.name:<22}{'not done yet':>20}")
            continue
        figures = [_student_figures(run.folder) for run in done]
        columns = [_mean_and_spread([pair[which] for pair in figures]) for which in (0, 1)]
        lines.append(
            f"{row.name:<22}{len(done):>6}" + "".join(f"{m:>8.4f}{s:>7.4f}" for m, s in columns)
        )
    return lines


def _folder(parent: Path, row: AblationRow, seed: int) -> Path:
    return parent / f"{row.name.replace(' + ', '-')}-seed{seed}"


def _student_figures(folder: Path) -> tuple[float, float]:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    figures = report["repeats"][0]["student"]["figures"]
    srcc, plcc = (figures[name] for name in ("srcc", "plcc"))
    return _value(srcc), _value(plcc)


def _value(figure: dict[str, float] | None) -> float:
    return math.nan if figure is None else figure["value"]  # a student that rates all alike


def _mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    if any(math.isnan(value) for value in values):
        return math.nan, math.nan
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return statistics.mean(values), spread
