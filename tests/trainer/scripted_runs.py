"""Runs that do as their name says: python scripted_runs.py NAME RUN_FOLDER [OPTIONS].

The real trainer process in all but the training, so that everything around it can be tried.
"""

import errno
import logging
import os
import signal
import sys
import threading
import time

from engine.errors import DeviceUnavailable
from trainer.__main__ import main
from trainer.atomic_write import write_bytes, write_through
from trainer.check_result import CheckResult
from trainer.errors import TrainingError
from trainer.protocol import PROTOCOL_VERSION, Epoch, Finished, Notice, Progress, Started

_log = logging.getLogger("scripted")
_DEADLINE_S = 60.0


def start(folder, reporter):
    reporter.send(
        Started(
            version=PROTOCOL_VERSION,
            run_folder=str(folder.path),
            device_name="a scripted device",
            precision="fp32",
            num_train=8,
            num_validation=2,
            num_test=2,
            seconds_expected=90.0,
        )
    )


def finishes(folder, reporter):
    reporter.send(Notice(what="One photo can't be read.", hint="It is left out."))
    start(folder, reporter)
    for stage in ("teacher", "student"):
        for epoch in range(2):
            reporter.send(
                Progress(
                    stage=stage,
                    repeat=0,
                    epoch=epoch,
                    num_epochs=2,
                    step=4,
                    num_steps=4,
                    losses={"loss": 2.0},
                    examples_per_s=100.0,
                    seconds_left=60.0,
                    gpu_memory_bytes=None,
                )
            )
            reporter.send(
                Epoch(
                    stage=stage,
                    repeat=0,
                    epoch=epoch,
                    losses={"loss": 2.0},
                    validation_srcc=0.5,
                    validation_plcc=0.25,
                    is_best=epoch == 0,
                    seconds=1.0,
                )
            )
    write_bytes(
        folder.report_json,
        b'{"protocol": "As scripted.", "repeats": [{"repeat": 0, "student": {"figures":'
        b' {"srcc": {"value": 0.5, "low": 0.4, "high": 0.6}}}}], "summary": {}}',
    )


def says_finished_itself(folder, reporter):
    start(folder, reporter)
    reporter.send(Finished(report="report of its own", was_stopped=False))


def until_stopped(folder, reporter):
    """Every step is saved; a resumed run goes on counting."""
    step = int(folder.last_pt.read_bytes()) if folder.last_pt.exists() else 0
    start(folder, reporter)
    deadline_s = time.monotonic() + _DEADLINE_S
    while not reporter.should_stop:
        assert time.monotonic() < deadline_s
        step += 1
        write_bytes(folder.last_pt, str(step).encode())
        time.sleep(0.01)
    _log.info("stopped at %d", step)


def stops_late(folder, reporter):
    start(folder, reporter)
    deadline_s = time.monotonic() + _DEADLINE_S
    while not reporter.should_stop:
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    reporter.send(Notice(what="Saving.", hint=""))
    time.sleep(0.3)
    reporter.send(Finished(report="", was_stopped=True))


def hangs(folder, reporter):
    start(folder, reporter)
    while True:
        time.sleep(_DEADLINE_S)


def finishes_but_does_not_end(folder, reporter):
    reporter.send(Finished(report="", was_stopped=False))
    hangs(folder, reporter)


def prints(folder, reporter):
    print("a library's greeting")  # noqa: T201 - what the trainer must survive
    sys.stdout.flush()
    os.write(1, b"a greeting from C\n")
    os.system("echo a greeting from a grandchild")
    start(folder, reporter)


def reads_stdin(folder, reporter):
    _log.info("stdin gave %r", sys.stdin.read())


def fails(folder, reporter):
    start(folder, reporter)
    raise TrainingError("The scores are all the same.", "Give others.")


def has_no_device(folder, reporter):
    raise DeviceUnavailable("There is no CUDA device here.")


def has_no_memory(folder, reporter):
    raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB.")


def has_no_main_memory(folder, reporter):
    raise MemoryError


def has_no_room(folder, reporter):
    def full(temporary):
        temporary.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_bytes(folder.last_pt, b"the last save")
    write_through(folder.last_pt, full)


def stumbles(folder, reporter):
    raise ZeroDivisionError("division by zero")


def stumbles_after_the_end(folder, reporter):
    reporter.send(Finished(report="", was_stopped=False))
    raise ZeroDivisionError("division by zero")


def crashes(folder, reporter):
    start(folder, reporter)
    os.kill(os.getpid(), signal.SIGSEGV)


def exits(folder, reporter):
    start(folder, reporter)
    _log.info("leaving")
    os._exit(7)


def is_interrupted(folder, reporter):
    raise KeyboardInterrupt


def check(config):
    if config.name == "takes for ever":
        sys.stdout.write("checking")
        threading.Event().wait()
    if config.name == "a run that can't be checked":
        raise TrainingError("There is no such file.", "Give another.")
    findings = ("One photo is missing.", f"The run is called {config.name}.")
    return CheckResult(findings, can_train="beyond help" not in config.name)


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    sys.exit(main(arguments, run=globals()[name], check=check))
