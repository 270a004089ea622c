"""The judgement of a personal model as lines of text."""

from collections.abc import Iterator, Mapping

from engine.counted import counted
from engine.measures.agreement import Figure
from engine.personal.head_shape import HEAD_WORDS
from engine.personal.report import CONTENDER_TITLES, PersonalReport


def report_lines(report: PersonalReport, *, on_test: Mapping[str, float]) -> Iterator[str]:
    """The figures beside those of the model in use, the verdict, and what more labels would do."""
    yield (
        f"{counted(report.num_labels, 'label')}, each scored by heads that did not learn from it "
        f"({counted(report.num_repeats, 'round')} of cross-validation):"
    )
    yield ""
    rows = [("", "SRCC", "RMSE, points")]
    rows += [(one.title, _figure(one.srcc, 3), _figure(one.rmse, 1)) for one in report.contenders]
    yield from table_lines(rows)
    if on_test:
        yield ""
        yield "SRCC on the photos that the labels set apart as test:"
        yield from table_lines([(_title(name), f"{value:.3f}") for name, value in on_test.items()])
    yield ""
    yield report.words()
    if report.is_recommended:
        yield f"Its head is {HEAD_WORDS[report.kind]}."
    for sentence in (report.learning_words(), *report.warnings):
        if sentence:
            yield sentence


def table_lines(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Cells in columns, with two spaces between them."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def _title(name: str) -> str:
    titles: dict[str, str] = dict(CONTENDER_TITLES)
    return titles[name]


def _figure(figure: Figure | None, digits: int) -> str:
    if figure is None:
        return "-"
    text = f"{figure.value:.{digits}f}"
    if figure.low is None or figure.high is None:
        return text
    return f"{text} [{figure.low:.{digits}f}, {figure.high:.{digits}f}]"
