"""python -m bench.trust RUN_FOLDER: are the overlays right? Prints a Markdown table.

Both overlays, Grad-CAM (what lowers the score) and the distortion map, are put to the same tests on
the test part of a run, which neither the network nor its head was taught on. To choose between
heads take --part validation, so that the test part stays unread.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch

from bench.figure import machine_facts
from bench.trust_measures import Row, measure_maps, measure_planted, measure_sanity
from bench.trust_methods import BothOverlays
from bench.trust_photos import HeldOutPhotos
from engine.networks.distortion_file import open_distortion_head
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model, find_model
from engine.networks.model_header import identify_model


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if the distortion map misses a target."""
    args = _parser().parse_args(arguments)
    path = default_model() if args.model is None else find_model(args.model)
    network, card = open_model(path)
    head = open_distortion_head(path)
    if head is None:
        print(f"{path} has no head for distortion maps.", file=sys.stderr)
        return 2
    photos = HeldOutPhotos.of_run(args.run_folder, card, part=args.part)
    methods = BothOverlays(network, head, card).methods()
    begun = time.monotonic()
    rows: list[Row] = []
    for measure, size in (
        (measure_planted, args.planted),
        (measure_maps, args.real),
        (measure_sanity, args.sanity),
    ):
        rows += measure(network, card, head, methods, photos, size)
        print(f"{measure.__name__}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    print(_heading(identify_model(path).model_id, photos))
    print(_table(rows, list(methods)))
    if args.json is not None:
        args.json.write_text(json.dumps([row.to_json() for row in rows], indent=2) + "\n")
    return 1 if any(row.is_met("distortion map") is False for row in rows) else 0


def _heading(model: str, photos: HeldOutPhotos) -> str:
    facts = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in machine_facts().items()
    )
    return (
        f"Model {model}; {photos.source}, the {photos.num_photos} photos of the {photos.part} "
        f"part; {datetime.now(UTC).date().isoformat()}; {facts}.\n"
    )


def _table(rows: Sequence[Row], methods: Sequence[str]) -> str:
    lines = [
        f"| | measure | target | {' | '.join(methods)} | sample |",
        f"|---|---|---|{'---|' * len(methods)}---|",
    ]
    for row in rows:
        cells = [row.cell(method) for method in methods]
        parts = (row.letter, row.what, row.target_text, *cells, row.sample)
        lines.append(f"| {' | '.join(parts)} |")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.trust", description=__doc__)
    parser.add_argument("run_folder", type=Path, metavar="RUN_FOLDER")
    parser.add_argument(
        "--model", metavar="M", help="a model's name or file (default: the default)"
    )
    parser.add_argument(
        "--planted", type=int, default=80, metavar="N", help="photos that defects are planted in"
    )
    parser.add_argument(
        "--real", type=int, default=400, metavar="N", help="photos as they are, over all scores"
    )
    parser.add_argument(
        "--sanity", type=int, default=24, metavar="N", help="photos for the checks (e) to (g)"
    )
    parser.add_argument("--part", choices=("test", "validation"), default="test")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    return parser


if __name__ == "__main__":
    torch.set_num_threads(1)  # figures, not speed; and the same ones on every machine
    np.seterr(all="raise")
    sys.exit(main())
