"""python -m trainer.distortion RUN_FOLDER: gives trained models a head that sees visible defects.

The models stay the same networks and give the same scores. `discern teach-defects` starts it and
shows what it says, which are the messages of docs/protocol.md on stdout; it logs to stderr.
"""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from engine.errors import EngineError
from trainer.claimed_streams import claim_streams
from trainer.distortion.lesson import Lesson, read_lesson
from trainer.distortion.listener import ParentListener
from trainer.distortion.plan import TeachingPlan
from trainer.errors import TrainingError
from trainer.material import Listener
from trainer.protocol import Failed, Finished, Notice, Progress

_log = logging.getLogger("trainer.distortion")

_SAY_EVERY_S = 0.5
_LOG_EVERY_S = 15.0
_EPILOG = """\
The run folder says which photos there are and how they were parted. Defects are planted in the
best-rated third of its training part; levels are set on its validation part; the test part is
never looked at. Without --model, the run's own models are taught."""


class Stopped(Exception):
    """Whoever started the teaching wants it to end; the model in hand stays as it was."""


def main(arguments: Sequence[str] | None = None, *, listener: Listener | None = None) -> int:
    """Teach, and return the exit status: 0 taught or stopped, 1 something is wrong with the run.

    `listener` stands in for whoever started the process.
    """
    if listener is None:
        listener = ParentListener(claim_streams())
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    args = _parser().parse_args(arguments)
    try:
        plan = TeachingPlan(epochs=args.epochs, seed=args.seed)
        lesson = read_lesson(args.run_folder)
        models: list[Path] = args.model or lesson.models
        if not models:
            raise TrainingError(
                f"{args.run_folder} holds no trained model.", "Name one with --model."
            )
        for number, path in enumerate(models):
            _teach_model(path, lesson, plan, listener, number=number, num_models=len(models))
    except Stopped:
        listener.send(Finished(report="", was_stopped=True))
        return 0
    except TrainingError as error:
        _log.error("%s", error)
        listener.send(Failed(what=error.what, hint=error.hint))
        return 1
    except EngineError as error:
        _log.error("%s", error)
        listener.send(Failed(what=str(error), hint=""))
        return 1
    listener.send(Finished(report="", was_stopped=False))
    return 0


def _teach_model(
    path: Path,
    lesson: Lesson,
    plan: TeachingPlan,
    listener: Listener,
    *,
    number: int,
    num_models: int,
) -> None:
    # Here, so that a wrong call is told before PyTorch is loaded.
    from trainer.distortion.taught_model import teach_model

    begun = time.monotonic()
    said = logged = -_LOG_EVERY_S

    def on_step(step: int, num_steps: int, loss: float) -> None:
        nonlocal said, logged
        if listener.should_stop:
            raise Stopped
        now = time.monotonic() - begun
        left_s = now / step * (num_steps - step)
        if now - said >= _SAY_EVERY_S or step == num_steps:
            said = now
            listener.send(
                Progress(
                    stage="defects",
                    repeat=number,
                    epoch=0,
                    num_epochs=1,
                    step=step,
                    num_steps=num_steps,
                    losses={"loss": loss},
                    examples_per_s=0.0,
                    seconds_left=left_s if number == num_models - 1 else None,
                    gpu_memory_bytes=None,
                )
            )
        if now - logged >= _LOG_EVERY_S or step == num_steps:
            logged = now
            _log.info("step %d of %d, loss %.4f, %.0f s left", step, num_steps, loss, left_s)

    _log.info("Teaching %s on %d photos.", path, len(lesson.photos))
    teach_model(path, lesson, plan, on_step=on_step)
    _log.info("%s sees distortions now.", path)
    listener.send(Notice(what=f"{path} sees defects now.", hint=""))


def _parser() -> argparse.ArgumentParser:
    plan = TeachingPlan()
    parser = argparse.ArgumentParser(
        prog="python -m trainer.distortion",
        description="Teach trained models to see visible defects: where, and of which kind.",
        epilog=_EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("run_folder", type=Path, metavar="RUN_FOLDER")
    parser.add_argument(
        "--model",
        type=Path,
        action="append",
        metavar="FILE",
        help="a model file to teach instead of the run's own; can be given several times",
    )
    parser.add_argument(
        "--epochs", type=int, default=plan.epochs, metavar="N", help="passes (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=plan.seed, metavar="N")
    return parser


if __name__ == "__main__":
    sys.exit(main())
