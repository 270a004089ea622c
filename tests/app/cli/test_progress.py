import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.catalog.score_memory import ScoreMemory
from app.cli.progress import rate_with_progress
from engine.photo_score import PhotoScore

PATHS = [Path(f"{number}.jpg") for number in range(5)]


class ScriptedScorer:
    """Does what the real one can't be made to do at a given photo."""

    model_id = "m@1"
    num_crops = 1

    def __init__(self, at=None, error=None):
        self.at, self.error = at, error

    def score_each(self, paths, *, should_stop):
        for number, path in enumerate(paths):
            if number == self.at:
                raise self.error
            yield PhotoScore(path=path, score_0_100=50.0, uncertainty=1.0)


@pytest.fixture
def memory():
    return ScoreMemory(None, model_id="m@1", num_crops=1)


def test_every_photo_is_rated(memory):
    result = rate_with_progress(PATHS, scorer=ScriptedScorer(), memory=memory)
    assert [photo.path for photo in result.photos] == PATHS
    assert (result.num_asked, result.num_unreadable, result.num_remembered) == (5, 0, 0)
    assert not result.is_interrupted


def test_a_second_ctrl_c_in_the_middle_of_a_photo_keeps_the_others(memory):
    scorer = ScriptedScorer(at=2, error=KeyboardInterrupt())
    result = rate_with_progress(PATHS, scorer=scorer, memory=memory)
    assert [photo.path for photo in result.photos] == PATHS[:2]
    assert result.is_interrupted


def test_an_error_of_the_scorer_passes_through(memory):
    scorer = ScriptedScorer(at=2, error=MemoryError("no room"))
    with pytest.raises(MemoryError, match="no room"):
        rate_with_progress(PATHS, scorer=scorer, memory=memory)


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_a_bar_with_rate_and_time_left(memory, monkeypatch):
    monkeypatch.setattr(sys, "stderr", _Terminal())
    rate_with_progress(PATHS, scorer=ScriptedScorer(), memory=memory)
    bar = sys.stderr.getvalue()
    assert "Rating" in bar
    assert "5/5" in bar
    assert "photos/s" in bar
    assert "<00:00" in bar


def test_a_pipe_gets_no_bar(memory, capsys):
    rate_with_progress(PATHS, scorer=ScriptedScorer(), memory=memory)
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("size", [(0, 0), (0, 100), (24, 100)])
def test_the_bar_shows_even_where_the_terminal_does_not_know_its_size(size):
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    script = "from app.cli.progress import progress_bar\nwith progress_bar(3, 'Rating') as bar:\n"
    subprocess.run(
        [sys.executable, "-c", f"{script}    bar.update(3)"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        check=True,
    )
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "3/3" in shown
    assert "photos/s" in shown
