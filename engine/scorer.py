"""The front door: Scorer.open(model).score(photos) -> scores."""

# K views of a photo (square crops in most networks), G photos scored at once

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Self

import numpy as np
import numpy.typing as npt
import torch

from engine.certainty.certainty import Certainty
from engine.certainty.photo_facts import PhotoFacts
from engine.certainty.stored_certainty import read_certainty
from engine.counted import counted
from engine.defects.bundled import bundled_defect_network
from engine.defects.close_reading import read_glimpse
from engine.defects.defect_finder import DefectFinder, FoundDefects
from engine.defects.own_pixels import OwnPixels, finished
from engine.device import choose_device, device_words
from engine.errors import EngineError, UnreadablePhoto
from engine.explain.distortion_map import DistortionMap
from engine.explain.examined import Examined
from engine.explain.grad_cam import photo_map
from engine.explain.quality_features import QualityFeatures, quality_features
from engine.explain.quality_map import QualityMap, to_common_scale
from engine.home import models_folder
from engine.networks.model_card import MOST_CROPS, ModelCard
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model, find_model
from engine.networks.model_header import identify_model
from engine.networks.quality_network import QualityNetwork
from engine.networks.sight import crop_boxes
from engine.networks.whole_photo_sight import PairSight
from engine.photo_features import PhotoFeatures
from engine.photo_score import PhotoScore
from engine.photos.picture import (
    IN_MEMORY,
    Picture,
    checked_picture,
    checked_pictures,
    place_of,
)
from engine.photos.read_ahead import read_ahead
from engine.photos.resized import ResizedPhoto, brought_to, read_resized
from engine.prepared_photo import HeldPicture, PreparedPhoto, ReadPhoto
from engine.processor import num_usable_cores
from engine.seen_photo import SeenPhoto
from engine.view_scorer import Precision, ViewScorer

BF16_MARK = "+bf16"
"""What a model's id ends with where it scores in bf16."""

_USUAL_SIZE = (6000, 4000)  # of a photo, for measuring speed


