"""Scores of cached photos at their fixed views, for validation and test."""

# N photos, K views of each (crops in most networks)

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPhotos:
    """Scores of every view (N, K), 0-100 and not clipped, and mean pooled features (N, F)."""

    scores_NK: npt.NDArray[np.float64]
    features_NF: npt.NDArray[np.float64]


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
    return see_photos(
        network,
        source,
        indices,
        num_crops=num_crops,
        machine=machine,
        batch_size=batch_size,
        on_progress=on_progress,
        should_stop=should_stop,
    ).scores_NK


def see_photos(
    network: QualityNetwork,
    source: ViewSource,
    indices: Sequence[int],
    *,
    num_crops: int,
    machine: Machine,
    batch_size: int | None = None,
    on_progress: Callable[[int], None] = lambda num_photos: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> SeenPhotos:
    """As `score_photos`, with the features that were pooled on the way."""
    num_views = source.sight.num_views(num_crops)
    batch_size = batch_size or views_at_once(source, machine)
    plan = source.fixed_plan(indices, num_views=num_views)
    was_training = network.training
    network.eval()
    scores: list[torch.Tensor] = []
    features: list[torch.Tensor] = []
    num_done = 0
    try:
        with torch.no_grad(), machine.autocast():
            for part in source.parts(plan, batch_size):
                if should_stop():
                    raise Stopped
                views = source.cut(part).to(machine.device)
                scores_B, pooled_BF = network.scores_and_pooled(network.prepare(views))
                scores.append(scores_B.float())
                features.append(pooled_BF.float().cpu())
                num_done += len(part)
                on_progress(num_done // num_views)
    finally:
        network.train(was_training)
    scores_M: npt.NDArray[np.float64] = torch.cat(scores).cpu().double().numpy()
    features_MF = torch.cat(features)
    features_NKF = features_MF.reshape(-1, num_views, features_MF.shape[1])
    return SeenPhotos(
        scores_NK=scores_M.reshape(-1, num_views),
        features_NF=features_NKF.mean(dim=1).double().numpy(),
    )
