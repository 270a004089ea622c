"""Quality context contrast: images of like quality are pulled together, others apart (Eq. 5)."""

# L blocks of a network, B images, N tokens, D features, E features of one embedding

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

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

    >>> import torch
    >>> from engine.losses.contrast import quality_contrast
    >>> alike = torch.tensor([[0, 1, 0], [1, 0, 0], [0, 0, 0]]).bool()  # the first two
    >>> apart = torch.tensor([[0, 0, 1], [0, 0, 1], [1, 1, 0]]).bool()  # the third from both
    >>> images = torch.tensor([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0]])  # cosines 1 and 0
    >>> round(quality_contrast(images, alike, apart, temperature=1.0).item(), 4)  # ln(1 + 1/e)
    0.3133
    """
    return block_contrasts([embeddings], positives, negatives, temperature)[0]


def block_contrasts(
    embeddings: Sequence[Tensor], positives: Tensor, negatives: Tensor, temperature: float
) -> Tensor:
    """The contrast at each of L blocks, (L,); see `quality_contrast`.

    One call for all blocks: their similarities are small, so that a call for each of them is
    mostly spent on starting operations.

    >>> import torch
    >>> from engine.losses.contrast import block_contrasts
    >>> alike = torch.tensor([[0, 1, 0], [1, 0, 0], [0, 0, 0]]).bool()
    >>> apart = torch.tensor([[0, 0, 1], [0, 0, 1], [1, 1, 0]]).bool()
    >>> first = torch.ones(3, 2)  # a block that tells nothing apart: ln 2
    >>> last = torch.tensor([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0]])  # cosines 1 and 0: ln(1 + 1/e)
    >>> [round(loss.item(), 4) for loss in block_contrasts([first, last], alike, apart, 1.0)]
    [0.6931, 0.3133]
    """
    for block in embeddings:
        _check(block, positives, negatives, temperature)
    with torch.autocast(device_type=positives.device.type, enabled=False):
        products_LBB = torch.stack([_products(block) for block in embeddings])
        logits_LBB = _cosines(products_LBB) / temperature
        # Finite, not -inf: an anchor without negatives then needs no care in the gradient.
        nothing = torch.finfo(logits_LBB.dtype).min
        crowd_LB1 = logits_LBB.masked_fill(~negatives, nothing).logsumexp(dim=-1, keepdim=True)
        # -log(e^p / (e^p + e^crowd)) = softplus(crowd - p)
        terms_LBB = F.softplus(crowd_LB1 - logits_LBB).masked_fill(~positives, 0.0)
        per_anchor_LB = terms_LBB.sum(dim=-1) / positives.sum(dim=1).clamp_min(1)
        is_kept_B = positives.any(dim=1) & negatives.any(dim=1)
        kept_LB = per_anchor_LB.masked_fill(~is_kept_B, 0.0)
        return kept_LB.sum(dim=-1) / is_kept_B.sum().clamp_min(1)


def cosine_similarities(embeddings: Tensor) -> Tensor:
    """Cosine similarity of all pairs, (B, B), in float32 or wider.

    >>> import torch
    >>> from engine.losses.contrast import cosine_similarities
    >>> images = torch.tensor([[3.0, 4.0], [6.0, 8.0], [4.0, -3.0]])
    >>> cosine_similarities(images).round(decimals=4).tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    return _cosines(_products(embeddings))


def _cosines(products_LBB: Tensor) -> Tensor:
    """The lengths are divided out of the (B, B) products, not of the far larger embeddings.

    A whole token sequence has tens of thousands of features, and a normalised copy of it at each
    of twelve blocks would cost more than the products do.
    """
    squares_LB = products_LBB.diagonal(dim1=-2, dim2=-1)
    inverse_lengths_LB = squares_LB.clamp_min(_NO_DIRECTION).rsqrt()
    inverse_lengths_LB = inverse_lengths_LB.masked_fill(squares_LB < _NO_DIRECTION, 0.0)
    return products_LBB * inverse_lengths_LB[..., :, None] * inverse_lengths_LB[..., None, :]


def _products(embeddings: Tensor) -> Tensor:
    """Scalar products of all pairs, (B, B)."""
    flat_BE = embeddings.flatten(start_dim=1)
    if flat_BE.dtype in (torch.bfloat16, torch.float16):
        flat_BE = flat_BE.float()
    products_BB: Tensor = _ProductsOfPairs.apply(flat_BE)
    return products_BB


class _ProductsOfPairs(torch.autograd.Function):
    """F F^T, whose gradient for F is (G + G^T) F: one product of matrices.

    Autograd by itself takes the two factors for different ones, and makes two products, the second
    with its result laid out the wrong way round.
    """

    @staticmethod
    def forward(ctx: FunctionCtx, flat_BE: Tensor) -> Tensor:
        """The products, (B, B)."""
        ctx.save_for_backward(flat_BE)
        return flat_BE @ flat_BE.T

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, gradient_BB: Tensor) -> Tensor:
        """The gradient for the embeddings, (B, E)."""
        (flat_BE,) = ctx.saved_tensors  # type: ignore[attr-defined]  # missing in PyTorch's stub
        with torch.autocast(device_type=flat_BE.device.type, enabled=False):
            gradient_BE: Tensor = (gradient_BB + gradient_BB.T) @ flat_BE
        return gradient_BE


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
