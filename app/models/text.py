"""The model library and the cards of models as text."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.certainty.words import certainty_words
from engine.counted import counted
from engine.defects.defect_identity import bundled_identity
from engine.measures.agreement import TITLES
from engine.networks.model_card import ModelCard
from engine.networks.model_library import ModelEntry
from engine.networks.registry import network_entry

_LABEL_WIDTH = 14


def list_lines(
    entries: Sequence[ModelEntry], *, seconds: Mapping[Path, float] | None = None
) -> Iterator[str]:
    """The library as a table; under it what models are good for, and files that can't be read.

    `seconds` is what each takes per photo, by its path, where that is known.
    """
    if not entries:
        yield "There are no models. Import one: discern models import FILE"
        return
    seconds = seconds or {}
    header = ("", "model", "network", "SRCC on its own test part", "per photo", "size", "where")
    rows = [header, *(_row(entry, seconds.get(entry.path)) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()
    if any(entry.is_default for entry in entries):
        yield ""
        yield "* rates photos unless another one is named. Figures of different test parts can't be"
        yield "  compared; `discern models show NAME` says how they were obtained."
    if seconds:
        yield "  Per photo: the network alone, without reading the photo, measured on this machine."
    for entry in entries:
        if entry.card is not None:
            yield ""
            good_for = f"{entry.name}: good for {_good_for(entry.card)}"
            yield from textwrap.wrap(good_for, 96, subsequent_indent="  ")
            yield from textwrap.wrap(
                f"± is {certainty_words(entry.card.certainty)}",
                96,
                initial_indent="  ",
                subsequent_indent="  ",
            )
    for entry in entries:
        if entry.card is None:
            yield ""
            yield f"{entry.name} can't be used: {entry.problem}"


def card_lines(card: ModelCard, *, path: Path, width: int) -> Iterator[str]:
    """Everything that people want to know of a model."""
    for label, text in card_facts(card, path=path).items():
        yield from _wrapped(label, text, width)
    if card.figures:
        yield ""
        yield test_part(card.figures)
        for title, figure in figure_texts(card).items():
            yield f"  {title:<18} {figure}"
    if card.protocol:
        yield ""
        yield from textwrap.wrap(card.protocol, width)


def card_facts(card: ModelCard, *, path: Path) -> dict[str, str]:
    """Labels and what the card says, without what it leaves open."""
    direction = "higher is better" if card.labels.higher_is_better else "lower is better"
    facts = {
        "model": card.name,
        "network": f"{_network(card)}, {card.sight.words(card.num_crops)}",
        "trained on": f"{card.trained_on}, {counted(card.num_photos)}" if card.trained_on else "",
        "labels": f"{card.labels.low:g} to {card.labels.high:g}, {direction}",
        "label file": f"SHA-256 {card.label_sha256}" if card.label_sha256 else "",
        "began with": "not recorded" if card.start is None else card.start.words(),
        "how sure": certainty_words(card.certainty),
        "defects": f"found by {bundled_identity().name}, as for every model",
        "teacher": card.parent,
        "made": " by ".join(part for part in (card.date, card.program) if part),
        "file": f"{path} ({megabytes(path.stat().st_size)})",
    }
    return {label: text for label, text in facts.items() if text}


def figure_texts(card: ModelCard) -> dict[str, str]:
    """The measures of the card with their intervals."""
    return {
        title: _with_interval(figure)
        for name, title in TITLES.items()
        if isinstance(figure := card.figures.get(name), Mapping)
    }


def test_part(figures: Mapping[str, Any]) -> str:
    """Where the figures come from."""
    num_photos = figures.get("num_photos")
    of_photos = f" of {counted(num_photos)}" if num_photos is not None else ""
    return f"On its own test part{of_photos}, with 95 % intervals, RMSE in label units:"


def megabytes(num_bytes: int) -> str:
    """A file's size in words."""
    return f"{num_bytes / 1e6:.1f} MB"


def _good_for(card: ModelCard) -> str:
    entry = network_entry(card.architecture)
    return (entry.good_for if entry else "") or "what its card says"


def _row(entry: ModelEntry, seconds: float | None) -> tuple[str, ...]:
    mark = "*" if entry.is_default else ""
    where = "bundled" if entry.is_bundled else "yours"
    size = megabytes(entry.size_bytes)
    if entry.card is None:
        return (mark, entry.name, "can't be read", "", "", size, where)
    srcc = entry.card.figures.get("srcc")
    figure = _with_interval(srcc) if isinstance(srcc, Mapping) else "not measured"
    cost = "" if seconds is None else f"{seconds:.2g} s"
    return (mark, entry.name, _network(entry.card), figure, cost, size, where)


def _network(card: ModelCard) -> str:
    backbone = f", {card.network.backbone}" if card.network.backbone else ""
    role = "" if card.role == "plain" else f" {card.role}"
    return f"{card.architecture}{role}{backbone}"


def _with_interval(figure: Mapping[str, Any]) -> str:
    value, low, high = (figure.get(key) for key in ("value", "low", "high"))
    if not isinstance(value, int | float):
        return "not readable"
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return f"{value:.3f}"  # too few photos for an interval
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _wrapped(label: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        max(40, width),
        initial_indent=f"{label:<{_LABEL_WIDTH}}",
        subsequent_indent=" " * _LABEL_WIDTH,
        break_long_words=False,
        break_on_hyphens=False,
    )
