"""What a network makes of photos before its head, while training: one row for each photo."""

# N photos, V views of all of them, B views of a batch, P patches, D and F features

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.networks.quality_network import Features, QualityNetwork
from trainer.machine import Machine
from trainer.scoring import Stopped, views_at_once
from trainer.view_source import ViewSource

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PhotoFeatures:
    """Of each photo: mean and deviation over its patches, (N, 2 D), and what the head is given.

    `head_NF` is the input of the last linear layer, None where that was not asked for.
    """

    patches_NF: Floats
    head_NF: Floats | None


def photo_features(
    network: QualityNetwork,
    source: ViewSource,
    indices: Sequence[int],
    *,
    num_crops: int,
    machine: Machine,
    last_layer: nn.Linear | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> PhotoFeatures:
    """The features of these photos in evaluation mode, each the mean over the photo's fixed views.

    With `last_layer`, what the network gives it is caught on the way. Raises Stopped when
    `should_stop` says so.
    """
    plan = source.fixed_plan(indices, num_views=source.sight.num_views(num_crops))
    patches: list[Tensor] = []
    caught: list[Tensor] = []

    def catch(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        caught.append(inputs[0].float())

    hook = None if last_layer is None else last_layer.register_forward_pre_hook(catch)
    was_training = network.training
    network.eval()
    try:
        with torch.no_grad(), machine.autocast():
            for part in source.parts(plan, views_at_once(source, machine)):
                if should_stop():
                    raise Stopped
                views = source.cut(part).to(machine.device)
                features = network.features(network.prepare(views))
                patches.append(patch_features(features))
                if hook is not None:
                    network.score_features(features)
    finally:
        network.train(was_training)
        if hook is not None:
            hook.remove()
    return PhotoFeatures(
        patches_NF=one_row_each(patches, len(indices)),
        head_NF=one_row_each(caught, len(indices)) if caught else None,
    )


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
