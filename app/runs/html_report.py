"""A run's report as one HTML file that needs no other: for a lab notebook."""

import html
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.atomic_write import write_bytes
from app.runs.event_tail import EventTail
from app.runs.run_history import RunHistory
from app.runs.run_result import MEASURES, Figure, FigureRow, RunResult
from app.runs.svg_plot import Series, svg_plot
from trainer.ablation import Ablation
from trainer.run_folder import RunFolder

_TITLES = {
    "srcc": "SRCC",
    "plcc": "PLCC",
    "plcc_mapped": "PLCC, mapped",
    "krcc": "KRCC",
    "rmse": "RMSE",
}
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em;
       color: #222; background: #fff }
table { border-collapse: collapse; margin: 0.6em 0 } td, th { padding: 3px 12px 3px 0;
       text-align: left; vertical-align: top; border-bottom: 1px solid #ddd }
.t { font-size: 13px; text-anchor: middle } .a { font-size: 11px; text-anchor: middle; fill: #555 }
.l { font-size: 11px; text-anchor: end } .plots { display: flex; flex-wrap: wrap; gap: 1em }
"""


def write_html_report(result: RunResult, path: Path, *, others: Sequence[FigureRow] = ()) -> None:
    """Write the report of a finished run; `others` are models measured on the same photos.

    The report of a run of an ablation holds the table of that. Raises TrainingError when the run's
    config can't be read, OutputNotWritten for the file.
    """
    folder = RunFolder.open(result.folder)
    parent = result.folder.parent
    ablation = Ablation.open(parent) if Ablation.is_in(parent) else None
    history = RunHistory()
    history.take(EventTail(folder.events_jsonl).read())
    write_bytes(path, _page(result, folder, history, others, ablation).encode("utf-8"))


def _page(
    result: RunResult,
    folder: RunFolder,
    history: RunHistory,
    others: Sequence[FigureRow],
    ablation: Ablation | None,
) -> str:
    config = asdict(folder.config)
    started = history.started
    facts = {
        "Run": result.name,
        "Folder": str(result.folder),
        "Labels": folder.config.labels.source,
        "Repeats": str(result.num_repeats),
        "Machine": "" if started is None else f"{started.device_name}, {started.precision}",
        "Photos": ""
        if started is None
        else f"{started.num_train} training, {started.num_validation} validation,"
        f" {started.num_test} test",
    }
    what = (
        "Mean over the repeats, with one standard deviation to each side."
        if result.num_repeats > 1
        else "With 95 % bootstrap intervals over the test photos."
    )
    notices = [f"{notice.what} {notice.hint}".strip() for notice in history.notices]
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>{html.escape(result.name)}: training report</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{html.escape(result.name)}</h1>",
        _facts(facts),
        "<h2>Figures on the test photos</h2>",
        f"<p>{what}</p>",
        _figures([*result.rows, *others]),
        "" if ablation is None else _ablation(ablation),
        "<h2>Protocol</h2>",
        f"<p>{html.escape(result.protocol)}</p>",
        "<h2>Curves</h2>",
        f'<div class="plots">{_curves(history)}{_scatter(result)}</div>',
        "<h2>What was said on the way</h2>" if notices else "",
        "".join(f"<p>{html.escape(notice)}</p>" for notice in notices),
        "<h2>Settings</h2>",
        *(_section(name, values) for name, values in config.items()),
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part)


def _facts(facts: dict[str, str]) -> str:
    rows = [
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in facts.items()
        if value
    ]
    return f"<table>{''.join(rows)}</table>"


def _figures(rows: Sequence[FigureRow]) -> str:
    head = "".join(f"<th>{_TITLES[measure]}</th>" for measure in MEASURES)
    lines = [f"<tr><th>Model</th>{head}</tr>"]
    for row in rows:
        cells = "".join(f"<td>{_cell(row.figures.get(measure))}</td>" for measure in MEASURES)
        lines.append(f"<tr><td>{html.escape(row.name)}</td>{cells}</tr>")
    return f"<table>{''.join(lines)}</table>"


def _ablation(ablation: Ablation) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("Parts", "Seeds done", "SRCC", "PLCC"))
    lines = [f"<tr>{head}</tr>"]
    for line in ablation.table():
        cells = (
            line.row.name,
            f"{line.num_done} of {ablation.num_seeds}",
            _with_spread(line.srcc, line.srcc_std),
            _with_spread(line.plcc, line.plcc_std),
        )
        lines.append(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>")
    return (
        f"<h2>Ablation: {html.escape(ablation.folder.config.name)}</h2>"
        "<p>CSIQA's parts switched on one by one, as in Table 4 of the paper: the student on the"
        " test part, mean and standard deviation over seeds. This run is one of them.</p>"
        f"<table>{''.join(lines)}</table>"
    )


def _with_spread(mean: float | None, spread: float | None) -> str:
    if mean is None:
        return "\N{EN DASH}"
    if math.isnan(mean):
        return "not defined"
    return f"{mean:.4f}" if spread is None else f"{mean:.4f} \N{PLUS-MINUS SIGN} {spread:.4f}"


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "&ndash;"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def _curves(history: RunHistory) -> str:
    losses, agreement = [], []
    for stage in ("teacher", "student"):
        epochs = history.epochs_of(stage)
        names = list(dict.fromkeys(name for epoch in epochs for name in epoch.losses))
        losses += [
            Series(
                f"{stage}: {name}",
                [(epoch.epoch + 1, epoch.losses.get(name, math.nan)) for epoch in epochs],
            )
            for name in names
        ]
        agreement += [
            Series(f"{stage}: {measure.upper()}", _validation(epochs, measure))
            for measure in ("srcc", "plcc")
        ]
    return svg_plot("Losses", "epoch", "mean loss", losses) + svg_plot(
        "Validation", "epoch", "agreement", [one for one in agreement if one.points]
    )


def _validation(epochs: Sequence[Any], measure: str) -> list[tuple[float, float]]:
    values = [(epoch.epoch + 1, getattr(epoch, f"validation_{measure}")) for epoch in epochs]
    return [(x, y) for x, y in values if y is not None]


def _scatter(result: RunResult) -> str:
    points = list(zip(result.rated, result.predicted[result.preferred], strict=True))
    return svg_plot(
        "Each test photo",
        "label, as 0-100",
        "predicted",
        [Series(f"the {result.preferred}", points, is_line=False)],
    )


def _section(name: str, values: object) -> str:
    if not isinstance(values, dict):
        return _facts({name: json.dumps(values)})
    rows = {key: json.dumps(value) for key, value in values.items()}
    return f"<h3>{html.escape(name)}</h3>{_facts(rows)}"
