"""What `discern train` shows while a run goes on: a bar per stage and a line per epoch."""

import sys
from types import TracebackType
from typing import NoReturn, Self

from tqdm import tqdm

from app.cli.terminal import printable, write_err
from app.pace import pace_text
from app.runs.duration import duration_text
from engine.counted import counted
from trainer.protocol import Epoch, Message, Notice, Progress, Started

_STAGE_TITLES = {
    "photos": "Reading photos",
    "teacher": "Training the teacher",
    "student": "Training the student",
    "test": "Testing",
}
_BAR = "{desc} {percentage:3.0f} %|{bar}| {elapsed}{postfix}"


class TrainingDisplay:
    """Shows messages on stderr; the bar only where that is a terminal. Enter it around the run."""

    def __init__(self, *, num_repeats: int) -> None:
        self._num_repeats = num_repeats
        self._bar: tqdm[NoReturn] | None = None
        self._shown: tuple[str, int] | None = None
        self._num_epochs: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close_bar()

    def show(self, message: Message) -> None:
        """Show one message; the last one of a run is not for here."""
        match message:
            case Started():
                self._say(_started_text(message))
            case Progress():
                self._num_epochs[message.stage] = message.num_epochs
                self._move_bar(message)
            case Epoch():
                self._say(self._epoch_text(message))
            case Notice(what=what, hint=hint):
                self._say(f"Note: {what} {hint}".rstrip())

    def _say(self, text: str) -> None:
        write_err(printable(text))

    def _move_bar(self, message: Progress) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None or self._shown != (message.stage, message.repeat):
            self._close_bar()
            self._shown = (message.stage, message.repeat)
            bar: tqdm[NoReturn] = tqdm(
                total=max(1, message.num_epochs * message.num_steps),
                desc=self._title(message.stage, message.repeat),
                file=sys.stderr,
                bar_format=_BAR,
                dynamic_ncols=True,
                leave=False,
            )
            self._bar = bar
        self._bar.n = message.epoch * message.num_steps + message.step
        self._bar.set_postfix_str(_progress_text(message), refresh=False)
        self._bar.refresh()

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _title(self, stage: str, repeat: int) -> str:
        title = _STAGE_TITLES.get(stage, stage)
        return f"{title} ({repeat + 1} of {self._num_repeats})" if self._num_repeats > 1 else title

    def _epoch_text(self, message: Epoch) -> str:
        of = f" of {self._num_epochs[message.stage]}" if message.stage in self._num_epochs else ""
        repeat = f"repeat {message.repeat + 1}, " if self._num_repeats > 1 else ""
        figures = []
        if message.validation_srcc is not None:
            figures.append(f"validation SRCC {message.validation_srcc:.3f}")
        if message.validation_plcc is not None:
            figures.append(f"PLCC {message.validation_plcc:.3f}")
        if "loss" in message.losses:
            figures.append(f"loss {message.losses['loss']:.4g}")
        figures.append(duration_text(message.seconds))
        is_preferred = message.is_best and message.validation_srcc is not None
        best = ", the best so far" if is_preferred else ""
        return f"{repeat}{message.stage}, epoch {message.epoch + 1}{of}: {', '.join(figures)}{best}"


def _started_text(message: Started) -> str:
    time_text = ""
    if message.seconds_expected is not None:
        time_text = f" It will take about {duration_text(message.seconds_expected)}."
    return (
        f"Training on {message.device_name} in {message.precision}: {counted(message.num_train)}, "
        f"{message.num_validation} for validation, {message.num_test} for test.{time_text}"
    )


def _progress_text(message: Progress) -> str:
    parts = []
    if "loss" in message.losses:
        parts.append(f"loss {message.losses['loss']:.4g}")
    pace = pace_text(
        message.examples_per_s, "crop" if message.stage in {"teacher", "student"} else "photo"
    )
    if pace:
        parts.append(pace)
    if message.seconds_left is not None:
        parts.append(f"{duration_text(message.seconds_left)} left")
    return ", ".join(parts)