class Scorer:
    """Scores photos with one model on one device.

    The same file and model give the same score: photos never share a batch on a processor, and on
    a GPU batches always have the same shape, so no photo's numbers depend on its neighbours. On
    processors that have bf16, CSIQA scores with it; maps of evidence are always made in fp32.
    Visible defects are found by a network of their own, whatever the model.

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
        certainty: Certainty | None = None,
    ) -> None:
        num_asked = card.num_crops if num_crops is None else num_crops
        if not 1 <= num_asked <= MOST_CROPS:
            raise EngineError(f"{num_asked} crops were asked for; take 1 to {MOST_CROPS}.")
        self.num_crops = network.sight.num_views(num_asked)
        self.card = card
        self.certainty = certainty
        self.model_name = card.name
        self._device = device
        self._network = network.eval().to(device)
        self._views = ViewScorer(
            self._network, device, num_views=self.num_crops, precision=precision
        )
        self.is_bf16 = self._views.is_bf16
        # The same photo may differ by a fifth of a point: what one remembers is not the other's.
        self.model_id = f"{model_id}{BF16_MARK}" if self.is_bf16 else model_id
        self._is_quick = precision != "fp32"

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

        The user's own models are found by name too. `device` is auto (CUDA if there is one), cpu,
        cuda, cuda:N or mps; `num_crops` is the model's own unless given. `precision` is fp32, bf16,
        or auto: bf16 for CSIQA on processors that have it, else fp32. Raises ModelFileError or
        DeviceUnavailable.
        """
        path = default_model() if model is None else find_model(model, models_folder())
        chosen = choose_device(device)
        network, card = open_model(path)
        return cls(
            network,
            card,
            model_id=identify_model(path).model_id,
            device=chosen,
            num_crops=num_crops,
            precision=precision,
            certainty=read_certainty(path),
        )

    @cached_property
    def finder(self) -> DefectFinder:
        """What finds visible defects: the network that travels with the program.

        Raises ModelFileError when it is first wanted and the program is incomplete.
        """
        return DefectFinder.open(bundled_defect_network(), is_quick=self._is_quick)

    @property
    def has_gpu(self) -> bool:
        """Whether it computes on something other than the processor."""
        return self._device.type != "cpu"

    @property
    def device_name(self) -> str:
        """The device in words."""
        if self.has_gpu:
            return device_words(self._device)
        precision = "bf16" if self.is_bf16 else "fp32"
        return f"processor, {counted(torch.get_num_threads(), 'thread')}, {precision}"

    def score(self, pictures: Iterable[Picture]) -> list[PhotoScore]:
        """One result per picture, in order; one that can't be read has an error instead.

        Raises TypeError for a single picture and for what is none.
        """
        return list(self.score_each(pictures))

    def score_each(
        self, pictures: Iterable[Picture], *, should_stop: Callable[[], bool] = lambda: False
    ) -> Generator[PhotoScore, None, None]:
        """Results in order as they come; photos are decoded in threads, a few ahead.

        Memory does not grow with the number of photos. `should_stop` is asked after every photo.
        Pictures in memory are copied when they are taken from `pictures`, which may use the same
        memory for the next. Raises TypeError for a single picture, and for what is none when its
        turn comes.
        """
        return self._score_in_order(checked_pictures(pictures), should_stop)

    def see_each(
        self, pictures: Iterable[Picture], *, should_stop: Callable[[], bool] = lambda: False
    ) -> Generator[SeenPhoto, None, None]:
        """As `score_each`, with the features that each score was made from."""
        prepare = partial(self._prepare, read=self._read_to_score)
        held = map(partial(self._hold, read=self._read_to_score), checked_pictures(pictures))
        with closing(self._groups(held, prepare, should_stop)) as groups:
            for group in groups:
                yield from self._see_group(group)

    def examine_each(
        self,
        pictures: Iterable[Picture],
        *,
        explains: bool,
        looks_closely: bool = False,
        known: Mapping[Path, PhotoScore] | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Examined]:
        """As `score_each`, and with each score the photo's maps, from the same reading of it.

        With `explains` these are the quality map and the distortion map; without, the distortion
        map alone. With `looks_closely` photos of more than 4 megapixels are read whole too, for a
        quick look at their own pixels. Photos whose score is `known` are not scored again.
        """
        read = partial(self._read_to_examine, beside=self.finder.sized, looks_closely=looks_closely)
        return self._examine_in_order(
            checked_pictures(pictures), explains, read, known, should_stop
        )

    def features_each(
        self, pictures: Iterable[Picture], *, should_stop: Callable[[], bool] = lambda: False
    ) -> Generator[PhotoFeatures, None, None]:
        """What a head of one's own learns from, in order as it comes; as `score_each` else."""
        prepare = partial(self._prepare, read=self._read_to_score)
        held = map(partial(self._hold, read=self._read_to_score), checked_pictures(pictures))
        with closing(self._groups(held, prepare, should_stop)) as groups:
            for group in groups:
                readable = [photo.views for photo in group if photo.views is not None]
                seen = self._views.seen(readable, keeps_sequences=True)
                values_GF = np.column_stack([seen.features_GF, seen.scores_GK.mean(axis=1)])
                found = iter(values_GF.astype(np.float32))
                for photo in group:
                    if photo.mistake is not None:
                        raise photo.mistake
                    if photo.views is None:
                        yield PhotoFeatures(path=photo.path, error=photo.error)
                    else:
                        yield PhotoFeatures(path=photo.path, values_F=next(found))

    def _score_in_order(
        self, pictures: Iterable[Picture], should_stop: Callable[[], bool]
    ) -> Generator[PhotoScore, None, None]:
        prepare = partial(self._prepare, read=self._read_to_score)
        held = map(partial(self._hold, read=self._read_to_score), pictures)
        with closing(self._groups(held, prepare, should_stop)) as groups:
            for group in groups:
                yield from self._score_group(group)

    def _examine_in_order(
        self,
        pictures: Iterable[Picture],
        explains: bool,
        read: Callable[[Picture], ReadPhoto],
        known: Mapping[Path, PhotoScore] | None,
        should_stop: Callable[[], bool],
    ) -> Iterator[Examined]:
        prepare = partial(self._prepare, read=read, known=known or {})
        held = map(partial(self._hold, read=read), pictures)
        with closing(self._groups(held, prepare, should_stop)) as groups:
            for group in groups:
                for photo, score in zip(group, self._score_group(group), strict=True):
                    yield self._examined(photo, score, explains=explains)

    def _groups(
        self,
        held: Iterable[HeldPicture],
        prepare: Callable[[HeldPicture], PreparedPhoto],
        should_stop: Callable[[], bool],
    ) -> Generator[list[PreparedPhoto], None, None]:
        """As many prepared photos as are scored at once; fewer at the end, none after a stop."""
        num_threads = num_usable_cores()
        depth = num_threads + 2 * self._views.photos_at_once
        group: list[PreparedPhoto] = []
        prepared = read_ahead(prepare, held, num_threads=num_threads, depth=depth)
        try:
            for photo in prepared:
                group.append(photo)
                if len(group) == self._views.photos_at_once:
                    yield group
                    group = []
                if should_stop():
                    return
            yield group
        finally:
            prepared.close()

    def explain(self, picture: Picture, *, finds_defects: bool = True) -> QualityMap:
        """Where the photo's score comes from, for the whole photo. Raises UnreadablePhoto.

        The distortion map, which `distortions` gives much sooner, can be left out.
        """
        photo = self._read(picture, beside=self.finder.sized if finds_defects else None)
        (score,) = self._score_group([self._cut(place_of(picture), photo)])
        return self._quality_map(photo.pixels_HW3, score, photo.beside_HW3)

    def score_pair(self, path: Path, original: Path) -> PhotoScore:
        """The score of a photo beside the original that it was made from.

        An original that differs by a rounding of its size is brought to the photo's. Raises
        UnreadablePhoto, and EngineError if the model sees photos alone or the shapes differ.
        """
        sight = self._network.sight
        if not isinstance(sight, PairSight):
            raise EngineError(
                f"The model {self.model_name} sees photos alone, not beside an original. Use a "
                "model of a network that sees pairs."
            )
        photo, beside = (
            read_resized(one, self.card.resize_rule, crop_px=sight.least_side_px)
            for one in (path, original)
        )
        original_HW3 = brought_to(beside.pixels_HW3, photo.pixels_HW3.shape)
        views = sight.cut_pair(photo.pixels_HW3, original_HW3, num_views=self.num_crops)
        prepared = PreparedPhoto(
            path=path, views=views, width_px=photo.width_px, height_px=photo.height_px
        )
        (score,) = self._score_group([prepared])
        return score

    def distortions(self, picture: Picture) -> DistortionMap:
        """Which visible defects lie where in the photo. Raises UnreadablePhoto."""
        return self.found_defects(picture).map

    def found_defects(self, picture: Picture) -> FoundDefects:
        """The same with the score that the defects account for. Raises UnreadablePhoto."""
        looked_at_HW3 = self._read(picture, beside=self.finder.sized).beside_HW3
        assert looked_at_HW3 is not None  # it was asked for
        return self.finder.look_at(looked_at_HW3)

    def seconds_per_photo(self, *, num_rounds: int = 5) -> float:
        """What scoring the views of a photo takes here, without reading it: the best of a few."""
        sight = self._network.sight
        width, height = self.card.resize_rule.size_for(*_USUAL_SIZE, crop_px=sight.least_side_px)
        size = (self.num_crops, *sight.view_shape(width, height))
        group = [torch.zeros(size, dtype=torch.uint8)] * self._views.photos_at_once
        self._views.scores(group)  # the first is slow
        seconds = []
        for _ in range(num_rounds):
            begun = time.perf_counter()
            self._views.scores(group)
            seconds.append(time.perf_counter() - begun)
        return min(seconds) / len(group)

    def quality_features(self, picture: Picture) -> QualityFeatures:
        """What the model knows of the photo beside its score. Raises UnreadablePhoto."""
        views = self._cut(place_of(picture), self._read(picture)).views
        assert views is not None  # a photo that was read has views
        return quality_features(self._network, self._network.prepare(views.to(self._device)))

    def _examined(self, photo: PreparedPhoto, score: PhotoScore, *, explains: bool) -> Examined:
        if photo.photo_HW3 is None or photo.looked_at_HW3 is None:
            return Examined(score=score)
        if explains:
            found = self._quality_map(photo.photo_HW3, score, photo.looked_at_HW3)
            return Examined(
                score=score, quality_map=found, distortions=found.distortions, own=self._own(photo)
            )
        seen = self.finder.look_at(photo.looked_at_HW3).map
        return Examined(score=score, distortions=seen, own=self._own(photo))

    def _own(self, photo: PreparedPhoto) -> OwnPixels | None:
        return None if photo.glimpse is None else finished(photo.glimpse, self.finder)

    def _quality_map(
        self,
        photo_HW3: npt.NDArray[np.uint8],
        score: PhotoScore,
        looked_at_HW3: npt.NDArray[np.uint8] | None,
    ) -> QualityMap:
        signed_HW = photo_map(self._network, photo_HW3)
        found = None if looked_at_HW3 is None else self.finder.look_at(looked_at_HW3).map
        return to_common_scale(signed_HW, photo_HW3, score, self.card.map_scale, found)

    def _read(
        self,
        picture: Picture,
        *,
        beside: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8]] | None = None,
    ) -> ResizedPhoto:
        return read_resized(
            picture, self.card.resize_rule, crop_px=self.card.crop_px, beside=beside
        )

    def _read_to_score(self, picture: Picture) -> ReadPhoto:
        return ReadPhoto(self._read(picture))

    def _read_to_examine(
        self,
        picture: Picture,
        *,
        beside: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8]],
        looks_closely: bool,
    ) -> ReadPhoto:
        photo = self._read(picture, beside=beside)
        if not looks_closely:
            return ReadPhoto(photo)
        return ReadPhoto(
            photo, read_glimpse(picture, width_px=photo.width_px, height_px=photo.height_px)
        )

    def _hold(self, picture: Picture, *, read: Callable[[Picture], ReadPhoto]) -> HeldPicture:
        """What of a picture stays as it is until its turn; what is wrong with it waits for that."""
        try:
            known = checked_picture(picture)
            return known if isinstance(known, Path | bytes) else read(known)
        except (TypeError, UnreadablePhoto) as error:
            return error

    def _prepare(
        self,
        held: HeldPicture,
        *,
        read: Callable[[Picture], ReadPhoto],
        known: Mapping[Path, PhotoScore] = MappingProxyType({}),
    ) -> PreparedPhoto:
        path = held if isinstance(held, Path) else IN_MEMORY
        try:
            if isinstance(held, TypeError):
                return PreparedPhoto(path=path, mistake=held)
            if isinstance(held, UnreadablePhoto):
                raise held
            found = held if isinstance(held, ReadPhoto) else read(held)
        except UnreadablePhoto as error:
            return PreparedPhoto(path=path, error=error.reason)
        if path in known:
            prepared = PreparedPhoto(path=path, known=known[path])
        else:
            prepared = self._cut(path, found.photo)
        if found.photo.beside_HW3 is None:
            return prepared
        return replace(
            prepared,
            photo_HW3=found.photo.pixels_HW3,
            looked_at_HW3=found.photo.beside_HW3,
            glimpse=found.glimpse,
        )

    def _cut(self, path: Path, photo: ResizedPhoto) -> PreparedPhoto:
        height, width = photo.pixels_HW3.shape[:2]
        sight = self._network.sight
        places = sight.fixed_places(width, height, num_views=self.num_crops)
        return PreparedPhoto(
            path=path,
            views=sight.cut(photo.pixels_HW3, places),
            boxes=tuple(crop_boxes(places)),
            facts=PhotoFacts.of(
                photo.pixels_HW3, width_px=photo.width_px, height_px=photo.height_px
            ),
            width_px=photo.width_px,
            height_px=photo.height_px,
        )

    def _score_group(self, group: Sequence[PreparedPhoto]) -> Iterator[PhotoScore]:
        return (seen.score for seen in self._see_group(group))

    def _see_group(self, group: Sequence[PreparedPhoto]) -> Iterator[SeenPhoto]:
        readable = [photo.views for photo in group if photo.views is not None]
        seen = self._views.seen(readable)
        scored = zip(seen.scores_GK, seen.features_GF, seen.ratings_GK, strict=True)
        for photo in group:
            if photo.mistake is not None:
                raise photo.mistake
            if photo.known is not None:
                yield SeenPhoto(score=photo.known)
                continue
            if photo.views is None:
                yield SeenPhoto(score=PhotoScore(path=photo.path, error=photo.error))
                continue
            scores_K, features_F, ratings_K = next(scored)
            score_0_100 = float(np.clip(scores_K.mean(), 0, 100))
            uncertainty, familiarity = float(scores_K.std()), None
            if self.certainty is not None and photo.facts is not None:
                how_sure = self.certainty.how_sure(features_F, score_0_100, photo.facts)
                uncertainty, familiarity = how_sure.points, how_sure.familiarity
            score = PhotoScore(
                path=photo.path,
                score_0_100=score_0_100,
                uncertainty=uncertainty,
                familiarity=familiarity,
                crop_scores=tuple(float(score) for score in scores_K),
                crops=photo.boxes,
                ratings=tuple(float(share) for share in ratings_K),
                width_px=photo.width_px,
                height_px=photo.height_px,
            )
            yield SeenPhoto(score=score, features_F=features_F, facts=photo.facts)
