"""Small model files of every kind, for making broken ones from."""

from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
from engine.measures.label_scale import LabelScale
from engine.networks.csiqa import CsiqaConfig
from engine.networks.distortion_card import DistortionCard
from engine.networks.distortion_file import give_distortion_head
from engine.networks.model_card import ModelCard
from engine.networks.model_file import build_network, save_model
from engine.networks.portable import PortableConfig
from engine.photos.resize import ResizeRule

_CROP_PX = 64


def small_models() -> list[bytes]:
    """CSIQA, the same with a head for distortion maps, and a network of timm's."""
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
        head = DistortionHeadConfig(blocks=(1,), num_features=64, num_hidden=2)
        described = DistortionCard(head=head, scored_as="0" * 64)
        give_distortion_head(path, path, DistortionHead(head), described)
        return [*contents, path.read_bytes()]
