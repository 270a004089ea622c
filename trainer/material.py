"""What all repeats of a run share."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from trainer.config import RunConfig
from trainer.labels.label_set import LabelSet
from trainer.machine import Machine
from trainer.protocol import Message
from trainer.rating_losses import rating_targets
from trainer.view_source import ViewSource


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
    source: ViewSource
    machine: Machine
    reporter: Listener
    finishes_early: bool = False  # a stage with an epoch behind it is taken as done

    @property
    def counts_NK(self) -> npt.NDArray[np.float64]:
        """How many people gave each photo 1 to 5; zeros where nobody was counted."""
        return rating_targets(self.labels)

    @property
    def num_test_views(self) -> int:
        """How many views of a photo a test scores."""
        return self.source.sight.num_views(self.config.photos.test_crops)

    @property
    def num_validation_views(self) -> int:
        """How many views of a photo validation scores."""
        return self.source.sight.num_views(self.config.photos.validation_crops)
