"""A run's report as one HTML file that needs no other: for a lab notebook."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from markupsafe import Markup

from app.reports.page import Fact, Table, html_page
from app.reports.svg_plot import Series, svg_plot
from app.runs.event_tail import EventTail
from app.runs.run_history import RunHistory
from app.runs.run_result import FigureRow, RunResult
from app.translation import translated
from engine.measures.agreement import MEASURES, TITLES, Figure
from trainer.ablation import Ablation
from trainer.protocol import Epoch
from trainer.run_folder import RunFolder

_NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationPart:
    """The table of the ablation that the run is one of."""

    name: str
    meaning: str
    lines: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSection:
    """Settings that belong together; without a name those of the whole run."""

    name: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPage:
    """What the page shows, in its order."""

    name: str
    facts: tuple[Fact, ...]
    meaning: str  # of the figures
    figures: Table
    ablation: AblationPart | None
    protocol: str
    plots: tuple[Markup, ...]
    notices: tuple[str, ...]
    settings: tuple[SettingsSection, ...]


def html_report(result: RunResult, *, others: Sequence[FigureRow] = ()) -> bytes:
    """The report of a finished run, UTF-8; `others` are models measured on the same photos.

    The report of a run of an ablation holds the table of that. Reads files and draws: for a thread.
    Raises TrainingError when the run's config can't be read.
    """
    return html_page("training", training_page(result, others=others))


def training_page(result: RunResult, *, others: Sequence[FigureRow] = ()) -> TrainingPage:
    """What the report shows. Raises TrainingError when the run's config can't be read."""
    folder = RunFolder.open(result.folder)
    parent = result.folder.parent
    history = RunHistory()
    history.take(EventTail(folder.events_jsonl).read())
    plots = (_losses(history), _validation(history), _scatter(result))
    return TrainingPage(
        name=result.name,
        facts=_facts(result, folder, history),
        meaning=_tr("Mean over the repeats, with one standard deviation to each side.")
        if result.num_repeats > 1
        else _tr("With 95 % bootstrap intervals over the test photos."),
        figures=_figures([*result.rows, *others]),
        ablation=_ablation(Ablation.open(parent)) if Ablation.is_in(parent) else None,
        protocol=result.protocol,
        plots=tuple(plot for plot in plots if plot is not None),
        notices=tuple(f"{notice.what} {notice.hint}".strip() for notice in history.notices),
        settings=tuple(_settings(asdict(folder.config))),
    )


def _facts(result: RunResult, folder: RunFolder, history: RunHistory) -> tuple[Fact, ...]:
    facts = [
        Fact(_tr("Run"), result.name),
        Fact(_tr("Folder"), str(result.folder)),
        Fact(_tr("Labels"), folder.config.labels.source),
        Fact(_tr("Repeats"), str(result.num_repeats)),
    ]
    started = history.started
    if started is not None:
        counts = (started.num_train, started.num_validation, started.num_test)
        facts += [
            Fact(_tr("Machine"), f"{started.device_name}, {started.precision}"),
            Fact(_tr("Photos"), _tr("%d training, %d validation, %d test") % counts),
        ]
    return tuple(fact for fact in facts if fact.value)


def _figures(rows: Sequence[FigureRow]) -> Table:
    return Table(
        header=(_tr("Model"), *(TITLES[measure] for measure in MEASURES)),
        rows=tuple(
            (row.name, *(_figure(row.figures.get(measure)) for measure in MEASURES)) for row in rows
        ),
    )


def _figure(figure: Figure | None) -> str:
    if figure is None:
        return _NONE
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def _ablation(ablation: Ablation) -> AblationPart:
    return AblationPart(
        name=ablation.folder.config.name,
        meaning=_tr(
            "CSIQA's parts switched on one by one, as in Table 4 of the paper: the student on the"
            " test part, mean and standard deviation over seeds. This run is one of them."
        ),
        lines=Table(
            header=(_tr("Parts"), _tr("Seeds done"), "SRCC", "PLCC"),
            rows=tuple(
                (
                    line.row.name,
                    _tr("%d of %d") % (line.num_done, ablation.num_seeds),
                    _with_spread(line.srcc, line.srcc_std),
                    _with_spread(line.plcc, line.plcc_std),
                )
                for line in ablation.table()
            ),
        ),
    )


def _with_spread(mean: float | None, spread: float | None) -> str:
    if mean is None:
        return _NONE
    if math.isnan(mean):
        return _tr("not defined")
    return f"{mean:.4f}" if spread is None else f"{mean:.4f} \N{PLUS-MINUS SIGN} {spread:.4f}"


def _losses(history: RunHistory) -> Markup | None:
    series = []
    for stage in ("teacher", "student"):
        epochs = history.epochs_of(stage)
        for name in dict.fromkeys(name for epoch in epochs for name in epoch.losses):
            points = [(epoch.epoch + 1, epoch.losses.get(name, math.nan)) for epoch in epochs]
            series.append(Series(f"{stage}: {name}", points))
    return svg_plot(_tr("Losses"), _tr("epoch"), _tr("mean loss"), series, has_whole_x=True)


def _validation(history: RunHistory) -> Markup | None:
    series = []
    for stage in ("teacher", "student"):
        epochs = history.epochs_of(stage)
        series += [
            Series(f"{stage}: SRCC", _points(epochs, lambda epoch: epoch.validation_srcc)),
            Series(f"{stage}: PLCC", _points(epochs, lambda epoch: epoch.validation_plcc)),
        ]
    return svg_plot(_tr("Validation"), _tr("epoch"), _tr("agreement"), series, has_whole_x=True)


def _points(
    epochs: Sequence[Epoch], value: Callable[[Epoch], float | None]
) -> list[tuple[float, float]]:
    values = [(epoch.epoch + 1, value(epoch)) for epoch in epochs]
    return [(x, y) for x, y in values if y is not None]


def _scatter(result: RunResult) -> Markup | None:
    points = list(zip(result.rated, result.predicted[result.preferred], strict=True))
    series = Series(_tr("the %s") % result.preferred, points, is_line=False)
    return svg_plot(_tr("Each test photo"), _tr("label, as 0-100"), _tr("predicted"), [series])


def _settings(config: Mapping[str, object]) -> list[SettingsSection]:
    """Settings of the whole run first, then section by section."""
    whole = {name: value for name, value in config.items() if not isinstance(value, dict)}
    sections = {name: value for name, value in config.items() if isinstance(value, dict)}
    return [
        SettingsSection(
            name=section,
            facts=tuple(
                Fact(name, json.dumps(value, ensure_ascii=False)) for name, value in values.items()
            ),
        )
        for section, values in {"": whole, **sections}.items()
    ]


def _tr(text: str) -> str:
    return translated(text, context="TrainingReport")
