"""How fast a model is on this machine, in words. Loads torch: for a thread."""

from engine.counted import counted
from engine.scorer import Scorer


def speed_text(model: str, *, device: str) -> str:
    """Photos per second of the network alone, measured now on a few rounds.

    Raises ModelFileError or DeviceUnavailable.
    """
    scorer = Scorer.open(model, device=device)
    photos_per_s = 1 / scorer.seconds_per_photo()
    crops = counted(scorer.num_crops, "crop")
    return (
        f"{photos_per_s:.3g} photos per second with {crops} each, without reading"
        f" them ({scorer.device_name}); measured just now"
    )
