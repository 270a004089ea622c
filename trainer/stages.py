"""What a run's config means: which networks are trained, in which order, from which weights."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from engine.networks.backbone import StartingWeights
from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import NetworkConfig
from engine.networks.portable import PortableConfig
from trainer.config import RunConfig, StageConfig
from trainer.objectives import needs_teacher

Stage = Literal["teacher", "student"]


def stages_to_train(config: RunConfig) -> tuple[Stage, ...]:
    """The teacher first, if the student needs one and none is given; then the student."""
    if needs_teacher(config.student) and not config.teacher.model:
        return ("teacher", "student")
    return ("student",)


def stage_config(config: RunConfig, stage: Stage) -> StageConfig:
    """The recipe of a stage."""
    return config.teacher if stage == "teacher" else config.student


def network_config(config: RunConfig, stage: Stage) -> NetworkConfig:
    """The network of a stage; the teacher's has no quality-aware token and no mask."""
    network, crop_px, student = config.network, config.photos.crop_px, config.student
    if network.architecture == "portable":
        return PortableConfig(backbone=network.backbone, crop_px=crop_px)
    whole = CsiqaConfig(
        backbone=network.backbone,
        crop_px=crop_px,
        has_quality_token=student.quality_token,
        mask_probability=student.mask_probability if student.mask else 0.0,
        is_cls_masked=student.mask_cls,
    )
    if stage == "student":
        return whole
    return replace(whole, has_quality_token=False, mask_probability=0.0, is_cls_masked=False)


def starting_weights(config: RunConfig) -> StartingWeights:
    """Where the networks begin."""
    match config.network.weights:
        case "hub":
            return "hub"
        case "none":
            return "none"
        case path:
            return Path(path)
