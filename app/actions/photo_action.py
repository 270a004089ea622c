"""What every action on photos can do: say what it would do, do it, and give what undoes it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Progress = Callable[[int, int], None]
"""Told how many photos are done, of how many."""
ShouldStop = Callable[[], bool]
"""Asked between two photos; what is done then stays, and can be undone."""
Failure = tuple[Path, str]
"""A photo that was left as it is, and why, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPreview:
    """What an action would do now."""

    title: str
    lines: tuple[str, ...]  # what happens to each photo
    num_photos: int  # that something happens to
    conflicts: tuple[str, ...] = ()  # what stands in the way, and what is done about it
    can_undo: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionResult:
    """What an action has done."""

    undo: "PhotoAction | None"  # None where nothing was done or it can't be taken back
    failures: tuple[Failure, ...] = ()


class PhotoAction(Protocol):
    """An action on photos. Its methods read and write files, so they belong in a job."""

    def preview(self) -> ActionPreview:
        """What `apply` would do now; changes nothing."""

    def apply(self, progress: Progress, should_stop: ShouldStop) -> ActionResult:
        """Do it. One photo that can't be done costs that photo only."""
