"""How long the rest of a run takes, judged by what its steps have taken so far."""

from collections.abc import Sequence
from dataclasses import dataclass

TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWork:
    """What a stage has to do: steps in every epoch, and after each the crops of validation."""

    stage: str
    num_epochs: int
    steps_per_epoch: int
    validation_crops: int
    seconds_per_step: float


class TimeLeft:
    """Seconds that a whole run still takes, from wherever it stands.

    It begins with what was measured before the first step and is told what the run itself takes.
    All repeats are taken to be alike.
    """

    def __init__(
        self,
        stages: Sequence[StageWork],
        *,
        test_crops: int,
        num_repeats: int,
        seconds_per_validation_crop: float,
        seconds_per_test_crop: float,
    ) -> None:
        self._stages = tuple(stages)
        self._num_repeats = num_repeats
        self._test_crops = test_crops
        self._seconds_per_step = {work.stage: work.seconds_per_step for work in stages}
        self._seconds_per_validation_crop = seconds_per_validation_crop
        self._seconds_per_test_crop = seconds_per_test_crop

    @property
    def seconds_per_step(self) -> dict[str, float]:
        """What one step takes, by stage."""
        return dict(self._seconds_per_step)

    @property
    def seconds_per_validation_crop(self) -> float:
        """What one crop takes in validation."""
        return self._seconds_per_validation_crop

    @property
    def seconds_per_test_crop(self) -> float:
        """What one crop takes in the final test."""
        return self._seconds_per_test_crop

    def step_takes(self, stage: str, seconds: float) -> None:
        """Steps of a stage take so long, as the run itself found."""
        self._seconds_per_step[stage] = seconds

    def validation_took(self, num_crops: int, seconds: float) -> None:
        """So many crops were scored for validation in so long."""
        self._seconds_per_validation_crop = seconds / max(1, num_crops)

    def test_took(self, num_crops: int, seconds: float) -> None:
        """So many crops were scored for the test in so long."""
        self._seconds_per_test_crop = seconds / max(1, num_crops)

    def of_all(self) -> float:
        """The whole run."""
        return self._num_repeats * self._repeat()

    def after_steps(self, repeat: int, stage: str, *, epoch: int, step: int) -> float:
        """What is left once `step` steps of an epoch of a stage are done; all count from 0."""
        names = [work.stage for work in self._stages]
        later = self._stages[names.index(stage) + 1 :]
        work = self._stages[names.index(stage)]
        done = epoch * self._epoch(work) + step * self._seconds_per_step[stage]
        rest = self._stage(work) - done + sum(map(self._stage, later)) + self.of_test()
        return rest + self._later_repeats(repeat)

    def after_tests(self, repeat: int, *, num_crops: int) -> float:
        """What is left once so many crops of a repeat's final test are scored."""
        crops_left = max(0, self._test_crops - num_crops)
        return crops_left * self._seconds_per_test_crop + self._later_repeats(repeat)

    def of_test(self) -> float:
        """The final test of one repeat."""
        return self._test_crops * self._seconds_per_test_crop

    def _later_repeats(self, repeat: int) -> float:
        return (self._num_repeats - repeat - 1) * self._repeat()

    def _repeat(self) -> float:
        return sum(map(self._stage, self._stages)) + self.of_test()

    def _stage(self, work: StageWork) -> float:
        return work.num_epochs * self._epoch(work)

    def _epoch(self, work: StageWork) -> float:
        steps = work.steps_per_epoch * self._seconds_per_step[work.stage]
        return steps + work.validation_crops * self._seconds_per_validation_crop
