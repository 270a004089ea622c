"""The front door: Scorer.open(model).score(photos) -> scores."""

# K crops of a photo, S crop side in pixels, G photos scored at once

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import DeviceUnavailable, EngineError, UnreadablePhoto
from engine.explain.both_maps import both_maps
from engine.explain.covering import cut_crops
from engine.explain.distortion_head import DistortionHead
from engine.explain.distortion_map import DistortionMap, distortion_map
from engine.explain.quality_features import QualityFeatures, quality_features
from engine.explain.quality_map import QualityMap, to_common_scale
from engine.networks.bf16_scoring import processor_has_bf16, scores_in_bf16
from engine.networks.csiqa import CSIQA
from engine.networks.distortion_file import open_distortion_head
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

Precision = Literal["auto", "fp32", "bf16"]

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
    a GPU batches always have the same shape, so no photo's numbers depend on its neighbours. On
    processors that have bf16, CSIQA scores with it; maps are always made in fp32.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.scorer import Scorer
    >>> scorer = Scorer.open(device="cpu", num_crops=2)  # the bundled default
    >>> with TemporaryDirectory() as folder:
    ...     Image.linear_gradient("L").save(Path(folder) / "a.png")
    ...     good, bad = scorer.score([Path(folder) / "a.png", Path(folder) / "b.png"])
    >>> 0 <= good.score_0_100 <= 100, len(good.crop_scores), (good.width_px, good.height_px)
    (True, 2, (256, 256))
    >>> bad.error
    'There is no such file.'
    """

    def __init__(
        self,
        network: QualityNetwork,
        card: ModelCard,
        *,
        model_id: str,
        device: torch.device,
        num_crops: int | None = None,
        precision: Precision = "auto",
        head: DistortionHead | None = None,
    ) -> None:
        self.num_crops = card.num_crops if num_crops is None else num_crops
        if not 1 <= self.num_crops <= MOST_CROPS:
            raise EngineError(f"{self.num_crops} crops were asked for; take 1 to {MOST_CROPS}.")
        self.card = card
        self.model_id = model_id
        self.model_name = card.name
        self._device = device
        self._network = network.eval().to(device)
        self._score_batch: Callable[[Tensor], Tensor] = self._network
        self.is_bf16 = _takes_bf16(network, device, precision)
        if self.is_bf16:
            assert isinstance(network, CSIQA)
            self._score_batch = scores_in_bf16(network)
        self._head = None if head is None else head.eval().to(device)
        self._photos_at_once = _PHOTOS_AT_ONCE_ON_GPU if device.type == "cuda" else 1

    @classmethod
    def open(
        cls,
        model: str | Path | None = None,
        *,
        device: str = "auto",
        num_crops: int | None = None,
        precision: Precision = "auto",
    ) -> Self:
        """The model of that name or file, or the bundled default, ready on a device.

        `device` is auto (CUDA if there is one), cpu, cuda or cuda:N; `num_crops` is the model's
        own unless given. `precision` is fp32, bf16, or auto: bf16 for CSIQA on processors that have
        it, else fp32. Raises ModelFileError or DeviceUnavailable.
        """
        path = default_model() if model is None else find_model(model)
        chosen = choose_device(device)
        network, card = open_model(path)
        return cls(
            network,
            card,
            model_id=model_id(path, card),
            device=chosen,
            num_crops=num_crops,
            precision=precision,
            head=open_distortion_head(path),
        )

    @property
    def distortion_kinds(self) -> tuple[str, ...]:
        """The kinds of defect that the model's distortion maps show; none if it has no head."""
        return () if self._head is None else self._head.config.kinds

    @property
    def device_name(self) -> str:
        """The device in words."""
        if self._device.type == "cuda":
            return torch.cuda.get_device_name(self._device)
        precision = "bf16" if self.is_bf16 else "fp32"
        return f"processor, {torch.get_num_threads()} threads, {precision}"

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
        signed_HW, found = both_maps(self._network, self._head, photo.pixels_HW3)
        return to_common_scale(signed_HW, photo.pixels_HW3, score, self.card.map_scale, found)

    def distortions(self, path: Path) -> DistortionMap:
        """Which visible defects lie where in the photo.

        Raises UnreadablePhoto, and EngineError if the model has no head for distortion maps.
        """
        if self._head is None:
            raise EngineError(
                f"The model {self.model_name} has not been taught to see distortions. Use another "
                "model, or teach it: python -m trainer.distortion --help"
            )
        photo = read_resized(path, self.card.resize_rule, crop_px=self.card.crop_px)
        return distortion_map(self._network, self._head, photo.pixels_HW3)

    def seconds_per_photo(self, *, num_rounds: int = 5) -> float:
        """What scoring the crops of a photo takes here, without reading it: the best of a few."""
        size = (self.num_crops, self.card.crop_px, self.card.crop_px, 3)
        group = [torch.zeros(size, dtype=torch.uint8)] * self._photos_at_once
        self._score_crops(group)  # the first is slow
        seconds = []
        for _ in range(num_rounds):
            begun = time.perf_counter()
            self._score_crops(group)
            seconds.append(time.perf_counter() - begun)
        return min(seconds) / len(group)

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
            scores = self._score_batch(normalise(batch, self._network.normalisation))
        scores_GK: npt.NDArray[np.float64] = scores.double().cpu().numpy()
        return scores_GK.reshape(-1, self.num_crops)[: len(crops)]


def _takes_bf16(network: QualityNetwork, device: torch.device, precision: Precision) -> bool:
    is_possible = isinstance(network, CSIQA) and device.type == "cpu"
    if precision == "bf16" and not is_possible:
        raise EngineError("Only CSIQA on a processor scores in bf16. Take auto or fp32.")
    return is_possible and (precision == "bf16" or (precision == "auto" and processor_has_bf16()))


def choose_device(name: str) -> torch.device:
    """The device that is meant; "auto" is CUDA where there is one, else the processor.

    >>> from engine.scorer import choose_device
    >>> choose_device("cpu")
    device(type='cpu')
    """
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
    """What remembered scores are kept under: the name, and the content of the very file.

    A head for distortion maps does not change scores, so a file that was given one keeps its id.

    >>> from engine.networks.model_file import read_card
    >>> from engine.networks.model_library import default_model
    >>> from engine.scorer import model_id
    >>> name, _, digits = model_id(default_model(), read_card(default_model())).partition("@")
    >>> name == default_model().stem, len(digits)
    (True, 12)
    """
    if card.distortions is not None:
        return f"{card.name}@{card.distortions.scored_as[:12]}"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{card.name}@{digest[:12]}"
