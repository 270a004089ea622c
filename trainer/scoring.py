"""Scores of cached photos at their fixed views, for validation and test."""

# N photos, K views of each (crops in most networks)

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch

from engine.networks.quality_network import QualityNetwork
from engine.networks.sight import CropSight
from trainer.machine import Machine
from trainer.view_source import ViewSource

_VIEWS_ON_GPU = 128
_CROPS_PER_THREAD = 16


class Stopped(Exception):
    """The run was asked to stop while photos were scored; nothing is wrong."""


def views_at_once(source: ViewSource, machine: Machine) -> int:
    """How many views a network is best given at once where nothing is learned.

    On a processor so few that what passes between layers stays near the core: of whole photos in
    frames of 384 pixels one takes half the time of one among eight.
    """
    if machine.device.type != "cpu":
        return _VIEWS_ON_GPU
    is_crops = isinstance(source.sight, CropSight)
    return _CROPS_PER_THREAD * torch.get_num_threads() if is_crops else 1


def score_photos(
    network: QualityNetwork,
    source: ViewSource,
    indices: Sequence[int],
    *,
    num_crops: int,
    machine: Machine,
    batch_size: int | None = None,
    on_progress: Callable[[int], None] = lambda num_photos: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> npt.NDArray[np.float64]:
    """The score of every view, (N, K), 0-100 and not clipped; their mean is the photo's score.

    K is what the network's sight makes of `num_crops`: as many crops, or fewer views of the whole.
    `on_progress` hears how many photos are done. Raises Stopped when `should_stop` says so.
    """
    num_views = source.sight.num_views(num_crops)
    batch_size = batch_size or views_at_once(source, machine)
    plan = source.fixed_plan(indices, num_views=num_views)
    was_training = network.training
    network.eval()
    scores: list[torch.Tensor] = []
    num_done = 0
    try:
        with torch.no_grad(), machine.autocast():
            for part in source.parts(plan, batch_size):
                if should_stop():
                    raise Stopped
                views = source.cut(part).to(machine.device)
                scores.append(network(network.prepare(views)).float())
                num_done += len(part)
                on_progress(num_done // num_views)
    finally:
        network.train(was_training)
    scores_NK: npt.NDArray[np.float64] = torch.cat(scores).double().cpu().numpy()
    return scores_NK.reshape(-1, num_views)
