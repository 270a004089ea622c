import pytest

from app.runs.outcome import Died


@pytest.mark.parametrize(
    ("exit_code", "what"),
    [
        (None, "could not be started: No such file"),
        (0, "ended without a word (exit status 0)"),
        (3, "ended without a word (exit status 3)"),
        (-11, "ended from outside (SIGSEGV)"),
        (-99, "ended from outside (signal 99)"),
    ],
)
def test_a_death_is_told_in_words(exit_code, what):
    died = Died(exit_code=exit_code, stderr_tail="No such file")

    assert what in died.what
    assert "train.log" in died.hint


def test_a_kill_may_mean_that_memory_ran_out():
    assert "run out of memory" in Died(exit_code=-9, stderr_tail="").hint
