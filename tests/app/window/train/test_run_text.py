"""Where a run is, in words."""

import pytest

from app.window.train.run_text import progress_text, rate_text
from trainer.protocol import Progress


def progress(**values):
    known = {
        "stage": "student",
        "repeat": 0,
        "epoch": 0,
        "num_epochs": 1,
        "step": 3,
        "num_steps": 9,
        "losses": {},
        "examples_per_s": 0.0,
        "seconds_left": None,
        "gpu_memory_bytes": None,
    }
    return Progress(**(known | values))


@pytest.mark.parametrize(
    ("examples_per_s", "text"),
    [(0.0, ""), (0.31, "0.31 examples per second"), (1.0, "1 example per second")],
)
def test_the_pace_is_left_out_until_it_is_known(examples_per_s, text):
    assert rate_text(progress(examples_per_s=examples_per_s)) == text


def test_a_single_photo_is_no_photos():
    assert progress_text(progress(stage="test", step=0, num_steps=1), num_repeats=1).endswith(
        "0 of 1 photo"
    )
