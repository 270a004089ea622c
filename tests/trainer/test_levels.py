import pytest

from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from engine.networks.portable import PortableConfig
from engine.networks.whole_frame import WholeFrameConfig
from trainer.levels import levels_of


def csiqa():
    return CsiqaConfig(backbone="test_vit", crop_px=64)


def portable(backbone):
    return PortableConfig(backbone=backbone, crop_px=64)


def frame(backbone):
    return WholeFrameConfig(backbone=backbone, long_px=64, short_px=64)


@pytest.mark.parametrize(
    ("config", "num_blocks", "bottom", "first", "last", "top"),
    [
        (
            csiqa(),
            6,
            ["encoder.patch_embed.proj.weight", "encoder.cls_token", "encoder.pos_embed"],
            "encoder.blocks.0.norm1.weight",
            "encoder.blocks.5.mlp.fc2.bias",
            ["quality_token", "encoder.norm.weight", "decoder.feed_forward.0.weight", "head.bias"],
        ),
        (
            frame("tf_efficientnet_lite0"),
            7,
            ["backbone.conv_stem.weight", "backbone.bn1.weight"],
            "backbone.blocks.0.0.conv_dw.weight",
            "backbone.blocks.6.0.bn3.bias",
            ["head.weight"],
        ),
        (
            frame("test_resnet"),
            4,
            ["backbone.conv1.0.weight"],
            "backbone.layer1.0.conv1.weight",
            "backbone.layer4.0.downsample.2.weight",
            ["head.bias"],
        ),
        (
            frame("test_convnext"),
            4,
            ["backbone.stem_0.weight"],
            "backbone.stages_0.blocks.0.mlp.fc1.weight",
            "backbone.stages_3.blocks.1.mlp.fc2.bias",
            ["head.weight"],
        ),
        (
            portable("test_resnet"),
            4,
            ["network.conv1.0.weight"],
            "network.layer1.0.conv1.weight",
            "network.layer4.0.downsample.2.weight",
            ["network.fc.weight"],
        ),
        (
            portable("test_efficientnet"),
            5,
            ["network.conv_stem.weight", "network.bn1.bias"],
            "network.blocks.0.0.conv.weight",
            "network.blocks.4.0.bn3.bias",
            ["network.conv_head.weight", "network.bn2.weight", "network.classifier.bias"],
        ),
    ],
    ids=["csiqa", "lite0", "resnet", "convnext", "portable resnet", "portable efficientnet"],
)
def test_levels_run_from_the_input_to_the_head(config, num_blocks, bottom, first, last, top):
    network = build_network(config)
    names = {name for name, _ in network.named_parameters()}
    levels = levels_of(network)
    assert levels.num_blocks == num_blocks
    assert {first, last, *bottom} <= names
    assert {levels.of(name) for name in bottom} == {0}
    assert (levels.of(first), levels.of(last)) == (1, num_blocks)
    assert {levels.of(name) for name in top} == {levels.top} == {num_blocks + 1}
    assert {levels.of(name) for name in names} == set(range(num_blocks + 2))


def test_buffers_and_modules_lie_where_their_parameters_do():
    levels = levels_of(build_network(frame("test_efficientnet")))
    assert levels.of("backbone.blocks.2.0.bn1.running_mean") == levels.of("backbone.blocks.2.") == 3
    assert levels.of("backbone.bn1.running_var") == levels.of("backbone.bn1.") == 0
    assert levels.of("standardised.mean_S") == levels.of("backbone.") == levels.top


def test_without_numbered_blocks_everything_lies_on_top():
    network = build_network(portable("densenet121"))
    levels = levels_of(network)
    assert levels.num_blocks == 0
    assert {levels.of(name) for name, _ in network.named_parameters()} == {levels.top}
