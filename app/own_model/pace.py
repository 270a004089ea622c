"""How fast a machine reads photos for a model, found by reading a few on trial."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePace:
    """What was found; `num_known` of the labelled photos have features that are remembered."""

    seconds_per_photo: float
    has_gpu: bool
    num_known: int = 0


class MeasuresPace(Protocol):
    """Reads some photos on trial; slow, for a job."""

    def __call__(
        self, photos: Sequence[Path], *, num_tried: int, should_stop: Callable[[], bool]
    ) -> MachinePace | None:
        """The pace; None if stopped, or where no photo could be read."""
        ...
