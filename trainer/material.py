"""What all repeats of a run share."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from trainer.config import RunConfig
from trainer.crop_batches import CropSource
from trainer.labels.label_set import LabelSet
from trainer.machine import Machine
from trainer.protocol import Message


class Listener(Protocol):
    """The part of a reporter that training needs."""

    @property
    def should_stop(self) -> bool:
        """Whether the run is to finish its step, save and end."""

    def send(self, message: Message) -> None:
        """Tell what happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMaterial:
    """The settings, the labels, the photos and the machine; `rated_N` are the labels as 0-100."""

    config: RunConfig
    labels: LabelSet
    rated_N: npt.NDArray[np.float64]
    source: CropSource
    machine: Machine
    reporter: Listener
    finishes_early: bool = False  # a stage with an epoch behind it is taken as done
