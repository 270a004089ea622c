"""python -m bench [NAME...] [--json FILE]: runs the benchmarks and prints a table."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import decoding, end_to_end, library, memory, scorer_overhead, startup, training_steps
from bench.figure import Figure, machine_facts, table

BENCHMARKS: dict[str, Callable[..., list[Figure]]] = {
    "scorer_overhead": scorer_overhead.measure,
    "decoding": decoding.measure,
    "end_to_end": end_to_end.measure,
    "training_steps": training_steps.measure,
    "startup": startup.measure,
    "memory": memory.measure,
    "library": library.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that are named, or all; 1 if a target was missed."""
    args = _parser().parse_args(arguments)
    facts = machine_facts()
    print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items()))
    sections: dict[str, list[Figure]] = {}
    for name in args.names or BENCHMARKS:
        print(f"measuring {name} ...", end=" ", flush=True, file=sys.stderr)
        begun = time.monotonic()
        sections[name] = BENCHMARKS[name]()
        print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
    figures = [figure for section in sections.values() for figure in section]
    print(f"\n{table(figures)}")
    if args.json is not None:
        args.json.write_text(_report(facts, sections), encoding="utf-8")
    return 1 if any(figure.is_met is False for figure in figures) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measures how fast Discern is here. Each benchmark lets what it compares take "
        "turns and keeps the shortest times; a quiet machine still gives the best figures.",
        epilog="Exit status: 1 if a target was missed, else 0.",
    )
    choices = [*BENCHMARKS, []]  # argparse looks up the empty list too when no name is given
    parser.add_argument(
        "names", nargs="*", choices=choices, metavar="NAME", help=", ".join(BENCHMARKS)
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    return parser


def _report(facts: dict[str, object], sections: dict[str, list[Figure]]) -> str:
    report = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **facts,
        "figures": {
            name: [figure.to_json() for figure in figures] for name, figures in sections.items()
        },
    }
    return json.dumps(report, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
