"""Setting a taught head so that a half means the same for every kind: rare in good photos."""

# N photos, K kinds

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from scipy import special

from engine.explain.distortion_head import DistortionHead
from engine.explain.distortion_map import AFFECTED_FROM, distortion_map
from engine.networks.quality_network import QualityNetwork

Floats = npt.NDArray[np.floating]


def strongest_places(
    network: QualityNetwork, head: DistortionHead, photos: Sequence[npt.NDArray[np.uint8]]
) -> npt.NDArray[np.float32]:
    """How strong each kind is where it is strongest, (N, K), in photos as the network sees them."""
    return np.stack(
        [distortion_map(network, head, photo).strength_KHW.max(axis=(1, 2)) for photo in photos]
    )


def level_shifts(strongest_NK: Floats, *, false_alarms: float) -> npt.NDArray[np.float64]:
    """What to add to every kind's logit, (K,), for so small a share of these photos to reach 0.5.

    Kinds that alarm less than that already are left as they are: making them bolder would only
    bring more false alarms.
    """
    highest_K = np.quantile(strongest_NK, 1 - false_alarms, axis=0)
    shifts_K: npt.NDArray[np.float64] = special.logit(AFFECTED_FROM) - special.logit(
        np.clip(highest_K, 1e-6, 1 - 1e-6).astype(np.float64)
    )
    return np.minimum(shifts_K, 0)


def sharpen(head: DistortionHead, contrast: float) -> None:
    """Multiply all logits, for good: what is above a half rises, and faint traces fade.

    A half stays a half. Taught answers are soft, so that without this the clean rest of a photo is
    covered by a faint haze of suspicion.
    """
    assert head.last.bias is not None
    with torch.no_grad():
        head.last.weight *= contrast
        head.last.bias *= contrast


def shift_levels(head: DistortionHead, shifts_K: Floats) -> None:
    """Add to the logits of each kind, for good."""
    assert head.last.bias is not None
    with torch.no_grad():
        head.last.bias += torch.from_numpy(np.asarray(shifts_K)).to(head.last.bias.dtype)
