"""Rating that looks at each photo's maps on the way: one reading of a photo serves all."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.catalog.looks import StoredLook
from app.cli.interruption import Interruption
from app.cli.look_memory import LookMemory
from app.cli.overlays import write_explanation
from app.cli.progress import progress_bar
from app.cli.terminal import write_err
from app.errors import OutputNotWritten
from app.models.late_scorer import LateScorer
from app.rating.rate_photos import RatedPhoto
from app.rating.result_files import FoundInPhotos
from engine.defects.defect_identity import bundled_identity
from engine.explain.examined import Examined
from engine.photo_score import PhotoScore

_log = logging.getLogger(__name__)


class ExaminingScorer:
    """Scores photos as the scorer does, and writes overlays and looks for defects meanwhile.

    `overlays` says where each photo's overlay goes; None writes none. Where overlays can't be
    written it says so once, and the rest goes on: `could_write` is False then. `looks` remembers
    what was found in photos; None if nobody asked for that.
    """

    def __init__(
        self,
        scorer: LateScorer,
        *,
        overlays: Mapping[Path, Path] | None,
        looks: LookMemory | None,
    ) -> None:
        self._scorer = scorer
        self._overlays = overlays
        self._memory = looks
        self._found: dict[Path, StoredLook] = {}
        self.model_id = scorer.model_id
        self.num_crops = scorer.num_crops
        self.could_write = True

    @property
    def found(self) -> FoundInPhotos | None:
        """What was found in each photo; None if nobody asked."""
        if self._memory is None:
            return None
        return FoundInPhotos(kinds=bundled_identity().kinds, of_photo=self._found)

    def remember(self) -> None:
        """Remember what was found, after the scores were."""
        if self._memory is not None:
            self._memory.remember(self._found)

    def score_each(
        self, paths: Iterable[Path], *, should_stop: Callable[[], bool]
    ) -> Iterator[PhotoScore]:
        """Scores in the order of `paths`; a photo's maps are seen to before its score comes."""
        for examined in self._examine(paths, {}, should_stop):
            yield examined.score

    def examine_remembered(self, photos: Sequence[RatedPhoto]) -> bool:
        """Look at photos whose score is known; return whether Ctrl+C cut it short.

        Where no overlay is wanted, what was found before need not be found again.
        """
        if self._overlays is None and self._memory is not None:
            self._found.update(self._memory.find([photo.path for photo in photos]))
            photos = [photo for photo in photos if photo.path not in self._found]
        known = {photo.path: _score_of(photo) for photo in photos}
        with (
            Interruption() as interruption,
            progress_bar(len(known), "Looking again") as bar,
            suppress(KeyboardInterrupt),  # a second Ctrl+C; the scores are still shown
        ):
            for examined in self._examine(known, known, interruption.asks_to_stop):
                bar.update()
                if examined.quality_map is None and examined.distortions is None:
                    _log.warning(
                        "%s: its score is remembered, and it can't be looked at again. %s",
                        examined.score.path,
                        examined.score.error,
                    )
        return interruption.is_wanted

    def _examine(
        self,
        paths: Iterable[Path],
        known: Mapping[Path, PhotoScore],
        should_stop: Callable[[], bool],
    ) -> Iterator[Examined]:
        for examined in self._scorer.when_needed(
            paths,
            lambda scorer, wanted: scorer.examine_each(
                wanted,
                explains=self._overlays is not None,
                looks_closely=self._memory is not None,
                known=known,
                should_stop=should_stop,
            ),
            unreadable=lambda score: Examined(score=score),
        ):
            self._keep(examined)
            yield examined

    def _keep(self, examined: Examined) -> None:
        path = examined.score.path
        if self._memory is not None and examined.distortions is not None:
            shares = examined.distortions.share_affected()
            self._found[path] = StoredLook.of(shares, examined.own)
        if self._overlays is None or examined.quality_map is None or not self.could_write:
            return
        try:
            write_explanation(
                examined.quality_map,
                self._overlays[path],
                model_name=self._scorer.model_name,
                card=self._scorer.opened().finder.card,
            )
        except OutputNotWritten as error:
            write_err(f"discern: {error} No more overlays are written; rating goes on.")
            self.could_write = False


def _score_of(photo: RatedPhoto) -> PhotoScore:
    return PhotoScore(
        path=photo.path,
        score_0_100=photo.score_0_100,
        uncertainty=photo.uncertainty,
        familiarity=photo.familiarity,
        width_px=photo.width_px,
        height_px=photo.height_px,
    )
