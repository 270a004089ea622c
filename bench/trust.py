"""python -m bench.trust LABELS.csv: how far can the map of defects be trusted?

Measures the bundled defect network, or another, on photos that it was not taught on, and Grad-CAM
beside it; prints the tables, and writes those of the test part into docs/trust.md. To choose
between networks take --part validation, so that the test part stays unread.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from bench.figure import machine_facts
from bench.trust_figures import Row
from bench.trust_part import DELIBERATE
from bench.trust_planted import strengths
from bench.trust_sections import SECTIONS, Section, Subject
from bench.trust_table import (
    before_table,
    broken_down_table,
    grid_table,
    main_table,
    write_between_marks,
)
from engine.defects.bundled import bundled_defect_network
from engine.errors import EngineError
from trainer.errors import TrainingError

_ROOT = Path(__file__).parents[1]
_DOCUMENT = _ROOT / "docs" / "trust.md"
_BEFORE = Path(__file__).parent / "data" / "trust_before.json"
_MAY_BE_OLD = {"grad-cam"}  # slow, and as it was as long as the model is
_SHARES = ("peak inside", "kind named right", "best-rated tenth")
_FIGURES = {
    "peak_inside": "peak inside",
    "energy": "energy over the area's share",
    "named": "kind named right",
    "overlap_from_1_16": "overlap with the region (IoU at a half, areas from 1/16)",
    "peak_inside_never_taught": "never taught: peak inside",
    "false_alarms": "false alarms, best-rated tenth",
    "agreement_of_the_map": "map's mean against people, SRCC",
    "agreement_of_the_explained_score": "explained score against people, SRCC",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; 1 if a target is missed, 2 if something can't be read."""
    args = _parser().parse_args(arguments)
    try:
        subject = Subject.of(args)
        sections = _measured(subject, args.only, args.json)
    except (TrainingError, EngineError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    report = as_markdown(subject, sections)
    print(report)
    if args.part == "test" and set(sections) >= set(SECTIONS) - _MAY_BE_OLD:
        write_between_marks(args.document, "figures", report)
    rows = [row for section in sections.values() for row in section.rows.get("main", [])]
    return 1 if any(row.is_met is False for row in rows) else 0


def _measured(subject: Subject, only: Sequence[str], stored: Path | None) -> dict[str, Section]:
    """The sections asked for, and beside them those that FILE has of the same network.

    After every section the file is written anew, so that nothing is lost when it is stopped.
    """
    known = _read(stored, subject) if stored is not None and stored.exists() else {}
    for name in only or SECTIONS:
        begun = time.monotonic()
        known[name] = SECTIONS[name](subject)
        print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
        if stored is not None:
            _write(stored, subject, known)
    return {name: known[name] for name in SECTIONS if name in known}


def _read(stored: Path, subject: Subject) -> dict[str, Section]:
    """Raises ValueError when a section is of another network, model or part."""
    values = json.loads(stored.read_text(encoding="utf-8"))
    for name, entry in values["sections"].items():
        own = subject.identity(name)
        other = [what for what in own if entry["of"][what] != own[what]]
        if other:
            raise ValueError(
                f"{stored} has figures of another {other[0]}, {entry['of'][other[0]]}, not "
                f"{own[other[0]]}. Give another file to --json."
            )
    return {name: Section.from_json(entry) for name, entry in values["sections"].items()}


def _write(stored: Path, subject: Subject, sections: dict[str, Section]) -> None:
    rows = {
        row.key: row.measured.value
        for section in sections.values()
        for row in section.rows.get("main", [])
        if row.measured is not None
    }
    rates: dict[str, dict[str, Any]] = {}
    for section in sections.values():
        for kind, entry in section.rates.items():
            rates.setdefault(kind, {}).update(entry)
    values = {
        "rates": rates,
        "figures": {name: rows[key] for name, key in _FIGURES.items() if key in rows},
        "sections": {
            name: {"of": subject.identity(name), **section.to_json()}
            for name, section in sections.items()
        },
    }
    stored.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def as_markdown(subject: Subject, sections: dict[str, Section]) -> str:
    """The tables, with what was measured, when and on what."""
    stored = json.loads(_BEFORE.read_text(encoding="utf-8"))
    before, grad_cam = stored["head on tokens"], stored["Grad-CAM"]

    def rows(group: str) -> list[Row]:
        return [row for section in sections.values() for row in section.rows.get(group, [])]

    texts = [_heading(subject, stored["date"]), main_table(rows("main"), before)]
    if rows("broken down"):
        texts.append("By kind, by area and by strength:")
        texts.append(broken_down_table(rows("broken down"), before))
    if rows("grid"):
        texts.append("Peak inside, by kind and strength:")
        texts.append(grid_table(rows("grid"), strengths()))
    if rows("alarms"):
        texts.append("Which kinds alarm in the best-rated tenth:")
        texts.append(broken_down_table(rows("alarms"), {}))
    if rows("Grad-CAM"):
        texts.append(f"Grad-CAM of {subject.model_id} on the same photos and defects:")
        texts.append(main_table(rows("Grad-CAM"), grad_cam))
    else:
        texts.append(f"Grad-CAM of {stored['model']}, {stored['date']}, not measured since:")
        texts.append(before_table(grad_cam, shares=_SHARES))
    return "\n\n".join(texts)


def _heading(subject: Subject, date_before: str) -> str:
    facts = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in machine_facts().items()
    )
    return (
        f"Network `{subject.path.name}` ({subject.sha256[:12]}); {subject.source}, the "
        f"{len(subject.part.paths)} photos of the {subject.part.name} part; "
        f"{datetime.now(UTC).date().isoformat()}; {facts}. *Before*: the head on the tokens of the "
        f"default model, {date_before}, on defects planted by the code that taught it."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.trust", description=__doc__)
    parser.add_argument("labels", type=Path, metavar="LABELS.csv")
    parser.add_argument(
        "--file",
        type=Path,
        metavar="FILE",
        default=bundled_defect_network(),
        help="a defect network (default: the bundled one)",
    )
    parser.add_argument(
        "--model", metavar="M", help="a model's name or file, for Grad-CAM (default: the default)"
    )
    parser.add_argument("--part", choices=("test", "validation"), default="test")
    for name, number, what in (
        ("planted", 48, "photos that defects are planted in"),
        ("real", 400, "photos as they are, over all scores"),
        ("scored", 80, "photos as they are that the model scores too"),
        ("sanity", 24, "planted photos to mirror, to move, and to restore"),
        ("canvases", 3, "canvases of 24 megapixels"),
        ("times", 6, "times to plant each of four kinds in each canvas"),
    ):
        parser.add_argument(f"--{name}", type=int, default=number, metavar="N", help=what)
    parser.add_argument(
        "--held-out",
        action="append",
        default=[],
        metavar="SOURCE=FILE",
        help="a network taught without the photos whose names begin with SOURCE",
    )
    parser.add_argument(
        "--deliberate",
        type=Path,
        default=DELIBERATE,
        metavar="LIST.csv",
        help="photos that are soft, dark or foggy on purpose, chosen by hand",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=tuple(SECTIONS),
        default=[],
        metavar="SECTION",
        help=f"measure these alone, and take the others from --json: {', '.join(SECTIONS)}",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="keep the figures here too, as a card needs them"
    )
    parser.add_argument("--document", type=Path, default=_DOCUMENT, metavar="FILE.md")
    return parser


if __name__ == "__main__":
    torch.set_num_threads(1)  # figures, not speed; and the same ones on every machine
    cv2.setNumThreads(1)
    np.seterr(all="raise")
    sys.exit(main())
