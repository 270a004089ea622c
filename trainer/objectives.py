"""What teacher and student minimise: one number to descend, and its parts by name."""

# B crops of a batch

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engine.losses.contrast import block_contrasts
from engine.losses.distillation import logit_distillation
from engine.losses.embeddings import embed
from engine.losses.rank import margin_ranking
from engine.losses.regression import l1, mse, norm_in_norm, smooth_l1
from engine.networks.quality_network import QualityNetwork
from engine.pairs.adaptive import adaptive_average, adaptive_sampling
from engine.pairs.easy_hard import choose_pairs
from trainer.config import Regression, StageConfig, StudentConfig
from trainer.frozen_teacher import FrozenTeacher

_REGRESSION = {"smooth_l1": smooth_l1, "l1": l1, "mse": mse}
_NORM_IN_NORM_SCALE = 100.0  # brings it to the size of errors on the 0-100 scale
_ABSOLUTE_SHARE = 0.1  # of smooth L1, which keeps scores on the scale that Norm-in-Norm ignores


@dataclass(frozen=True, slots=True)
class Loss:
    """The number to descend, with a graph, and its parts, without, in the order of the formula.

    `predicted_B` are the scores that it was computed from, with their graph.
    """

    total: Tensor
    parts: dict[str, Tensor]
    predicted_B: Tensor


class Objective(Protocol):
    """Computes the loss of a batch."""

    def __call__(
        self, network: QualityNetwork, crops: Tensor, rated_B: Tensor, generator: torch.Generator
    ) -> Loss:
        """The loss of normalised crops (B, 3, S, S) rated 0-100; `generator` draws the mask."""
        ...


def regression_loss(kind: Regression, predicted_B: Tensor, rated_B: Tensor) -> Tensor:
    """The regression loss chosen in the config, on the 0-100 scale."""
    if kind == "norm_in_norm":
        relative = norm_in_norm(predicted_B, rated_B)
        return _NORM_IN_NORM_SCALE * relative + _ABSOLUTE_SHARE * smooth_l1(predicted_B, rated_B)
    return _REGRESSION[kind](predicted_B, rated_B)


class TeacherObjective:
    """Plain regression on the labels."""

    def __init__(self, config: StageConfig) -> None:
        self._config = config

    def __call__(
        self, network: QualityNetwork, crops: Tensor, rated_B: Tensor, generator: torch.Generator
    ) -> Loss:
        """Regression alone; see Objective."""
        predicted_B = network(crops, generator=generator)
        total = regression_loss(self._config.regression, predicted_B, rated_B)
        return Loss(total, {"regression": total.detach()}, predicted_B)


class StudentObjective:
    """Regression, distillation and contrast at every block: Eq. 6 of the paper."""

    def __init__(self, config: StudentConfig, teacher: QualityNetwork | None) -> None:
        self._config = config
        self._teacher = None if teacher is None else FrozenTeacher(teacher)

    def __call__(
        self, network: QualityNetwork, crops: Tensor, rated_B: Tensor, generator: torch.Generator
    ) -> Loss:
        """The weighted sum; parts are unweighted; see Objective."""
        config = self._config
        taught_B: Tensor | None = None
        if self._teacher is not None:
            taught_B = self._teacher(crops, network.normalisation)
        sequences: tuple[Tensor, ...] = ()
        if config.contrast == "none":
            predicted_B = network(crops, generator=generator)
        else:
            predicted_B, sequences = network(crops, return_sequences=True, generator=generator)
        regression = regression_loss(config.regression, predicted_B, rated_B)
        total, parts = regression, {"regression": regression.detach()}
        if config.distillation and taught_B is not None:
            distillation = logit_distillation(predicted_B, taught_B)
            total = total + config.distillation_weight * distillation
            parts["distillation"] = distillation.detach()
        if sequences:
            positives, negatives = self._pairs(rated_B, taught_B, generator)
            embeddings = [
                embed(
                    sequence,
                    kind=config.embedding,
                    has_quality_token=network.has_quality_token,
                    num_prefix_tokens=network.num_prefix - int(network.has_quality_token),
                    is_centred=config.centred,
                )
                for sequence in sequences
            ]
            contrasts = block_contrasts(embeddings, positives, negatives, config.temperature)
            total = total + config.contrast_weight * contrasts.sum()
            parts["contrast"] = contrasts.mean().detach()
        if config.rank_weight:
            rank = margin_ranking(predicted_B, rated_B, margin=config.rank_margin)
            total = total + config.rank_weight * rank
            parts["rank"] = rank.detach()
        return Loss(total, parts, predicted_B)

    def _pairs(
        self, rated_B: Tensor, taught_B: Tensor | None, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        config = self._config
        match config.contrast:
            case "adaptive_average":
                return adaptive_average(rated_B)
            case "adaptive_sampling":
                return adaptive_sampling(
                    rated_B,
                    generator=generator,
                    positive=config.easy_positive,
                    negative=config.easy_negative,
                )
            case "easy" | "hard" | "easy_hard" as strategy:
                return choose_pairs(
                    rated_B,
                    taught_B,
                    strategy=strategy,
                    easy_positive=config.easy_positive,
                    easy_negative=config.easy_negative,
                    rough_positive=config.rough_positive,
                    rough_negative=config.rough_negative,
                    hard_positive=config.hard_positive,
                    hard_negative=config.hard_negative,
                )
        raise AssertionError(config.contrast)


def needs_teacher(config: StudentConfig) -> bool:
    """Whether the student can't be trained without a teacher's scores."""
    return config.distillation or config.contrast in {"hard", "easy_hard"}
