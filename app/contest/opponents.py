"""Who can take part in a contest, and how each is named. Opening loads torch: for a thread."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app import places
from app.rating import ScoresPhotos

BEST_MODEL = "best.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opponent:
    """Something that scores photos, ready to do so.

    `source` is what it was asked for by and can be opened again from. `is_calibrated`: its scores
    mean 0 (looks bad) to 100 (looks good); else they have a scale of their own, on which the best
    photo may even have the lowest number.
    """

    scorer: ScoresPhotos
    name: str
    source: str
    is_calibrated: bool = True
    is_lower_better: bool = False


OpenOpponent = Callable[[str], Opponent]


def opener(*, device: str = "auto", num_crops: int | None = None) -> OpenOpponent:
    """How opponents are opened on a device, with so many crops (by default each model's own)."""

    def open_one(source: str) -> Opponent:
        return open_opponent(source, device=device, num_crops=num_crops)

    return open_one


def open_opponent(source: str, *, device: str = "auto", num_crops: int | None = None) -> Opponent:
    """The opponent of that name: a model of the library, a model file, or the folder of a run.

    Raises ModelFileError or DeviceUnavailable.
    """
    # Here, because it loads torch.
    from engine.networks.model_library import find_model
    from engine.scorer import Scorer

    path = Path(source)
    file = path / BEST_MODEL if path.is_dir() else find_model(source, places.models())
    scorer = Scorer.open(file, device=device, num_crops=num_crops)
    return Opponent(scorer=scorer, name=scorer.model_name, source=source)
