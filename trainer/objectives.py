"""What teacher and student minimise: one number to descend, and its parts by name."""

# B views of a batch (crops in most networks), K crops that ladders begin with

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.losses.contrast import block_contrasts
from engine.losses.distillation import logit_distillation
from engine.losses.embeddings import embed
from engine.losses.rank import margin_ranking
from engine.losses.regression import l1, mse, norm_in_norm, smooth_l1
from engine.networks.quality_network import QualityNetwork
from trainer.config import Regression, StageConfig, StudentConfig
from trainer.distortion_ladders import LadderMaker
from trainer.frozen_teacher import FrozenTeacher
from trainer.pair_choice import PairChoice
from trainer.rating_losses import Floats, RatingLosses
from trainer.teacher_scale import TeacherScale

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


@dataclass(frozen=True, slots=True)
class Batch:
    """Views with their ratings, and what chance there is in a step.

    `views` are uint8, `prepared` the same as the network takes them, and `rated_B` is 0-100.
    `photo_B` are the numbers of the photos that the views show, on the processor. `generator`
    draws the mask; `seed` is the step's own.
    """

    views: Tensor
    prepared: Tensor
    rated_B: Tensor
    photo_B: Tensor
    generator: torch.Generator
    seed: Sequence[int]


class Objective(Protocol):
    """Computes the loss of a batch, and may remember something of it for the next ones."""

    def __call__(self, network: QualityNetwork, batch: Batch) -> Loss:
        """The loss of the batch, with a graph."""
        ...

    def state(self) -> dict[str, Tensor]:
        """What the losses of the next batches depend on; mostly nothing."""
        ...

    def load(self, state: dict[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        ...


def regression_loss(kind: Regression, predicted_B: Tensor, rated_B: Tensor) -> Tensor:
    """The regression loss chosen in the config, which is not "none", on the 0-100 scale."""
    if kind == "norm_in_norm":
        relative = norm_in_norm(predicted_B, rated_B)
        return _NORM_IN_NORM_SCALE * relative + _ABSOLUTE_SHARE * smooth_l1(predicted_B, rated_B)
    return _REGRESSION[kind](predicted_B, rated_B)


class TeacherObjective:
    """Plain regression on the labels, and what is learned of the spread of ratings."""

    def __init__(self, config: StageConfig, *, counts_NK: Floats | None = None) -> None:
        self._config = config
        self._ratings = RatingLosses(config, counts_NK)

    def __call__(self, network: QualityNetwork, batch: Batch) -> Loss:
        """Regression, and the losses on ratings if there are any; see Objective."""
        features = network.features(batch.prepared, generator=batch.generator)
        predicted_B = network.score_features(features)
        total = torch.zeros((), device=predicted_B.device)
        parts: dict[str, Tensor] = {}
        if self._config.regression != "none":
            total = regression_loss(self._config.regression, predicted_B, batch.rated_B)
            parts["regression"] = total.detach()
        total = self._ratings.add(network, features, batch.photo_B, total, parts)
        return Loss(total, parts, predicted_B)

    def state(self) -> dict[str, Tensor]:
        """Nothing; see Objective."""
        return {}

    def load(self, state: dict[str, Tensor]) -> None:
        """See Objective."""


class StudentObjective:
    """Regression, distillation and contrast at every block: Eq. 6 of the paper."""

    def __init__(
        self,
        config: StudentConfig,
        teacher: QualityNetwork | None,
        *,
        teacher_scale: TeacherScale | None = None,
        counts_NK: Floats | None = None,
        taught_N: Tensor | None = None,
    ) -> None:
        """`taught_N` are a table's scores of all photos by their numbers, in place of a teacher."""
        self._config = config
        self._ratings = RatingLosses(config, counts_NK)
        self._teacher = None if teacher is None else FrozenTeacher(teacher, teacher_scale)
        self._taught_N = taught_N
        self._pairs = PairChoice(config)

    def __call__(self, network: QualityNetwork, batch: Batch) -> Loss:
        """The weighted sum; parts are unweighted; see Objective."""
        config, rated_B, generator = self._config, batch.rated_B, batch.generator
        taught_B: Tensor | None = None
        if self._teacher is not None:
            taught_B = self._teacher(batch.prepared, network.normalisation)
        elif self._taught_N is not None:
            taught_B = self._taught_N[batch.photo_B].to(rated_B.device)
        features = network.features(
            batch.prepared, keeps_sequences=config.contrast != "none", generator=generator
        )
        predicted_B = network.score_features(features)
        sequences = features.sequences if config.contrast != "none" else ()
        if config.contrast_blocks == "last":
            sequences = sequences[-1:]
        total = torch.zeros((), device=predicted_B.device)
        parts: dict[str, Tensor] = {}
        if config.regression != "none":
            total = regression_loss(config.regression, predicted_B, rated_B)
            parts["regression"] = total.detach()
        if config.distillation and taught_B is not None:
            distillation = logit_distillation(predicted_B, taught_B)
            total = total + config.distillation_weight * distillation
            parts["distillation"] = distillation.detach()
        if sequences:
            positives, negatives = self._pairs.choose(rated_B, taught_B, batch.photo_B, generator)
            self._pairs.learn(predicted_B, rated_B, batch.photo_B)
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
        total = self._ratings.add(network, features, batch.photo_B, total, parts)
        return Loss(total, parts, predicted_B)

    def state(self) -> dict[str, Tensor]:
        """What the choice of pairs has learned of the photos; see Objective."""
        return self._pairs.state()

    def load(self, state: dict[str, Tensor]) -> None:
        """See Objective."""
        self._pairs.load(state)


class LadderObjective:
    """Another objective, and beside it the ranks of crops that are distorted on the fly."""

    def __init__(self, objective: Objective, config: StageConfig) -> None:
        self._objective = objective
        self._config = config
        self._maker = LadderMaker()

    def __call__(self, network: QualityNetwork, batch: Batch) -> Loss:
        """The weighted sum, with the part "ladder"; see Objective."""
        loss = self._objective(network, batch)
        ladders = self._maker.make(batch.views, batch.rated_B, seed=batch.seed)
        clean = batch.views[ladders.clean_K]
        distorted = torch.cat(
            [
                network.sight.framed_as(one, clean)
                for one in (ladders.mild_KSS3, ladders.strong_KSS3)
            ]
        )
        predicted_2K = network(network.prepare(distorted), generator=batch.generator)
        mild_K, strong_K = predicted_2K.chunk(2)
        ranking = ladder_ranking(
            loss.predicted_B[ladders.clean_K], mild_K, strong_K, margin=self._config.ladder_margin
        )
        return Loss(
            loss.total + self._config.ladder_weight * ranking,
            {**loss.parts, "ladder": ranking.detach()},
            loss.predicted_B,
        )

    def state(self) -> dict[str, Tensor]:
        """The other objective's; see Objective."""
        return self._objective.state()

    def load(self, state: dict[str, Tensor]) -> None:
        """See Objective."""
        self._objective.load(state)


def ladder_ranking(clean_K: Tensor, mild_K: Tensor, strong_K: Tensor, *, margin: float) -> Tensor:
    """How far, on average, each step down the ladders is from lowering the score by `margin`.

    Scores and margin in points of 100; a scalar, 0 where every step lowers the score enough.
    """
    first = F.relu(margin - (clean_K.float() - mild_K.float()))
    second = F.relu(margin - (mild_K.float() - strong_K.float()))
    return (first.mean() + second.mean()) / 2


def with_ladders(objective: Objective, config: StageConfig) -> Objective:
    """The objective of a stage, with ladders if its settings have them."""
    return LadderObjective(objective, config) if config.ladder_weight else objective


def needs_teacher(config: StudentConfig) -> bool:
    """Whether the student can't be trained without a teacher's scores."""
    return config.distillation or config.contrast in {"hard", "easy_hard"}
