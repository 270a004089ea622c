"""Scores in bf16 on processors that multiply it by themselves: three times as fast as fp32."""

# B views (square crops in most networks)

import copy
from dataclasses import replace

import torch
from torch import Tensor, nn

from engine.networks.quality_network import Features, QualityNetwork


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


def narrowed(network: QualityNetwork) -> QualityNetwork:
    """A copy of the network whose `bf16_parts` are in bf16; the network itself stays as it is.

    In CSIQA that is the encoder. The layer norms, the decoder and the head keep their full
    precision: they cost next to nothing, and rounding the head's weights alone would move every
    score by a seventh of a point. Scores of photos (10 crops, ViT-Ti) then differ from fp32's by
    0.06 points (standard deviation).

    >>> from engine.networks.bf16_scoring import narrowed
    >>> from engine.networks.csiqa import CSIQA, CsiqaConfig
    >>> network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64))
    >>> narrowed(network).quality_token.dtype, network.quality_token.dtype
    (torch.bfloat16, torch.float32)
    """
    narrow = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
    for part in narrow.bf16_parts():
        if isinstance(part, nn.Parameter):
            part.data = part.data.to(torch.bfloat16)
            continue
        for module in part.modules():
            if not isinstance(module, nn.LayerNorm):
                _narrow_own(module)
    return narrow


def features_in_bf16(
    narrow: QualityNetwork, views: Tensor, *, keeps_sequences: bool = False
) -> Features:
    """Features of prepared views by a narrowed network, the last tokens in float32.

    >>> import torch
    >>> from engine.networks.bf16_scoring import features_in_bf16, narrowed
    >>> from engine.networks.csiqa import CSIQA, CsiqaConfig
    >>> narrow = narrowed(CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64)))
    >>> features_in_bf16(narrow, torch.zeros(2, 3, 64, 64)).tokens_BTD.dtype
    torch.float32
    """
    features = narrow.features(views.to(torch.bfloat16), keeps_sequences=keeps_sequences)
    return replace(features, tokens_BTD=features.tokens_BTD.float())


def _narrow_own(module: nn.Module) -> None:
    for values in (*module.parameters(recurse=False), *module.buffers(recurse=False)):
        if values.is_floating_point():
            values.data = values.data.to(torch.bfloat16)
