"""discern teach-defects: models of a run learn to see visible defects, without the window."""

import argparse
import sys
from pathlib import Path

from app.cli.followed_run import follow_process, write_death
from app.cli.interruption import Interruption
from app.cli.options import add_command, positive_int
from app.cli.terminal import printable, write_err
from app.cli.train_display import TrainingDisplay
from app.errors import WrongUse
from app.runs.outcome import Died
from app.runs.process import TrainingProcess
from trainer.protocol import Failed, Finished

_STOP_NOTE = "Stopping after this step. Press Ctrl+C again to stop at once."
_STOPPED = (
    "Stopped. Models that were finished see defects now; the one in hand is as it was before."
)
_DESCRIPTION = """\
Gives the models of a finished run a head that sees visible defects: blur,
motion blur, noise, compression, over-exposure, under-exposure, and colour cast
or haze. The networks stay the same and give the same scores; a head that was
there before is replaced.

Defects are planted in the best-rated third of the run's training part, and the
head learns to find them. Levels are set on its validation part; the test part
is never looked at."""
_EXAMPLES = """\
examples:
  discern teach-defects runs/my-run
  discern teach-defects runs/my-run --model copy.safetensors --epochs 3

Ctrl+C stops after the step in hand; a model is written only when it is
finished, and the one in hand stays as it was.

exit status:
  0  taught
  1  it failed; the reason was written
  2  wrong use
  130  stopped"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = add_command(
        subparsers,
        "teach-defects",
        run,
        summary="teach the models of a run to see visible defects",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument(
        "run_folder", type=Path, metavar="RUN_FOLDER", help="a run whose split is made"
    )
    parser.add_argument(
        "--model",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a model file to teach instead of the run's own; can be given several times",
    )
    parser.add_argument("--epochs", type=positive_int, metavar="N", help="passes (default 6)")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="another seed teaches by another chance (default 0)"
    )


def run(args: argparse.Namespace) -> int:
    """Teach in the trainer's process, which alone may load PyTorch, and show how far it is."""
    for model in args.model:
        if not model.is_file():
            raise WrongUse(f"There is no model file {model}.")
    options = [f"--model={model.absolute()}" for model in args.model]
    options += [
        f"--{name}={value}"
        for name in ("epochs", "seed")
        if (value := getattr(args, name)) is not None
    ]
    with (
        Interruption(_STOP_NOTE) as interruption,
        TrainingDisplay(num_repeats=1) as display,
        TrainingProcess(
            args.run_folder.absolute(),
            options=options,
            command=[sys.executable, "-P", "-m", "trainer.distortion"],
        ) as process,
    ):
        outcome, was_killed = follow_process(process, display, interruption)
    match outcome:
        case Finished(was_stopped=False):
            return 0
        case Finished():
            write_err(_STOPPED)
            return 130
        case Failed(what=what, hint=hint):
            write_err(printable(f"discern: {what} {hint}".rstrip()))
            return 1
        case Died() if was_killed:
            write_err(_STOPPED)
            return 130
        case Died() as died:
            write_death(died, "")
            return 130 if interruption.is_wanted else 1
