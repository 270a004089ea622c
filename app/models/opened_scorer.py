"""Opening the model that a command rates with. Loads torch, so commands import it when they run."""

from app import places
from engine.networks.model_library import find_model
from engine.scorer import Scorer


def open_scorer(model: str | None, *, device: str, num_crops: int | None) -> Scorer:
    """The model of that name or file, or the bundled one, ready on the device."""
    path = None if model is None else find_model(model, places.models())
    return Scorer.open(path, device=device, num_crops=num_crops)
