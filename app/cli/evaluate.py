"""discern evaluate: how well a model agrees with people's ratings."""

import argparse
from pathlib import Path

from app.atomic_write import check_writable
from app.cli.options import add_command, add_scoring_options, positive_int

PARTS = ("train", "val", "test", "all")
_DESCRIPTION = """\
Rates labelled photos and measures how well the model agrees with the labels:
SRCC, PLCC (raw, and after the usual monotone map), KRCC and RMSE, each with a
95 % bootstrap interval, and the photos it misses by most. The labels are a CSV
with the columns image,score and optionally split (train, val, test), one of the
data sets that Discern knows, or the folder of a training run. The map is the
one of the model's own validation part, or fitted on the val part, or, without
one, on the very photos that are measured; the report says which."""
_EXAMPLES = """\
examples:
  discern evaluate --labels labels.csv
  discern evaluate --labels labels.csv --split test --plot scatter.png
  discern evaluate --labels runs/mine --model runs/mine/best.safetensors

exit status: 0 done, 1 done without the photos that could not be read,
2 wrong use, 130 interrupted (scores are remembered, figures are not made)"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = add_command(
        subparsers,
        "evaluate",
        run,
        summary="measure how well a model agrees with labels",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument(
        "--labels",
        type=Path,
        required=True,
        metavar="F",
        help="the labels CSV, or the folder of a data set or of a training run",
    )
    parser.add_argument(
        "--split",
        choices=PARTS,
        help="the part to measure on (default: test if the labels name parts, else all)",
    )
    parser.add_argument("--json", type=Path, metavar="F", help="write the report as JSON")
    parser.add_argument(
        "--plot", type=Path, metavar="F.png", help="write a picture of scores against labels"
    )
    parser.add_argument(
        "--misses",
        type=positive_int,
        default=10,
        metavar="N",
        help="how many of the worst misses to list (default: 10)",
    )
    add_scoring_options(parser)


def run(args: argparse.Namespace) -> int:
    """Rate the photos of the part, measure, and report."""
    for path in (args.json, args.plot):
        if path is not None:
            check_writable(path)
    # Here, so that the command line starts without torch, SciPy and matplotlib.
    from app.cli.evaluation_run import run_evaluation

    return run_evaluation(args)
