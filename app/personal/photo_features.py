"""Features of photos by a model, remembered by content: only photos that are new are read."""

# N photos, F features and last the model's score

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.catalog.feature_memory import FeatureMemory
from app.catalog.photo_files import stamp_of
from app.rating.identified import Identified, identify, unidentified
from engine.photos.read_ahead import read_ahead

if TYPE_CHECKING:  # loads NumPy
    from app.catalog.feature_memory import Features
    from engine.photo_features import PhotoFeatures

_HASHING_THREADS = 2
_HASHED_AHEAD = 8


class GivesFeatures(Protocol):
    """The part of engine.scorer.Scorer that is needed here; naming it does not load torch."""

    def features_each(
        self, pictures: Iterable[Path], *, should_stop: Callable[[], bool]
    ) -> "Iterator[PhotoFeatures]":
        """Features in the order of the photos."""


def features_of(
    paths: Sequence[Path],
    *,
    scorer: GivesFeatures,
    memory: FeatureMemory,
    on_read: Callable[[int], None] = lambda num_done: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> "tuple[dict[Path, Features], dict[Path, str]]":
    """Features of photos, and the reasons why some have none; both lack photos after a stop.

    `on_read` hears how many photos are done.
    """
    found: dict[Path, Features] = {}
    problems: dict[Path, str] = {}
    unseen = []
    for path in dict.fromkeys(paths):
        known = _unchanged(path, memory)
        if known is None:
            unseen.append(path)
        else:
            found[path] = known
    on_read(len(found))
    in_hand: deque[Identified] = deque()
    leaving = threading.Event()

    def unknown() -> Iterator[Path]:
        for photo in read_ahead(
            partial(identify, should_stop=leaving.is_set) if memory.is_working else unidentified,
            unseen,
            num_threads=_HASHING_THREADS,
            depth=_HASHED_AHEAD,
            should_stop=should_stop,
            leaving=leaving,
        ):
            if should_stop():
                return
            known = None
            if photo.stamp is not None and photo.content is not None:
                known = memory.find_content(photo.stamp, photo.content)
            if known is None:
                in_hand.append(photo)
                yield photo.path
            else:
                found[photo.path] = known

    for given in scorer.features_each(unknown(), should_stop=should_stop):
        photo = in_hand.popleft()
        if given.values_F is None:
            problems[given.path] = given.error or "It can't be read."
        else:
            found[given.path] = given.values_F
            if photo.stamp is not None and photo.content is not None and photo.is_unchanged:
                memory.remember(photo.stamp, photo.content, given.values_F)
        on_read(len(found) + len(problems))
    return found, problems


def num_known(paths: Iterable[Path], memory: FeatureMemory) -> int:
    """Of how many photos features are remembered; reads none."""
    return sum(_unchanged(path, memory) is not None for path in dict.fromkeys(paths))


def _unchanged(path: Path, memory: FeatureMemory) -> "Features | None":
    if not memory.is_working:
        return None
    try:
        return memory.find_unchanged(stamp_of(path))
    except OSError:
        return None  # the scorer will say what is wrong with it
