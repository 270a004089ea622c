"""A scorer that is opened when a photo needs it; until then its file's header says who it is."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.models.opened_ids import note_id, noted_id
from engine.errors import DeviceUnavailable, UnreadablePhoto
from engine.freed_memory import WHILE_RATING_BYTES, keep_freed_memory
from engine.home import models_folder
from engine.networks.model_finder import default_model, find_model
from engine.networks.model_header import identify_model
from engine.photo_score import PhotoScore

if TYPE_CHECKING:  # loads torch, which takes seconds that remembered photos need not wait for
    from engine.scorer import Scorer

_Result = TypeVar("_Result")
_PROBE_SIDE_PX = 64
_MAY_BE_PROCESSOR = ("auto", "cpu")


class LateScorer:
    """Rates as engine.scorer.Scorer does. Used by one thread.

    Raises ModelFileError at once where there is no such model, and what opening raises, such as
    DeviceUnavailable, when the first photo comes. A model that may score in bf16 is opened at once
    where it was never opened with that device before: its id depends on what PyTorch finds.
    """

    def __init__(self, model: str | None, *, device: str, num_crops: int | None) -> None:
        self._path = default_model() if model is None else find_model(model, models_folder())
        identity = identify_model(self._path)
        self._device = device
        self._given_crops = num_crops
        self._opened: Scorer | None = None
        self._scored_as = identity.scored_as
        self.model_id = identity.model_id
        self.model_name = identity.name
        self.num_crops = identity.num_crops if num_crops is None else num_crops
        if identity.may_be_bf16 and device in _MAY_BE_PROCESSOR:
            noted = noted_id(identity.scored_as, device)
            self.model_id = self._open().model_id if noted is None else noted

    @property
    def device_name(self) -> str:
        """The device in words; empty where it was never needed."""
        return "" if self._opened is None else self._opened.device_name

    def opened(self) -> "Scorer":
        """The scorer itself, opened now unless it was before."""
        if self._opened is None and self._open().model_id != self.model_id:
            raise DeviceUnavailable(
                "This machine computes otherwise than when the model was last used here. Rate once "
                "more; scores are then remembered as this machine gives them."
            )
        return self._open()

    def score_each(
        self, paths: Iterable[Path], *, should_stop: Callable[[], bool] = lambda: False
    ) -> Iterator[PhotoScore]:
        """Scores in the order of `paths`."""
        return self.when_needed(
            paths,
            lambda scorer, wanted: scorer.score_each(wanted, should_stop=should_stop),
            unreadable=lambda score: score,
        )

    def when_needed(
        self,
        paths: Iterable[Path],
        work: "Callable[[Scorer, Iterator[Path]], Iterator[_Result]]",
        *,
        unreadable: Callable[[PhotoScore], _Result],
    ) -> Iterator[_Result]:
        """What `work` makes of the paths, from the first photo on that can be read.

        What can't be read before that one becomes an `unreadable`, so that a few broken files among
        remembered photos do not cost opening the model.
        """
        # Here, because it loads Pillow and what it decodes with.
        from engine.photos.decode import read_photo

        wanted = iter(paths)
        for first in wanted:
            try:
                read_photo(first, short_side_px=_PROBE_SIDE_PX)
            except UnreadablePhoto as error:
                yield unreadable(PhotoScore(path=first, error=error.reason))
                continue
            yield from work(self.opened(), chain([first], wanted))

    def _open(self) -> "Scorer":
        if self._opened is None:
            # Here, because it loads torch.
            from engine.scorer import Scorer

            keep_freed_memory(WHILE_RATING_BYTES)
            self._opened = Scorer.open(self._path, device=self._device, num_crops=self._given_crops)
            note_id(self._scored_as, self._device, self._opened.model_id)
        return self._opened
