"""Teaches a head on a frozen network: planted defects in, one logit per kind and patch out."""

# B crops, K kinds, G patch grid side

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig, spread_blocks
from engine.networks.normalisation import normalise
from engine.networks.quality_network import Features, QualityNetwork
from engine.photos.resize import ResizeRule
from engine.photos.resized import read_resized
from trainer.distortion.examples import Examples, make_examples
from trainer.distortion.plan import TeachingPlan

_PHOTOS_AT_ONCE = 12
_CROPS_PER_PHOTO = 3
_WARMUP_SHARE = 0.05


def new_head(network: QualityNetwork, *, num_hidden: int, seed: int) -> DistortionHead:
    """An untaught head that fits the network."""
    sequences = _features_of_nothing(network).sequences
    config = DistortionHeadConfig(
        blocks=spread_blocks(len(sequences)),
        num_features=sequences[-1].shape[-1],
        num_hidden=num_hidden,
    )
    torch.manual_seed(seed)
    return DistortionHead(config)


def teach(
    network: QualityNetwork,
    photos: Sequence[Path],
    rule: ResizeRule,
    plan: TeachingPlan,
    *,
    on_step: Callable[[int, int, float], None] = lambda step, num_steps, loss: None,
) -> DistortionHead:
    """A head taught on defects planted in these photos; `on_step(step, num_steps, loss)`."""
    head = new_head(network, num_hidden=plan.num_hidden, seed=plan.seed)
    optimizer = torch.optim.AdamW(
        head.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay
    )
    num_steps = math.ceil(plan.epochs * len(photos) / _PHOTOS_AT_ONCE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, num_steps))
    batches = example_batches(network, photos, rule, epochs=plan.epochs, seed=plan.seed)
    for step, examples in enumerate(batches, start=1):
        features, crops_B3SS = frozen_features(network, examples)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits_BKGG = head(features.sequences, features.num_prefix, crops_B3SS)
        loss = answer_loss(
            logits_BKGG.float(),
            torch.from_numpy(examples.wanted_BKGG),
            torch.from_numpy(examples.is_asked_BKGG),
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        on_step(step, num_steps, float(loss.detach()))
    return head.eval()


def answer_loss(logits_BKGG: Tensor, wanted_BKGG: Tensor, is_asked_BKGG: Tensor) -> Tensor:
    """Cross-entropy with the soft answers, averaged over what is asked."""
    loss_BKGG = F.binary_cross_entropy_with_logits(logits_BKGG, wanted_BKGG, reduction="none")
    return (loss_BKGG * is_asked_BKGG).sum() / is_asked_BKGG.sum()


def frozen_features(network: QualityNetwork, examples: Examples) -> tuple[Features, Tensor]:
    """The network's features of the crops, without gradients, and the crops as it takes them."""
    crops_B3SS = normalise(torch.from_numpy(examples.crops_BSS3), network.normalisation)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        features = network.features(crops_B3SS, keeps_sequences=True)
    return features, crops_B3SS


def example_batches(
    network: QualityNetwork, photos: Sequence[Path], rule: ResizeRule, *, epochs: int, seed: int
) -> Iterator[Examples]:
    """Batches of examples; which photo, defect and crop come when depends on the seed alone."""
    grid = math.isqrt(_features_of_nothing(network).patches_BPD.shape[1])
    order = np.random.default_rng(seed)

    def make(job: tuple[Path, int]) -> Examples:
        path, number = job
        photo = read_resized(path, rule, crop_px=network.crop_px)
        return make_examples(
            photo.pixels_HW3,
            crop_px=network.crop_px,
            grid=grid,
            num_crops=_CROPS_PER_PHOTO,
            rng=np.random.default_rng([seed, number]),
        )

    jobs = [photos[int(index)] for _ in range(epochs) for index in order.permutation(len(photos))]
    numbered = list(zip(jobs, range(len(jobs)), strict=True))
    groups = [numbered[i : i + _PHOTOS_AT_ONCE] for i in range(0, len(numbered), _PHOTOS_AT_ONCE)]
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.map(make, group) for group in groups[:2]]
        for number in range(len(groups)):
            made = list(waiting.pop(0))
            if number + 2 < len(groups):
                waiting.append(pool.map(make, groups[number + 2]))
            yield Examples(
                crops_BSS3=np.concatenate([one.crops_BSS3 for one in made]),
                wanted_BKGG=np.concatenate([one.wanted_BKGG for one in made]),
                is_asked_BKGG=np.concatenate([one.is_asked_BKGG for one in made]),
            )


def _features_of_nothing(network: QualityNetwork) -> Features:
    """The features of a black crop, for their shapes."""
    with torch.inference_mode():
        crop = torch.zeros(1, 3, network.crop_px, network.crop_px)
        return network.features(crop, keeps_sequences=True)


def _pace(step: int, num_steps: int) -> float:
    """Learning rate over its peak: a short rise, then half a cosine down to nothing."""
    warmup = max(1, round(_WARMUP_SHARE * num_steps))
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, num_steps - warmup)))
