"""The network's part of scoring: views in, scores out, in batches whose shape never changes."""

# G photos scored at once, each with its K views

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import EngineError
from engine.networks.bf16_scoring import SeesViews, processor_has_bf16, scores_in_bf16
from engine.networks.quality_network import QualityNetwork

Precision = Literal["auto", "fp32", "bf16"]

_PHOTOS_AT_ONCE_ON_GPU = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenViews:
    """Scores (G, K) of photos and the mean of their views' pooled features, (G, F).

    `ratings_GK` are the probabilities of the ratings 1 to 5, mean over the views, of a network that
    answers with them; of any other (G, 0).

    >>> import numpy as np
    >>> from engine.view_scorer import SeenViews
    >>> SeenViews(
    ...     scores_GK=np.zeros((3, 2)), features_GF=np.zeros((3, 8)), ratings_GK=np.zeros((3, 0))
    ... ).features_GF.shape
    (3, 8)
    """

    scores_GK: npt.NDArray[np.float64]
    features_GF: npt.NDArray[np.float64]
    ratings_GK: npt.NDArray[np.float64]


class ViewScorer:
    """Scores the views of photos with one network on one device.

    On a processor a photo never shares a batch, and on a GPU batches always have the same shape, so
    that no photo's numbers depend on its neighbours.

    >>> import torch
    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.networks.model_file import build_network
    >>> from engine.view_scorer import ViewScorer
    >>> network = build_network(CsiqaConfig(backbone="test_vit", crop_px=64)).eval()
    >>> scorer = ViewScorer(network, torch.device("cpu"), num_views=2, precision="fp32")
    >>> scorer.is_bf16, scorer.photos_at_once
    (False, 1)
    >>> scorer.scores([torch.zeros(2, 64, 64, 3, dtype=torch.uint8)] * 3).shape
    (3, 2)
    """

    def __init__(
        self,
        network: QualityNetwork,
        device: torch.device,
        *,
        num_views: int,
        precision: Precision = "auto",
    ) -> None:
        self.is_bf16 = _takes_bf16(network, device, precision)
        self.photos_at_once = _PHOTOS_AT_ONCE_ON_GPU if device.type == "cuda" else 1
        self._network = network
        self._device = device
        self._num_views = num_views
        self._see_batch: SeesViews = network.seen
        if self.is_bf16:
            self._see_batch = scores_in_bf16(network)

    def scores(self, views: Sequence[Tensor]) -> npt.NDArray[np.float64]:
        """Scores (G, K) of photos, each with its K views; a batch holds photos of one shape."""
        return self.seen(views).scores_GK

    def seen(self, views: Sequence[Tensor], *, keeps_sequences: bool = False) -> SeenViews:
        """The same, with the features that were pooled on the way.

        With `keeps_sequences` those of earlier blocks too, as heads of a person's own want them.
        """
        scores_GK = np.empty((len(views), self._num_views))
        features: list[npt.NDArray[np.float64]] = [np.empty(0)] * len(views)
        ratings: list[npt.NDArray[np.float64]] = [np.empty(0)] * len(views)
        for shape in dict.fromkeys(one.shape for one in views):
            alike = [number for number, one in enumerate(views) if one.shape == shape]
            found = self._see_alike(
                torch.stack([views[number] for number in alike]), keeps_sequences
            )
            scores_GK[alike] = found.scores_GK
            for number, features_F, ratings_K in zip(
                alike, found.features_GF, found.ratings_GK, strict=True
            ):
                features[number], ratings[number] = features_F, ratings_K
        return SeenViews(
            scores_GK=scores_GK,
            features_GF=np.stack(features) if features else np.empty((0, 0)),
            ratings_GK=np.stack(ratings) if ratings else np.empty((0, 0)),
        )

    def _see_alike(self, views_GK: Tensor, keeps_sequences: bool) -> SeenViews:
        """The batch is filled up to its full size, so that its shape is fixed."""
        num_photos = len(views_GK)
        if num_photos < self.photos_at_once:
            repeated = [views_GK[:1]] * (self.photos_at_once - num_photos)
            views_GK = torch.cat([views_GK, *repeated])
        batch = views_GK.flatten(0, 1).to(self._device, non_blocking=True)
        with torch.inference_mode():
            prepared = self._network.prepare(batch)
            seen = self._see_batch(prepared, keeps_sequences=keeps_sequences)
            scores = seen.scores_B
            pooled_GF = self._mean_over_views(seen.pooled_BF)
            ratings_GK = self._mean_over_views(
                scores.new_zeros(len(scores), 0) if seen.ratings_BK is None else seen.ratings_BK
            )
        scores_GK: npt.NDArray[np.float64] = scores.cpu().double().numpy()  # Apple has no double
        return SeenViews(
            scores_GK=scores_GK.reshape(-1, self._num_views)[:num_photos],
            features_GF=pooled_GF.cpu().double().numpy()[:num_photos],
            ratings_GK=ratings_GK.cpu().double().numpy()[:num_photos],
        )

    def _mean_over_views(self, values_BF: Tensor) -> Tensor:
        shape = (len(values_BF) // self._num_views, self._num_views, values_BF.shape[1])
        return values_BF.float().reshape(shape).mean(dim=1)


def _takes_bf16(network: QualityNetwork, device: torch.device, precision: Precision) -> bool:
    is_possible = bool(network.bf16_parts()) and device.type == "cpu"
    if precision == "bf16" and not is_possible:
        raise EngineError(
            "Only CSIQA and its like score in bf16, and on a processor alone. Take auto or fp32."
        )
    return is_possible and (precision == "bf16" or (precision == "auto" and processor_has_bf16()))
