"""python -m bench.own_pixels LABELS.CSV: what is seen of a large photo's own pixels?

Canvases of 24 megapixels are stitched from the best-rated quarter of a part. Local blur, motion
blur, noise and compression are planted at 1:1, and the map of the tiles is asked where; whole
canvases are put out of focus or made noisy by a known amount, and the quick look is asked how much.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from bench.canvases import Local, canvas, local_defects, noisy, out_of_focus, stored
from bench.defect_planting import TAUGHT, Pixels
from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_finder import DefectFinder
from engine.defects.own_pixels import glimpse
from engine.defects.tile_map import PLACE_PX, TileMap, network_tiles
from engine.measures.correlation import srcc
from trainer.defects.material import Material

LOCAL_KINDS = ("blur", "motion blur", "noise", "compression")
_SPREADS_PX = (0.0, 0.6, 1.0, 1.5, 2.2, 3.2, 4.6)
_NOISES = (0.0, 1.0, 2.0, 3.5, 6.0, 10.0, 16.0)
_NONE_FOUND_PX = 20.0  # stands for a canvas without an edge: the largest blur
_JPEG_QUALITY = 85
_MILD_NOISE = 3.0


def local_peaks(
    whole: Pixels, finder: DefectFinder, rng: np.random.Generator, *, times: int
) -> list[dict[str, Any]]:
    """For every planted defect: whether the map of all tiles peaks in it, and which kind it says.

    The tiles that the defect changes are looked at again; the rest is as it was.
    """
    height, width = whole.shape[:2]
    tiles = network_tiles(width, height)
    seen = TileMap(finder, whole)
    for tile in tiles:
        seen.look_at(tile)
    defects = {kind: TAUGHT[kind] for kind in LOCAL_KINDS}
    found = []
    for local in list(local_defects(whole, defects, rng, times=times)):
        box = local.window
        room = whole[box.top_px : box.bottom_px, box.left_px : box.right_px]
        clean = room.copy()
        near = [
            tile
            for tile in tiles
            if abs(tile.middle_px[0] - box.middle_px[0]) < (tile.width_px + box.width_px) / 2 + 32
            and abs(tile.middle_px[1] - box.middle_px[1])
            < (tile.height_px + box.height_px) / 2 + 32
        ]
        room[...] = local.pixels_HW3
        for tile in near:
            seen.look_at(tile)
        found.append(_judged(seen, local))
        room[...] = clean
        for tile in near:
            seen.look_at(tile)
    return found


def _judged(seen: TileMap, local: Local) -> dict[str, Any]:
    distortions = seen.distortions()
    strength_Khw = distortions.strength_KHW
    kind = distortions.kinds.index(local.kind)
    inside_hw = np.zeros(strength_Khw.shape[1:], bool)
    rows, columns = (
        slice(start // PLACE_PX, start // PLACE_PX + side // PLACE_PX)
        for start, side in (
            (local.window.top_px, local.window.height_px),
            (local.window.left_px, local.window.width_px),
        )
    )
    inside_hw[rows, columns] = local.is_inside_HW[
        PLACE_PX // 2 :: PLACE_PX, PLACE_PX // 2 :: PLACE_PX
    ]
    strongest_hw = strength_Khw.max(axis=0)
    in_region_K = strength_Khw[:, inside_hw].max(axis=1)
    return {
        "kind": local.kind,
        "strength": local.strength,
        "peak_inside": bool(inside_hw.ravel()[strongest_hw.argmax()]),
        "peak_of_kind_inside": bool(inside_hw.ravel()[strength_Khw[kind].argmax()]),
        "reached_a_half": bool(in_region_K.max() >= 0.5),
        "named": bool(in_region_K.argmax() == kind),
        "places_at_a_half_outside": float((strongest_hw[~inside_hw] >= 0.5).mean()),
    }


def focus_and_noise(whole: Pixels, rng: np.random.Generator) -> list[dict[str, Any]]:
    """What the quick look measures of the canvas at every known blur and noise."""
    rows: list[dict[str, Any]] = []
    for shape in ("Gaussian", "disc"):
        for spread_px in _SPREADS_PX:
            blurred = out_of_focus(whole, spread_px, shape)
            spoilt = stored(noisy(blurred, _MILD_NOISE, rng), _JPEG_QUALITY)
            for state, photo in (("plain", blurred), ("noise and JPEG", spoilt)):
                focus = glimpse(photo).own.focus
                found = _NONE_FOUND_PX if focus is None else focus.spread_px
                rows.append({"what": f"focus, {shape}", "state": state, "true": spread_px,
                             "found": found})  # fmt: skip
    for noise in _NOISES:
        grainy = noisy(whole, noise, rng)
        for state, photo in (("plain", grainy), ("JPEG", stored(grainy, _JPEG_QUALITY))):
            found_noise = glimpse(photo).own.noise_at_100
            rows.append({"what": "noise", "state": state, "true": noise,
                         "found": 0.0 if found_noise is None else found_noise})  # fmt: skip
    return rows


def figures_of(peaks: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Shares of the planted defects, and rank correlations with the truth."""
    figures: dict[str, float] = {"defects planted": float(len(peaks))}
    for name in ("peak_inside", "peak_of_kind_inside", "reached_a_half", "named"):
        figures[name] = float(np.mean([one[name] for one in peaks]))
    for key in ("kind", "strength"):
        for value in sorted({one[key] for one in peaks}):
            some = [one["peak_inside"] for one in peaks if one[key] == value]
            figures[f"peak_inside, {value}"] = float(np.mean(some))
    figures["places at a half outside"] = float(
        np.mean([one["places_at_a_half_outside"] for one in peaks])
    )
    for what in ("focus, Gaussian", "focus, disc", "focus", "noise"):
        for state in sorted({one["state"] for one in rows if one["what"].startswith(what)}):
            some = [one for one in rows if one["what"].startswith(what) and one["state"] == state]
            true, found = (np.array([one[key] for one in some]) for key in ("true", "found"))
            figures[f"SRCC, {what}, {state}"] = srcc(found, true)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    args = _parser().parse_args(arguments)
    path = args.file or bundled_defect_network()
    finder = DefectFinder.open(path)
    paths = getattr(Material.of_labels(args.labels), args.part)
    best = paths[: max(1, len(paths) // 4)]
    peaks, rows = [], []
    begun = time.process_time()
    for number in range(args.canvases):
        rng = np.random.default_rng([args.seed, number])
        whole = canvas(best, rng)
        peaks += local_peaks(whole, finder, rng, times=args.times)
        rows += focus_and_noise(whole, rng)
        print(f"canvas {number + 1}: {time.process_time() - begun:.0f} s", file=sys.stderr)
    figures = figures_of(peaks, rows)
    print(f"{path.name}, {args.part}, {args.canvases} canvases")
    for name, value in figures.items():
        print(f"  {name:40} {value:.3f}")
    if args.json is not None:
        found = {"file": path.name, "part": args.part, "figures": figures,
                 "peaks": peaks, "rows": rows}  # fmt: skip
        args.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.own_pixels", description=__doc__)
    parser.add_argument("labels", type=Path, metavar="LABELS.CSV")
    parser.add_argument("--file", type=Path, metavar="FILE", help="a network (default: the own)")
    parser.add_argument("--part", choices=("test", "validation"), default="test")
    parser.add_argument("--canvases", type=int, default=3, metavar="N")
    parser.add_argument("--times", type=int, default=6, metavar="N", help="each kind per canvas")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    return parser


if __name__ == "__main__":
    torch.set_num_threads(1)  # figures, not speed
    cv2.setNumThreads(1)
    sys.exit(main())
