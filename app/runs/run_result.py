"""What came of a finished run: its figures and predictions, as its folder holds them."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import AppError
from engine.measures.agreement import MEASURES, Agreement, Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """The figures of one model; a measure that has no value is left out."""

    name: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A finished run; scores are 0-100, higher is better, in the order of `photos`.

    With several repeats, photos, predictions and models are those of the first.
    """

    folder: Path
    name: str
    protocol: str
    num_repeats: int
    preferred: str  # "teacher" or "student", by validation
    models: Mapping[str, Path]  # by role
    rows: tuple[FigureRow, ...]  # by role, in the order of `models`
    photos: tuple[Path, ...]
    rated: tuple[float, ...]
    predicted: Mapping[str, tuple[float, ...]]  # by role


def read_result(folder: Path) -> RunResult:
    """Read it; raises AppError when the run has no report that can be understood."""
    try:
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        entries = report["repeats"]
        inner = folder / "repeat_01" if len(entries) > 1 else folder
        first = entries[0]
        roles = [role for role in ("student", "teacher") if role in first]
        photos, rated, predicted = _read_predictions(inner / "predictions.csv", roles)
        return RunResult(
            folder=folder,
            name=str(report["name"]),
            protocol=str(report["protocol"]),
            num_repeats=len(entries),
            preferred=str(first["preferred"]),
            models={role: inner / str(first[role]["model"]) for role in roles},
            rows=tuple(_row(report, role) for role in roles),
            photos=photos,
            rated=rated,
            predicted=predicted,
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise AppError(
            f"The report of the run in {folder} can't be read ({error}). Resume the run: it makes"
            " its report anew."
        ) from error


def _row(report: Mapping[str, Any], role: str) -> FigureRow:
    entries = report["repeats"]
    if len(entries) == 1:
        agreement = Agreement.from_json(entries[0][role]["figures"])
        return FigureRow(name=role, figures=agreement.defined())
    summary = report["summary"][role]
    spreads = {measure: summary[measure] for measure in MEASURES if summary[measure] is not None}
    return FigureRow(
        name=role,
        figures={
            measure: Figure(
                value=found["mean"],
                low=found["mean"] - found["std"],
                high=found["mean"] + found["std"],
            )
            for measure, found in spreads.items()
        },
    )


def _read_predictions(
    path: Path, roles: list[str]
) -> tuple[tuple[Path, ...], tuple[float, ...], dict[str, tuple[float, ...]]]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    photos = tuple(Path(row["image"]) for row in rows)
    rated = tuple(float(row["rated_0_100"]) for row in rows)
    return photos, rated, {role: tuple(float(row[role]) for row in rows) for role in roles}
