import re

import pytest

from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from engine.networks.portable import PortableConfig
from trainer.config import StageConfig
from trainer.levels import levels_of
from trainer.optimizer import make_optimizer

CROP_PX = 64


def csiqa(backbone="test_vit"):
    return build_network(CsiqaConfig(backbone=backbone, crop_px=CROP_PX))


def groups_by_name(network, config):
    """Name -> group, of every parameter; fails if one is in two groups."""
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    optimizer = make_optimizer(network, config)
    found = [
        (names[id(parameter)], group)
        for group in optimizer.param_groups
        for parameter in group["params"]
    ]
    assert len({name for name, _ in found}) == len(found)
    return dict(found)


@pytest.mark.parametrize(
    "network",
    [
        csiqa(),
        csiqa("deit3_small_patch16_224"),
        build_network(PortableConfig(backbone="test_resnet", crop_px=CROP_PX)),
    ],
    ids=["csiqa", "deit3", "resnet"],
)
def test_every_parameter_is_in_exactly_one_group(network):
    config = StageConfig(layer_decay=0.8)
    assert groups_by_name(network, config).keys() == dict(network.named_parameters()).keys()


def test_biases_norms_layer_scale_tokens_and_positions_are_not_decayed():
    network = csiqa("deit3_small_patch16_224")  # with LayerScale
    groups = groups_by_name(network, StageConfig(weight_decay=0.05))
    undecayed = {name for name, group in groups.items() if group["weight_decay"] == 0}
    expected = {
        name
        for name in groups
        if name.endswith("bias")
        or re.search(r"norm\d?\.weight|gamma|cls_token|quality_token|pos_embed", name)
    }
    assert undecayed == expected
    assert {"quality_token", "encoder.cls_token", "encoder.pos_embed"} < undecayed
    assert "encoder.blocks.0.ls1.gamma" in undecayed
    decayed = {name: group["weight_decay"] for name, group in groups.items()}
    assert decayed["encoder.blocks.0.attn.qkv.weight"] == 0.05
    assert decayed["encoder.patch_embed.proj.weight"] == 0.05
    assert decayed["head.weight"] == 0.05


def test_a_table_of_position_biases_is_not_decayed():
    network = build_network(PortableConfig(backbone="test_vit_relpos", crop_px=CROP_PX))
    biases = [
        group["weight_decay"]
        for name, group in groups_by_name(network, StageConfig()).items()
        if "bias" in name
    ]
    assert biases
    assert set(biases) == {0.0}


def test_without_layer_decay_all_learn_at_one_rate():
    assert {group["share"] for group in groups_by_name(csiqa(), StageConfig()).values()} == {1.0}


def test_the_rate_falls_from_the_head_to_the_embedding():
    network = csiqa()
    assert levels_of(network).num_blocks == 6
    groups = groups_by_name(network, StageConfig(layer_decay=0.5))
    shares = {name: group["share"] for name, group in groups.items()}
    assert shares["head.weight"] == 1
    assert shares["quality_token"] == 1
    assert shares["encoder.norm.weight"] == 1
    assert shares["encoder.blocks.5.norm1.weight"] == 0.5
    assert shares["encoder.blocks.0.mlp.fc1.weight"] == 0.5**6
    assert shares["encoder.patch_embed.proj.weight"] == 0.5**7
    assert shares["encoder.cls_token"] == 0.5**7
    assert shares["encoder.pos_embed"] == 0.5**7


def test_layers_that_are_not_numbered_throughout_all_learn_at_one_rate():
    network = build_network(PortableConfig(backbone="densenet121", crop_px=CROP_PX))
    assert levels_of(network).num_blocks == 0
    groups = groups_by_name(network, StageConfig(layer_decay=0.5))
    assert {group["share"] for group in groups.values()} == {1.0}


def test_weights_that_are_pulled_to_their_start_have_no_other_decay():
    groups = groups_by_name(csiqa(), StageConfig(start_decay=0.1))
    assert groups["encoder.blocks.0.attn.qkv.weight"]["weight_decay"] == 0
    assert groups["encoder.patch_embed.proj.weight"]["weight_decay"] == 0
    assert groups["head.weight"]["weight_decay"] == 0.05


def test_frozen_parameters_are_left_out():
    network = csiqa()
    network.encoder.requires_grad_(False)
    names = groups_by_name(network, StageConfig())
    assert names
    assert not any(name.startswith("encoder.") for name in names)


def test_the_head_has_a_rate_of_its_own():
    network = csiqa()
    levels = levels_of(network)
    for name, group in groups_by_name(network, StageConfig(head_rate=0.1, layer_decay=0.5)).items():
        level = levels.of(name)
        expected = 0.1 if level == levels.top else 0.5 ** (levels.top - level)
        assert group["share"] == pytest.approx(expected)
