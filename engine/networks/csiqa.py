"""CSIQA and its teacher, on any of timm's plain vision transformers.

Li et al., "Integrating Global Context Contrast and Local Sensitivity for Blind Image Quality
Assessment", ICML 2024: quality-aware mask attention (Eq. 1-3) and decoder (App. B.2). The teacher
is the same network without the quality-aware token (QUA) and its mask.
"""

# B crops, T tokens [QUA | CLS and registers | patches], D features, S crop side in pixels

from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn

from engine.errors import WeightsUnavailable
from engine.networks.backbone import (
    StartingWeights,
    check_crop,
    compute_dtype,
    create_backbone,
    normalisation_of,
    unsuitable_size,
)
from engine.networks.decoder import QualityDecoder
from engine.networks.light_timm import VisionTransformer
from engine.networks.network_entry import ANSWERS, Answer, NetworkWish
from engine.networks.quality_mask import quality_mask
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.rating_head import create_head
from engine.networks.score_head import ratings_of_head, scores_0_100
from engine.networks.sight import CropSight, Sight

_HEAD_STD = 0.001  # first scores lie a few points around the mean label


@dataclass(frozen=True, slots=True, kw_only=True)
class CsiqaConfig:
    """What CSIQA is built from. `has_quality_token=False` is the teacher.

    >>> from engine.networks.csiqa import CsiqaConfig
    >>> CsiqaConfig().backbone, CsiqaConfig().mask_probability
    ('deit3_small_patch16_224', 0.3)
    >>> CsiqaConfig(mask_probability=30)
    Traceback (most recent call last):
        ...
    ValueError: mask_probability is 30; it must be 0 to 1.
    """

    backbone: str = "deit3_small_patch16_224"
    crop_px: int = 224
    has_quality_token: bool = True
    mask_probability: float = 0.3  # alpha, while training only
    is_cls_masked: bool = False
    answer: Answer = "scalar"

    def __post_init__(self) -> None:
        check_crop(self.backbone, self.crop_px)
        if not 0 <= self.mask_probability <= 1:
            raise ValueError(f"mask_probability is {self.mask_probability!r}; it must be 0 to 1.")
        if self.answer not in ANSWERS:
            raise ValueError(f"answer is {self.answer!r}; it must be one of {ANSWERS}.")

    def sight(self) -> Sight:
        """Square crops."""
        return CropSight(self.crop_px)

    @classmethod
    def for_run(cls, wish: NetworkWish) -> Self:
        """The student as wished, or its teacher, which has no quality-aware token and no mask."""
        if wish.is_teacher:
            return cls(
                backbone=wish.backbone,
                crop_px=wish.crop_px,
                has_quality_token=False,
                mask_probability=0.0,
                answer=wish.answer,
            )
        return cls(
            backbone=wish.backbone,
            crop_px=wish.crop_px,
            has_quality_token=wish.has_quality_token,
            mask_probability=wish.mask_probability,
            is_cls_masked=wish.is_cls_masked,
            answer=wish.answer,
        )


