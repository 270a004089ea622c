"""The front door: Scorer.open(model).score(photos) -> scores."""

# K crops of a photo, S crop side in pixels, G photos scored at once

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import DeviceUnavailable, EngineError, UnreadablePhoto
from engine.explain.grad_cam import cut_crops, photo_map
from engine.explain.quality_features import QualityFeatures, quality_features
from engine.explain.quality_map import QualityMap, to_common_scale
from engine.networks.model_card import MOST_CROPS, ModelCard
from engine.networks.model_file import open_model
from engine.networks.model_library import default_model, find_model
from engine.networks.normalisation import normalise
from engine.networks.quality_network import QualityNetwork
from engine.photo_score import PhotoScore
from engine.photos.crops import CropBox, fixed_crops
from engine.photos.read_ahead import read_ahead
from engine.photos.resized import ResizedPhoto, read_resized
from engine.processor import num_usable_cores

_PHOTOS_AT_ONCE_ON_GPU = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A photo cut into crops, or the reason why not."""

    path: Path
    crops_KSS3: Tensor | None = None
    boxes: tuple[CropBox, ...] = ()
    width_px: int | None = None
    height_px: int | None = None
    error: str | None = None


class Scorer:
    """Scores photos with one model on one device.

    The same file and model give the same score: photos never share a batch on a processor, and on
    a GPU batches always have the same shape, so no photo's numbers depend on its neighbours.
    """

    def __init__(
        self,
        network: QualityNetwork,
        card: ModelCard,
        *,
        model_id: str,
        device: torch.device,
        num_crops: int | None = None,
    ) -> None:
        self.num_crops = card.num_crops if num_crops is None else num_crops
        if not 1 <= self.num_crops <= MOST_CROPS:
            raise EngineError(f"{self.num_crops} crops were asked for; take 1 to {MOST_CROPS}.")
        self.card = card
        self.model_id = model_id
        self.model_name = card.name
        self._device = device
        self._network = network.eval().to(device)
        self._photos_at_once = _PHOTOS_AT_ONCE_ON_GPU if device.type == "cuda" else 1

    @classmethod
    def open(
        cls, model: str | Path | None = None, *, device: str = "auto", num_crops: int | None = None
    ) -> Self:
        """The model of that name or file, or the bundled default, ready on a device.

        `device` is auto (CUDA if there is one), cpu, cuda or cuda:N; `num_crops` is the model's
        own unless given. Raises ModelFileError or DeviceUnavailable.
        """
        path = default_model() if model is None else find_model(model)
        chosen = choose_device(device)
        network, card = open_model(path)
        return cls(network, card, model_id=model_id(path, card), device=chosen, num_crops=num_crops)

    @property
    def device_name(self) -> str:
        """The device in words."""
        if self._device.type == "cuda":
            return torch.cuda.get_device_name(self._device)
        return f"processor, {torch.get_num_threads()} threads"

    def score(self, paths: Sequence[Path]) -> list[PhotoScore]:
        """One result per path, in order; a photo that can't be read has an error instead."""
        return list(self.score_each(paths))

    def score_each(
        self, paths: Iterable[Path], *, should_stop: Callable[[], bool] = lambda: False
    ) -> Iterator[PhotoScore]:
        """Results in order as they come; photos are decoded in threads, a few ahead.

        Memory does not grow with the number of photos. `should_stop` is asked after every photo.
        """
        num_threads = num_usable_cores()
        depth = num_threads + 2 * self._photos_at_once
        group: list[_Prepared] = []
        prepared = read_ahead(self._prepare, paths, num_threads=num_threads, depth=depth)
        try:
            for photo in prepared:
                group.append(photo)
                if len(group) == self._photos_at_once:
                    yield from self._score_group(group)
                    group = []
                if should_stop():
                    return
            yield from self._score_group(group)
        finally:
            prepared.close()

    def explain(self, path: Path) -> QualityMap:
        """Where the photo's score comes from, for the whole photo. Raises UnreadablePhoto."""
        photo = read_resized(path, self.card.resize_rule, crop_px=self.card.crop_px)
        (score,) = self._score_group([self._cut(path, photo)])
        signed_HW = photo_map(self._network, photo.pixels_HW3)
        return to_common_scale(signed_HW, photo.pixels_HW3, score, self.card.map_scale)

    def quality_features(self, path: Path) -> QualityFeatures:
        """What the model knows of the photo beside its score. Raises UnreadablePhoto."""
        photo = read_resized(path, self.card.resize_rule, crop_px=self.card.crop_px)
        crops_KSS3 = self._cut(path, photo).crops_KSS3
        assert crops_KSS3 is not None  # a photo that was read has crops
        batch = crops_KSS3.to(self._device)
        return quality_features(self._network, normalise(batch, self._network.normalisation))

    def _prepare(self, path: Path) -> _Prepared:
        try:
            photo = read_resized(path, self.card.resize_rule, crop_px=self.card.crop_px)
        except UnreadablePhoto as error:
            return _Prepared(path=path, error=error.reason)
        return self._cut(path, photo)

    def _cut(self, path: Path, photo: ResizedPhoto) -> _Prepared:
        height, width = photo.pixels_HW3.shape[:2]
        boxes = fixed_crops(width, height, crop_px=self.card.crop_px, num_crops=self.num_crops)
        return _Prepared(
            path=path,
            crops_KSS3=cut_crops(photo.pixels_HW3, boxes),
            boxes=tuple(boxes),
            width_px=photo.width_px,
            height_px=photo.height_px,
        )

    def _score_group(self, group: Sequence[_Prepared]) -> Iterator[PhotoScore]:
        crops = [photo.crops_KSS3 for photo in group if photo.crops_KSS3 is not None]
        scored = iter(self._score_crops(crops)) if crops else iter(())
        for photo in group:
            if photo.crops_KSS3 is None:
                yield PhotoScore(path=photo.path, error=photo.error)
                continue
            scores_K = next(scored)
            yield PhotoScore(
                path=photo.path,
                score_0_100=float(np.clip(scores_K.mean(), 0, 100)),
                uncertainty=float(scores_K.std()),
                crop_scores=tuple(float(score) for score in scores_K),
                crops=photo.boxes,
                width_px=photo.width_px,
                height_px=photo.height_px,
            )

    def _score_crops(self, crops: list[Tensor]) -> npt.NDArray[np.float64]:
        """Scores (G, K). The batch is filled up to its full size, so that its shape is fixed."""
        crops_GKSS3 = torch.stack(crops)
        num_missing = self._photos_at_once - len(crops)
        if num_missing:
            crops_GKSS3 = torch.cat(
                [crops_GKSS3, crops_GKSS3[:1].expand(num_missing, -1, -1, -1, -1)]
            )
        batch = crops_GKSS3.flatten(0, 1).to(self._device, non_blocking=True)
        with torch.inference_mode():
            scores = self._network(normalise(batch, self._network.normalisation))
        scores_GK: npt.NDArray[np.float64] = scores.double().cpu().numpy()
        return scores_GK.reshape(-1, self.num_crops)[: len(crops)]


def choose_device(name: str) -> torch.device:
    """The device that is meant; "auto" is CUDA where there is one, else the processor."""
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if name in {"auto", "cuda"} or (name.startswith("cuda:") and name[5:].isdecimal()):
        if not torch.cuda.is_available():
            why = (
                "PyTorch finds none; is NVIDIA's driver installed?"
                if torch.version.cuda
                else f"this PyTorch ({torch.__version__}) is built without CUDA."
            )
            raise DeviceUnavailable(f"There is no CUDA device here: {why} Use --device cpu.")
        number = int(name[5:]) if ":" in name else 0
        known = [f"cuda:{other}" for other in range(torch.cuda.device_count())]
        if number >= len(known):
            raise DeviceUnavailable(f"There is no {name} here; there is {', '.join(known)}.")
        return torch.device("cuda", number)
    raise DeviceUnavailable(f"There is no device {name}. Use auto, cpu or cuda.")


def model_id(path: Path, card: ModelCard) -> str:
    """What remembered scores are kept under: the name, and the content of the very file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{card.name}@{digest[:12]}"
