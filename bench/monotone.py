"""python -m bench.monotone LABELS.csv: does a growing defect lower the score step by step?

Of the labelled photos that people rated best, each is spoiled in five ways at five growing
strengths, and scored. Spearman's correlation of strength and falling score is 1 where every step
lowers the score. Without --only all labelled photos count; to measure a model on photos that took
no part in its training, give the list of its run: RUN_FOLDER/predictions.csv.
"""

import argparse
import csv
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.demo import degrade
from engine.measures.correlation import srcc
from engine.scorer import Scorer

Spoil = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8]]

_AT_LEAST = 0.95
LADDERS: Mapping[str, Sequence[Spoil]] = {
    "blur": [partial(degrade.blurred, radius_px=px) for px in (0.7, 1.2, 2.0, 3.2, 5.0)],
    "noise": [partial(degrade.noisy, sigma_0_255=s) for s in (6.0, 12.0, 20.0, 32.0, 50.0)],
    "JPEG": [partial(degrade.overcompressed, quality=q) for q in (45, 28, 18, 11, 6)],
    "over-exposure": [partial(degrade.overexposed, stops=s) for s in (0.7, 1.2, 1.8, 2.4, 3.0)],
    "under-exposure": [partial(degrade.underexposed, stops=s) for s in (0.8, 1.5, 2.3, 3.2, 4.2)],
}


def step_correlations(
    scorer: Scorer, photos: Sequence[Path], ladder: Sequence[Spoil], scratch: Path
) -> npt.NDArray[np.float64]:
    """For each photo, Spearman between strength and falling score over the undamaged and the steps.

    A photo whose six scores are all the same counts as 0.
    """
    correlations = []
    for path in photos:
        with Image.open(path) as image:
            pixels_HW3 = np.asarray(image.convert("RGB"))
        steps = []
        for number, pixels in enumerate([pixels_HW3, *(spoil(pixels_HW3) for spoil in ladder)]):
            step = scratch / f"{number}.png"
            Image.fromarray(pixels).save(step, compress_level=1)
            steps.append(step)
        scores = np.array([result.score_0_100 for result in scorer.score(steps)], dtype=np.float64)
        is_flat = np.ptp(scores) == 0
        correlations.append(0.0 if is_flat else srcc(np.arange(len(scores)), -scores))
    return np.array(correlations)


def best_rated(labels: Path, num_photos: int, only: Path | None) -> list[Path]:
    """The photos that people rated best, best first; those named in the CSV `only`, if given."""
    with labels.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if only is not None:
        with only.open(encoding="utf-8", newline="") as file:
            names = {Path(row["image"]).name for row in csv.DictReader(file)}
        rows = [row for row in rows if Path(row["image"]).name in names]
    rows.sort(key=lambda row: -float(row["score"]))
    return [labels.parent / row["image"] for row in rows[:num_photos]]


def main() -> int:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.monotone", description=__doc__)
    parser.add_argument("labels", type=Path, help="a CSV with the columns image and score")
    parser.add_argument("--only", type=Path, help="a CSV with the column image: leave others out")
    parser.add_argument("--photos", type=int, default=200, help="default: 200")
    parser.add_argument("--model", help="a name or a file; default: the bundled model")
    args = parser.parse_args()
    scorer = Scorer.open(args.model, device="auto")
    photos = best_rated(args.labels, args.photos, args.only)
    print(f"{scorer.model_id}, the {len(photos)} best-rated photos, {scorer.device_name}\n")
    print(f"| defect | mean Spearman | photos where every step lowers | target {_AT_LEAST} |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="discern-bench-") as scratch:
        for name, ladder in LADDERS.items():
            correlations = step_correlations(scorer, photos, ladder, Path(scratch))
            mean = statistics.mean(correlations)
            share = float(np.mean(correlations > 1 - 1e-9))
            verdict = "met" if mean >= _AT_LEAST else "missed"
            print(f"| {name} | {mean:.3f} | {share:.0%} | {verdict} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
