"""How well a model of one's own does on a source that the model beneath never saw.

    python -m bench.own_labels --labels LABELS.csv --source ss01 --model held_out.safetensors
    python -m bench.own_labels --labels LABELS.csv --source ss01 --features held_ss01.npz

The first reads the features of the source's photos and keeps them in `--cache`; the second takes
them from a NumPy archive with `f`, (N, F) in the order of the labels, and `p`, the model's scores
(N,), or features alone, for a model that knows nothing of quality. Figures go to `--out` as JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.own_label_draws import SIZES, Draws, draw
from engine.personal.head_shape import HEAD_KINDS
from engine.scorer import Scorer
from trainer.labels.read_labels import read_labels

Floats = npt.NDArray[np.float64]
Features = npt.NDArray[np.float32]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table and write the draws."""
    args = _parser().parse_args(arguments)
    labels = read_labels(args.labels)
    chosen = [
        number
        for number, photo in enumerate(labels.photos)
        if photo.path.name.startswith(args.source)
    ]
    points_N = np.array([labels.range.to_0_100(labels.photos[one].score) for one in chosen])
    if args.features is not None:
        features_NF = _from_archive(args.features, len(labels.photos))[chosen]
    else:
        paths = [labels.photos[one].path for one in chosen]
        features_NF = _from_model(args.model, paths, args.cache)
    begun_s = time.process_time()
    found = []
    for one in draw(
        features_NF,
        points_N,
        source=args.source,
        heads=args.heads,
        sizes=args.sizes,
        num_draws=args.draws,
    ):
        print(f"{one.source}  {one.num_labels:>5}  {one.head:<11}{one.text}", flush=True)
        found.append(one)
    print(f"{time.process_time() - begun_s:.0f} s of processor time", file=sys.stderr)
    if args.out is not None:
        args.out.write_text(json.dumps([asdict(one) for one in found], indent=1), "utf-8")
    return 0


def read_draws(paths: Sequence[Path]) -> list[Draws]:
    """What several calls wrote."""
    return [
        Draws(**{**entry, "srcc": tuple(entry["srcc"])})
        for path in paths
        for entry in json.loads(path.read_text("utf-8"))
    ]


def table(draws: Sequence[Draws]) -> str:
    """Markdown: a row for each source and size, a column for each head."""
    heads = list(dict.fromkeys(one.head for one in draws))
    cells = {(one.source, one.num_labels, one.head): one.text for one in draws}
    lines = [f"| source | labels | {' | '.join(heads)} |", "|---" * (len(heads) + 2) + "|"]
    for source, size in dict.fromkeys((one.source, one.num_labels) for one in draws):
        row = [cells.get((source, size, head), "") for head in heads]
        lines.append(f"| {source} | {size} | {' | '.join(row)} |")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--source", required=True, help="how the names of its photos begin")
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--model", help="a model that never saw the source, by name or file")
    given.add_argument("--features", type=Path, help="an archive of features in place of a model")
    parser.add_argument("--cache", type=Path, help="where features of the model are kept")
    parser.add_argument("--heads", nargs="+", choices=HEAD_KINDS, default=list(HEAD_KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--out", type=Path)
    return parser


def _from_archive(path: Path, num_photos: int) -> Features:
    with np.load(path, allow_pickle=False) as archive:
        features_NF = archive["f"].astype(np.float32)
        scores_N = archive["p"] if "p" in archive.files else np.zeros(len(features_NF))
    if len(features_NF) != num_photos:
        raise SystemExit(f"{path} holds {len(features_NF)} photos, the labels {num_photos}.")
    return np.column_stack([features_NF, scores_N.astype(np.float32)])


def _from_model(model: str, paths: Sequence[Path], cache: Path | None) -> Features:
    if cache is not None and cache.exists():
        with np.load(cache, allow_pickle=False) as archive:
            if archive["names"].tolist() == [path.name for path in paths]:
                kept: Features = archive["features"]
                return kept
    found = []
    for one in Scorer.open(model).features_each(paths):
        if one.values_F is None:
            raise SystemExit(f"{one.path}: {one.error}")
        found.append(one.values_F)
    features_NF = np.stack(found)
    if cache is not None:
        np.savez(cache, features=features_NF, names=np.array([path.name for path in paths]))
    return features_NF


if __name__ == "__main__":
    sys.exit(main())
