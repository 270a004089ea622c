"""Rating with a progress bar, stopped by Ctrl+C without losing what was rated."""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Never, Self

from tqdm import tqdm

from app.catalog.score_memory import ScoreMemory
from app.cli.interruption import Interruption
from app.rating.rate_photos import RatedPhoto, ScoresPhotos, rate_photos


@dataclass(slots=True)
class RatingResult:
    """What came out of one rating."""

    photos: list[RatedPhoto] = field(default_factory=list)
    num_asked: int = 0
    is_interrupted: bool = False
    elapsed_s: float = 0.0

    @property
    def num_unreadable(self) -> int:
        """Photos that have a reason instead of a score."""
        return sum(photo.score_0_100 is None for photo in self.photos)

    @property
    def num_remembered(self) -> int:
        """Photos whose score was known from before."""
        return sum(photo.is_remembered for photo in self.photos)


def rate_with_progress(
    paths: Sequence[Path], *, scorer: ScoresPhotos, memory: ScoreMemory
) -> RatingResult:
    """Rate the photos; the bar is on stderr, and only where that is a terminal."""
    result = RatingResult(num_asked=len(paths))
    began_at_s = time.monotonic()

    with (
        Interruption() as interruption,
        progress_bar(len(paths), "Rating") as bar,
    ):

        def on_rated(photo: RatedPhoto) -> None:
            result.photos.append(photo)
            bar.update()

        # A second Ctrl+C ends rating in the middle of a photo; the others are still shown.
        try:
            rate_photos(
                paths,
                scorer=scorer,
                memory=memory,
                on_rated=on_rated,
                should_stop=interruption.asks_to_stop,
            )
        except KeyboardInterrupt:
            result.is_interrupted = True
    result.is_interrupted |= interruption.is_wanted
    result.elapsed_s = time.monotonic() - began_at_s
    return result


def progress_bar(total: int, title: str, *, unit: str = " photos") -> "tqdm[Never]":
    """A bar with photos per second and time left."""
    has_size = _has_size()
    return tqdm(
        total=total,
        desc=title,
        unit=unit,
        file=sys.stderr,
        disable=not sys.stderr.isatty(),
        dynamic_ncols=has_size,
        ncols=None if has_size else 80,
        nrows=None if has_size else 24,
        smoothing=0.1,
    )


class StageBar:
    """A bar of hundredths, for work that goes through stages; nothing where no one looks."""

    def __init__(self, title: str) -> None:
        self._bar: tqdm[Never] = progress_bar(100, title, unit="%")
        self._title = title

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._bar.close()

    def show(self, title: str, share: float) -> None:
        """The stage that is going on, and how much of it is done, from 0 to 1."""
        if title != self._title:
            self._title = title
            self._bar.set_description_str(title, refresh=False)
            self._bar.reset(100)
        self._bar.update(round(100 * share) - self._bar.n)


def _has_size() -> bool:
    # A terminal that was never told its size (in a container, say) answers 0, and tqdm would then
    # show nothing at all.
    try:
        size = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return size.columns > 0 and size.lines > 0
