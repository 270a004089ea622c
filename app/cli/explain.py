"""discern explain: what in a photo lowers and raises its score, as a picture."""

import argparse
import os
from pathlib import Path

from app.atomic_write import check_writable
from app.cli.options import add_command, add_model_options
from app.cli.terminal import write_err, write_out
from app.errors import WrongUse
from engine.errors import UnreadablePhoto

_DESCRIPTION = """\
Writes a PNG with the photo, the photo under a map of what lowers its score, the
same for what raises it, and the scale of the maps. The scale is the same for
all photos of a model. Where no part stands out it says "Weak evidence"."""
_EXAMPLES = """\
examples:
  discern explain IMG_1.jpg                 writes IMG_1-explained.png here
  discern explain IMG_1.jpg -o why.png

exit status: 0 written, 1 the photo could not be read, 2 wrong use"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = add_command(
        subparsers,
        "explain",
        run,
        summary="show what lowers and raises the score of a photo",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument("photo", type=Path, metavar="PHOTO", help="the photo to explain")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT.png",
        help="where to write (default: PHOTO's name with -explained.png, in this folder)",
    )
    add_model_options(parser)


def run(args: argparse.Namespace) -> int:
    """Explain the photo and write the picture."""
    photo: Path = args.photo
    if photo.is_dir():
        raise WrongUse(
            f"{photo} is a folder. For all photos of a folder: discern rate {photo} --overlays DIR"
        )
    output: Path = args.output or Path(f"{photo.stem}-explained.png")
    if output.suffix.lower() != ".png":
        raise WrongUse(f"The picture is a PNG; give it a name like {output.stem or 'why'}.png")
    if output.exists() and photo.exists() and output.samefile(photo):
        raise WrongUse(f"{output} is the photo itself, which is never changed. Choose another.")
    check_writable(output)
    if not os.path.exists(photo):  # before the model is loaded
        write_err(f"{photo}: There is no such file.")
        return 1
    # Here, so that the command line starts without loading torch.
    from app.cli.overlays import write_explanation
    from engine.scorer import Scorer

    scorer = Scorer.open(args.model, device=args.device)
    try:
        quality_map = scorer.explain(photo)
    except UnreadablePhoto as error:
        write_err(f"{error.path}: {error.reason}")
        return 1
    write_explanation(quality_map, output, model_name=scorer.model_name, card=scorer.finder.card)
    write_out(str(output))
    return 0
