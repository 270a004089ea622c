"""What the network is taught by: the answers to planted defects, and the scores of people."""

# B photos, K kinds, G map places a side

import torch
from torch import Tensor
from torch.nn import functional as F

_FEW_PLACES = 24
_SMOOTH_WITHIN = 0.1


def planted_loss(logits_BKGG: Tensor, wanted_BKGG: Tensor, is_asked_BKGG: Tensor) -> Tensor:
    """Cross-entropy weighed by how wrong each answer is: what is right already teaches little."""
    strength_BKGG = torch.sigmoid(logits_BKGG)
    wrong_BKGG = (strength_BKGG - wanted_BKGG).abs().detach()
    entropy_BKGG = F.binary_cross_entropy_with_logits(logits_BKGG, wanted_BKGG, reduction="none")
    return (wrong_BKGG * entropy_BKGG * is_asked_BKGG).sum() / is_asked_BKGG.sum()


def overlap_loss(logits_BKGG: Tensor, wanted_BKGG: Tensor, is_asked_BKGG: Tensor) -> Tensor:
    """One minus the dice of every planted defect with what was found of its kind."""
    strength_BKGG = torch.sigmoid(logits_BKGG) * is_asked_BKGG
    wanted_BKGG = wanted_BKGG * is_asked_BKGG
    common_BK = (strength_BKGG * wanted_BKGG).sum((2, 3))
    both_BK = (strength_BKGG.square() + wanted_BKGG.square()).sum((2, 3))
    is_planted_BK = wanted_BKGG.amax((2, 3)) > 0
    missed_BK = 1 - (2 * common_BK + 1) / (both_BK + 1)
    return (missed_BK * is_planted_BK).sum() / is_planted_BK.sum().clamp(min=1)


def naming_loss(logits_BKGG: Tensor, wanted_BKGG: Tensor, is_asked_BKGG: Tensor) -> Tensor:
    """Cross-entropy over the kinds where exactly one was planted and can be seen."""
    is_there_BKGG = (wanted_BKGG > 0.3) & (is_asked_BKGG > 0)
    is_one_BGG = (is_there_BKGG.sum(1) == 1) & (is_asked_BKGG.amin(1) > 0)
    entropy_BGG = F.cross_entropy(logits_BKGG, is_there_BKGG.float().argmax(1), reduction="none")
    return (entropy_BGG * is_one_BGG).sum() / is_one_BGG.sum().clamp(min=1)


def agreement_loss(found_B: Tensor, scores_B: Tensor, before: Tensor) -> Tensor:
    """One minus the linear correlation, over these photos and those before, (N, 2) alike."""
    found = torch.cat([found_B, before[:, 0]])
    scores = torch.cat([scores_B, before[:, 1]])
    found, scores = found - found.mean(), scores - scores.mean()
    spread = (found.square().sum() * scores.square().sum()).clamp(min=1e-12).sqrt()
    return 1 - (found * scores).sum() / spread


def score_loss(explained_B: Tensor, scores_B: Tensor) -> Tensor:
    """How far the explained scores are from those of people, both from 0 to 1."""
    return F.smooth_l1_loss(explained_B, scores_B, beta=_SMOOTH_WITHIN)


def silence_loss(logits_BKGG: Tensor) -> Tensor:
    """What is said of flawless photos, everywhere and where it is said the loudest."""
    loudest = logits_BKGG.flatten(2).topk(_FEW_PLACES, dim=2).values
    return F.softplus(logits_BKGG + 2).mean() + 0.5 * F.softplus(loudest + 1).mean()
