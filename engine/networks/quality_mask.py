"""Quality-aware mask attention: who may attend to whom, as a mask for timm's blocks.

Eq. 1-3 of Li et al., ICML 2024. Tokens are [QUA | CLS and other prefix tokens | patches].
"""

# B crops, T tokens (QUA, prefix tokens, patches)

import torch
from torch import Tensor


def quality_mask(
    num_crops: int,
    *,
    num_prefix: int,
    num_patches: int,
    mask_probability: float,
    is_cls_masked: bool,
    generator: torch.Generator | None,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    """Additive attention mask: 0 where a row may attend to a column, -inf where it may not.

    CLS and patches never attend to QUA (row 0 is QUA, and so is column 0). QUA attends to itself
    always and to each patch with probability 1 - `mask_probability`; prefix tokens are masked alike
    only if `is_cls_masked`. One draw per crop, shared by heads and blocks [C]. The shape is
    (B, 1, T, T), or (1, 1, T, T) when nothing is random. `num_prefix` counts CLS and register
    tokens, not QUA.

    >>> import torch
    >>> from engine.networks.quality_mask import quality_mask
    >>> mask = quality_mask(
    ...     1, num_prefix=1, num_patches=1, mask_probability=0.0, is_cls_masked=False,
    ...     generator=None, device=torch.device("cpu"), dtype=torch.float32,
    ... )
    >>> mask[0, 0].tolist()  # QUA sees all; CLS and the patch don't see QUA
    [[0.0, 0.0, 0.0], [-inf, 0.0, 0.0], [-inf, 0.0, 0.0]]
    """
    num_tokens = 1 + num_prefix + num_patches
    batch = num_crops if mask_probability > 0 else 1
    mask_B1TT = torch.zeros((batch, 1, num_tokens, num_tokens), device=device, dtype=dtype)
    mask_B1TT[:, :, 1:, 0] = -torch.inf
    if mask_probability > 0:
        first = 1 if is_cls_masked else 1 + num_prefix
        draw = torch.rand((batch, num_tokens - first), device=device, generator=generator)
        row = torch.zeros_like(draw, dtype=dtype).masked_fill_(draw < mask_probability, -torch.inf)
        mask_B1TT[:, 0, 0, first:] = row
    return mask_B1TT