class CSIQA(QualityNetwork):
    """A vision transformer with a quality-aware token, decoded into one score per crop.

    >>> import torch
    >>> from engine.networks.csiqa import CSIQA, CsiqaConfig
    >>> network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64)).eval()
    >>> features = network.features(torch.zeros(2, 3, 64, 64))
    >>> features.num_prefix, features.patches_BPD.shape  # QUA and CLS; 4 x 4 patches
    (2, torch.Size([2, 16, 64]))
    >>> network.score_features(features).shape
    torch.Size([2])
    """

    def __init__(self, config: CsiqaConfig, *, weights: StartingWeights = "none") -> None:
        super().__init__()
        self.config = config
        encoder = create_backbone(config.backbone, crop_px=config.crop_px, weights=weights)
        if not isinstance(encoder, VisionTransformer) or encoder.cls_token is None:
            raise WeightsUnavailable(
                f"{config.backbone} is not a plain vision transformer with a class token, which "
                'CSIQA\'s mask needs. Take a ViT or DeiT of timm, or architecture = "portable".'
            )
        if encoder.patch_embed.num_patches == 0:
            raise unsuitable_size(config.backbone, config.crop_px)
        self.encoder: VisionTransformer = encoder
        self.crop_px = config.crop_px
        self.normalisation = normalisation_of(encoder)
        self.has_quality_token = config.has_quality_token
        num_features = int(encoder.embed_dim)
        num_queries = 2 if config.has_quality_token else 1
        self.num_prefix = int(encoder.num_prefix_tokens) + num_queries - 1
        if config.has_quality_token:
            self.quality_token = nn.Parameter(torch.empty(1, 1, num_features))
            nn.init.trunc_normal_(self.quality_token, std=0.02)
        self.decoder = QualityDecoder(
            num_features=num_features,
            num_heads=_num_heads(encoder),
            num_queries=num_queries,
        )
        self.answer = config.answer
        self.head = create_head(num_queries * num_features, config.answer, std=_HEAD_STD)

    def features(
        self,
        crops_B3SS: Tensor,
        *,
        keeps_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> Features:
        """The normed tokens after the last block; the mask is random only while training."""
        vit = self.encoder
        # timm offers no public step between embedding the patches and running the blocks
        tokens_BTD: Tensor = vit._pos_embed(vit.patch_embed(crops_B3SS))  # noqa: SLF001
        tokens_BTD = vit.norm_pre(vit.patch_drop(tokens_BTD))
        mask: Tensor | None = None
        if self.has_quality_token:
            quality = self.quality_token.expand(len(tokens_BTD), -1, -1)
            tokens_BTD = torch.cat([quality.to(tokens_BTD.dtype), tokens_BTD], dim=1)
            mask = self._mask(tokens_BTD, generator)
        sequences: list[Tensor] = []
        for block in vit.blocks:
            tokens_BTD = block(tokens_BTD) if mask is None else block(tokens_BTD, attn_mask=mask)
            if keeps_sequences:
                sequences.append(tokens_BTD)
        return Features(self._final_norm(tokens_BTD), self.num_prefix, tuple(sequences))

    def _mask(self, tokens_BTD: Tensor, generator: torch.Generator | None) -> Tensor:
        return quality_mask(
            len(tokens_BTD),
            num_prefix=self.num_prefix - 1,
            num_patches=tokens_BTD.shape[1] - self.num_prefix,
            mask_probability=self.config.mask_probability if self.training else 0.0,
            is_cls_masked=self.config.is_cls_masked,
            generator=generator,
            device=tokens_BTD.device,
            dtype=compute_dtype(tokens_BTD),
        )

    def _final_norm(self, tokens_BTD: Tensor) -> Tensor:
        # ViTs pretrained with average pooling keep their last norm in `fc_norm`
        vit = self.encoder
        norm = vit.fc_norm if isinstance(vit.norm, nn.Identity) else vit.norm
        normed_BTD: Tensor = norm(tokens_BTD)
        return normed_BTD

    def score_features(self, features: Features) -> Tensor:
        """Scores (B,): Linear(cat(QUA, CLS)) of the decoded queries, times 100."""
        return scores_0_100(self.head, self._decoded(features), self.answer)

    def rate_features(self, features: Features) -> Tensor | None:
        """Probabilities (B, 5) by the same layer, where it answers with a distribution."""
        if self.answer == "scalar":
            return None
        return ratings_of_head(self.head, self._decoded(features), self.answer)

    def _decoded(self, features: Features) -> Tensor:
        num_queries = 2 if self.has_quality_token else 1  # CLS is the first of timm's prefix tokens
        queries_BQD = features.tokens_BTD[:, :num_queries]
        decoded_BQD: Tensor = self.decoder(queries_BQD, features.patches_BPD)
        return decoded_BQD.flatten(1)

    def head_bias(self) -> nn.Parameter:
        """The bias of the linear head."""
        return self.head.bias

    def bf16_parts(self) -> tuple[nn.Module | nn.Parameter, ...]:
        """The encoder, and the token that goes through it."""
        return (self.encoder, self.quality_token) if self.has_quality_token else (self.encoder,)


def _num_heads(encoder: VisionTransformer) -> int:
    """The decoder has as many heads as the encoder's blocks: 6 for ViT-S, as in the paper."""
    attention: Any = encoder.blocks[0].attn
    return int(attention.num_heads)
