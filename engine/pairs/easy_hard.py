"""Easy and hard pairs: who each image is pulled towards and pushed away from (section 3.4).

Easy pairs follow the labels alone. Hard pairs are those that the teacher gets wrong: close in
label but far apart in its scores (positives), or far apart in label but close in its scores.
"""

# B images in the batch; in every (B, B) tensor the row is the anchor, the column the candidate

from typing import Literal

from torch import Tensor

from engine.errors import EngineError, UnsuitableBatch
from engine.pairs.distances import count, farthest, nearest, require_finite, score_distances

Strategy = Literal["easy", "hard", "easy_hard"]

_TEACHER_FLOOR = 1e-8  # keeps Eq. 7 finite where the teacher gives two images the same score


def choose_pairs(
    scores: Tensor,
    teacher_scores: Tensor | None,
    *,
    strategy: Strategy = "easy_hard",
    easy_positive: float = 0.1,
    easy_negative: float = 0.4,
    rough_positive: float = 0.2,
    rough_negative: float = 0.6,
    hard_positive: float = 0.1,
    hard_negative: float = 0.4,
) -> tuple[Tensor, Tensor]:
    """The positives and negatives of every image in a batch, two boolean (B, B), row = anchor.

    `scores` are the labels and `teacher_scores` the frozen teacher's, both (B,) with B >= 4, on
    any scale; "easy" needs no teacher. Each ratio stands for max(1, floor(ratio * B)) images.
    Ties go to the lower index, among the nearest and among the farthest alike. So where labels
    are coarse and most of a batch shares one, an image can be an anchor's positive and its
    negative at once; and hard pairs of equal label are taken in order of index, since Eq. 7 is
    0 for all of them. "hard" alone can leave an anchor without positives or negatives.

    >>> import torch
    >>> from engine.pairs.easy_hard import choose_pairs
    >>> rated = torch.tensor([10.0, 12.0, 14.0, 80.0])
    >>> taught = torch.tensor([10.0, 12.0, 70.0, 80.0])  # the teacher overrates the third image
    >>> positives, _ = choose_pairs(rated, taught, strategy="hard", rough_positive=0.5)
    >>> positives[0].tolist()  # so the third is what the first has to be pulled to
    [False, False, True, False]
    """
    if strategy not in ("easy", "hard", "easy_hard"):
        raise EngineError(
            f"The pair strategy {strategy!r} is unknown; choose easy, hard or easy_hard."
        )
    labels_BB = score_distances(scores)
    batch_size = labels_BB.shape[0]
    easy = (count(easy_positive, batch_size), count(easy_negative, batch_size))
    rough = (count(rough_positive, batch_size), count(rough_negative, batch_size))
    hard = (count(hard_positive, batch_size), count(hard_negative, batch_size))
    if strategy == "easy":
        require_finite(labels_BB)
        return nearest(labels_BB, easy[0]), farthest(labels_BB, easy[1])

    error_BB = _teacher_error(labels_BB, teacher_scores, strategy)
    positives_BB = nearest(error_BB, hard[0]) & nearest(labels_BB, rough[0])
    negatives_BB = farthest(error_BB, hard[1]) & farthest(labels_BB, rough[1])
    if strategy == "easy_hard":
        positives_BB |= nearest(labels_BB, easy[0])
        negatives_BB |= farthest(labels_BB, easy[1])
    return positives_BB, negatives_BB


def _teacher_error(labels_BB: Tensor, teacher_scores: Tensor | None, strategy: str) -> Tensor:
    """Eq. 7: the label distance as a multiple of the distance that the teacher sees."""
    if teacher_scores is None:
        raise UnsuitableBatch(
            f"The pair strategy {strategy!r} needs the teacher's scores. Train or give a teacher, "
            "or choose the strategy 'easy'."
        )
    teacher_BB = score_distances(teacher_scores, "teacher scores").to(labels_BB.device)
    if teacher_BB.shape != labels_BB.shape:
        raise UnsuitableBatch(
            f"There are {labels_BB.shape[0]} labels but {teacher_BB.shape[0]} teacher scores; "
            "give one of each per image."
        )
    error_BB = labels_BB / (teacher_BB + _TEACHER_FLOOR)
    require_finite(labels_BB, teacher_BB, error_BB)
    return error_BB
