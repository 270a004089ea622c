"""Scores in bf16 on processors that multiply it by themselves: three times as fast as fp32."""

# B views (square crops in most networks)

import copy
from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor, nn

from engine.networks.quality_network import QualityNetwork, Seen


def processor_has_bf16() -> bool:
    """Whether the processor multiplies bf16 by itself; without that bf16 is slower, not faster.

    >>> from engine.networks.bf16_scoring import processor_has_bf16
    >>> precision = "bf16" if processor_has_bf16() else "fp32"  # what "auto" means for CSIQA here
    >>> precision in ("bf16", "fp32")
    True
    """
    has_avx512 = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    has_amx = getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    return bool(has_avx512() or has_amx())


class SeesViews(Protocol):
    """Makes scores (B,), pooled features (B, F) and perhaps ratings of prepared views.

    >>> from engine.networks.bf16_scoring import SeesViews, scores_in_bf16
    >>> from engine.networks.csiqa import CSIQA, CsiqaConfig
    >>> network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64))
    >>> sees: SeesViews = scores_in_bf16(network)
    """

    def __call__(self, views: Tensor, *, keeps_sequences: bool = False) -> Seen:
        """With `keeps_sequences`, features of earlier blocks are pooled too."""


def scores_in_bf16(network: QualityNetwork) -> SeesViews:
    """What scores views as `network` does, with a bf16 copy of what it offers as `bf16_parts`.

    It gives scores (B,) and the features pooled on the way (B, F).

    In CSIQA that is the encoder. The layer norms, the decoder and the head keep their full
    precision: they cost next to nothing, and rounding the head's weights alone would move every
    score by a seventh of a point. Scores of photos (10 crops, ViT-Ti) then differ from fp32's by
    0.06 points (standard deviation). `network` itself is left as it is.

    >>> import torch
    >>> from engine.networks.bf16_scoring import scores_in_bf16
    >>> from engine.networks.csiqa import CSIQA, CsiqaConfig
    >>> network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64))
    >>> weight = torch.nn.init.zeros_(network.head.weight)  # so that only the bias is left
    >>> network.start_from_mean(50.0)
    >>> scores_in_bf16(network)(torch.zeros(2, 3, 64, 64)).scores_B.tolist()
    [50.0, 50.0]
    """
    narrow = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
    for part in narrow.bf16_parts():
        if isinstance(part, nn.Parameter):
            part.data = part.data.to(torch.bfloat16)
            continue
        for module in part.modules():
            if not isinstance(module, nn.LayerNorm):
                _narrow_own(module)

    def scores(views: Tensor, *, keeps_sequences: bool = False) -> Seen:
        narrow_features = narrow.features(views.to(torch.bfloat16), keeps_sequences=keeps_sequences)
        features = replace(narrow_features, tokens_BTD=narrow_features.tokens_BTD.float())
        return narrow.said_of(features)

    return scores


def _narrow_own(module: nn.Module) -> None:
    for values in (*module.parameters(recurse=False), *module.buffers(recurse=False)):
        if values.is_floating_point():
            values.data = values.data.to(torch.bfloat16)
