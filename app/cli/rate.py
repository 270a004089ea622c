"""discern rate: scores of photos and folders, best first."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from app import places
from app.atomic_write import check_writable, make_folder, write_chunks
from app.catalog.score_memory import ScoreMemory
from app.cli.options import add_command, add_scoring_options
from app.cli.progress import RatingResult, rate_with_progress
from app.cli.rating_table import table_lines
from app.cli.terminal import line_width, write_err, write_out, write_out_bytes
from app.errors import OutputNotWritten, WrongUse
from app.rating.ranking import RankedPhoto, ranked
from app.rating.rate_photos import ScoresPhotos
from app.rating.result_files import DistortionShares, csv_chunks, json_chunks
from engine.counted import counted
from engine.photos.discover import find_photos

STDOUT = Path("-")
_DESCRIPTION = """\
Rates photos from 0 to 100 by how good they look; higher is better.

The table is sorted best first. "±" is how much the score differs between parts
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
        help="add to the CSV and JSON how much of each photo every kind of visible defect affects "
        "(takes about as long again as rating)",
    )
    add_scoring_options(parser)


def run(args: argparse.Namespace) -> int:
    """Rate, show and write."""
    _check_outputs(args)
    paths = find_photos(args.paths)
    if not paths:
        raise WrongUse(
            f"There are no photos in {_listed(args.paths)}. Name photos, or folders that hold some."
        )
    # Here, so that the command line starts without loading torch.
    from app.cli.distortion_shares import measure_shares
    from app.cli.overlays import write_overlays
    from app.models.opened_scorer import open_scorer

    scorer = open_scorer(args.model, device=args.device, num_crops=args.crops)
    if args.distortions and not scorer.distortion_kinds:
        raise WrongUse(
            f"The model {scorer.model_name} has not been taught to see distortions. Leave out "
            "--distortions, use another model, or teach it: discern teach-defects --help"
        )
    with ScoreMemory(
        None if args.no_cache else places.catalog(),
        model_id=scorer.model_id,
        num_crops=scorer.num_crops,
    ) as memory:
        result = rate_with_progress(paths, scorer=scorer, memory=memory)
    photos = ranked(result.photos)
    rated = [entry.photo.path for entry in photos if entry.photo.score_0_100 is not None]
    found = None
    if args.distortions and not result.is_interrupted:
        found, result.is_interrupted = measure_shares(rated, scorer=scorer)
    is_written = _show_and_write(photos, args, result, scorer, found)
    write_err(summary(result, scorer.model_id, scorer.device_name))
    if args.overlays is not None and not result.is_interrupted:
        result.is_interrupted = not write_overlays(rated, args.overlays, scorer=scorer)
    return exit_status(result) if is_written else 2


def exit_status(result: RatingResult) -> int:
    """The status that says how a rating went."""
    if result.is_interrupted:
        return 130
    return 1 if result.num_unreadable else 0


def summary(result: RatingResult, model_id: str, device_name: str) -> str:
    """One sentence on how a rating went."""
    num_rated = len(result.photos) - result.num_unreadable
    text = f"{counted(num_rated)} rated by {model_id} ({device_name}) in {result.elapsed_s:.1f} s"
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
    found: DistortionShares | None,
) -> bool:
    """Show the table and write the files; say which can't be written, and return whether all are.

    One that fails does not keep the others from being written.
    """
    if STDOUT not in (args.csv, args.json):
        for line in table_lines(photos, width=line_width()):
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


def _listed(paths: Sequence[Path]) -> str:
    shown = ", ".join(str(path) for path in paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"
