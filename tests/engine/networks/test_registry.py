import inspect
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.networks.csiqa import CsiqaConfig
from engine.networks.network_config import config_type, network_type
from engine.networks.network_entry import NetworkOption, NetworkWish
from engine.networks.portable import PortableConfig
from engine.networks.quality_network import QualityNetwork
from engine.networks.registry import (
    entry_of_config,
    network_entries,
    network_entry,
    registered,
    trainable_entries,
)

DOCS = Path(__file__).parents[3] / "docs" / "networks.md"
WISH = NetworkWish(
    backbone="test_vit",
    crop_px=64,
    long_side_px=96,
    short_side_px=64,
    has_quality_token=True,
    mask_probability=0.3,
)
BACKBONES = {"whole_frame": "test_efficientnet"}  # where a vision transformer will not do


@pytest.mark.parametrize("entry", trainable_entries(), ids=lambda entry: entry.name)
def test_every_entry_names_a_network_and_a_config_that_fit(entry):
    network, config = network_type(entry), config_type(entry)
    assert issubclass(network, QualityNetwork)
    assert "weights" in inspect.signature(network).parameters
    backbone = BACKBONES.get(entry.name, WISH.backbone)
    made = config.for_run(replace(WISH, backbone=backbone, options=entry.option_values({})))
    assert made.sight().kind == entry.input
    assert entry_of_config(made) is entry
    assert network(made).sight == made.sight()
    assert bool(network(made).bf16_parts()) == entry.can_score_in_bf16


@pytest.mark.parametrize("entry", network_entries(), ids=lambda entry: entry.name)
def test_every_entry_is_described_in_the_documents(entry):
    assert f"| `{entry.name}` |" in DOCS.read_text(encoding="utf-8")
    assert entry.title
    assert entry.summary.endswith(".")


def test_networks_are_found_by_name_and_by_config():
    assert network_entry("csiqa").has_quality_token
    assert network_entry("musiq") is None
    assert entry_of_config(CsiqaConfig()).name == "csiqa"
    assert entry_of_config(PortableConfig(backbone="resnet18")).name == "portable"
    with pytest.raises(LookupError, match="No registered network has the config builtins:dict"):
        entry_of_config({})


def test_a_network_is_registered_as_long_as_the_block_lasts(frame_network):
    assert network_entry("small_frame") is frame_network.ENTRY
    taken = "There is a network called small_frame already"
    with pytest.raises(ValueError, match=taken), registered(frame_network.ENTRY):
        pass
    assert network_entries()[-1] is frame_network.ENTRY


def test_the_registry_is_read_without_pytorch():
    lines = "import sys, engine.networks.registry; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", lines], check=False).returncode == 0


@pytest.mark.parametrize(
    ("default", "value", "says"),
    [
        (2, 3, ""),
        (2, 11, "It must be 1 to 10."),
        (2, 2.5, "It must be a whole number."),
        (2, True, "It must be a whole number."),
        (0.5, 1, ""),
        (0.5, "1", "It must be a number."),
        (0.5, 1.5, ""),
        (True, False, ""),
        (True, 1, "It must be true or false."),
    ],
)
def test_an_option_says_what_it_can_be(default, value, says):
    option = NetworkOption(name="a", default=default, help="", low=1, high=10)
    assert option.problem_of(value) == says


def test_an_option_of_choices_names_them():
    option = NetworkOption(name="a", default="x", help="", choices=("x", "y"))
    assert option.problem_of("y") == ""
    assert option.problem_of("z") == "It may be: x, y."


def test_an_option_without_bounds_takes_any_number():
    assert NetworkOption(name="a", default=2, help="").problem_of(-(10**9)) == ""
