"""Tiny real models; tests reach them through the fixture `tiny_model`."""

from pathlib import Path

import torch

from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.model_card import MapScale, ModelCard
from engine.networks.model_file import save_model
from engine.photos.resize import ResizeRule

FIGURE = {"value": 0.87123, "low": 0.85, "high": 0.89}


def make_tiny_model(
    folder: Path, *, seed: int = 0, name: str = "tiny", file_name: str = "tiny-file"
) -> Path:
    """A model file with random weights, the same every time, that rates a photo in no time."""
    torch.manual_seed(seed)
    config = CsiqaConfig(backbone="test_vit", crop_px=160)
    network = CSIQA(config)
    network.start_from_mean(50.0)
    with torch.no_grad():
        network.head.weight *= 10  # so that photos differ as much as in a trained model
    card = ModelCard(
        name=name,
        role="student",
        network=config,
        normalisation=network.normalisation,
        resize_rule=ResizeRule(long_side_px=None, short_side_px=200),
        num_crops=2,
        labels=LabelScale(low=1.0, high=5.0, higher_is_better=True),
        trained_on="made-up photos",
        num_photos=12,
        label_sha256="ab" * 32,
        protocol="Nothing was trained: the weights are random. " * 4,
        figures={"num_photos": 7, "srcc": FIGURE, "rmse": FIGURE, "krcc": "not a figure"},
        logistic=LogisticMap(low=0.0, high=100.0, centre=50.0, width=10.0, is_linear=False),
        map_scale=MapScale(top=1.0, weak_below=0.25),
        parent="tiny-teacher",
        date="2026-01-31",
        program="discern 0.1.0",
    )
    path = folder / f"{file_name}.safetensors"
    save_model(path, network, card)
    return path
