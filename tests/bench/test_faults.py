"""The standing test of broken files in a small setting; `python -m bench.faults` has thousands."""

import json
import sys

import pytest

from bench import faults
from bench.fault_mutants import mutant
from bench.fault_seeds import SEEDS, seeds_of
from engine.photos.decode import read_photo

PHOTOS = ("jpeg", "png", "webp", "gif and bmp", "tiff", "avif", "heif", "raw")
NUM_MUTANTS = {"model": 5, "catalog": 20}


@pytest.mark.parametrize("kind", SEEDS)
def test_nothing_broken_comes_near_the_program(kind, tmp_path):
    tally = faults.try_kind(kind, NUM_MUTANTS.get(kind, 30), tmp_path)
    assert tally.tried == NUM_MUTANTS.get(kind, 30)
    assert tally.is_clean, tally.kept
    assert tally.opened + tally.refused + tally.lost == tally.tried
    assert tally.greatest_bytes > 10_000_000


@pytest.mark.parametrize("kind", PHOTOS)
def test_every_seed_is_a_photo(kind, tmp_path):
    for number, seed in enumerate(seeds_of(kind)):
        path = tmp_path / f"{number}{seed.suffix}"
        path.write_bytes(seed.content)
        assert min(read_photo(path).pixels_HW3.shape[:2]) >= 64


def test_a_mutant_is_the_same_each_time_and_others_differ():
    seeds = seeds_of("png")
    assert mutant("png", 7, seeds) == mutant("png", 7, seeds)
    assert len({mutant("png", number, seeds).content for number in range(50)}) > 40


class Scripted:
    """Answers in place of a process."""

    def __init__(self, answers, opened):
        self.answers, self.opened, self.greatest_bytes = answers, opened, 5_000_000

    def open(self, kind, number):
        self.opened.append(number)
        return self.answers[number]

    def close(self):
        pass


def test_what_fell_is_kept_and_a_run_goes_on_where_it_stopped(tmp_path, monkeypatch):
    answers = [
        "opened",
        "refused It is empty.",
        "odd KeyError: 1",
        "hung",
        "died with -11",
        "lost x",
    ]
    opened = []
    monkeypatch.setattr(faults, "Victim", lambda: Scripted(answers, opened))
    assert faults.try_kind("png", 3, tmp_path).odd == 1
    tally = faults.try_kind("png", 6, tmp_path)
    assert opened == [0, 1, 2, 3, 4, 5]
    figures = (
        tally.tried,
        tally.opened,
        tally.refused,
        tally.lost,
        tally.odd,
        tally.hung,
        tally.died,
    )
    assert figures == (6, 1, 1, 1, 1, 1, 1)
    assert not tally.is_clean
    kept = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert kept == [f"png-{number}.png" for number in (2, 3, 4, 5)]
    assert json.loads((tmp_path / "png.json").read_text())["tried"] == 6
    assert "| png | 6 | 1 | 1 | 1 | 1 | 1 | 1 | 5 MB |" in faults.table({"png": tally})


def test_a_process_that_dies_or_hangs_is_told_and_replaced(monkeypatch):
    script = (
        "import sys, time, os\n"
        "for line in sys.stdin:\n"
        "    if '1' in line: os.abort()\n"
        "    if '2' in line: time.sleep(600)\n"
        "    print('opened', flush=True)\n"
    )
    monkeypatch.setattr(faults, "HUNG_S", 1.0)
    monkeypatch.setattr(faults, "_START_S", 20.0)
    monkeypatch.setattr(faults, "COMMAND", (sys.executable, "-c", script))
    victim = faults.Victim()
    assert victim.open("png", 0) == "opened"
    assert victim.open("png", 1).startswith("died with")
    assert victim.open("png", 0) == "opened"
    assert victim.open("png", 2) == "hung"
    assert victim.open("png", 0) == "opened"
    victim.close()


def test_the_exit_status_says_whether_something_fell(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(faults, "Victim", lambda: Scripted(["opened", "hung"], []))
    asked = ["--kinds", "png", "--folder", str(tmp_path)]
    assert faults.main(["1", *asked]) == 0
    assert faults.main(["2", *asked]) == 1
    assert "png-1.png: hung" in capsys.readouterr().out
    assert faults.main(["1", *asked, "--anew"]) == 0
