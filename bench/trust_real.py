"""python -m bench.trust_real LIST.csv LABELS.csv: what the map says of real photos with defects.

LIST.csv has a photo a row: `image`, what a person `seen` in it, what the map `says`, and whether a
person `judged` that to be right, partly right or wrong. Fills in `says`, empties `judged` wherever
the map now says something else, draws every photo beside its map into --pictures to judge by, and
writes the table into docs/trust.md once all are judged.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import cv2
import torch
from PIL import Image

from app.pictures.explain_picture import defects_overlaid
from app.pictures.seen_defects import seen_defects
from bench.trust_table import write_between_marks
from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_finder import DefectFinder
from engine.errors import EngineError
from engine.explain.distortion_map import DistortionMap
from trainer.defects.material import Material, pixels_of
from trainer.errors import TrainingError

LIST = Path(__file__).parent / "data" / "twenty.csv"
JUDGEMENTS = ("right", "partly", "wrong")
_DOCUMENT = Path(__file__).parents[1] / "docs" / "trust.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class RealPhoto:
    """A photo with a real defect: what a person sees, what the map says, and who is right."""

    image: str
    seen: str
    says: str
    judged: str


def read_list(table: Path) -> list[RealPhoto]:
    """The photos of a list. Raises ValueError for a judgement that is none."""
    with table.open(encoding="utf-8", newline="") as file:
        photos = [RealPhoto(**row) for row in csv.DictReader(file)]
    for one in photos:
        if one.judged not in ("", *JUDGEMENTS):
            raise ValueError(
                f"{table}: {one.image} is judged {one.judged!r}; write {', '.join(JUDGEMENTS)}."
            )
    return photos


def write_list(table: Path, photos: Sequence[RealPhoto]) -> None:
    """The list as it is now."""
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [one.name for one in fields(RealPhoto)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(one) for one in photos)


def with_words(photo: RealPhoto, says: str) -> RealPhoto:
    """The photo with what the map says now; what was judged of other words does not count."""
    return replace(photo, says=says, judged=photo.judged if says == photo.says else "")


def in_words(found: DistortionMap, finder: DefectFinder) -> str:
    """What the inspect page would say of a map, without what was not seen."""
    words = [one.words for one in seen_defects(found, finder.card)]
    return "; ".join(words) or "nothing is marked"


def as_table(photos: Sequence[RealPhoto]) -> str:
    """The list as Markdown, and how many are judged how."""
    lines = ["| photo | what a person sees | what the map says | |", "|---|---|---|---|"]
    lines += [
        f"| {Path(one.image).stem} | {one.seen} | {one.says} | {one.judged} |" for one in photos
    ]
    counts = [f"{sum(one.judged == how for one in photos)} {how}" for how in JUDGEMENTS]
    return "\n".join([*lines, "", f"Of {len(photos)}: {', '.join(counts)}."])


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask the map; 1 while photos are still to be judged, 2 if something can't be read."""
    args = _parser().parse_args(arguments)
    try:
        photos = read_list(args.list)
        known = {path.name: path for path in Material.of_labels(args.labels).test}
        finder = DefectFinder.open(args.file)
        found = [_looked_at(finder, one, known, args.pictures) for one in photos]
        write_list(args.list, found)
    except (TrainingError, EngineError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(as_table(found))
    unjudged = [one.image for one in found if not one.judged]
    if unjudged:
        print(f"To be judged in {args.list}: {', '.join(unjudged)}", file=sys.stderr)
        return 1
    write_between_marks(args.document, "real photos", as_table(found))
    return 0


def _looked_at(
    finder: DefectFinder, photo: RealPhoto, known: dict[str, Path], pictures: Path | None
) -> RealPhoto:
    if photo.image not in known:
        raise ValueError(f"{photo.image} is on the list, but not in the test part of the labels.")
    pixels_HW3 = pixels_of(known[photo.image])
    found = finder.look_at_whole(pixels_HW3).map
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        shown = Image.fromarray(pixels_HW3)
        pair = Image.new("RGB", (2 * shown.width, shown.height))
        pair.paste(shown)
        pair.paste(defects_overlaid(shown, found), (shown.width, 0))
        pair.save(pictures / f"{Path(photo.image).stem}.png")
    return with_words(photo, in_words(found, finder))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.trust_real", description=__doc__)
    parser.add_argument("list", type=Path, metavar="LIST.csv", help=f"such as {LIST.name} in data")
    parser.add_argument("labels", type=Path, metavar="LABELS.csv")
    parser.add_argument(
        "--file",
        type=Path,
        metavar="FILE",
        default=bundled_defect_network(),
        help="a defect network (default: the bundled one)",
    )
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw the maps into it")
    parser.add_argument("--document", type=Path, default=_DOCUMENT, metavar="FILE.md")
    return parser


if __name__ == "__main__":
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    sys.exit(main())
