"""What a run's config means: which networks are trained, in which order, from which weights."""

from pathlib import Path
from typing import Literal

from engine.networks.backbone import StartingWeights
from engine.networks.model_file import build_network, open_model
from engine.networks.network_config import NetworkConfig, config_type
from engine.networks.network_entry import NetworkWish
from engine.networks.quality_network import QualityNetwork
from trainer.config import RunConfig, StageConfig
from trainer.errors import TrainingError
from trainer.objectives import needs_teacher
from trainer.rating_losses import learns_ratings

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
    """The network of a stage, as the registry's entry builds it from the run's settings.

    Raises TrainingError when the network can't be built from them.
    """
    photos, student = config.photos, config.student
    entry = config.network.entry
    wish = NetworkWish(
        backbone=config.network.backbone,
        crop_px=photos.crop_px,
        long_side_px=photos.long_side_px,
        short_side_px=photos.short_side_px,
        is_teacher=stage == "teacher",
        has_quality_token=student.quality_token,
        mask_probability=student.mask_probability if student.mask else 0.0,
        is_cls_masked=student.mask_cls,
        # A teacher that learns no distribution has none to give: it answers with a score.
        answer=config.network.answer if learns_ratings(stage_config(config, stage)) else "scalar",
        options=entry.option_values(config.network.options),
    )
    try:
        return config_type(entry).for_run(wish)
    except ValueError as error:
        raise TrainingError(
            f"{entry.name} can't be built: {error}", "Change the run's settings."
        ) from error


def started_network(
    config: RunConfig, stage: Stage, weights: StartingWeights | None = None
) -> QualityNetwork:
    """The network of a stage at its starting weights, by default the run's.

    A model that is trained further gives all its weights, the head's too. Raises TrainingError
    where they are those of another network, and what opening files of weights raises.
    """
    weights = starting_weights(config) if weights is None else weights
    is_model = bool(config.network.model_to_start_from) and isinstance(weights, Path)
    if not is_model:
        return build_network(network_config(config, stage), weights=weights)
    assert isinstance(weights, Path)
    parent, card = open_model(weights)
    network = build_network(network_config(config, stage))
    try:
        network.load_state_dict(parent.state_dict())
    except RuntimeError as error:
        raise TrainingError(
            f"{weights.name} holds another network than the run's settings ask for.",
            "Leave network.architecture, backbone and options out: they come from the model. With "
            "a teacher of this run's own, set student.distillation = false.",
        ) from error
    network.normalisation = card.normalisation
    return network


def starting_weights(config: RunConfig) -> StartingWeights:
    """Where the networks begin; a path may be that of a model of Discern, see `started_network`."""
    if model := config.network.model_to_start_from:
        return Path(model)
    match config.network.weights:
        case "hub":
            return "hub"
        case "none":
            return "none"
        case path:
            return Path(path)
