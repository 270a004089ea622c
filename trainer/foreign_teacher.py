"""A given teacher that learned from other labels: on which scale it is listened to."""

import json
from dataclasses import asdict

from engine.counted import counted
from engine.networks.model_card import ModelCard
from engine.networks.quality_network import QualityNetwork
from trainer.atomic_write import write_json
from trainer.labels.split import Split
from trainer.material import RunMaterial
from trainer.protocol import Notice
from trainer.run_folder import RepeatFolder
from trainer.scoring import score_photos
from trainer.teacher_scale import TeacherScale, fit_teacher_scale

_MOST_PHOTOS = 200


def foreign_scale(
    teacher: QualityNetwork,
    card: ModelCard,
    material: RunMaterial,
    folder: RepeatFolder,
    split: Split,
) -> TeacherScale | None:
    """The line from a given teacher's scores to the labels, fitted when the stage began.

    None for a teacher of these very labels, or where the settings leave its scores as they are.
    Raises TrainingError for a teacher that contradicts the labels, Stopped when the run is asked to
    stop meanwhile.
    """
    is_other = card.label_sha256 != material.labels.sha256
    if not (is_other and material.config.teacher.adjust_scale):
        return None
    path = folder.teacher_scale_json
    if path.exists():
        stored = json.loads(path.read_text(encoding="utf-8"))
        return TeacherScale(float(stored["slope"]), float(stored["intercept"]))
    step = max(1, len(split.train) // _MOST_PHOTOS)
    chosen = split.train[::step][:_MOST_PHOTOS]
    scores_NK = score_photos(
        teacher,
        material.source,
        chosen,
        num_crops=material.config.photos.validation_crops,
        machine=material.machine,
        should_stop=lambda: material.reporter.should_stop,
    )
    rated_N = material.rated_N[list(chosen)]
    scale = fit_teacher_scale(scores_NK.mean(1), rated_N, name=card.name)
    write_json(path, {**asdict(scale), "num_photos": len(chosen)})
    material.reporter.send(
        Notice(
            what=f"The teacher {card.name} learned from other labels. Its scores are brought to "
            f"the scale of these: {scale.text}.",
            hint=f"Fitted on {counted(len(chosen), 'training photo')}; teacher.adjust_scale = false"
            " leaves the scores as they are.",
        )
    )
    return scale
