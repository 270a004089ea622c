"""What a network makes of photos before its head, while training: one row for each photo."""

# N photos, V views of all of them, B views of a batch, P patches, D and F features

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.networks.quality_network import Features, QualityNetwork
from trainer.machine import Machine
from trainer.scoring import Stopped
from trainer.view_source import ViewSource

Floats = npt.NDArray[np.float64]

_BATCH_SIZE = 32


def looked_at(
    network: QualityNetwork,
    source: ViewSource,
    indices: Sequence[int],
    *,
    num_crops: int,
    machine: Machine,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Features]:
    """The features of the fixed views of these photos, batch by batch, in evaluation mode.

    The views come in the order of the photos. Raises Stopped when `should_stop` says so.
    """
    plan = source.fixed_plan(indices, num_views=source.sight.num_views(num_crops))
    was_training = network.training
    network.eval()
    try:
        with torch.no_grad(), machine.autocast():
            for part in source.parts(plan, _BATCH_SIZE):
                if should_stop():
                    raise Stopped
                views = source.cut(part).to(machine.device)
                yield network.features(network.prepare(views))
    finally:
        network.train(was_training)


def patch_features(features: Features) -> Tensor:
    """Mean and standard deviation over the patches of a view: (B, 2 D) in float32.

    >>> import torch
    >>> from engine.networks.quality_network import Features
    >>> from trainer.photo_features import patch_features
    >>> tokens = torch.tensor([[[2.0], [6.0]]])  # two patches of one feature
    >>> patch_features(Features(tokens, num_prefix=0)).tolist()
    [[4.0, 2.0]]
    """
    patches_BPD = features.patches_BPD.float()
    deviation_BD, mean_BD = torch.std_mean(patches_BPD, dim=1, correction=0)
    return torch.cat([mean_BD, deviation_BD], dim=1)


def one_row_each(rows_VF: Sequence[Tensor], num_photos: int) -> Floats:
    """The mean over the views of each photo, (N, F), from batches of views in order.

    >>> import torch
    >>> from trainer.photo_features import one_row_each
    >>> one_row_each([torch.tensor([[1.0], [3.0]]), torch.tensor([[5.0], [9.0]])], 2).tolist()
    [[2.0], [7.0]]
    """
    all_VF = torch.cat(list(rows_VF)).double().cpu().numpy()
    found_NF: Floats = all_VF.reshape(num_photos, -1, all_VF.shape[1]).mean(axis=1)
    return found_NF


def standardised(features_NF: Floats, *, least_deviation: float = 1e-3) -> Floats:
    """Every feature with mean 0 and standard deviation 1 over the photos.

    >>> import numpy as np
    >>> from trainer.photo_features import standardised
    >>> standardised(np.array([[2.0], [6.0]])).tolist()
    [[-1.0], [1.0]]
    """
    deviation_F = np.maximum(features_NF.std(axis=0), least_deviation)
    found_NF: Floats = (features_NF - features_NF.mean(axis=0)) / deviation_F
    return found_NF
