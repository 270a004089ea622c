import errno
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError

from engine.errors import WeightsUnavailable
from trainer.errors import LabelError
from trainer.failures import describe_failure, is_out_of_memory

FOLDER = Path("/runs/one")


def test_an_error_of_a_run_speaks_for_itself():
    failed = describe_failure(LabelError("Two photos are the same.", "Remove one."), FOLDER)

    assert (failed.what, failed.hint) == ("Two photos are the same.", "Remove one.")


def test_an_error_of_the_engine_says_how_to_go_on():
    failed = describe_failure(WeightsUnavailable("There is no network. Give a file."), FOLDER)

    assert failed.what == "There is no network. Give a file."
    assert f"discern train --resume {FOLDER}" in failed.hint


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."), "graphics"),
        (RuntimeError("CUDA error: out of memory"), "graphics"),
        (RuntimeError("CUBLAS: not enough memory"), "graphics"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "This machine"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), "This machine"),
        (MemoryError(), "This machine"),
    ],
)
def test_used_up_memory_is_told_with_the_way_out(error, where):
    assert is_out_of_memory(error)
    failed = describe_failure(error, FOLDER)

    assert where in failed.what
    assert "ran out of memory" in failed.what
    assert "smaller batch_size" in failed.hint
    assert f"discern train --resume {FOLDER}" in failed.hint


@pytest.mark.parametrize("error", [ValueError("out of memory"), RuntimeError("shapes differ")])
def test_other_errors_are_not_about_memory(error):
    assert not is_out_of_memory(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        SafetensorError("Error while serializing: I/O error: No space left (os error 28)"),
        RuntimeError("[enforce fail at inline_container.cc:671] . unexpected pos 576 vs 534"),
    ],
)
def test_a_full_disk_is_told_whoever_was_writing(error):
    failed = describe_failure(error, FOLDER)

    assert failed.what.startswith(f"There is no room on the disk for {FOLDER}")
    assert "Free some space" in failed.hint


def test_an_unexpected_error_points_at_the_log():
    failed = describe_failure(ZeroDivisionError("division by zero"), FOLDER)

    assert "(ZeroDivisionError: division by zero)" in failed.what
    assert str(FOLDER / "train.log") in failed.hint
