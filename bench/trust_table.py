"""The rows of the proof as Markdown, and the place in a document that they are written to."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.trust_figures import Measured, Row

_NONE = "–"  # noqa: RUF001 - an en dash is meant
_MARK = "<!-- {name}: {what} -->"


def main_table(rows: Sequence[Row], before: Mapping[str, float]) -> str:
    """One line for each row: target, figure with its interval, met or missed, before, sample."""
    lines = [
        "| measure | target | measured (95 % interval) | | before | sample |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = (
            row.key,
            _target(row),
            _figure(row.measured, row.unit),
            {True: "met", False: "**missed**", None: ""}[row.is_met],
            _before(before.get(row.key), row.unit),
            row.sample,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def broken_down_table(rows: Sequence[Row], before: Mapping[str, float]) -> str:
    """What the rows are of down the side, their measures across; "before" where it is known."""
    measures = list(dict.fromkeys(row.measure for row in rows))
    by_of: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_of.setdefault(row.of, {})[row.measure] = row
    lines = [f"| | sample | {' | '.join(measures)} |", f"|---|---|{'---|' * len(measures)}"]
    for of, found in by_of.items():
        cells = [of, next(iter(found.values())).sample]
        for measure in measures:
            one = found.get(measure)
            text = _NONE if one is None else _figure(one.measured, one.unit)
            known = None if one is None else before.get(one.key)
            told = "" if one is None or known is None else f"; before {_number(known, one.unit)}"
            cells.append(text + told)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def before_table(figures: Mapping[str, float], *, shares: tuple[str, ...]) -> str:
    """Figures that are stored without their samples; those that end so are shares."""
    lines = ["| measure | figure |", "|---|---|"]
    for key, value in figures.items():
        lines.append(f"| {key} | {_number(value, '%' if key.endswith(shares) else '')} |")
    return "\n".join(lines)


def grid_table(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """One measure by two properties: rows are of "blur, 0.25", columns the second of the two."""
    by_of = {row.of: row for row in rows}
    firsts = list(dict.fromkeys(row.of.rpartition(", ")[0] for row in rows))
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    for first in firsts:
        cells = [first]
        for column in columns:
            one = by_of.get(f"{first}, {column}")
            cells.append(_NONE if one is None else _short(one))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write_between_marks(document: Path, name: str, text: str) -> None:
    """Put a text between the two marks of this name in a document.

    Raises ValueError when the document doesn't have both.
    """
    begins, ends = (_MARK.format(name=name, what=what) for what in ("begin", "end"))
    content = document.read_text(encoding="utf-8")
    if begins not in content or ends not in content:
        raise ValueError(f"{document} has no place for it: put {begins} and {ends} where it goes.")
    head, _, rest = content.partition(begins)
    _, _, tail = rest.partition(ends)
    document.write_text(f"{head}{begins}\n\n{text.strip()}\n\n{ends}{tail}", encoding="utf-8")


def _target(row: Row) -> str:
    if row.target is None:
        return ""
    return f"at {'most' if row.target.is_most else 'least'} {_number(row.target.bound, row.unit)}"


def _figure(measured: Measured | None, unit: str) -> str:
    if measured is None:
        return _NONE
    low, high = (_number(one, unit).removesuffix(" %") for one in (measured.low, measured.high))
    return f"{_number(measured.value, unit)} ({low} to {high})"


def _before(value: float | None, unit: str) -> str:
    return _NONE if value is None else _number(value, unit)


def _short(row: Row) -> str:
    if row.measured is None:
        return _NONE
    return f"{_number(row.measured.value, row.unit)} of {row.measured.num}"


def _number(value: float, unit: str) -> str:
    return f"{100 * value:.0f} %" if unit == "%" else f"{value:.2f}"
