"""An ablation whose runs are scripted: python scripted_ablation.py NAME ABLATION_FOLDER [OPTIONS].

The real process of an ablation, which starts this script for each run, as `python
scripted_ablation.py NAME RUN_FOLDER`; both are the real trainer process in all but the training.
"""

import json
import sys
import time
from functools import partial
from pathlib import Path

from trainer.__main__ import main
from trainer.ablation import Ablation
from trainer.ablation_run import run_ablation
from trainer.atomic_write import write_bytes, write_text
from trainer.errors import TrainingError
from trainer.protocol import PROTOCOL_VERSION, Progress, Started

DEADLINE_S = 60.0


def begin(folder, reporter):
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
    show_progress(reporter)


def show_progress(reporter):
    reporter.send(
        Progress(
            stage="student",
            repeat=0,
            epoch=1,
            num_epochs=9,
            step=2,
            num_steps=4,
            losses={"loss": 2.0},
            examples_per_s=100.0,
            seconds_left=60.0,
            gpu_memory_bytes=None,
        )
    )


def finishes(folder, reporter):
    """With all parts, SRCC is 0.9 for seed 0 and 0.01 less for each seed more; else 0.5."""
    begin(folder, reporter)
    config = folder.config
    is_whole = config.student.mask and config.student.contrast == "easy_hard"
    srcc = 0.9 - 0.01 * config.seed if is_whole else 0.5
    figures = {"srcc": {"value": srcc}, "plcc": {"value": srcc - 0.1}}
    report = {"repeats": [{"student": {"figures": figures}}]}
    write_text(folder.report_json, json.dumps(report))


def halts_in_the_third(folder, reporter):
    """The third run (mask) goes on until it is stopped; when it is resumed it finishes."""
    if folder.path.name.startswith("mask-seed") and not folder.last_pt.exists():
        write_bytes(folder.last_pt, b"saved")
        begin(folder, reporter)
        deadline_s = time.monotonic() + DEADLINE_S
        while not reporter.should_stop:
            assert time.monotonic() < deadline_s
            show_progress(reporter)
            time.sleep(0.01)
        return
    finishes(folder, reporter)


def fails(folder, reporter):
    begin(folder, reporter)
    raise TrainingError("The scores are all the same.", "Give others.")


def exits(folder, reporter):
    begin(folder, reporter)
    sys.stdout.flush()
    raise SystemExit(7)


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    run = globals()[name]
    if Ablation.is_in(Path(arguments[0])):
        run = partial(run_ablation, command=[sys.executable, __file__, name])
    sys.exit(main(arguments, run=run))
