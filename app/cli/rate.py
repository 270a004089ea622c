"""discern rate: scores of photos and folders, best first."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app import places
from app.atomic_write import check_writable, make_folder, write_chunks
from app.catalog.score_memory import ScoreMemory
from app.cli.named_photos import find_named_photos
from app.cli.options import add_command, add_scoring_options
from app.cli.progress import RatingResult, rate_with_progress
from app.cli.rating_table import table_lines
from app.cli.terminal import line_width, write_err, write_out, write_out_bytes
from app.errors import OutputNotWritten, WrongUse
from app.models.late_scorer import LateScorer
from app.rating.ranking import RankedPhoto, ranked
from app.rating.rate_photos import ScoresPhotos
from app.rating.result_files import FoundInPhotos, csv_chunks, json_chunks
from engine.counted import counted

if TYPE_CHECKING:  # loads torch
    from app.cli.examination import ExaminingScorer

STDOUT = Path("-")
_DESCRIPTION = """\
Rates photos from 0 to 100 by how good they look; higher is better.

The table is sorted best first. Two of three scores are off by at most "±"; of a
model that states no intervals, "±" is how much the score differs between parts
of the photo. "Percentile" is the share of the photos rated in this call that
score lower or the same: 100 % is the best of these photos, whatever its score.
Scores are remembered, so that rating the same photos again takes no time."""
_EXAMPLES = """\
examples:
  discern rate holiday/                   a folder and all its subfolders
  discern rate IMG_1.jpg IMG_2.CR3        single photos, camera RAW too
  discern rate holiday --csv scores.csv   also as CSV (- writes it to stdout)
  discern rate holiday --overlays why/    also pictures that explain the scores
  discern rate holiday --csv s.csv --distortions     also which defects each has

exit status:
  0  all photos were rated
  1  some could not be read; the rest were rated and written
  2  wrong use
  130  interrupted; what was rated is shown, written and remembered"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = add_command(
        subparsers,
        "rate",
        run,
        summary="rate photos and folders, best first",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="photos and folders")
    parser.add_argument("--csv", type=Path, metavar="F", help="write the scores as CSV")
    parser.add_argument("--json", type=Path, metavar="F", help="write the scores as JSON")
    parser.add_argument(
        "--overlays",
        type=Path,
        metavar="DIR",
        help="write a picture of what lowers and raises the score of each photo",
    )
    parser.add_argument(
        "--distortions",
        action="store_true",
        help="add to the CSV and JSON how much of each photo every kind of visible defect affects; "
        "of photos of more than 4 megapixels also how sharp and how noisy they are at 100 %%",
    )
    add_scoring_options(parser)


def run(args: argparse.Namespace) -> int:
    """Rate, show and write."""
    _check_outputs(args)
    paths = find_named_photos(args.paths)
    scorer = LateScorer(args.model, device=args.device, num_crops=args.crops)
    examining = _examining_scorer(args, scorer, paths)
    with ScoreMemory(
        None if args.no_cache else places.catalog(),
        model_id=scorer.model_id,
        num_crops=scorer.num_crops,
    ) as memory:
        result = rate_with_progress(paths, scorer=examining or scorer, memory=memory)
    is_written, found = True, None
    if examining is not None:
        remembered = [photo for photo in result.photos if photo.is_remembered]
        if remembered and not result.is_interrupted:
            result.is_interrupted = examining.examine_remembered(remembered)
        examining.remember()
        is_written, found = examining.could_write, examining.found
    is_written &= _show_and_write(ranked(result.photos), args, result, scorer, found)
    write_err(summary(result, scorer.model_id, scorer.device_name))
    return exit_status(result) if is_written else 2


def _examining_scorer(
    args: argparse.Namespace, scorer: LateScorer, paths: Sequence[Path]
) -> "ExaminingScorer | None":
    """What looks at the photos' maps while they are rated; None if nobody asked for maps."""
    if args.overlays is None and not args.distortions:
        return None
    # Here, because it loads torch.
    from app.cli.examination import ExaminingScorer
    from app.cli.look_memory import LookMemory
    from app.cli.overlays import overlay_paths

    return ExaminingScorer(
        scorer,
        overlays=None if args.overlays is None else overlay_paths(paths, args.overlays),
        looks=LookMemory(None if args.no_cache else places.catalog()) if args.distortions else None,
    )


def exit_status(result: RatingResult) -> int:
    """The status that says how a rating went."""
    if result.is_interrupted:
        return 130
    return 1 if result.num_unreadable else 0


def summary(result: RatingResult, model_id: str, device_name: str) -> str:
    """One sentence on how a rating went; `device_name` is empty where none was needed."""
    num_rated = len(result.photos) - result.num_unreadable
    device = f" ({device_name})" if device_name else ""
    text = f"{counted(num_rated)} rated by {model_id}{device} in {result.elapsed_s:.1f} s"
    if result.is_interrupted:
        num_left = result.num_asked - len(result.photos)
        text = f"Interrupted with {num_left} of {counted(result.num_asked)} to go: {text}"
    if result.num_remembered:
        text += f", {result.num_remembered} of them remembered"
    if result.num_unreadable:
        text += f"; {result.num_unreadable} could not be read"
    return f"{text}."


def _check_outputs(args: argparse.Namespace) -> None:
    # Before hours of rating, not after them.
    if args.distortions and args.csv is None and args.json is None:
        raise WrongUse("--distortions adds to the CSV or JSON: name one with --csv or --json.")
    if args.csv is not None and args.csv == args.json:
        raise WrongUse("--csv and --json can't both write to the same place.")
    for path in (args.csv, args.json):
        if path is not None and path != STDOUT:
            check_writable(path)
    if args.overlays is not None:
        make_folder(args.overlays)


def _show_and_write(
    photos: Sequence[RankedPhoto],
    args: argparse.Namespace,
    result: RatingResult,
    scorer: ScoresPhotos,
    found: FoundInPhotos | None,
) -> bool:
    """Show the table and write the files; say which can't be written, and return whether all are.

    One that fails does not keep the others from being written.
    """
    if STDOUT not in (args.csv, args.json):
        for line in table_lines(photos, width=line_width(), looked_closely=args.distortions):
            write_out(line)
    json_pieces = json_chunks(
        photos,
        model_id=scorer.model_id,
        num_crops=scorer.num_crops,
        is_complete=not result.is_interrupted,
        found=found,
    )
    is_written = True
    for path, chunks in (
        (args.csv, csv_chunks(photos, model_id=scorer.model_id, found=found)),
        (args.json, json_pieces),
    ):
        try:
            if path == STDOUT:
                write_out_bytes(b"".join(chunks))
            elif path is not None:
                write_chunks(path, chunks)
        except OutputNotWritten as error:
            write_err(f"discern: {error}")
            is_written = False
    return is_written
