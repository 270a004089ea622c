"""The process that opens broken files and may die of it: python -m bench.fault_victim FOLDER.

Reads a kind and a number from each line of stdin, makes that mutant, opens it as Discern would,
and answers with a line: what came of it, and a word more.
"""

import logging
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_files import FileStamp
from app.catalog.score_memory import ScoreMemory
from app.errors import AppError
from app.xmp.embedded import embedded_packet
from app.xmp.packet import RATING, UnreadableXmp, parse_packet
from app.xmp.packet_edit import edited
from app.xmp.sidecars import read_sidecar
from bench.fault_mutants import mutant
from bench.fault_seeds import Seed, seeds_of
from engine.errors import EngineError
from engine.photos.decode import read_photo
from engine.photos.header import read_header
from trainer.errors import TrainingError

_STATED = (AppError, EngineError, TrainingError, UnreadableXmp)


def main(folder: Path) -> None:
    """Answer until stdin ends."""
    logging.disable(logging.ERROR)  # what is wrong with each of thousands of files is no news
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        kind, _, number = line.strip().rpartition(" ")
        broken = mutant(kind, int(number), _seeds(kind))
        path = folder / f"mutant{broken.suffix}"
        path.write_bytes(broken.content)
        replies.write(f"{_outcome(kind, path, broken)}\n")
        for left in folder.iterdir():
            left.unlink()


@cache
def _seeds(kind: str) -> tuple[Seed, ...]:
    return seeds_of(kind)


def _outcome(kind: str, path: Path, broken: Seed) -> str:
    try:
        _OPENERS.get(kind, _open_photo)(path, broken)
    except _STATED as error:
        said = " ".join(str(error).split())
        return f"lost {said}" if _cost_a_decoder(said) else f"refused {said}"
    except Exception as error:  # what this is about: nobody has foreseen it
        return f"odd {type(error).__name__}: {error}".replace("\n", " ")
    return "opened"


def _cost_a_decoder(said: str) -> bool:
    return "decoder fail" in said or "was stopped" in said


def _open_photo(path: Path, _: Seed) -> None:
    try:
        read_header(path)
    except EngineError as error:
        if _cost_a_decoder(str(error)):
            raise
    read_photo(path, short_side_px=16)


def _open_xmp(path: Path, _: Seed) -> None:
    packet = read_sidecar(path) if path.suffix == ".xmp" else embedded_packet(path)
    if packet:
        edited(parse_packet(packet), {RATING: "5"})


def _open_labels(path: Path, _: Seed) -> None:
    from trainer.labels.check import check_labels
    from trainer.labels.read_labels import read_labels

    check_labels(read_labels(path))


def _open_model(path: Path, _: Seed) -> None:
    # Here, so that the other kinds do without torch.
    from engine.networks.model_file import open_model
    from engine.networks.scored_content import scored_content

    open_model(path)
    scored_content(path)


def _open_catalog(path: Path, broken: Seed) -> None:
    stamps = [
        FileStamp(path=Path(f"/photos/{number}.jpg"), size_bytes=number, mtime_ns=number)
        for number in range(30)
    ]
    catalog = LibraryCatalog(path)
    try:
        catalog.entries(stamps, model_id="m@1", num_crops=2)
        catalog.starred()
        catalog.marks_of(stamps)
        catalog.remember_errors([(stamps[0], "It is empty.")])
    finally:
        catalog.close()
    path.write_bytes(broken.content)
    with ScoreMemory(path, model_id="m@1", num_crops=2) as memory:
        for stamp in stamps:
            memory.find_unchanged(stamp)


_OPENERS: dict[str, Callable[[Path, Seed], None]] = {
    "xmp": _open_xmp,
    "labels": _open_labels,
    "model": _open_model,
    "catalog": _open_catalog,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
