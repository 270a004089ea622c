"""discern demo: shows real photographs, each also degraded in five ways."""

import argparse
from dataclasses import replace
from pathlib import Path

from app import places
from app.catalog.score_memory import ScoreMemory
from app.cli.options import add_command, add_scoring_options
from app.cli.progress import rate_with_progress
from app.cli.rate import exit_status
from app.cli.rating_table import table_lines
from app.cli.terminal import line_width, write_err, write_out
from app.models.late_scorer import LateScorer
from app.rating.ranking import ranked
from engine.photos.discover import find_photos

_DESCRIPTION = """\
Makes a small folder of real photographs, each also blurred, noisy, over- and
underexposed and over-compressed, and some spoilt in one part only, and opens
the window on them. Without a display, or with --no-cache, they are rated in
the terminal. The photographs come with Discern; nothing is downloaded."""
_EXAMPLES = """\
examples:
  discern demo
  discern demo --folder ~/discern-demo      put the photographs there"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = add_command(
        subparsers,
        "demo",
        run,
        summary="make a folder of sample photographs and rate it",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="a new or empty folder for the photographs (default: Discern's data folder)",
    )
    add_scoring_options(parser)


def run(args: argparse.Namespace) -> int:
    """Show the photographs in the window, or rate them in the terminal without a display."""
    folder: Path = args.folder or places.demo()
    if places.has_display() and not args.no_cache:
        # Here, so that the terminal does without Qt.
        from app.window.main import WindowRequest, run_window

        return run_window(
            WindowRequest(
                demo_folder=folder.absolute(),
                model=args.model,
                device=args.device,
                num_crops=args.crops,
            )
        )
    return _rate_in_terminal(args, folder)


def _rate_in_terminal(args: argparse.Namespace, folder: Path) -> int:
    """Make the folder, rate it, and count the degraded versions that rank below their original."""
    # Here, so that the command line starts without loading torch.
    from app.demo.folder import make_demo_folder

    degraded = make_demo_folder(folder)
    write_err(f"The photographs are in {folder}")
    scorer = LateScorer(args.model, device=args.device, num_crops=args.crops)
    with ScoreMemory(
        None if args.no_cache else places.catalog(),
        model_id=scorer.model_id,
        num_crops=scorer.num_crops,
    ) as memory:
        result = rate_with_progress(find_photos([folder]), scorer=scorer, memory=memory)
    shown = [replace(photo, path=photo.path.relative_to(folder)) for photo in result.photos]
    for line in table_lines(ranked(shown), width=line_width()):
        write_out(line)
    if not result.is_interrupted:
        scores = {photo.path: photo.score_0_100 for photo in result.photos}
        num_below = sum(
            _is_below(scores[photo.path], scores[photo.original_path]) for photo in degraded
        )
        write_out("")
        write_out(
            f"{num_below} of {len(degraded)} degraded versions rank below their original"
            f" ({scorer.model_name})."
        )
    return exit_status(result)


def _is_below(degraded: float | None, original: float | None) -> bool:
    return degraded is not None and original is not None and degraded < original
