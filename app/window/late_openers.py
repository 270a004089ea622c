"""What opens models and networks in threads, so that the window does not wait for torch."""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.freed_memory import WHILE_RATING_BYTES, keep_freed_memory

if TYPE_CHECKING:  # loads torch
    from app.contest.opponents import Opponent
    from engine.defects.defect_finder import DefectFinder
    from engine.scorer import Scorer

_LOADING = threading.Lock()


def scorer_opener(*, device: str, num_crops: int | None) -> Callable[[str | None], "Scorer"]:
    """Opens the model of that name or file."""

    def open_model(model: str | None) -> "Scorer":
        # Here, in the scorer's own thread, so that the window does not wait for torch.
        with _no_collecting():
            from engine.scorer import Scorer

            keep_freed_memory(WHILE_RATING_BYTES)
            return Scorer.open(model, device=device, num_crops=num_crops)

    return open_model


def open_finder() -> "DefectFinder":
    """Opens the network that finds defects."""
    # Here, in a thread, because it loads torch.
    with _no_collecting():
        from engine.defects.bundled import bundled_defect_network
        from engine.defects.defect_finder import DefectFinder

        return DefectFinder.open(bundled_defect_network())


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Collect no garbage while torch is loaded, and none of what it brought afterwards.

    Looking through its half a million objects would stop the window again and again, for up to a
    fifth of a second. One thread at a time, so that none begins to collect for the other.
    """
    with _LOADING:
        gc.disable()
        try:
            yield
        finally:
            gc.freeze()
            gc.enable()


def opponent_opener(*, device: str, num_crops: int | None) -> Callable[[str], "Opponent"]:
    """Opens what takes part in a contest under that name."""

    def open_one(source: str) -> "Opponent":
        # Here, in a job, because it loads torch.
        from app.contest.opponents import open_opponent

        return open_opponent(source, device=device, num_crops=num_crops)

    return open_one
