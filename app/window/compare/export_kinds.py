"""What can be exported from a contest: how each is named and made."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.contest.exports import contest_json, labels_csv, verdicts_csv
from app.contest.html_report import html_report
from app.contest.outcome import Outcome
from app.contest.pairs_csv import pairs_csv


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportKind:
    """One kind of file; `make` may take a while."""

    name: str
    title: str
    suffix: str
    kinds: str
    make: Callable[[Outcome], bytes]


def export_kind(kind: str) -> ExportKind:
    """The kind called "pairs", "verdicts", "labels", "json" or "report"."""
    return {
        "pairs": ExportKind(
            name="pairs",
            title=_tr("Export the pairs"),
            suffix=".csv",
            kinds=_tr("Tables (*.csv)"),
            make=lambda outcome: pairs_csv(outcome.contest.pairs, outcome.contest.scores),
        ),
        "verdicts": ExportKind(
            name="answers",
            title=_tr("Export the answers"),
            suffix=".csv",
            kinds=_tr("Tables (*.csv)"),
            make=lambda outcome: verdicts_csv(outcome.contest),
        ),
        "labels": ExportKind(
            name="labels",
            title=_tr("Export labels for training"),
            suffix=".csv",
            kinds=_tr("Tables (*.csv)"),
            make=lambda outcome: labels_csv(outcome.contest),
        ),
        "json": ExportKind(
            name="contest",
            title=_tr("Export everything"),
            suffix=".json",
            kinds=_tr("JSON (*.json)"),
            make=contest_json,
        ),
        "report": ExportKind(
            name="report",
            title=_tr("Write the report"),
            suffix=".html",
            kinds=_tr("Pages (*.html)"),
            make=html_report,
        ),
    }[kind]


def _tr(text: str) -> str:
    return QCoreApplication.translate("ContestExport", text)
