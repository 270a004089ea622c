"""What a training run has said so far, put together so that it can be drawn and told."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from trainer.protocol import Epoch, Failed, Finished, Message, Notice, Progress, Started

_MOST_LOSSES = 300


@dataclass(frozen=True, slots=True)
class EpochKey:
    """Which epoch of a run; all but the stage count from 0."""

    repeat: int
    stage: str
    epoch: int


@dataclass(frozen=True, slots=True)
class LossPoint:
    """The losses so far in an epoch; `at` counts epochs of the stage, 1.5 is amid the second."""

    stage: str
    at: float
    losses: dict[str, float]


class RunHistory:
    """Folds the messages of a run, over all its resumes; an epoch told twice counts once."""

    def __init__(self) -> None:
        self.started: Started | None = None
        self.progress: Progress | None = None
        self.notices: list[Notice] = []
        self.end: Finished | Failed | None = None
        self.epochs: dict[EpochKey, Epoch] = {}
        self._losses: list[LossPoint] = []

    def take(self, messages: Iterable[Message]) -> None:
        """Add messages, in their order."""
        for message in messages:
            self._take(message)

    def epochs_of(self, stage: str, *, repeat: int = 0) -> list[Epoch]:
        """The epochs of a stage that are over, in order."""
        keys = [key for key in self.epochs if (key.stage, key.repeat) == (stage, repeat)]
        return [self.epochs[key] for key in sorted(keys, key=lambda key: key.epoch)]

    def losses_of(self, stage: str) -> list[LossPoint]:
        """The losses of a stage in the repeat at work, in order."""
        return [point for point in self._losses if point.stage == stage]

    @property
    def repeat(self) -> int:
        """The repeat at work, or the last one."""
        if self.progress is not None:
            return self.progress.repeat
        return max((key.repeat for key in self.epochs), default=0)

    @property
    def has_lost_its_numbers(self) -> bool:
        """Whether a loss that was told is no number."""
        if self.progress is None:
            return False
        return any(math.isnan(value) for value in self.progress.losses.values())

    def _take(self, message: Message) -> None:
        match message:
            case Started():
                self.started = message
                self.end = None
            case Progress():
                if self.progress is not None and message.repeat != self.progress.repeat:
                    self._losses = []
                self.progress = message
                self.end = None
                self._add_losses(message)
            case Epoch():
                self.epochs[EpochKey(message.repeat, message.stage, message.epoch)] = message
            case Notice():
                if message not in self.notices:
                    self.notices.append(message)
            case Finished() | Failed():
                self.end = message

    def _add_losses(self, progress: Progress) -> None:
        if not progress.losses or progress.num_steps == 0:
            return
        at = progress.epoch + progress.step / progress.num_steps
        # A resumed run does some steps again; what it says now counts.
        while self._losses and self._losses[-1].stage == progress.stage:
            if self._losses[-1].at < at:
                break
            self._losses.pop()
        self._losses.append(LossPoint(progress.stage, at, progress.losses))
        if len(self._losses) > _MOST_LOSSES:
            self._losses = self._losses[::2]
