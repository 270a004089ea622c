"""Stands in for the trainer: python scripted_trainer.py NAME RUN_FOLDER [OPTIONS].

Speaks on its pipes as badly as its name says; the standard library and the protocol alone.
"""

import contextlib
import os
import signal
import sys
import time

from trainer.protocol import PROTOCOL_VERSION, Epoch, Failed, Finished, Progress, Started, encode

DEADLINE_S = 60.0


def say(message):
    write(encode(message))


def write(line):
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


def progress(step, loss=2.0, num_steps=10):
    return Progress(
        stage="student",
        repeat=0,
        epoch=step // num_steps,
        num_epochs=9,
        step=step % num_steps,
        num_steps=num_steps,
        losses={"loss": loss, "regression": loss / 2},
        examples_per_s=50.0,
        seconds_left=600.0,
        gpu_memory_bytes=3 * 2**30,
    )


def begin(folder):
    say(
        Started(
            version=PROTOCOL_VERSION,
            run_folder=folder,
            device_name="a scripted device",
            precision="fp32",
            num_train=8,
            num_validation=2,
            num_test=2,
            seconds_expected=900.0,
        )
    )
    say(progress(1))


def wait_for_stop():
    assert sys.stdin.buffer.readline()


def is_cut_off_in_mid_line(folder):
    write(encode(progress(2))[:40])
    os._exit(0)


def prints_garbage(folder):
    write(b"\xff\xfe\x00 not text at all\n{}\n[1, 2]\n" + b'{"type": "Progress"}\n')
    write(b"x" * 100_000 + b"\n")
    say(progress(3))
    say(Finished(report="", was_stopped=True))


def crashes(folder):
    sys.stderr.write("Traceback: the very bottom of it\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGSEGV)


def hangs(folder):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(DEADLINE_S)


def runs_out_of_memory(folder):
    say(
        Failed(
            what="The graphics card ran out of memory.",
            hint="Start a run with a smaller batch_size.",
        )
    )
    sys.exit(1)


def loses_its_numbers(folder):
    say(progress(4, loss=float("nan")))
    wait_for_stop()
    say(Finished(report="", was_stopped=True))


def is_killed(folder):
    os.kill(os.getpid(), signal.SIGKILL)


def stops_late(folder):
    wait_for_stop()
    say(progress(5))
    time.sleep(0.5)
    say(progress(6))
    say(Finished(report="", was_stopped=True))


def waits_unless_finishing(folder):
    if "--finish" not in sys.argv:
        wait_for_stop()
    say(Finished(report="", was_stopped="--finish" not in sys.argv))


def talks_a_lot(folder):
    """As fast as a pipe takes it, a hundred epochs of it."""
    for step in range(1, 20_000):
        say(progress(step, num_steps=200))
        if step % 200 == 0:
            say(
                Epoch(
                    stage="student",
                    repeat=0,
                    epoch=step // 200 - 1,
                    losses={"loss": 2.0},
                    validation_srcc=0.5,
                    validation_plcc=0.5,
                    is_best=True,
                    seconds=1.0,
                )
            )
    say(Finished(report="", was_stopped=True))


if __name__ == "__main__":
    name, run_folder, *_ = sys.argv[1:]
    begin(run_folder)
    globals()[name](run_folder)
