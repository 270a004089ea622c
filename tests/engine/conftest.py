"""Tiny networks with random weights, their cards and files: real ones, only small."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.model_card import MapScale, ModelCard
from engine.networks.model_file import save_model
from engine.networks.quality_network import QualityNetwork
from engine.photos.resize import ResizeRule
from engine.scorer import Scorer

CROP_PX = 64


def student(backbone: str = "test_vit", *, seed: int = 0, **config) -> CSIQA:
    """A student whose QUA, head and scores are as far from zero as those of a trained one."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = CSIQA(CsiqaConfig(backbone=backbone, **{"crop_px": CROP_PX, **config}))
        with torch.no_grad():
            network.head.weight.normal_(std=0.02)
            for token in ("cls_token", "reg_token"):  # timm starts them at almost nothing
                if getattr(network.encoder, token, None) is not None:
                    getattr(network.encoder, token).normal_(std=0.5)
        network.start_from_mean(50.0)
    return network.eval()


def card_of(network: QualityNetwork, /, **changes) -> ModelCard:
    card = ModelCard(
        name="tiny",
        role="student",
        network=network.config,
        normalisation=network.normalisation,
        resize_rule=ResizeRule(long_side_px=None, short_side_px=96),
        num_crops=3,
        labels=LabelScale(low=1.0, high=5.0, higher_is_better=False),
        trained_on="made-up photos",
        num_photos=12,
        label_sha256="ab" * 32,
        protocol="Nothing was trained: the weights are random. Größe, 画質, 🏖️.",
        figures={"num_photos": 7, "srcc": {"value": 0.5, "low": 0.4, "high": 0.6}},
        logistic=LogisticMap(low=0.0, high=100.0, centre=50.0, width=10.0, is_linear=False),
        map_scale=MapScale(top=0.5, weak_below=0.125),
        settings={"student": {"temperature": 0.3, "contrast": "easy_hard"}, "seed": 1},
        parent="tiny-teacher",
        date="2026-01-31",
        program="discern 0.1.0",
    )
    return replace(card, **changes)


@pytest.fixture(scope="session")
def make_student() -> Callable[..., CSIQA]:
    return student


@pytest.fixture(scope="session")
def make_card() -> Callable[..., ModelCard]:
    return card_of


@pytest.fixture(scope="session")
def tiny_network() -> CSIQA:
    """Shared by all tests: look at it, do not change it."""
    return student()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory, tiny_network) -> Path:
    """Shared by all tests: copy it before you break it."""
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    save_model(path, tiny_network, card_of(tiny_network))
    return path


@pytest.fixture
def tiny_scorer(tiny_model) -> Scorer:
    return Scorer.open(tiny_model, device="cpu")


@pytest.fixture(scope="session")
def odd_sizes(tmp_path_factory) -> list[Path]:
    """Six photos that differ in size, shape and content: wide, tall, and as small as a crop."""
    folder = tmp_path_factory.mktemp("odd_sizes")
    rng = np.random.default_rng(0)
    sizes = [(320, 240), (240, 320), (200, 200), (500, 120), (97, 96), (130, 400)]
    paths = []
    for number, (width_px, height_px) in enumerate(sizes):
        noise = rng.integers(0, 60 * (number + 1) % 250 + 2, (height_px, width_px, 3))
        ramp = np.linspace(0, 120, width_px)[None, :, None]
        paths.append(folder / f"photo {number}.png")
        Image.fromarray((noise / 2 + ramp).astype(np.uint8)).save(paths[-1])
    return paths
