"""One photo of the library: what is known about it without opening it."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from app.catalog.photo_files import FileStamp
from engine.certainty.familiarity import Familiarity

MAX_STARS = 5


class Flag(IntEnum):
    """Whether the user keeps a photo; a rejected one stays where it is until it is moved."""

    REJECTED = -1
    NONE = 0
    PICKED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoEntry:
    """A photo with its remembered score, the user's marks and, if it can't be read, the reason.

    The stars are the user's alone: no score ever changes them.
    """

    path: Path  # absolute
    size_bytes: int
    mtime_ns: int
    score_0_100: float | None = None  # None: not rated yet, or unreadable
    uncertainty: float | None = None
    ratings: tuple[float, ...] = ()  # probabilities of 1 to 5, of models that predict them
    familiarity: Familiarity | None = None  # None: the uncertainty is the spread over crops
    stars: int = 0
    flag: Flag = Flag.NONE
    error: str | None = None  # why the photo can't be read
    width_px: int | None = None  # of the whole upright photo
    height_px: int | None = None
    focus_at_100: float | None = None  # sharpness of the sharpest place, 0 to 100
    noise_at_100: float | None = None  # standard deviation in smooth places, of 255

    def __post_init__(self) -> None:
        if not 0 <= self.stars <= MAX_STARS:
            raise ValueError(f"A photo has 0 to {MAX_STARS} stars, not {self.stars}.")

    @property
    def stamp(self) -> FileStamp:
        """What the catalog knows the file by."""
        return FileStamp(path=self.path, size_bytes=self.size_bytes, mtime_ns=self.mtime_ns)
