"""Who can take part in a contest, and how each is named. Opening loads torch: for a thread."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.contest.callable_opponent import PREFIX, CallableScorer, load_function
from app.errors import WrongUse
from app.rating.rate_photos import ScoresPhotos
from engine.classical.classical_model import SUFFIX as CLASSICAL_SUFFIX
from engine.classical.classical_scorer import ClassicalScorer

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
    """The opponent of that name.

    It is a model of the library, a model file, the folder of a run (its best student so far), a
    classical model (.npz), or `python:FILE.py:FUNCTION`. Raises ModelFileError, DeviceUnavailable
    or WrongUse.
    """
    if source.startswith(PREFIX):
        return _of_function(source)
    path = Path(source)
    if path.suffix == CLASSICAL_SUFFIX:
        classical = ClassicalScorer.open(path)
        return Opponent(scorer=classical, name=classical.model_name, source=source)
    # Here, because it loads torch.
    from engine.scorer import Scorer

    name = None
    model: str | Path = source
    if path.is_dir():
        name = path.absolute().name  # the runs of one recipe share the name on their cards
        model = _best_of_run(path)
    scorer = Scorer.open(model, device=device, num_crops=num_crops)
    return Opponent(scorer=scorer, name=name or scorer.model_name, source=source)


def _of_function(source: str) -> Opponent:
    function, name, model_id = load_function(source)
    return Opponent(
        scorer=CallableScorer(function, name=name, model_id=model_id),
        name=name,
        source=source,
        is_calibrated=bool(getattr(function, "is_0_to_100", False)),
        is_lower_better=bool(getattr(function, "lower_is_better", False)),
    )


def _best_of_run(folder: Path) -> Path:
    file = folder / BEST_MODEL
    if not file.is_file():
        raise WrongUse(
            f"{folder} holds no {BEST_MODEL}: it is no run, or the run has no student yet. Name a"
            " run's folder, or a model file such as teacher.safetensors in it."
        )
    return file
