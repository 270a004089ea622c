"""A real run that kills itself with -9: python run_killing_itself.py STAGE STEP RUN_FOLDER [...].

It dies right after it told of that step, which nobody outside could time so well.
"""

import os
import signal
import sys

from trainer.__main__ import main
from trainer.protocol import Progress
from trainer.run import run_training


class Deadly:
    """A reporter whose message kills."""

    def __init__(self, reporter, stage, step):
        self._reporter = reporter
        self._stage = stage
        self._step = step

    @property
    def should_stop(self):
        return self._reporter.should_stop

    def send(self, message):
        self._reporter.send(message)
        is_near = isinstance(message, Progress) and message.stage == self._stage
        if is_near and message.step >= self._step:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    stage, step, *arguments = sys.argv[1:]
    sys.exit(
        main(
            arguments,
            run=lambda folder, reporter: run_training(folder, Deadly(reporter, stage, int(step))),
        )
    )
