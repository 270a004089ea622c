import io
import os
import threading
import time

import pytest

from trainer.errors import TrainingError
from trainer.protocol import (
    Detach,
    Failed,
    Finished,
    LineSplitter,
    Notice,
    Progress,
    Started,
    Stop,
    decode,
    encode,
)
from trainer.reporter import Reporter, Wire
from trainer.run_folder import RunFolder

DEADLINE_S = 20.0
STARTED = Started(
    version=1,
    run_folder="",
    device_name="CPU",
    precision="fp32",
    num_train=8,
    num_validation=2,
    num_test=2,
    seconds_expected=1.0,
)


def wait_until(is_met):
    deadline_s = time.monotonic() + DEADLINE_S
    while not is_met():
        assert time.monotonic() < deadline_s, "It did not happen."
        time.sleep(0.005)


def progress(step, *, stage="student", epoch=0, num_steps=1000):
    return Progress(
        stage=stage,
        repeat=0,
        epoch=epoch,
        num_epochs=9,
        step=step,
        num_steps=num_steps,
        losses={"loss": 1.0},
        examples_per_s=1.0,
        seconds_left=None,
        gpu_memory_bytes=None,
    )


class Clock:
    now_s = 100.0

    def __call__(self):
        return self.now_s


def messages_in(content):
    return [decode(line) for line in content.splitlines()]


@pytest.fixture
def out():
    return io.BytesIO()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def reporter(run_folder, out, clock):
    """A reporter whose threads have not been started."""
    return Reporter(run_folder, wire=Wire(out), clock=clock)


@pytest.fixture
def control():
    """Both ends of a pipe: what the trainer reads, and what its parent writes."""
    reading, writing = os.pipe()
    with (
        os.fdopen(reading, "rb", buffering=0) as ours,
        os.fdopen(writing, "wb", buffering=0) as theirs,
    ):
        yield ours, theirs
        theirs.close()
        wait_until(lambda: not any(t.name == "control" for t in threading.enumerate()))


def test_a_message_goes_over_the_wire_and_into_the_folder(reporter, out, run_folder):
    reporter.send(Notice(what="a", hint=""))
    reporter.send(STARTED)

    assert messages_in(out.getvalue()) == [Notice(what="a", hint=""), STARTED]
    assert messages_in(run_folder.events_jsonl.read_bytes()) == [Notice(what="a", hint=""), STARTED]


def test_progress_comes_at_most_five_times_a_second(reporter, out, clock):
    for step in range(1, 1001):
        clock.now_s += 0.01
        reporter.send(progress(step, num_steps=2000))

    assert 45 <= len(messages_in(out.getvalue())) <= 51


def test_the_folder_gets_less_progress_than_the_wire(reporter, clock, run_folder):
    for step in range(1, 1001):
        clock.now_s += 0.01
        reporter.send(progress(step, num_steps=2000))

    assert 5 <= len(messages_in(run_folder.events_jsonl.read_bytes())) <= 6


def test_the_first_and_last_step_of_an_epoch_are_always_told(reporter, out):
    told = [
        progress(1),
        progress(1000),
        progress(1, epoch=1),
        progress(1, stage="test"),
    ]
    for message in told:
        reporter.send(message)
        reporter.send(progress(message.step + 1, stage=message.stage, epoch=message.epoch))

    assert [message for message in messages_in(out.getvalue()) if message in told] == told


def test_other_messages_are_never_thinned_out(reporter, out):
    for number in range(100):
        reporter.send(Notice(what=str(number), hint=""))

    assert len(messages_in(out.getvalue())) == 100


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (Finished(report="", was_stopped=False), "finished"),
        (Finished(report="", was_stopped=True), "stopped"),
        (Failed(what="No room.", hint="Free some."), "failed"),
    ],
)
def test_the_status_follows_the_messages(reporter, run_folder, last, state):
    with reporter:
        assert run_folder.read_status().state == "preparing"
        reporter.send(STARTED)
        assert run_folder.read_status().state == "running"
        assert not reporter.has_ended
        reporter.send(last)
        assert run_folder.read_status().state == state
        assert reporter.has_ended

    status = run_folder.read_status()
    assert status.state == state
    assert status.what == getattr(last, "what", "")


def test_the_folder_is_at_rest_when_the_last_message_is_heard(run_folder):
    states = []

    class Listener(io.BytesIO):
        def write(self, content):
            states.append(run_folder.read_status().state)
            return super().write(content)

    Reporter(run_folder, wire=Wire(Listener())).send(Finished(report="", was_stopped=False))
    assert states == ["finished"]


def test_nothing_is_sent_after_the_last_message(reporter, out, run_folder, expected_logs):
    reporter.send(Failed(what="No room.", hint=""))
    reporter.send(Finished(report="", was_stopped=False))

    assert messages_in(out.getvalue()) == [Failed(what="No room.", hint="")]
    assert run_folder.read_status().state == "failed"
    assert "the run has ended" in expected_logs[0].getMessage()


def test_the_heart_beats_until_the_end(run_folder, out):
    def heartbeat():
        return run_folder.read_status().heartbeat_s

    with Reporter(run_folder, wire=Wire(out), heartbeat_s=0.01) as reporter:
        first = heartbeat()
        wait_until(lambda: heartbeat() > first)
        reporter.send(Finished(report="", was_stopped=False))
        last = run_folder.status_json.read_bytes()
    assert run_folder.status_json.read_bytes() == last
    assert not any(thread.name == "heartbeat" for thread in threading.enumerate())


