"""A model file that is given a head: taught, levelled, and written with its card."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import torch

from engine.explain.distortion_map import AFFECTED_FROM
from engine.networks.distortion_card import DistortionCard
from engine.networks.distortion_file import give_distortion_head
from engine.networks.model_file import open_model
from engine.networks.model_header import identify_model
from engine.networks.sight import CropSight
from engine.photos.resized import read_resized
from trainer.distortion.lesson import Lesson
from trainer.distortion.levels import level_shifts, sharpen, shift_levels, strongest_places
from trainer.distortion.plan import TeachingPlan
from trainer.distortion.teaching import teach
from trainer.errors import TrainingError


def teach_model(
    path: Path,
    lesson: Lesson,
    plan: TeachingPlan,
    *,
    on_step: Callable[[int, int, float], None] = lambda step, num_steps, loss: None,
) -> None:
    """Give the model at `path` a head. Raises ModelFileError, UnreadablePhoto or TrainingError."""
    network, card = open_model(path)
    if not isinstance(network.sight, CropSight):
        raise TrainingError(
            f"{card.name} sees photos whole, and the head reads patches of square crops.",
            "Teach a model that sees crops.",
        )
    head = teach(network, lesson.photos, card.resize_rule, plan, on_step=on_step)
    level_photos = [
        read_resized(photo, card.resize_rule, crop_px=card.crop_px).pixels_HW3
        for photo in lesson.level_photos
    ]
    strongest_NK = strongest_places(network, head, level_photos)
    shift_levels(head, level_shifts(strongest_NK, false_alarms=plan.false_alarms))
    sharpen(head, plan.contrast)
    # Said of the head that is stored, whose numbers are halves.
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(parameter.half())
    after_NK = strongest_places(network, head, level_photos)
    described = DistortionCard(
        head=head.config,
        scored_as=identify_model(path).scored_as,
        protocol=_protocol(lesson),
        num_photos=len(lesson.photos),
        figures={
            "share_of_good_validation_photos_with_an_alarm": float(
                (after_NK >= AFFECTED_FROM).any(axis=1).mean()
            )
        },
        settings=asdict(plan),
        date=datetime.now(UTC).date().isoformat(),
    )
    give_distortion_head(path, path, head, described)


def _protocol(lesson: Lesson) -> str:
    return (
        f"{lesson.source}: defects planted in the {len(lesson.photos)} best-rated photos of the "
        f"training part, levels set on the {len(lesson.level_photos)} best-rated of the validation "
        "part. No labels but that choice; the test part was not read. The network is frozen."
    )
