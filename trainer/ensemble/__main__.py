"""python -m trainer.ensemble RUN: labels that several models give together.

In three steps. First `make` writes photos made of a run's training photos. Then every model rates
them and the training photos: `discern rate --model M --csv M.csv ...`. Last, `label` writes a
labels CSV with the parts of the run: what the models say together for the training photos and the
made ones, what people said for validation and test. A student that is trained on it has the
ensemble as its teacher. Or `join` makes one model of them all, which looks through all their eyes.
"""

import argparse
import csv
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from trainer.ensemble.joined_models import join_models
from trainer.ensemble.made_photos import make_photos
from trainer.ensemble.taught_labels import join_scores, read_scores, scores_of
from trainer.errors import LabelError, TrainingError
from trainer.labels.label_set import LabelSet
from trainer.labels.split import Split
from trainer.labels.stored_labels import stored_labels, stored_split

_log = logging.getLogger("trainer.ensemble")

_MADE_SEED = 15


def main(arguments: Sequence[str] | None = None) -> int:
    """Make photos or write labels; the exit status: 0 done, 1 something is wrong."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    args = _parser().parse_args(arguments)
    try:
        labels, split = _of_run(args.run)
        {"make": _make, "label": _label, "join": _join}[args.step](labels, split, args)
    except (TrainingError, EngineError, OSError) as error:
        _log.error("Error: %s", error)  # what to do, not where it happened
        return 1
    return 0


def _of_run(run: Path) -> tuple[LabelSet, Split]:
    labels, split = stored_labels(run), stored_split(run)
    if labels is None or split is None:
        raise LabelError(
            f"{run} holds no labels and parts of a run.", "Give the folder of a finished training."
        )
    return labels, split


def _make(labels: LabelSet, split: Split, args: argparse.Namespace) -> None:
    photos = [labels.photos[index].path for index in split.train]
    made = make_photos(photos, args.folder, args.number, seed=_MADE_SEED)
    _log.info("%d photos are in %s.", len(made), args.folder)


def _label(labels: LabelSet, split: Split, args: argparse.Namespace) -> None:
    tables, weights = _tables(args.scores)
    train = [labels.photos[index] for index in split.train]
    made = sorted(args.folder.glob("made*.jpg")) if args.folder else []
    photos = [photo.path for photo in train] + made
    scores_MN = scores_of([path.name for path in photos], tables)
    rated_N = np.array([photo.score for photo in train] + [np.nan] * len(made))
    num_rated = len(train)
    joined = join_scores(scores_MN[:, :num_rated], weights, rated_N[:num_rated])
    taught_N = np.round(joined.labels_of(scores_MN), 6)
    rows: list[tuple[Path, float, str]] = [
        (path, float(score), "train")
        for path, score in zip(photos, taught_N, strict=True)
        if np.isfinite(score)
    ]
    for part, indices in (("val", split.validation), ("test", split.test)):
        rows += [(labels.photos[index].path, labels.photos[index].score, part) for index in indices]
    with args.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "score", "split"])
        writer.writerows(rows)
    _log.info("%d photos are in %s, %d of them made.", len(rows), args.out, len(made))


def _join(labels: LabelSet, split: Split, args: argparse.Namespace) -> None:
    tables, weights = _tables(args.scores)
    if len(args.model) != len(tables):
        raise LabelError(
            f"{len(args.model)} models and {len(tables)} tables of scores were given.",
            "Give --model and --scores once for each model, in the same order.",
        )
    train = [labels.photos[index] for index in split.train]
    rated_N = np.array([labels.range.to_0_100(photo.score) for photo in train])
    joined = join_scores(scores_of([one.path.name for one in train], tables), weights, rated_N)
    figures = join_models(args.model, joined, labels, split, name=args.name, out=args.out)
    _log.info("%s is in %s.", figures, args.out)


def _tables(given: Sequence[str]) -> tuple[list[dict[str, float]], list[float]]:
    parts = [one.partition("=") for one in given]
    return [read_scores(Path(path)) for path, _, _ in parts], [float(w or 1) for *_, w in parts]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer.ensemble",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    make = steps.add_parser("make", help="write photos made of the run's training photos")
    make.add_argument("run", type=Path, metavar="RUN", help="the folder of a finished training")
    make.add_argument("folder", type=Path, metavar="FOLDER", help="where the photos go")
    make.add_argument("--number", type=int, default=3000, help="how many (default: 3000)")
    label = steps.add_parser("label", help="write the labels that the models give together")
    label.add_argument("run", type=Path, metavar="RUN", help="the same run")
    label.add_argument("out", type=Path, metavar="OUT.csv", help="the labels to write")
    label.add_argument(
        "--scores",
        action="append",
        required=True,
        metavar="CSV[=WEIGHT]",
        help="what `discern rate --csv` wrote of one model; once for each model",
    )
    label.add_argument("--folder", type=Path, metavar="FOLDER", help="where the made photos are")
    join = steps.add_parser("join", help="make one model of them all: a panel")
    join.add_argument("run", type=Path, metavar="RUN", help="the same run, for parts and labels")
    join.add_argument("out", type=Path, metavar="OUT.safetensors", help="the model to write")
    join.add_argument("--name", required=True, help="what the model is called")
    join.add_argument(
        "--model",
        action="append",
        type=Path,
        required=True,
        help="a model file; those of the whole frame first",
    )
    join.add_argument(
        "--scores",
        action="append",
        required=True,
        metavar="CSV[=WEIGHT]",
        help="what `discern rate --csv` wrote of each, in the same order",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
