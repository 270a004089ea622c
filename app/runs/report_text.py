"""A run's report in words: the test figures, teacher beside student, and what to do now."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.counted import counted
from engine.measures.agreement import TITLES

_ROLES = ("teacher", "student")
_WIDTH = 88

Json = Mapping[str, object]


def report_lines(report: Json, run_folder: Path) -> list[str]:
    """The report as lines for a terminal; what the report does not hold is left out."""
    repeats = _repeats(report)
    lines = [""]
    if len(repeats) > 1:
        lines += _summary_lines(report, len(repeats))
    elif repeats:
        lines += _figure_lines(repeats[0])
    lines += _difference_lines(repeats)
    protocol = report.get("protocol")
    if isinstance(protocol, str) and protocol:
        lines += ["", *textwrap.wrap(protocol, _WIDTH)]
    return lines + _model_lines(repeats, run_folder)


def _figure_lines(entry: Json) -> list[str]:
    """One split: each figure with its interval over the test photos."""
    figures = {role: _part(_part(entry, role), "figures") for role in _ROLES}
    roles = [role for role in _ROLES if figures[role]]
    rows = []
    for name, title in TITLES.items():
        cells = [_with_interval(_part(figures[role], name)) for role in roles]
        if any(cells):
            rows.append([title, *cells])
    if not rows:
        return []
    said = [figures[role].get("num_photos") for role in roles]
    numbers = {number for number in said if isinstance(number, int)}
    count = f" ({counted(numbers.pop())})" if len(numbers) == 1 else ""
    return [f"On the test part{count}, with 95 % intervals:", "", *_table(["", *roles], rows)]


def _summary_lines(report: Json, num_repeats: int) -> list[str]:
    """Several splits: the mean of each figure and its spread."""
    summary = _part(report, "summary")
    roles = [role for role in _ROLES if _part(summary, role)]
    rows = []
    for name, title in TITLES.items():
        cells = [_with_spread(_part(_part(summary, role), name)) for role in roles]
        if any(cells):
            rows.append([title, *cells])
    if not rows:
        return []
    title = f"On the test parts of {counted(num_repeats, 'repeat')}, mean and standard deviation:"
    return [title, "", *_table(["", *roles], rows)]


def _difference_lines(repeats: Sequence[Json]) -> list[str]:
    if len(repeats) != 1:
        return []
    cell = _with_interval(_part(_part(repeats[0], "student_minus_teacher"), "srcc"), sign="+")
    return ["", f"Student minus teacher, SRCC on the same photos: {cell}"] if cell else []


def _model_lines(repeats: Sequence[Json], run_folder: Path) -> list[str]:
    entry = repeats[0] if repeats else {}
    folder = run_folder / "repeat_01" if len(repeats) > 1 else run_folder
    models = {
        role: folder / str(_part(entry, role)["model"])
        for role in _ROLES
        if "model" in _part(entry, role)
    }
    if not models:
        return []
    preferred = entry.get("preferred")
    if preferred not in models:
        preferred = "student" if "student" in models else next(iter(models))
    best = models[str(preferred)]
    lines = ["", *(f"The {role}: {path}" for role, path in models.items())]
    if len(models) > 1:
        is_fixed = _part(entry, str(preferred)).get("epoch_chosen") == "fixed beforehand"
        lines.append(
            "The epochs were fixed: no validation part chose one, nor between the two."
            if is_fixed
            else f"Validation prefers the {preferred}."
        )
    return [
        *lines,
        "",
        f"Rate with it:  discern rate --model {_quoted(best)} PHOTOS",
        f"Keep it:       discern models import {_quoted(best)}",
    ]


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    columns = list(zip(header, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (header, *rows)
    ]


def _with_interval(figure: Json, *, sign: str = "") -> str:
    value, low, high = (_number(figure.get(name)) for name in ("value", "low", "high"))
    if value is None:
        return ""
    text = f"{value:{sign}.3f}"
    if low is None or high is None:
        return text
    return f"{text} ({low:{sign}.3f} to {high:{sign}.3f})"


def _with_spread(figure: Json) -> str:
    mean, spread = _number(figure.get("mean")), _number(figure.get("std"))
    if mean is None:
        return ""
    return f"{mean:.3f}" if spread is None else f"{mean:.3f} ± {spread:.3f}"


def _repeats(report: Json) -> list[Json]:
    repeats = report.get("repeats")
    return (
        [entry for entry in repeats if isinstance(entry, dict)] if isinstance(repeats, list) else []
    )


def _part(values: Json, name: str) -> Json:
    part = values.get(name)
    return part if isinstance(part, dict) else {}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)
