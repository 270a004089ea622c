"""python -m bench.faults [N] [--kinds KIND...]: N broken files of every kind, in watched processes.

Nothing that lies in a folder may bring Discern down. What hung, died, raised what nobody foresaw,
or cost a decoding process is kept as a file to be opened again; a run goes on where one stopped.
"""

import argparse
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.fault_mutants import mutant
from bench.fault_seeds import SEEDS, Seed, seeds_of

COMMAND = (sys.executable, "-m", "bench.fault_victim")
HUNG_S = 10.0
MOST_BYTES = 2_000_000_000
_START_S = 300.0  # the first file of a process: torch may have to be loaded
_LOOK_S = 0.02
_SAVE_EVERY = 100
_DEFAULT_FOLDER = Path("build/faults")


@dataclass(slots=True)
class Tally:
    """What came of the mutants of one kind so far."""

    tried: int = 0
    opened: int = 0
    refused: int = 0
    lost: int = 0  # refused, and a decoding process was lost over it
    odd: int = 0
    hung: int = 0
    died: int = 0
    greatest_bytes: int = 0
    kept: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing came near the program."""
        return not (self.odd or self.hung or self.died) and self.greatest_bytes < MOST_BYTES


class Victim:
    """A process that opens mutants, watched; a new one takes its place when it dies."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        self._process: subprocess.Popen[str] | None = None
        self.greatest_bytes = 0

    def open(self, kind: str, number: int) -> str:
        """What came of one mutant: a word, and what was said."""
        process = self._process
        limit_s = HUNG_S
        if process is None:
            process = self._process = self._started()
            limit_s = _START_S
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{kind} {number}\n")
        process.stdin.flush()
        with self._watched(process, limit_s) as watch:
            answer = process.stdout.readline().strip()
        if answer:
            return answer
        with process:  # closes what led to it
            status = process.wait()
        self._process = None
        return "hung" if watch.is_set() else f"died with {status}"

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            with self._process as process:
                process.kill()
        self._folder.cleanup()

    def _started(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*COMMAND, self._folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    @contextmanager
    def _watched(
        self, process: "subprocess.Popen[str]", limit_s: float
    ) -> Iterator[threading.Event]:
        """Yields what is set when the process was killed for taking too long."""
        is_over, was_killed = threading.Event(), threading.Event()

        def watch() -> None:
            ends_s = time.monotonic() + limit_s
            while not is_over.wait(_LOOK_S):
                self.greatest_bytes = max(self.greatest_bytes, _memory_of(process.pid))
                if time.monotonic() > ends_s:
                    was_killed.set()
                    process.kill()
                    return

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield was_killed
        finally:
            is_over.set()
            watcher.join()


def _memory_of(pid: int) -> int:
    """Resident bytes of a process and of the largest that it has started."""
    try:
        process = psutil.Process(pid)
        children = [0]
        for child in process.children(recursive=True):
            with suppress(psutil.Error):
                children.append(child.memory_info().rss)
        return int(process.memory_info().rss) + max(children)
    except psutil.Error:
        return 0


def try_kind(kind: str, num_mutants: int, folder: Path) -> Tally:
    """Go on with a kind until so many of its mutants were tried."""
    state_file = folder / f"{kind}.json"
    tally = _found(state_file)
    seeds = seeds_of(kind)
    victim = Victim()
    try:
        for number in range(tally.tried, num_mutants):
            answer = victim.open(kind, number)
            word = answer.partition(" ")[0]
            setattr(tally, word, getattr(tally, word) + 1)
            tally.tried += 1
            tally.greatest_bytes = max(tally.greatest_bytes, victim.greatest_bytes)
            if word not in ("opened", "refused"):
                tally.kept.append(_keep(folder, kind, number, seeds, answer))
            if tally.tried % _SAVE_EVERY == 0:
                _save(state_file, tally)
    finally:
        _save(state_file, tally)
        victim.close()
    return tally


def _keep(folder: Path, kind: str, number: int, seeds: Sequence[Seed], answer: str) -> str:
    broken = mutant(kind, number, seeds)
    path = folder / "kept" / f"{kind.replace(' ', '-')}-{number}{broken.suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(broken.content)
    return f"{path.name}: {answer}"


def _found(state_file: Path) -> Tally:
    try:
        return Tally(**json.loads(state_file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Tally()


def _save(state_file: Path, tally: Tally) -> None:
    state_file.parent.mkdir(parents=True, exist_ok=True)
    part = state_file.with_suffix(".part")
    part.write_text(json.dumps(asdict(tally)), encoding="utf-8")
    part.replace(state_file)


def table(tallies: dict[str, Tally]) -> str:
    """The figures as Markdown."""
    columns = ("tried", "opened", "refused", "lost", "odd", "hung", "died")
    lines = [
        "| kind | " + " | ".join(columns) + " | greatest memory |",
        "|---" * (len(columns) + 2) + "|",
    ]
    for kind, tally in tallies.items():
        figures = " | ".join(f"{getattr(tally, column):,}" for column in columns)
        lines.append(f"| {kind} | {figures} | {tally.greatest_bytes / 1e6:,.0f} MB |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try what is asked for; 1 if anything hung, died, was odd or took too much memory."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.faults",
        description=__doc__,
        epilog="`lost` are refused, too: a decoding process was lost over them, one row is the "
        "price. Exit status: 1 if anything was odd, hung, died or took 2 GB, else 0.",
    )
    parser.add_argument("num_mutants", nargs="?", type=int, default=10_000, metavar="N")
    parser.add_argument("--kinds", nargs="+", choices=list(SEEDS), default=list(SEEDS))
    parser.add_argument("--folder", type=Path, default=_DEFAULT_FOLDER, help="where to keep what")
    parser.add_argument("--anew", action="store_true", help="forget what was tried before")
    args = parser.parse_args(arguments)
    if args.anew:
        shutil.rmtree(args.folder, ignore_errors=True)
    tallies = {}
    for kind in args.kinds:
        begun_s = time.monotonic()
        tallies[kind] = try_kind(kind, args.num_mutants, args.folder)
        print(f"{kind}: {time.monotonic() - begun_s:.0f} s", file=sys.stderr, flush=True)
    print(table(tallies))
    for line in (line for tally in tallies.values() for line in tally.kept):
        print(line)
    return 0 if all(tally.is_clean for tally in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
