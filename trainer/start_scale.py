"""A model that is trained further begins on the scale of the new labels, not on that of its own."""

from engine.networks.quality_network import QualityNetwork
from trainer.errors import TrainingError
from trainer.labels.split import Split
from trainer.material import RunMaterial
from trainer.scoring import score_photos
from trainer.teacher_scale import fit_teacher_scale

_MOST_PHOTOS = 200


def start_on_scale(network: QualityNetwork, material: RunMaterial, split: Split) -> None:
    """Fit a line from the model's scores to the training labels, and put it into the last layer.

    Where the scores do not rise with the labels, the model begins at their mean.
    """
    step = max(1, len(split.train) // _MOST_PHOTOS)
    chosen = split.train[::step][:_MOST_PHOTOS]
    network.to(material.machine.device)
    scores_NK = score_photos(
        network,
        material.source,
        chosen,
        num_crops=material.config.photos.validation_crops,
        machine=material.machine,
    )
    rated_N = material.rated_N[list(chosen)]
    try:
        scale = fit_teacher_scale(scores_NK.mean(1), rated_N, name="to start from")
    except TrainingError:
        network.start_from_mean(float(material.rated_N[list(split.train)].mean()))
        return
    network.rescale(scale.slope, scale.intercept)
