"""What can be known to fail is tried before a single photo is decoded."""

from pathlib import Path

import numpy as np
import torch

from engine.networks.model_card import ModelCard
from engine.networks.model_file import build_network, open_model, read_card
from engine.networks.quality_network import QualityNetwork
from engine.networks.sight import CropSight
from engine.photos.resize import ResizeRule
from engine.ratings.counts import NUM_CATEGORIES
from trainer.config import RunConfig
from trainer.errors import TrainingError
from trainer.labels.label_set import LabelSet
from trainer.levels import levels_of
from trainer.objectives import Batch, StudentObjective, needs_teacher
from trainer.protocol import Notice
from trainer.rating_losses import require_answer, require_ratings
from trainer.score_table import is_score_table
from trainer.stages import network_config, stage_config, stages_to_train, started_network

_SMALLEST_BATCH = 4
_USUAL_SIZE = (1200, 900)


def try_networks(config: RunConfig) -> list[Notice]:
    """Build the networks as the run will and compute one loss of a few empty crops.

    Returns what a person should know of the settings. Raises EngineError or TrainingError when the
    network, its starting weights, the teacher's model or the student's settings don't go together.
    """
    require_answer(config)
    network = started_network(config, "student")
    is_table = needs_teacher(config.student) and is_score_table(config.teacher.model)
    taught_N = torch.linspace(0.0, 100.0, _SMALLEST_BATCH) if is_table else None
    teacher = None if is_table else _teacher(config)
    counts_NK = np.ones((_SMALLEST_BATCH, NUM_CATEGORIES))
    objective = StudentObjective(config.student, teacher, taught_N=taught_N, counts_NK=counts_NK)
    _require_pictures(config, network)
    views = _black_views(config, network)
    with torch.no_grad():
        batch = Batch(
            views=views,
            prepared=network.prepare(views),
            rated_B=torch.linspace(0.0, 100.0, _SMALLEST_BATCH),
            photo_B=torch.arange(_SMALLEST_BATCH),
            generator=torch.Generator(),
            seed=(0,),
        )
        objective(network, batch)
    return _notices_about_levels(config, network)


def _notices_about_levels(config: RunConfig, network: QualityNetwork) -> list[Notice]:
    """What is asked of a network's blocks and can't be, because they have no numbers."""
    levels = levels_of(network)
    recipes = {stage: stage_config(config, stage) for stage in stages_to_train(config)}
    if levels.num_blocks:
        for stage, recipe in recipes.items():
            if recipe.frozen_blocks > levels.num_blocks:
                raise TrainingError(
                    f"{stage}.frozen_blocks is {recipe.frozen_blocks}, but the network has "
                    f"{levels.num_blocks}.",
                    "Freeze fewer, or set probe_epochs to train what lies above them all.",
                )
        return []
    asked = {
        name
        for recipe in recipes.values()
        for name, is_asked in (
            ("layer_decay", recipe.layer_decay < 1),
            ("frozen_blocks", recipe.frozen_blocks > 0),
            ("frozen_norms", recipe.frozen_norms),
            ("probe_epochs", recipe.probe_epochs > 0),
            ("start_decay", recipe.start_decay > 0),
            ("interpolation", recipe.interpolation),
        )
        if is_asked
    }
    return [
        Notice(
            what=f"{name} changes nothing for {config.network.backbone}.",
            hint="Its layers are not numbered from bottom to top; those of ViTs are.",
        )
        for name in sorted(asked)
    ]


def notices_about_teacher(config: RunConfig, labels: LabelSet) -> list[Notice]:
    """What a person should know who gives a teacher instead of having one trained."""
    if not config.teacher.model or is_score_table(config.teacher.model):
        return []
    if not needs_teacher(config.student):
        return [
            Notice(
                what="teacher.model is not used.",
                hint="Neither distillation nor these pairs ask a teacher.",
            )
        ]
    card: ModelCard = read_card(Path(config.teacher.model))
    if card.label_sha256 != labels.sha256:
        return []
    return [
        Notice(
            what=f"The teacher {card.name} was trained on these same labels.",
            hint="If its test part was another one, it has seen photos that are tested here, and "
            "the student's figures are too good.",
        )
    ]


def notices_about_ratings(config: RunConfig, labels: LabelSet) -> list[Notice]:
    """Photos that nobody's ratings were counted of, where a run learns from counts.

    Raises TrainingError when there is no other photo.
    """
    said = require_ratings(config, labels)
    return [Notice(what=said, hint="")] if said else []


def _teacher(config: RunConfig) -> QualityNetwork | None:
    if not needs_teacher(config.student):
        return None
    if not config.teacher.model:
        return build_network(network_config(config, "teacher"))
    path = Path(config.teacher.model)
    teacher = open_model(path)[0]
    given, wanted = teacher.sight, network_config(config, "student").sight()
    if given == wanted:
        return teacher
    if isinstance(given, CropSight) and isinstance(wanted, CropSight):
        raise TrainingError(
            f"The teacher {path.name} sees crops of {given.crop_px} pixels, but this run takes "
            f"crops of {wanted.crop_px}.",
            f"Set photos.crop_px = {given.crop_px}, or give another teacher.",
        )
    num_views = config.photos.test_crops
    raise TrainingError(
        f"The teacher {path.name} sees {given.words(given.num_views(num_views))}, but the student "
        f"{wanted.words(wanted.num_views(num_views))}.",
        "Give a teacher that sees photos as the student does.",
    )


def _black_views(config: RunConfig, network: QualityNetwork) -> torch.Tensor:
    """A few views of a black photo of a usual size."""
    sight, photos = network.sight, config.photos
    rule = ResizeRule(long_side_px=photos.long_side_px, short_side_px=photos.short_side_px)
    size = rule.size_for(*_USUAL_SIZE, crop_px=sight.least_side_px)
    return torch.zeros(_SMALLEST_BATCH, *sight.view_shape(*size), dtype=torch.uint8)


def _require_pictures(config: RunConfig, network: QualityNetwork) -> None:
    ladders = [s for s in stages_to_train(config) if stage_config(config, s).ladder_weight]
    if ladders and not network.sight.shows_pictures:
        raise TrainingError(
            f"{config.network.architecture} does not see plain pictures, so that none can be "
            "distorted on the fly.",
            f"Set {ladders[0]}.ladder_weight = 0.",
        )
    if config.variety.is_any and not network.sight.shows_pictures:
        raise TrainingError(
            f"{config.network.architecture} does not see plain pictures, so that they can't be "
            "varied.",
            "Leave [variety] out.",
        )
    if config.variety.largest_share > 1 and not isinstance(network.sight, CropSight):
        raise TrainingError(
            f"{config.network.architecture} sees photos whole, and larger ones than those that it "
            "scores do not fit in its frame.",
            "Set variety.largest_share = 1, or make the frame larger under [photos].",
        )
