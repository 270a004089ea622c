"""A defect network's card with known rates."""

import pytest

from engine.defects.defect_card import DefectCard, KindRates
from engine.defects.defect_network import DefectNetworkConfig
from engine.defects.proven_strength import KindLevel

KINDS = ("blur", "noise", "under-exposure", "other damage")


@pytest.fixture
def card():
    """Four kinds: one that is nearly always found, one often, one seldom, and one unmeasured."""
    rates = {
        "blur": KindRates(found={"1/16": 1.0}, named={"1/16": 0.9}, false_alarms=0.0),
        "noise": KindRates(found={"1/16": 0.78}, named={"1/16": 0.7}, false_alarms=1 / 60),
        "under-exposure": KindRates(found={"1/16": 0.46}, named={"1/16": 0.5}),
    }
    return DefectCard(
        name="mine",
        network=DefectNetworkConfig(kinds=KINDS),
        long_side_px=512,
        levels={kind: KindLevel(proof=2.0, extent=-0.5, contrast=2.0) for kind in KINDS},
        rates=rates,
    )
