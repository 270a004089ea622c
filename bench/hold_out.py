"""python -m bench.hold_out LABELS.csv RECIPE.toml: how a recipe carries over to other sources.

For each source of the data set (how the names of its photos begin), the recipe is trained on all
the others and tested on that one. What is done already in the folder is not done again, so that the
same call goes on after a stop. With --file a given model is measured instead; what it learned from
is not held out then. LABELS.csv has the columns image and score.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.held_out_figures import gain_over_sources, table_of, words
from bench.held_out_sources import (
    Predictions,
    hold_out,
    predictions_of_model,
    predictions_of_run,
    run_without,
    sources_of,
    train,
    write_held_out,
)
from bench.label_ceiling import ceiling_words
from bench.other_cameras import table_of_moves
from engine.errors import EngineError
from engine.measures.correlation import plcc, srcc
from engine.scorer import Scorer
from trainer.config import LabelsConfig, RunConfig
from trainer.errors import TrainingError
from trainer.labels.label_set import LabelSet
from trainer.labels.read_config import read_named_labels
from trainer.run_folder import RunFolder


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and measure, and print tables in Markdown."""
    parser = _parser()
    args = parser.parse_args(arguments)
    if args.write:
        return _write(parser, args)
    if (args.recipe is None) == (args.file is None):
        parser.error("give a RECIPE.toml, or --file and a model")
    try:
        _measure(args)
    except (EngineError, TrainingError, ValueError) as error:
        parser.error(str(error))
    return 0


def _measure(args: argparse.Namespace) -> None:
    sources = args.source or sources_of(args.labels)
    recipe = None if args.recipe is None else RunConfig.from_toml(args.recipe)
    labels = _labels(args.labels, recipe)
    if recipe is None:
        name, models = args.file, dict.fromkeys(sources, args.file)
        found = _of_model(args, sources, labels)
    else:
        name = recipe.name
        runs = {
            one: run_without(recipe, args.labels, one, args.folder, weights=args.weights)
            for one in sources
        }
        found = {}
        for source, run in runs.items():
            train(run)
            found[source] = predictions_of_run(run)
        models = {source: str(run.best_model) for source, run in runs.items()}
    print(f"{name}, {'not held out' if recipe is None else 'each source held out'}\n")
    print(table_of(found))
    print("\n" + "\n".join(ceiling_words(labels, source) for source in sources))
    if args.against is not None:
        _compare(found, args.against)
    for source in sources if args.robust else ():
        photos = sorted(_photos(args.labels, source))
        chosen = photos[:: max(1, len(photos) // args.robust)][: args.robust]
        scorer = Scorer.open(models[source])
        print(f"\n{len(chosen)} photos of {source}, re-made as other cameras would give them\n")
        with tempfile.TemporaryDirectory(prefix="discern-bench-") as scratch:
            print(table_of_moves(scorer, chosen, Path(scratch)))


def _of_model(
    args: argparse.Namespace, sources: Sequence[str], labels: LabelSet
) -> dict[str, Predictions]:
    scorer = Scorer.open(args.file)
    only = None
    if args.only is not None:
        with args.only.open(encoding="utf-8", newline="") as file:
            only = frozenset(Path(row["image"]).name for row in csv.DictReader(file))
    return {
        source: predictions_of_model(
            scorer,
            args.labels,
            source,
            args.folder / f"{scorer.model_id}-{source}.csv",
            to_0_100=labels.range.to_0_100,
            only=only,
        )
        for source in sources
    }


def _compare(found: Mapping[str, Predictions], folder: Path) -> None:
    old = [predictions_of_run(RunFolder.open(folder / source)) for source in found]
    for name, measure in (("SRCC", srcc), ("PLCC", plcc)):
        gain = gain_over_sources(measure, list(found.values()), old)
        print(f"\nThe mean {name} is higher than in {folder.name} by {words(gain)}")


def _labels(path: Path, recipe: RunConfig | None) -> LabelSet:
    given = LabelsConfig(source="") if recipe is None else recipe.labels
    return read_named_labels(
        LabelsConfig(
            source=str(path),
            score_low=given.score_low,
            score_high=given.score_high,
            higher_is_better=given.higher_is_better,
        )
    )


def _photos(labels: Path, source: str) -> list[Path]:
    return [path for path, _, part in hold_out(labels, source) if part == "test"]


def _write(parser: argparse.ArgumentParser, args: argparse.Namespace) -> int:
    prefix, out = args.write
    try:
        write_held_out(args.labels, prefix, Path(out))
    except ValueError as error:
        parser.error(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.hold_out",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("labels", type=Path, metavar="LABELS.csv")
    parser.add_argument("recipe", type=Path, nargs="?", metavar="RECIPE.toml")
    parser.add_argument(
        "--source",
        action="append",
        metavar="NAME",
        help="how the names of one source begin; may be given again (default: all sources)",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("runs/hold-out"),
        help="where runs and scores are kept (default: runs/hold-out)",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="FOLDER",
        help="start the run without a source from FOLDER/SOURCE.safetensors, which never saw it",
    )
    parser.add_argument("--file", metavar="MODEL", help="measure this model; nothing is trained")
    parser.add_argument(
        "--only", type=Path, metavar="CSV", help="with --file: only photos of its column image"
    )
    parser.add_argument(
        "--against", type=Path, metavar="FOLDER", help="compare with the runs in another folder"
    )
    parser.add_argument(
        "--robust",
        type=int,
        default=0,
        metavar="N",
        help="re-make N photos of each source as other cameras would, and say how scores move",
    )
    parser.add_argument(
        "--write",
        nargs=2,
        metavar=("NAME", "OUT.csv"),
        help="only write labels with one source held out",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
