"""How far a rating is, and how long it will still take."""

from dataclasses import dataclass

_SMOOTHING = 0.1  # share of the newest photo in the mean time per photo


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingProgress:
    """Photos done of all asked for; speed and time are None until a photo was really rated."""

    num_done: int
    num_total: int
    num_unreadable: int
    photos_per_s: float | None
    seconds_left: float | None


class RatingPace:
    """Counts photos and estimates what is left; remembered photos cost nothing and don't count."""

    def __init__(self, num_total: int, *, began_at_s: float) -> None:
        self._num_total = num_total
        self._num_done = 0
        self._num_unreadable = 0
        self._last_at_s = began_at_s
        self._seconds_per_photo: float | None = None

    def count(self, *, now_s: float, is_remembered: bool, is_readable: bool) -> None:
        """Take one more photo as done."""
        self._num_done += 1
        self._num_unreadable += not is_readable
        if not is_remembered:
            taken_s = now_s - self._last_at_s
            mean_s = taken_s if self._seconds_per_photo is None else self._seconds_per_photo
            self._seconds_per_photo = mean_s + _SMOOTHING * (taken_s - mean_s)
        self._last_at_s = now_s

    def leave_out(self, seconds: float) -> None:
        """Take time that was not spent on rating, such as a pause, out of the estimate."""
        self._last_at_s += seconds

    def progress(self) -> RatingProgress:
        """What to show now."""
        each_s = self._seconds_per_photo
        return RatingProgress(
            num_done=self._num_done,
            num_total=self._num_total,
            num_unreadable=self._num_unreadable,
            photos_per_s=None if not each_s else 1 / each_s,
            seconds_left=None if each_s is None else each_s * (self._num_total - self._num_done),
        )
