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
from trainer.stages import Stage, network_config


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
    text = (
        f"{labels.name}: {len(split.train)} photos for training, {len(split.validation)} for "
        f"validation, {len(split.test)} for test, parted {split.how}. The epoch was chosen on "
        f"validation; the test part was read once, after that, with {sight.words(num_views)}. "
        "The logistic of mapped PLCC and of RMSE was fitted on validation. Intervals: 95 %, "
        "bootstrap over the test photos."
    )
    if config.split.paper_protocol:
        text += (
            " Besides, the test part was scored after every epoch for the figure named "
            "paper_protocol, which no choice depends on."
        )
    return text


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
