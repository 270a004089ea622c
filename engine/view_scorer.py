"""The network's part of scoring: views in, scores out, in batches whose shape never changes."""

# G photos scored at once, each with its K views

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import EngineError
from engine.networks.bf16_scoring import features_in_bf16, narrowed, processor_has_bf16
from engine.networks.quality_network import Features, QualityNetwork

Precision = Literal["auto", "fp32", "bf16"]

_PHOTOS_AT_ONCE_ON_GPU = 16


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
        self._network = narrowed(network) if self.is_bf16 else network
        self._device = device
        self._num_views = num_views

    def answers(
        self, views: Sequence[Tensor]
    ) -> tuple[npt.NDArray[np.float64], list[tuple[float, ...]]]:
        """Scores (G, K), and how ratings of each photo are spread, mean over its views.

        The latter are the probabilities of 1 to 5, or empty where the network says a score alone.
        """
        scores_GK = np.empty((len(views), self._num_views))
        ratings: list[tuple[float, ...]] = [()] * len(views)
        for number, values_KA in self._by_photo(views, self._answers):
            scores_GK[number] = values_KA[:, 0]
            ratings[number] = tuple(float(share) for share in values_KA[:, 1:].mean(axis=0))
        return scores_GK, ratings

    def scores(self, views: Sequence[Tensor]) -> npt.NDArray[np.float64]:
        """Scores (G, K) of photos, each with its K views; a batch holds photos of one shape."""
        scores_GK = np.empty((len(views), self._num_views))
        for number, values_K in self._by_photo(views, self._scores):
            scores_GK[number] = values_K
        return scores_GK

    def pooled(self, views: Sequence[Tensor]) -> list[npt.NDArray[np.float32]]:
        """Pooled features and, last, the score of every view: (K, F + 1) for each photo."""
        found: dict[int, npt.NDArray[np.float32]] = {
            number: values_KF.astype(np.float32)
            for number, values_KF in self._by_photo(views, self._pooled)
        }
        return [found[number] for number in range(len(views))]

    def _features(self, prepared: Tensor, *, keeps_sequences: bool) -> Features:
        if self.is_bf16:
            return features_in_bf16(self._network, prepared, keeps_sequences=keeps_sequences)
        return self._network.features(prepared, keeps_sequences=keeps_sequences)

    def _scores(self, prepared: Tensor) -> Tensor:
        return self._network.score_features(self._features(prepared, keeps_sequences=False))

    def _answers(self, prepared: Tensor) -> Tensor:
        features = self._features(prepared, keeps_sequences=False)
        scores_B, pmf_B5 = self._network.score_features(features), None
        if self._network.answer != "scalar":
            pmf_B5 = self._network.rate_features(features)
        return scores_B[:, None] if pmf_B5 is None else torch.cat([scores_B[:, None], pmf_B5], 1)

    def _pooled(self, prepared: Tensor) -> Tensor:
        features = self._features(prepared, keeps_sequences=True)
        scores_B = self._network.score_features(features)
        return torch.cat([self._network.pooled(features), scores_B[:, None]], dim=1)

    def _by_photo(
        self, views: Sequence[Tensor], of_batch: Callable[[Tensor], Tensor]
    ) -> Iterator[tuple[int, npt.NDArray[np.float64]]]:
        """What a batch gives for each photo's views, with the photo's number; in any order."""
        for shape in dict.fromkeys(one.shape for one in views):
            alike = [number for number, one in enumerate(views) if one.shape == shape]
            found = self._of_alike(torch.stack([views[number] for number in alike]), of_batch)
            yield from zip(alike, found, strict=True)

    def _of_alike(
        self, views_GK: Tensor, of_batch: Callable[[Tensor], Tensor]
    ) -> npt.NDArray[np.float64]:
        """Values (G, K, ...). The batch is filled up to its full size, so its shape is fixed."""
        num_photos = len(views_GK)
        if num_photos < self.photos_at_once:
            repeated = [views_GK[:1]] * (self.photos_at_once - num_photos)
            views_GK = torch.cat([views_GK, *repeated])
        batch = views_GK.flatten(0, 1).to(self._device, non_blocking=True)
        with torch.inference_mode():
            values = of_batch(self._network.prepare(batch))
        values_GK: npt.NDArray[np.float64] = values.cpu().double().numpy()  # Apple has no double
        return values_GK.reshape(-1, self._num_views, *values_GK.shape[1:])[:num_photos]


def _takes_bf16(network: QualityNetwork, device: torch.device, precision: Precision) -> bool:
    is_possible = bool(network.bf16_parts()) and device.type == "cpu"
    if precision == "bf16" and not is_possible:
        raise EngineError(
            "Only CSIQA and its like score in bf16, and on a processor alone. Take auto or fp32."
        )
    return is_possible and (precision == "bf16" or (precision == "auto" and processor_has_bf16()))