def test_a_wire_without_reader_is_told_once_and_the_run_goes_on(run_folder, caplog):
    reading, writing = os.pipe()
    os.close(reading)
    caplog.set_level("INFO")
    with os.fdopen(writing, "wb", buffering=0) as out:
        reporter = Reporter(run_folder, wire=Wire(out))
        for number in range(3):
            reporter.send(Notice(what=str(number), hint=""))

    assert len(messages_in(run_folder.events_jsonl.read_bytes())) == 3
    told = [record for record in caplog.records if "Nobody reads" in record.getMessage()]
    assert len(told) == 1


def test_a_line_is_written_whole_even_when_the_pipe_takes_it_in_pieces():
    class Narrow(io.BytesIO):
        def write(self, content):
            return super().write(bytes(content[:7]))

    out = Narrow()
    Wire(out).send(Notice(what="a long sentence", hint=""))
    assert messages_in(out.getvalue()) == [Notice(what="a long sentence", hint="")]


def test_half_a_line_of_a_killed_run_does_not_spoil_the_next(reporter, run_folder):
    run_folder.events_jsonl.write_bytes(encode(STARTED) + b'{"type": "Prog')
    reporter.send(Notice(what="again", hint=""))

    splitter = LineSplitter()
    first, torn, last = splitter.feed(run_folder.events_jsonl.read_bytes())
    assert (decode(first), torn) == (STARTED, b'{"type": "Prog')
    assert decode(last) == Notice(what="again", hint="")


def test_a_folder_that_takes_no_events_is_told_once(reporter, run_folder, out, expected_logs):
    run_folder.events_jsonl.mkdir()
    for _ in range(3):
        reporter.send(Notice(what="a", hint=""))
    assert [record.getMessage().split(":")[0] for record in expected_logs] == [
        "events.jsonl could not be written"
    ]
    run_folder.events_jsonl.rmdir()
    reporter.send(Notice(what="b", hint=""))

    assert len(messages_in(out.getvalue())) == 4
    assert messages_in(run_folder.events_jsonl.read_bytes()) == [Notice(what="b", hint="")]


def test_a_status_that_can_not_be_written_does_not_end_the_run(
    reporter, monkeypatch, expected_logs
):
    def no_room(self, state, *, what, hint):
        raise TrainingError("There is no room.", "Free some.")

    monkeypatch.setattr(RunFolder, "write_status", no_room)
    reporter.send(STARTED)

    assert "The status was not written: There is no room." in expected_logs[0].getMessage()


def test_stop_is_obeyed(run_folder, out, control):
    ours, theirs = control
    with Reporter(run_folder, wire=Wire(out), control=ours) as reporter:
        assert not reporter.should_stop
        line = encode(Stop())
        theirs.write(line[:5])
        theirs.write(line[5:])
        wait_until(lambda: reporter.should_stop)


def test_the_end_of_control_means_stop(run_folder, out, control):
    ours, theirs = control
    with Reporter(run_folder, wire=Wire(out), control=ours) as reporter:
        assert not reporter.should_stop
        theirs.close()
        wait_until(lambda: reporter.should_stop)


def test_a_process_without_stdin_stops_at_once(run_folder, out):
    with Reporter(run_folder, wire=Wire(out), control=None) as reporter:
        wait_until(lambda: reporter.should_stop)


def test_a_closed_stdin_means_stop(run_folder, out):
    control = io.BytesIO()
    control.close()
    with Reporter(run_folder, wire=Wire(out), control=control) as reporter:
        wait_until(lambda: reporter.should_stop)


def test_a_run_that_outlives_its_parent_still_obeys_stop(run_folder, out, control):
    ours, theirs = control
    with Reporter(
        run_folder, wire=Wire(out), control=ours, keep_going_without_parent=True
    ) as reporter:
        theirs.write(encode(Stop()))
        wait_until(lambda: reporter.should_stop)


def test_a_run_can_outlive_its_parent(run_folder, out, control):
    ours, theirs = control
    with Reporter(
        run_folder, wire=Wire(out), control=ours, keep_going_without_parent=True
    ) as reporter:
        theirs.close()
        wait_until(lambda: not any(t.name == "control" for t in threading.enumerate()))
        assert not reporter.should_stop


def test_a_run_can_be_told_to_outlive_its_parent(run_folder, out, control):
    ours, theirs = control
    with Reporter(run_folder, wire=Wire(out), control=ours) as reporter:
        theirs.write(encode(Detach()))
        theirs.close()
        wait_until(lambda: not any(t.name == "control" for t in threading.enumerate()))
        assert not reporter.should_stop


def test_what_is_not_stop_is_not_obeyed(run_folder, out, control, expected_logs):
    ours, theirs = control
    with Reporter(run_folder, wire=Wire(out), control=ours) as reporter:
        theirs.write(b"stop, please\n" + encode(Notice(what="a", hint="")))
        wait_until(lambda: len(expected_logs) == 2)
        assert not reporter.should_stop

    assert "Not obeyed: A line of the training run was not understood" in (
        expected_logs[0].getMessage()
    )
    assert (
        expected_logs[1].getMessage() == "Only Stop and Detach can be asked of a run, not Notice."
    )
