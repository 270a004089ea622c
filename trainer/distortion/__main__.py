"""python -m trainer.distortion RUN_FOLDER: gives trained models a head that sees visible defects.

The models stay the same networks and give the same scores.
"""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from engine.errors import EngineError
from trainer.distortion.lesson import Lesson, read_lesson
from trainer.distortion.plan import TeachingPlan
from trainer.errors import TrainingError

_log = logging.getLogger("trainer.distortion")

_LOG_EVERY_S = 15.0
_EPILOG = """\
The run folder says which photos there are and how they were parted. Defects are planted in the
best-rated third of its training part; levels are set on its validation part; the test part is
never looked at. Without --model, the run's own models are taught."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Teach, and return the exit status: 0 taught, 1 something is wrong with run or model."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    args = _parser().parse_args(arguments)
    plan = TeachingPlan(epochs=args.epochs, seed=args.seed)
    try:
        lesson = read_lesson(args.run_folder)
        models: list[Path] = args.model or lesson.models
        if not models:
            raise TrainingError(
                f"{args.run_folder} holds no trained model.", "Name one with --model."
            )
        for path in models:
            _teach_model(path, lesson, plan)
    except (TrainingError, EngineError) as error:
        _log.error("%s", error)
        return 1
    return 0


def _teach_model(path: Path, lesson: Lesson, plan: TeachingPlan) -> None:
    # Here, so that a wrong call is told before PyTorch is loaded.
    from trainer.distortion.taught_model import teach_model

    begun = last = time.monotonic()

    def on_step(step: int, num_steps: int, loss: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _LOG_EVERY_S or step == num_steps:
            last = now
            left_s = (now - begun) / step * (num_steps - step)
            _log.info("step %d of %d, loss %.4f, %.0f s left", step, num_steps, loss, left_s)

    _log.info("Teaching %s on %d photos.", path, len(lesson.photos))
    teach_model(path, lesson, plan, on_step=on_step)
    _log.info("%s sees distortions now.", path)


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
