"""What is measured: the bundled models where there are some, else networks of the same form."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from app.demo.photographs import read_photographs
from engine.measures.label_scale import LabelScale
from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_card import ModelCard
from engine.networks.model_file import build_network, open_model
from engine.networks.model_library import list_models
from engine.networks.quality_network import QualityNetwork
from engine.photos.resize import ResizeRule
from engine.scorer import Scorer

BACKBONE = "vit_tiny_patch16_224"


def student() -> tuple[QualityNetwork, ModelCard]:
    """The bundled student, or one with random weights."""
    return _bundled("student") or _random(CsiqaConfig(backbone=BACKBONE), "random student")


def teacher() -> tuple[QualityNetwork, ModelCard]:
    """The bundled teacher, or one with random weights."""
    config = CsiqaConfig(backbone=BACKBONE, has_quality_token=False, mask_probability=0.0)
    return _bundled("teacher") or _random(config, "random teacher")


def scorer(*, device: str = "auto", num_crops: int | None = None) -> Scorer:
    """A scorer with the default model."""
    return Scorer.open(device=device, num_crops=num_crops)


def write_photos(
    folder: Path, *, num_photos: int, width_px: int, height_px: int, noise: float = 3.0
) -> list[Path]:
    """JPEGs made from scikit-image's photographs, enlarged, with the grain of a camera.

    Without the grain an enlarged photograph would take a fraction of a real one's bytes, and
    decode sooner. The photographs take turns; a picture that was made already is copied.
    """
    rng = np.random.default_rng(0)
    sources = list(read_photographs().values())
    paths = []
    for number in range(num_photos):
        path = folder / f"photo_{number:05d}.jpg"
        paths.append(path)
        if number >= len(sources):
            path.write_bytes(paths[number % len(sources)].read_bytes())
            continue
        small = Image.fromarray(sources[number])
        enlarged = small.resize((width_px, height_px), Image.Resampling.BICUBIC)
        grain = rng.standard_normal((height_px, width_px, 1), dtype=np.float32) * noise
        pixels = np.clip(np.asarray(enlarged) + grain, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(path, quality=90)
    return paths


def _bundled(role: str) -> tuple[QualityNetwork, ModelCard] | None:
    for entry in list_models():
        if entry.card is not None and entry.card.role == role:
            return open_model(entry.path)
    return None


def _random(config: CsiqaConfig, name: str) -> tuple[QualityNetwork, ModelCard]:
    torch.manual_seed(0)
    network = build_network(config).eval()
    network.start_from_mean(50.0)
    card = ModelCard(
        name=name,
        role="student" if config.has_quality_token else "teacher",
        network=replace(config),
        normalisation=network.normalisation,
        resize_rule=ResizeRule(long_side_px=512, short_side_px=384),
        num_crops=10,
        labels=LabelScale(low=0.0, high=100.0, higher_is_better=True),
    )
    return network, card
