import pytest
import timm
import torch

from engine.errors import WeightsUnavailable
from engine.networks.backbone import (
    compute_dtype,
    create_backbone,
    is_plain_vit,
    normalisation_of,
    num_parameters,
)


@pytest.mark.parametrize("name", ["test_vit", "test_maxvit", "test_vit_relpos"])
def test_a_network_of_fixed_size_is_built_for_the_crop(name):
    network = create_backbone(name, crop_px=96)

    assert network.forward_features(torch.zeros(1, 3, 96, 96)).isfinite().all()


def test_the_classifier_is_left_out():
    assert isinstance(
        create_backbone("test_resnet", crop_px=64).get_classifier(), torch.nn.Identity
    )


def test_a_name_may_state_which_weights_are_meant():
    network = create_backbone("vit_tiny_patch16_224.augreg_in21k", crop_px=64)

    assert network.pretrained_cfg["tag"] == "augreg_in21k"


def test_an_unknown_name_is_refused_with_close_names():
    text = r"has no network called vit_tinny_patch16_224. Close names: vit_tiny_patch16_224, "
    with pytest.raises(WeightsUnavailable, match=text):
        create_backbone("vit_tinny_patch16_224", crop_px=224)


def test_a_name_like_no_other_is_refused():
    with pytest.raises(WeightsUnavailable, match=r"no network called zzz. See timm.list_models()"):
        create_backbone("zzz", crop_px=224)


def test_unknown_weights_of_a_known_network_are_refused_with_the_known_ones():
    text = "knows no weights nonsense of vit_tiny_patch16_224. .*vit_tiny_patch16_224.augreg_in21k,"
    with pytest.raises(WeightsUnavailable, match=text):
        create_backbone("vit_tiny_patch16_224.nonsense", crop_px=224)


def test_unknown_weights_of_a_network_without_any_are_refused():
    with pytest.raises(WeightsUnavailable, match=r"weights x of test_vit_relpos. It knows none"):
        create_backbone("test_vit_relpos.x", crop_px=160)


@pytest.mark.parametrize("name", ["hf-hub:timm/test_vit", "hf_hub:a/b", "local-dir:/tmp", ""])
@pytest.mark.parametrize("weights", ["none", "hub"])
def test_a_name_that_timm_would_look_up_elsewhere_is_refused(monkeypatch, name, weights):
    def look_up(*_args, **_options):
        pytest.fail("timm was asked to build it.")

    monkeypatch.setattr(timm, "create_model", look_up)
    with pytest.raises(WeightsUnavailable, match="has no network called"):
        create_backbone(name, crop_px=224, weights=weights)


def test_a_size_that_a_network_cannot_be_built_for_is_refused(monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("input size must be divisible by 7")

    monkeypatch.setattr(timm, "create_model", refuse)
    with pytest.raises(WeightsUnavailable, match="timm's resnet18 can't take crops of 65 pixels"):
        create_backbone("resnet18", crop_px=65)


def test_the_normalisation_is_that_of_timms_config():
    augreg = normalisation_of(create_backbone("test_vit", crop_px=64))
    assert (augreg.mean, augreg.std) == ((0.5,) * 3, (0.5,) * 3)
    imagenet = normalisation_of(create_backbone("test_efficientnet", crop_px=64))
    assert (imagenet.mean, imagenet.std) == ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def test_without_a_config_the_normalisation_is_that_of_imagenet():
    assert normalisation_of(torch.nn.Identity()).mean == (0.485, 0.456, 0.406)


def test_only_timms_plain_vits_are_plain():
    assert is_plain_vit(create_backbone("test_vit", crop_px=64))
    assert not is_plain_vit(create_backbone("test_vit_relpos", crop_px=64))


def test_all_numbers_of_a_network_are_counted():
    assert num_parameters(torch.nn.Linear(3, 4)) == 16


def test_attention_runs_in_the_type_of_autocast_where_that_is_on():
    tokens = torch.zeros(1)
    assert compute_dtype(tokens) == torch.float32
    assert compute_dtype(tokens.double()) == torch.float64
    with torch.autocast("cpu", torch.bfloat16):
        assert compute_dtype(tokens) == torch.bfloat16
