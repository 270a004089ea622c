"""Quality context contrast: images of like quality are pulled together, others apart (Eq. 5)."""

# B images, N tokens, D features, E features of one embedding

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import EngineError, UnsuitableBatch

_NO_DIRECTION = 1e-24  # a squared length below this has no direction worth comparing


def quality_contrast(
    embeddings: Tensor, positives: Tensor, negatives: Tensor, temperature: float
) -> Tensor:
    """How badly each anchor's positives stand out from its negatives, in nats; a scalar >= 0.

    `embeddings` is (B, E), or (B, N, D), which is flattened; `positives` and `negatives` are
    boolean (B, B), row = anchor. The logarithm is taken for each positive and then averaged, as
    Eq. 5 has it, and anchors without a positive or without a negative are left out. If none is
    left the loss is 0 and its gradient too. Half precision is widened to float32, also under
    autocast. An embedding of length 0 is like no other, and gets no gradient.
    """
    _check(embeddings, positives, negatives, temperature)
    with torch.autocast(device_type=embeddings.device.type, enabled=False):
        logits_BB = cosine_similarities(embeddings) / temperature
        # Finite, not -inf: an anchor without negatives then needs no care in the gradient.
        nothing = torch.finfo(logits_BB.dtype).min
        crowd_B1 = logits_BB.masked_fill(~negatives, nothing).logsumexp(dim=1, keepdim=True)
        # -log(e^p / (e^p + e^crowd)) = softplus(crowd - p)
        terms_BB = F.softplus(crowd_B1 - logits_BB).masked_fill(~positives, 0.0)
        per_anchor_B = terms_BB.sum(dim=1) / positives.sum(dim=1).clamp_min(1)
        is_kept_B = positives.any(dim=1) & negatives.any(dim=1)
        return per_anchor_B.masked_fill(~is_kept_B, 0.0).sum() / is_kept_B.sum().clamp_min(1)


def cosine_similarities(embeddings: Tensor) -> Tensor:
    """Cosine similarity of all pairs, (B, B), in float32 or wider.

    The lengths are divided out of the (B, B) products, not of the far larger embeddings: a whole
    token sequence has tens of thousands of features, and a normalised copy of it at each of twelve
    blocks would cost more than the products do.
    """
    flat_BE = embeddings.flatten(start_dim=1)
    if flat_BE.dtype in (torch.bfloat16, torch.float16):
        flat_BE = flat_BE.float()
    products_BB = flat_BE @ flat_BE.T
    squares_B = products_BB.diagonal()
    inverse_lengths_B = squares_B.clamp_min(_NO_DIRECTION).rsqrt()
    inverse_lengths_B = inverse_lengths_B.masked_fill(squares_B < _NO_DIRECTION, 0.0)
    return products_BB * inverse_lengths_B[:, None] * inverse_lengths_B[None, :]


def _check(embeddings: Tensor, positives: Tensor, negatives: Tensor, temperature: float) -> None:
    if not temperature > 0.0:
        raise EngineError(f"The temperature is {temperature}; choose one above 0, such as 0.3.")
    if embeddings.ndim < 2:
        raise UnsuitableBatch(
            f"The embeddings have the shape {tuple(embeddings.shape)}; give (B, E) or (B, N, D)."
        )
    expected = (embeddings.shape[0], embeddings.shape[0])
    for name, pairs in (("positives", positives), ("negatives", negatives)):
        if tuple(pairs.shape) != expected or pairs.dtype != torch.bool:
            raise UnsuitableBatch(
                f"The {name} are {pairs.dtype} of the shape {tuple(pairs.shape)}; for "
                f"{expected[0]} embeddings they must be torch.bool of the shape {expected}."
            )
