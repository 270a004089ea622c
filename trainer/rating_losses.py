"""What a network that predicts distributions learns from the counts of ratings."""

# N photos of the labels, B views of a batch, K = 5 ratings

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.counted import counted
from engine.losses.ratings import rating_emd, rating_nll
from engine.networks.quality_network import Features, QualityNetwork
from engine.ratings.counts import NUM_CATEGORIES
from trainer.config import RunConfig, StageConfig
from trainer.errors import TrainingError
from trainer.labels.label_set import LabelSet

Floats = npt.NDArray[np.float64]


def rating_targets(labels: LabelSet) -> Floats:
    """How many people gave each photo 1 to 5, (N, 5); zeros where nobody was counted."""
    nobody = (0,) * NUM_CATEGORIES
    rows = [
        photo.counts if photo.counts and len(photo.counts) == NUM_CATEGORIES else nobody
        for photo in labels.photos
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, NUM_CATEGORIES)


def learns_ratings(config: StageConfig) -> bool:
    """Whether a stage has a loss on distributions of ratings."""
    return config.nll_weight > 0 or config.emd_weight > 0


def require_answer(config: RunConfig) -> None:
    """Raise TrainingError where the network is not taught what it answers, or can't be."""
    stages = {"student": config.student, "teacher": config.teacher}
    taught = [name for name, stage in stages.items() if learns_ratings(stage)]
    answer = config.network.answer
    if taught and answer == "scalar":
        raise TrainingError(
            f"How ratings are spread is to be learned ({' and '.join(taught)}), but the network "
            "answers with a score.",
            'Set network.answer = "logit_logistic", or nll_weight and emd_weight to 0.',
        )
    if answer != "scalar" and "student" not in taught:
        raise TrainingError(
            f"network.answer is {answer!r}, but nothing teaches how ratings are spread.",
            "Set student.nll_weight or student.emd_weight, such as nll_weight = 10.",
        )
    for name in taught:
        if stages[name].ridge_penalty:
            raise TrainingError(
                f"{name}.ridge_penalty fits a head of one number, but the network answers with a "
                "distribution.",
                f"Set {name}.ridge_penalty = 0.",
            )


def require_ratings(config: RunConfig, labels: LabelSet) -> str:
    """What to say of photos without counts, if a run learns from them; empty if nothing.

    Raises TrainingError when no photo has any.
    """
    if not (learns_ratings(config.student) or learns_ratings(config.teacher)):
        return ""
    num_without = int((rating_targets(labels).sum(1) == 0).sum())
    if num_without == len(labels.photos):
        raise TrainingError(
            "The network is to learn how ratings are spread, but the labels do not say how many "
            "people gave 1, 2, 3, 4 and 5.",
            "Give columns c1 to c5, or one row per rater and photo; or set nll_weight and "
            "emd_weight to 0.",
        )
    if not num_without:
        return ""
    return f"{counted(num_without)} have no counts of ratings, and teach their score alone."


class RatingLosses:
    """The weighted losses on distributions of a stage; none where their weights are 0."""

    def __init__(self, config: StageConfig, counts_NK: Floats | None) -> None:
        self._nll_weight, self._emd_weight = config.nll_weight, config.emd_weight
        self._counts_NK: Tensor | None = None
        if learns_ratings(config):
            assert counts_NK is not None  # whoever trains has looked for them
            self._counts_NK = torch.from_numpy(counts_NK).float()

    def add(
        self,
        network: QualityNetwork,
        features: Features,
        photo_B: Tensor,
        total: Tensor,
        parts: dict[str, Tensor],
    ) -> Tensor:
        """The total with these losses; each is put among the parts, unweighted."""
        if self._counts_NK is None:
            return total
        pmf_BK = network.rate_features(features)
        assert pmf_BK is not None  # the settings ask for a network that predicts distributions
        counts_BK = self._counts_NK[photo_B].to(pmf_BK.device)
        for name, weight, loss in (
            ("nll", self._nll_weight, rating_nll),
            ("emd", self._emd_weight, rating_emd),
        ):
            if weight:
                value = loss(pmf_BK, counts_BK)
                total = total + weight * value
                parts[name] = value.detach()
        return total
