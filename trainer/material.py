"""What all repeats of a run share."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.config import RunConfig
from trainer.crop_batches import CropSource
from trainer.labels.label_set import LabelSet
from trainer.machine import Machine
from trainer.reporter import Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMaterial:
    """The settings, the labels, the photos and the machine; `rated_N` are the labels as 0-100."""

    config: RunConfig
    labels: LabelSet
    rated_N: npt.NDArray[np.float64]
    source: CropSource
    machine: Machine
    reporter: Reporter
