"""What can be taken back, newest first."""

from app.actions.photo_action import PhotoAction

_MOST_STEPS = 100


class UndoHistory:
    """The actions that undo what was done, in the order it was done. Used by one thread."""

    def __init__(self, *, max_steps: int = _MOST_STEPS) -> None:
        self._max_steps = max_steps
        self._steps: list[PhotoAction] = []

    def __len__(self) -> int:
        return len(self._steps)

    def push(self, undo: PhotoAction) -> None:
        """Remember what takes the last action back; the oldest step is forgotten when full."""
        self._steps.append(undo)
        del self._steps[: -self._max_steps]

    def pop(self) -> PhotoAction | None:
        """The newest step, which is then no longer remembered."""
        return self._steps.pop() if self._steps else None
