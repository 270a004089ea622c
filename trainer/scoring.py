"""Scores of cached photos at their fixed crops, for validation and test."""

# N photos, K crops of each, S crop side in pixels

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch

from engine.networks.normalisation import normalise
from engine.networks.quality_network import QualityNetwork
from trainer.crop_batches import CropSource, fixed_plan
from trainer.machine import Machine


class Stopped(Exception):
    """The run was asked to stop while photos were scored; nothing is wrong."""


def score_photos(
    network: QualityNetwork,
    source: CropSource,
    indices: Sequence[int],
    *,
    num_crops: int,
    machine: Machine,
    batch_size: int = 128,
    on_progress: Callable[[int], None] = lambda num_photos: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> npt.NDArray[np.float64]:
    """The score of every crop, (N, K), 0-100 and not clipped; their mean is the photo's score.

    `on_progress` hears how many photos are done. Raises Stopped when `should_stop` says so.
    """
    plan = fixed_plan(source.photos, indices, crop_px=source.crop_px, num_crops=num_crops)
    was_training = network.training
    network.eval()
    scores = []
    try:
        with torch.no_grad(), machine.autocast():
            for start in range(0, len(plan), batch_size):
                if should_stop():
                    raise Stopped
                crops = source.cut(plan.part(start, start + batch_size)).to(machine.device)
                scores.append(network(normalise(crops, network.normalisation)).float())
                on_progress(min(start + batch_size, len(plan)) // num_crops)
    finally:
        network.train(was_training)
    scores_NK: npt.NDArray[np.float64] = torch.cat(scores).double().cpu().numpy()
    return scores_NK.reshape(-1, num_crops)
