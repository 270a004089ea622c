"""python -m bench.defects LABELS.CSV: how well does the defect network see? Prints a table.

To choose between networks take --part validation, so that the test part stays unread.
"""

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from bench.defect_measures import (
    Verdict,
    flip_likeness,
    judge,
    likeness,
    move_likeness,
    scrambled_network,
    summary,
)
from bench.defect_planting import AREAS, TAUGHT, Defect, Pixels, spoilt_photos
from bench.defect_untaught import NEVER_TAUGHT
from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_file import open_defect_network
from engine.defects.defect_finder import DefectFinder
from engine.explain.distortion_map import AFFECTED_FROM, DistortionMap
from engine.measures.correlation import srcc
from trainer.defects.material import Material, pixels_of
from trainer.distortion.defects import DEFECTS

Rows = dict[str, float]
_BEST_TENTH = 0.1


class Part:
    """A part of the labelled photos, best first."""

    def __init__(self, material: Material, name: str) -> None:
        is_test = name == "test"
        self.paths = material.test if is_test else material.validation
        self.scores_0_1 = material.test_scores_0_1 if is_test else material.validation_scores_0_1

    def best(self, number: int) -> list[Pixels]:
        """So many photos, evenly from the best-rated quarter."""
        quarter = len(self.paths) // 4
        step = max(1, quarter // number)
        return [pixels_of(self.paths[i]) for i in range(0, min(quarter, step * number), step)]


def planted(
    finder: DefectFinder, photos: Sequence[Pixels], defects: Mapping[str, Defect], *, seed: int
) -> list[Verdict]:
    """What the network makes of every kind planted in every photo."""
    return [
        judge(one, finder.look_at_whole(one.pixels_HW3).map)
        for one in spoilt_photos(photos, defects, seed=seed)
    ]


def broken_down(verdicts: Sequence[Verdict], *, is_named: bool) -> dict[str, Rows]:
    """The figures over all, by kind, area and strength."""
    keys: dict[str, Callable[[Verdict], str]] = {
        "kind": lambda one: one.kind,
        "area": lambda one: one.area,
        "strength": lambda one: f"{one.strength:g}",
    }
    rows = {"all": summary(verdicts, is_named=is_named)}
    for what, key in keys.items():
        for name in dict.fromkeys(key(one) for one in verdicts):
            some = [one for one in verdicts if key(one) == name]
            rows[f"{what} {name}"] = summary(some, is_named=is_named)
    return rows


def real(finder: DefectFinder, part: Part, number: int) -> dict[str, Any]:
    """False alarms in the best-rated tenth, and agreement with people, also by source."""
    tenth = round(_BEST_TENTH * len(part.paths))
    step = max(1, len(part.paths) // number)
    spread = range(0, len(part.paths), step)
    alarms: dict[str, int] = dict.fromkeys((*finder.kinds, "any"), 0)
    silent, explained, scores, sources, first = [], [], [], [], []
    for index in sorted({*range(tenth), *spread}):
        found = finder.look_at_whole(pixels_of(part.paths[index]))
        loudest_K = found.map.strength_KHW.max(axis=(1, 2))
        if index < tenth:
            for kind, loudest in zip(finder.kinds, loudest_K, strict=True):
                alarms[kind] += bool(loudest >= AFFECTED_FROM)
            alarms["any"] += bool(loudest_K.max() >= AFFECTED_FROM)
        if index in spread:
            silent.append(-float(found.map.strongest_HW().mean()))
            explained.append(found.explained_0_100)
            scores.append(part.scores_0_1[index])
            sources.append(part.paths[index].name.split(" ")[0])
            first.append(found.map.strength_KHW.mean(axis=(1, 2)))
    rated = np.array(scores)
    agreement = {
        "map": srcc(np.array(silent), rated),
        "explained": srcc(np.array(explained), rated),
    }
    for source in sorted(set(sources)):
        is_of = np.array([one == source for one in sources])
        agreement[f"map, {source}"] = srcc(np.array(silent)[is_of], rated[is_of])
    by_kind = np.stack(first)
    for kind, areas in zip(finder.kinds, by_kind.T, strict=True):
        agreement[f"map of {kind} alone"] = srcc(-areas, rated) if np.ptp(areas) > 0 else 0.0
    return {
        "alarms": {kind: count / tenth for kind, count in alarms.items()},
        "num_best": tenth,
        "agreement": agreement,
        "num_rated": len(rated),
    }


def sanity(finder: DefectFinder, path: Path, photos: Sequence[Pixels]) -> Rows:
    """Does the map need what was learnt, and does it move with the photo?"""
    network, card = open_defect_network(path)
    scrambled = DefectFinder(scrambled_network(network), card)
    spoilt = [one for one in spoilt_photos(photos, TAUGHT, seed=2) if one.strength > 0.4][::7]

    def look(photo_HW3: Pixels) -> DistortionMap:
        return finder.look_at_whole(photo_HW3).map

    random, flips, moves = [], [], []
    for one in spoilt:
        found_HW = look(one.pixels_HW3).strongest_HW()
        random.append(
            likeness(found_HW, scrambled.look_at_whole(one.pixels_HW3).map.strongest_HW())
        )
        flips.append(flip_likeness(look, one.pixels_HW3))
        moves.append(move_likeness(look, one.pixels_HW3))
    by_move = np.mean(moves, axis=0)
    return {
        "random weights": float(np.mean(random)),
        "flipped": float(np.mean(flips)),
        "moved by 1 px": float(by_move[0]),
        "moved by 5, 7 px": float(by_move[1]),
        "moved by 16 px": float(by_move[2]),
        "num": float(len(spoilt)),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    args = _parser().parse_args(arguments)
    path = args.file or bundled_defect_network()
    finder = DefectFinder.open(path)
    part = Part(Material.of_labels(args.labels), args.part)
    good = part.best(args.planted)
    begun = time.monotonic()
    taught = planted(finder, good, TAUGHT, seed=11)
    old = {str(kind): defect for kind, defect in DEFECTS.items()}
    figures: dict[str, Any] = {
        "file": path.name,
        "part": args.part,
        "taught": broken_down(taught, is_named=True),
        "never taught": broken_down(
            planted(finder, good[::2], NEVER_TAUGHT, seed=12), is_named=False
        ),
    }
    if args.old_planting:
        verdicts = planted(finder, good[::2], old, seed=13)
        figures["taught, planted as for the head"] = broken_down(verdicts, is_named=True)
    figures["real"] = real(finder, part, args.real)
    figures["sanity"] = sanity(finder, path, good[:: max(1, len(good) // args.sanity)])
    figures["rates"] = rates(taught, figures["real"]["alarms"])
    figures["figures"] = for_card(figures)
    print(f"{path.name}, {args.part}, {time.monotonic() - begun:.0f} s", file=sys.stderr)
    _tell(figures)
    if args.json is not None:
        verdicts_too = {**figures, "verdicts": [dataclasses.asdict(one) for one in taught]}
        args.json.write_text(json.dumps(verdicts_too, indent=2) + "\n", encoding="utf-8")
    return 0


def rates(verdicts: Sequence[Verdict], alarms: Mapping[str, float]) -> dict[str, Any]:
    """What a card says of every kind: how much of it was found, at which size."""
    found: dict[str, Any] = {}
    for kind, false_alarms in alarms.items():
        if kind == "any":
            continue
        of_kind = [one for one in verdicts if one.kind == kind]
        by_area = {area: [one for one in of_kind if one.area == area] for area in AREAS}
        found[kind] = {
            "found": {a: summary(some)["alarmed"] for a, some in by_area.items() if some},
            "named": {a: summary(some)["named"] for a, some in by_area.items() if some},
            "false_alarms": false_alarms,
        }
    return found


def for_card(figures: Mapping[str, Any]) -> Rows:
    """The figures that a card states, by plain names."""
    taught, never, real_photos = (
        figures["taught"]["all"],
        figures["never taught"]["all"],
        figures["real"],
    )
    return {
        **{name: taught[name] for name in ("peak_inside", "energy", "named", "overlap_from_1_16")},
        "peak_inside_never_taught": never["peak_inside"],
        "false_alarms": real_photos["alarms"]["any"],
        "agreement_of_the_map": real_photos["agreement"]["map"],
        "agreement_of_the_explained_score": real_photos["agreement"]["explained"],
    }


def _tell(figures: Mapping[str, Any]) -> None:
    for what, rows in figures.items():
        if what in ("rates", "figures"):
            continue
        if not isinstance(rows, dict):
            print(f"{what}: {rows}")
            continue
        print(f"\n{what}")
        for name, values in rows.items():
            told = values if isinstance(values, dict) else {"": values}
            text = "  ".join(f"{key} {value:.3f}" for key, value in told.items())
            print(f"  {name:28} {text}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.defects", description=__doc__)
    parser.add_argument("labels", type=Path, metavar="LABELS.CSV")
    parser.add_argument("--file", type=Path, metavar="FILE", help="a network (default: the own)")
    parser.add_argument("--part", choices=("test", "validation"), default="test")
    parser.add_argument("--planted", type=int, default=48, metavar="N", help="photos to plant in")
    parser.add_argument("--real", type=int, default=600, metavar="N", help="photos as they are")
    parser.add_argument("--sanity", type=int, default=12, metavar="N", help="photos to move")
    parser.add_argument(
        "--old-planting", action="store_true", help="plant as the head was taught, too"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    return parser


if __name__ == "__main__":
    torch.set_num_threads(1)  # figures, not speed
    cv2.setNumThreads(1)
    sys.exit(main())
