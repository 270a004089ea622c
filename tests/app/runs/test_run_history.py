"""What a run said, put together over resumes."""

import math

from app.runs.event_tail import EventTail
from app.runs.run_history import RunHistory
from trainer.protocol import Epoch, Finished, Notice, Progress, encode


def progress(step, epoch=0, loss=1.0, repeat=0):
    return Progress(
        stage="student",
        repeat=repeat,
        epoch=epoch,
        num_epochs=3,
        step=step,
        num_steps=10,
        losses={"loss": loss},
        examples_per_s=1.0,
        seconds_left=None,
        gpu_memory_bytes=None,
    )


def epoch(number, srcc):
    return Epoch(
        stage="student",
        repeat=0,
        epoch=number,
        losses={},
        validation_srcc=srcc,
        validation_plcc=None,
        is_best=True,
        seconds=1.0,
    )


def test_an_epoch_told_twice_counts_as_it_was_told_last():
    history = RunHistory()
    history.take([epoch(0, 0.1), epoch(1, 0.2), epoch(1, 0.3)])
    assert [one.validation_srcc for one in history.epochs_of("student")] == [0.1, 0.3]


def test_steps_done_again_after_a_resume_replace_the_old_ones():
    history = RunHistory()
    history.take([progress(step, loss=5.0) for step in range(1, 9)])
    history.take([progress(4, loss=2.0), progress(5, loss=1.0)])
    points = history.losses_of("student")
    assert [point.at for point in points] == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert [point.losses["loss"] for point in points] == [5.0, 5.0, 5.0, 2.0, 1.0]


def test_a_long_run_is_thinned_out_and_keeps_its_ends():
    history = RunHistory()
    history.take([progress(step % 10, epoch=step // 10) for step in range(1, 5000)])
    points = history.losses_of("student")
    assert len(points) <= 300
    assert points[-1].at > 499


def test_a_loss_that_is_no_number_is_noticed():
    history = RunHistory()
    assert not history.has_lost_its_numbers
    history.take([progress(1, loss=math.nan)])
    assert history.has_lost_its_numbers


def test_a_new_repeat_begins_its_curves_anew():
    history = RunHistory()
    history.take([progress(5), progress(1, repeat=1)])
    assert [point.at for point in history.losses_of("student")] == [0.1]
    assert history.repeat == 1


def test_the_tail_of_a_file_is_read_while_it_grows(tmp_path):
    path = tmp_path / "events.jsonl"
    tail = EventTail(path)
    assert tail.read() == []
    notice, end = Notice(what="a", hint=""), Finished(report="", was_stopped=True)
    line = encode(end)
    path.write_bytes(encode(notice) + b"no message\n" + line[:9])
    assert tail.read() == [notice]
    with path.open("ab") as file:
        file.write(line[9:])
    assert tail.read() == [end]
    assert tail.read() == []
