"""python -m bench.hold_out LABELS.csv NAME OUT.csv: labels with one part of a data set held out.

Photos whose file name begins with NAME become the test part, all others are for training. A run on
OUT.csv then says how a recipe carries over to photos of another source than those it learned from.
"""

import argparse
import csv
import sys
from pathlib import Path


def hold_out(labels: Path, prefix: str) -> list[tuple[Path, str, str]]:
    """Photo, score as it is written, and part, in the order of the file.

    Raises ValueError when no photo would be left in one of the parts.
    """
    with labels.open(encoding="utf-8", newline="") as file:
        rows = [
            (labels.parent.resolve() / row["image"], row["score"]) for row in csv.DictReader(file)
        ]
    parted = [
        (photo, score, "test" if photo.name.startswith(prefix) else "train")
        for photo, score in rows
    ]
    num_held_out = sum(part == "test" for *_, part in parted)
    if num_held_out in (0, len(parted)):
        raise ValueError(
            f"{num_held_out} of {len(parted)} photos begin with {prefix!r}; give the beginning of "
            "the names of one part."
        )
    return parted


def main() -> int:
    """Write the labels."""
    parser = argparse.ArgumentParser(prog="python -m bench.hold_out", description=__doc__)
    parser.add_argument("labels", type=Path, help="a CSV with the columns image and score")
    parser.add_argument("prefix", metavar="NAME", help="how the names of the part begin")
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    try:
        parted = hold_out(args.labels, args.prefix)
    except ValueError as error:
        parser.error(str(error))
    with args.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "score", "split"])
        writer.writerows(parted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
