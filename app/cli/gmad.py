"""discern gmad: the pairs of photos that tell which of several models sees better."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Never, Self

from tqdm import tqdm

from app import places
from app.atomic_write import check_writable, write_bytes
from app.cli.interruption import Interruption
from app.cli.named_photos import find_named_photos
from app.cli.options import add_command, add_device_option, positive_int
from app.cli.progress import progress_bar
from app.cli.terminal import printable, write_err, write_out_bytes
from app.errors import WrongUse

if TYPE_CHECKING:  # loads SciPy and OpenCV, which the command line must not wait for
    from app.contest.prepared import PreparationProgress

STDOUT = Path("-")
_DESCRIPTION = """\
Sets models against each other (group maximum differentiation, gMAD). All photos
of the folder are rated by every model. For each attacker, defender and level of
quality, the pair is chosen that the defender calls equally good and that
the attacker separates most. Whoever looks at a pair tells which model is wrong:
the window asks for that in Compare. This command writes the pairs as CSV.

Scores are remembered as those of `discern rate` are."""
_EXAMPLES = """\
examples:
  discern gmad holiday --models csiqa-vit-tiny-biq2021 mine.safetensors
  discern gmad holiday --models A B C --levels 6 --pairs 2 -o pairs.csv

A model is a name from `discern models list`, a model file, the folder of a run,
a classical model (.npz), or a function of your own, python:metric.py:score.
docs/contest.md explains them, and the columns.

exit status:
  0  all photos were rated
  1  some could not be read; the pairs of the rest were written
  2  wrong use
  130  interrupted; what was rated is remembered"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = add_command(
        subparsers,
        "gmad",
        run,
        summary="the pairs of photos that decide between models",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument("folder", nargs="+", type=Path, metavar="FOLDER", help="folders, photos")
    parser.add_argument(
        "--models", nargs="+", required=True, metavar="M", help="two models or more"
    )
    _add_rules(parser)
    parser.add_argument(
        "-o", "--output", type=Path, default=STDOUT, metavar="F", help="the CSV (default: stdout)"
    )
    add_device_option(parser)
    parser.add_argument(
        "--crops",
        type=positive_int,
        metavar="N",
        help="crops that are looked at per photo (default: as each model says)",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="rate everything anew; neither look up nor remember scores",
    )


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--levels",
        type=positive_int,
        default=6,
        metavar="N",
        help="levels of quality, as equal shares of the photos (default: 6)",
    )
    parser.add_argument(
        "--pairs",
        type=positive_int,
        default=1,
        metavar="K",
        help="pairs per attacker, defender and level (default: 1)",
    )
    parser.add_argument(
        "--tolerance",
        type=_points,
        default=2.0,
        metavar="T",
        help="how many points around its level the defender calls equal (default: 2)",
    )
    parser.add_argument(
        "--controls",
        type=_count,
        default=6,
        metavar="N",
        help="random pairs besides (default: 6)",
    )
    parser.add_argument(
        "--seed",
        type=_count,
        default=0,
        metavar="N",
        help="draws other random pairs (default: 0)",
    )


def run(args: argparse.Namespace) -> int:
    """Rate with every model, choose the pairs, and write them."""
    if len(args.models) < 2:
        raise WrongUse("A contest needs at least two models: --models A B")
    if args.output != STDOUT:
        check_writable(args.output)
    photos = find_named_photos(args.folder)
    if len(photos) < 2:
        raise WrongUse(
            f"There {'is only 1 photo' if photos else 'are no photos'} in {args.folder[0]}. Name a"
            " folder that holds more, best 100 or more."
        )
    # Here, so that the command line starts without loading SciPy and OpenCV.
    from app.contest.opponents import opener
    from app.contest.pairs_csv import pairs_csv
    from app.contest.preparation import prepare_contest
    from app.contest.preparation_text import summary_lines
    from engine.contest.pairs import PairRules

    rules = PairRules(
        num_levels=args.levels,
        pairs_per_level=args.pairs,
        tolerance=args.tolerance,
        num_controls=args.controls,
        seed=args.seed,
    )
    with Interruption() as interruption, _Bars() as bars:
        prepared = prepare_contest(
            photos,
            args.models,
            rules,
            open_opponent=opener(device=args.device, num_crops=args.crops),
            catalog=None if args.no_cache else places.catalog(),
            on_progress=bars.show,
            should_stop=interruption.asks_to_stop,
        )
    if prepared is None:
        write_err("Interrupted. What was rated is remembered; run the command again to go on.")
        return 130
    table = pairs_csv(
        prepared.chosen.pairs,
        {
            model: dict(zip(prepared.pool.photos, scores.tolist(), strict=True))
            for model, scores in prepared.pool.scores.items()
        },
    )
    if args.output == STDOUT:
        write_out_bytes(table)
    else:
        write_bytes(args.output, table)
    for line in summary_lines(prepared):
        write_err(printable(line))
    return 1 if prepared.unreadable else 0


class _Bars:
    """One progress bar after the other, one per model and stage."""

    def __init__(self) -> None:
        self._bar: tqdm[Never] | None = None
        self._title = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def show(self, progress: "PreparationProgress") -> None:
        """Draw how far it has come."""
        title = _title(progress)
        if title != self._title:
            self._close()
            self._title = title
            if progress.num_total:
                self._bar = progress_bar(progress.num_total, title)
        if self._bar is not None:
            self._bar.update(progress.num_done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _title(progress: "PreparationProgress") -> str:
    titles = {
        "OPENING": f"Opening {progress.subject}",
        "RATING": f"Rating with {progress.subject}",
        "COMPARING": "Looking for near-duplicates",
    }
    return titles[progress.stage.name]


def _points(text: str) -> float:
    number = float(text)
    if not 0 < number <= 100:
        raise argparse.ArgumentTypeError(f"{text} is no number of points; give 2, say")
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is below 0")
    return number
