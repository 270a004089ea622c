"""Which part of a block's tokens the contrast compares."""

# B images, N tokens, D features, E features of one embedding

from typing import Literal

import torch
from torch import Tensor

from engine.errors import EngineError

EmbeddingKind = Literal["sequence", "qua", "cls", "mean_patch"]


def embed(
    tokens_BND: Tensor,
    *,
    kind: EmbeddingKind,
    has_quality_token: bool,
    num_prefix_tokens: int,
    is_centred: bool,
) -> Tensor:
    """One vector per image, (B, E), out of a block's tokens [QUA | CLS | registers | patches].

    `num_prefix_tokens` counts CLS and registers, as timm does, and never QUA. "sequence" is all
    tokens flattened (the paper's F^l), "qua" and "cls" one token, "mean_patch" the patches' mean.
    `is_centred` takes the batch's mean embedding away, so that what all photos share does not
    drown what tells them apart; gradients flow through the mean as well. Half precision is
    widened to float32 before any arithmetic.

    >>> import torch
    >>> from engine.losses.embeddings import embed
    >>> tokens = torch.tensor([[[7.0], [8.0], [1.0], [3.0]]])  # QUA, CLS and two patches
    >>> embed(
    ...     tokens, kind="mean_patch", has_quality_token=True, num_prefix_tokens=1, is_centred=False
    ... ).tolist()
    [[2.0]]
    """
    embedding_BE = _pick(tokens_BND, kind, int(has_quality_token), num_prefix_tokens)
    if not is_centred:
        return embedding_BE
    embedding_BE = _widened(embedding_BE)
    return embedding_BE - embedding_BE.mean(dim=0, keepdim=True)


def _pick(tokens_BND: Tensor, kind: str, num_quality: int, num_prefix: int) -> Tensor:
    num_before_patches = num_quality + num_prefix
    if kind == "sequence":
        return tokens_BND.flatten(start_dim=1)
    if kind == "qua":
        if num_quality == 0:
            raise EngineError(
                "This network has no QUA token to compare. Switch the quality mask on, or choose "
                "the embedding 'sequence', 'cls' or 'mean_patch'."
            )
        return tokens_BND[:, 0]
    if kind == "cls":
        if num_prefix == 0:
            raise EngineError(
                "This network has no CLS token to compare. Choose the embedding 'sequence' or "
                "'mean_patch'."
            )
        return tokens_BND[:, num_quality]
    if kind == "mean_patch":
        if tokens_BND.shape[1] <= num_before_patches:
            raise EngineError(
                f"There are {tokens_BND.shape[1]} tokens, {num_before_patches} of them before the "
                "patches, so no patch is left to compare. Choose another embedding."
            )
        return _widened(tokens_BND[:, num_before_patches:]).mean(dim=1)
    raise EngineError(
        f"The embedding {kind!r} is unknown; choose sequence, qua, cls or mean_patch."
    )


def _widened(values: Tensor) -> Tensor:
    return values.float() if values.dtype in (torch.bfloat16, torch.float16) else values
