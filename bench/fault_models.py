"""Small model files of every kind, for making broken ones from."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from safetensors.torch import load, save

from engine.measures.label_scale import LabelScale
from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_card import ModelCard
from engine.networks.model_file import build_network, save_model
from engine.networks.model_header import CARD_KEY, read_card_values
from engine.networks.portable import PortableConfig
from engine.photos.resize import ResizeRule

_CROP_PX = 64


def small_models() -> list[bytes]:
    """CSIQA, a network of timm's, and CSIQA with a head for distortion maps, as files once had."""
    torch.manual_seed(0)
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.safetensors")
        contents = []
        for config in (
            CsiqaConfig(backbone="test_vit", crop_px=_CROP_PX),
            PortableConfig(backbone="test_vit", crop_px=_CROP_PX),
        ):
            network = build_network(config).eval()
            card = ModelCard(
                name="small",
                role="student" if isinstance(config, CsiqaConfig) else "plain",
                network=config,
                normalisation=network.normalisation,
                resize_rule=ResizeRule(long_side_px=None, short_side_px=_CROP_PX),
                num_crops=2,
                labels=LabelScale(low=1.0, high=5.0, higher_is_better=True),
            )
            save_model(path, network, card)
            contents.append(path.read_bytes())
        path.write_bytes(contents[0])
        card_with_head = {
            **read_card_values(path),
            "format_version": 2,
            "distortions": {"head": {"blocks": [1], "num_features": 64, "kinds": ["blur"]}},
        }
        tensors = {**load(contents[0]), "distortion_head.last.bias": torch.zeros(1).half()}
        return [*contents, save(tensors, {CARD_KEY: json.dumps(card_with_head)})]
