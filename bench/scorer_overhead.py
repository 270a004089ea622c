"""Milliseconds per crop of CSIQA against timm's bare ViT of the same name and type."""

from functools import partial

import torch
from torch import Tensor, nn

from bench.figure import Figure
from bench.interleaved import time_in_turns
from bench.subjects import student, teacher
from engine.networks.light_timm import timm
from engine.networks.normalisation import normalise
from engine.networks.quality_network import QualityNetwork

_AT_MOST = 1.15


def measure(*, num_rounds: int = 40, num_crops: int = 10) -> list[Figure]:
    """The scorer's way from uint8 crops to scores, on the processor, and the bare ViT's alone."""
    (student_network, card), (teacher_network, _) = student(), teacher()
    networks = {"student": student_network, "teacher": teacher_network}
    config = card.network
    bare = timm.create_model(config.backbone, num_classes=1).eval()
    generator = torch.Generator().manual_seed(0)
    shape = (num_crops, card.crop_px, card.crop_px, 3)
    crops_BSS3 = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
    normalised = normalise(crops_BSS3, card.normalisation)
    timings = time_in_turns(
        {
            "bare": partial(_run_bare, bare, normalised),
            **{name: partial(_score, network, crops_BSS3) for name, network in networks.items()},
        },
        num_rounds=num_rounds,
        num_warmups=3,
    )
    figures = [
        Figure(
            what=f"timm's bare {config.backbone}, batch of {num_crops}, processor",
            value=1000 * timings.fastest_s("bare") / num_crops,
            unit="ms per crop",
        )
    ]
    for name in networks:
        milliseconds = 1000 * timings.fastest_s(name) / num_crops
        ratio = timings.ratio(name, "bare")
        figures += [
            Figure(what=f"scorer with the {name}", value=milliseconds, unit="ms per crop"),
            Figure(what="  as a multiple of the bare ViT", value=ratio, unit="x", at_most=_AT_MOST),
        ]
    return figures


def _run_bare(network: nn.Module, normalised: Tensor) -> None:
    with torch.inference_mode():
        network(normalised)


def _score(network: QualityNetwork, crops_BSS3: Tensor) -> None:
    with torch.inference_mode():
        network(normalise(crops_BSS3, network.normalisation))
