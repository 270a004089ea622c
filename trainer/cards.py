"""What a trained model's card says: what it is, what it was trained on, and by which protocol."""

from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engine.networks.model_card import ModelCard
from engine.networks.quality_network import QualityNetwork
from engine.networks.starting_point import StartingPoint
from engine.photos.resize import ResizeRule
from trainer.config import RunConfig
from trainer.labels.label_set import LabelSet
from trainer.labels.split import Split
from trainer.objectives import needs_teacher
from trainer.stages import Stage, network_config, stage_config, stages_to_train


def model_card(
    network: QualityNetwork,
    stage: Stage,
    config: RunConfig,
    labels: LabelSet,
    split: Split,
    *,
    start: StartingPoint,
) -> ModelCard:
    """The card of a stage's network, without figures: those come from the final test."""
    is_teacher = stage == "teacher"
    return ModelCard(
        name=f"{config.name}-teacher" if is_teacher else config.name,
        role=stage,
        network=network_config(config, stage),
        normalisation=network.normalisation,
        resize_rule=ResizeRule(
            long_side_px=config.photos.long_side_px, short_side_px=config.photos.short_side_px
        ),
        num_crops=network.sight.num_views(config.photos.test_crops),
        labels=labels.range,
        trained_on=labels.name,
        num_photos=len(split.train),
        label_sha256=labels.sha256,
        protocol=protocol_text(config, labels, split),
        settings=_settings(config),
        start=start,
        parent="" if is_teacher else _parent(config),
        date=datetime.now(UTC).date().isoformat(),
        program=f"discern {_program_version()}",
    )


def protocol_text(config: RunConfig, labels: LabelSet, split: Split) -> str:
    """How the figures were obtained, in words."""
    sight = network_config(config, "student").sight()
    num_views = sight.num_views(config.photos.test_crops)
    parts = f"{labels.name}: {len(split.train)} photos for training, "
    views = sight.words(num_views)
    if split.validation:
        text = (
            f"{parts}{len(split.validation)} for validation, {len(split.test)} for test, parted "
            f"{split.how}. The epoch was chosen on validation; the test part was read once, after "
            f"that, with {views}. The logistic of mapped PLCC and of RMSE was fitted on validation."
        )
    else:
        text = (
            f"{parts}none for validation, {len(split.test)} for test, parted {split.how}. Fixed "
            f"epochs: nothing chose one; {_epochs_text(config)} were planned, and the last one "
            f"trained was kept. The test part was read once, after that, with {views}. Mapped PLCC "
            "and RMSE are left out: there were no photos to fit the map from scores to labels on."
        )
    if config.labels.noise_points:
        text += (
            f" The labels of the training part were disturbed by Gaussian noise of standard "
            f"deviation {config.labels.noise_points:g} points of 100, those of the others not."
        )
    if config.labels.occasions != "none":
        text += (
            f" {config.labels.occasion_share:.0%} of the offsets between the occasions of rating, "
            f"told apart by the photos' {config.labels.occasions}, was taken from the labels of "
            "the training part, not from those of the others."
        )
    text += " Intervals: 95 %, bootstrap over the test photos."
    if config.split.paper_protocol:
        text += (
            " Besides, the test part was scored after every epoch for the figure named "
            "paper_protocol, which no choice depends on."
        )
    return text


def _epochs_text(config: RunConfig) -> str:
    return " and ".join(
        f"{stage_config(config, stage).epochs} for the {stage}" for stage in stages_to_train(config)
    )


def _settings(config: RunConfig) -> dict[str, Any]:
    settings = asdict(config)
    for section, name in (("labels", "source"), ("network", "weights"), ("teacher", "model")):
        settings[section][name] = Path(settings[section][name]).name  # no paths of a machine
    settings["machine"].pop("photo_cache")
    return settings


def _parent(config: RunConfig) -> str:
    if not needs_teacher(config.student):
        return ""
    given = config.teacher.model
    return Path(given).name if given else f"{config.name}-teacher"


def _program_version() -> str:
    try:
        return version("discern-iqa")
    except PackageNotFoundError:
        return "from source"
