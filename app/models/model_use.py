"""Taking a trained model into use, and comparing it with the one in use. Loads torch: for jobs."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app import places
from app.catalog.score_memory import ScoreMemory
from app.rating.rate_photos import RatedPhoto, rate_photos
from app.runs.run_result import RunResult

if TYPE_CHECKING:  # loads SciPy, which the window must not wait for
    from app.runs.model_comparison import ModelComparison


def compare_with_model_in_use(
    result: RunResult, *, model: str | None, device: str, should_stop: Callable[[], bool]
) -> "ModelComparison | None":
    """The comparison on the run's test photos; None when nobody wants it any more."""
    from app.personal.ridge_baseline import ridge_scores
    from app.runs.model_comparison import compare_models
    from engine.scorer import Scorer

    scorer = Scorer.open(model, device=device)

    def rate(paths: Sequence[Path]) -> Mapping[Path, float]:
        found: list[RatedPhoto] = []
        with ScoreMemory(
            places.catalog(), model_id=scorer.model_id, num_crops=scorer.num_crops
        ) as memory:
            rate_photos(
                list(dict.fromkeys(paths)),
                scorer=scorer,
                memory=memory,
                on_rated=found.append,
                should_stop=should_stop,
            )
        return {photo.path: photo.score_0_100 for photo in found if photo.score_0_100 is not None}

    if should_stop():
        return None
    return compare_models(
        result,
        name_in_use=scorer.model_name,
        rate=rate,
        say_mean="always the mean score",
        say_bytes="bytes per pixel",
        learns=lambda labels: ridge_scores(labels, scorer=scorer, should_stop=should_stop),
        say_learned=f"ridge on {scorer.model_name}",
    )


def take_into_library(model: Path) -> str:
    """Copy a model file into the user's library of models; its name there."""
    from engine.networks.model_library import adopt_model

    return adopt_model(model, places.models()).name
