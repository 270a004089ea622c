"""A tiny defect network with random weights, and its file."""

import pytest
import torch

from engine.defects.defect_card import DefectCard, KindRates
from engine.defects.defect_file import save_defect_network
from engine.defects.defect_network import DefectNetwork, DefectNetworkConfig
from engine.defects.proven_strength import KindLevel

KINDS = ("blur", "noise", "other damage")


@pytest.fixture(scope="session")
def tiny_defect_network():
    torch.manual_seed(0)
    network = DefectNetwork(DefectNetworkConfig(num_features=8, kinds=KINDS))
    with torch.no_grad():
        network.last.weight *= 30  # so that places differ
        for value in (*network.parameters(), *network.buffers()):
            if value.is_floating_point():
                value.copy_(value.half())  # as it is stored
    return network.eval()


@pytest.fixture(scope="session")
def tiny_defect_card(tiny_defect_network):
    return DefectCard(
        name="tiny-defects",
        network=tiny_defect_network.config,
        long_side_px=96,
        levels={
            "blur": KindLevel(proof=0.5, extent=-0.5, contrast=2.0),
            "noise": KindLevel(),
            "other damage": KindLevel(proof=-1.0, extent=-1.0),
        },
        rates={"blur": KindRates(found={"1/16": 0.9}, named={"1/16": 0.8}, false_alarms=0.01)},
        trained_on="made-up photos",
        num_photos=12,
        label_sha256="ab" * 32,
        protocol="Nothing was taught: the weights are random.",
        figures={"peak_inside": 0.5},
        settings={"num_steps": 2},
        date="2026-01-31",
        program_version="0.1.0",
    )


@pytest.fixture
def tiny_defect_file(tmp_path, tiny_defect_network, tiny_defect_card):
    path = tmp_path / "tiny defects.safetensors"
    save_defect_network(path, tiny_defect_network, tiny_defect_card)
    return path
