"""What preparing a contest says on its way, and what comes out of it. Light to import."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contest.pairs import ChosenPairs, PairRules
from engine.contest.pool import ContestPool

if TYPE_CHECKING:  # loads OpenCV, which the window must not wait for
    from engine.contest.near_duplicates import NearDuplicate


class Stage(Enum):
    """What preparing a contest is at."""

    OPENING = auto()
    RATING = auto()
    COMPARING = auto()  # looking for near-duplicates


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationProgress:
    """How far preparing has come; `subject` is the model at work."""

    stage: Stage
    subject: str
    num_done: int
    num_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A model that takes part; `label` tells it from every other one in this contest."""

    model_id: str
    label: str
    source: str
    num_crops: int
    is_calibrated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A photo that takes no part, with the reason as one sentence."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedContest:
    """Everything that is known before the first answer. Scores are on the common scale."""

    contenders: tuple[Contender, ...]
    pool: ContestPool
    chosen: ChosenPairs
    rules: PairRules
    unreadable: tuple[LeftOut, ...]
    near_duplicates: "tuple[NearDuplicate, ...]"

    @property
    def labels(self) -> dict[str, str]:
        """The label of every model id."""
        return {one.model_id: one.label for one in self.contenders}
