"""Weights from files made on the fly. Nothing here reaches the network."""

import hashlib

import pytest
import safetensors.torch
import timm
import torch
from huggingface_hub import constants

from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_file import open_defect_network
from engine.errors import WeightsUnavailable
from engine.networks.backbone import create_backbone
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.feature_maps import create_feature_maps
from engine.networks.starting_point import StartingPoint
from engine.networks.starting_weights import starting_point


def weights_of(name, **options):
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return timm.create_model(name, **options).state_dict()


def write(path, weights):
    if path.suffix == ".safetensors":
        safetensors.torch.save_file(weights, path)
    else:
        torch.save(weights, path)
    return path


@pytest.mark.parametrize("name", ["test_vit", "test_resnet"])
@pytest.mark.parametrize("file", ["w.safetensors", "w.pth"])
def test_a_file_of_the_network_is_loaded_without_its_classifier(tmp_path, name, file):
    weights = weights_of(name)
    network = create_backbone(name, crop_px=160, weights=write(tmp_path / file, weights))

    state = network.state_dict()
    assert set(weights) - set(state) <= {"head.weight", "head.bias", "fc.weight", "fc.bias"}
    assert all(torch.equal(value, weights[key]) for key, value in state.items())
    assert "state_dict" not in network.pretrained_cfg


def test_a_checkpoint_that_wraps_its_weights_is_loaded(tmp_path):
    weights = weights_of("test_vit")
    wrapped = {f"module.{key}": value for key, value in weights.items()}
    path = write(tmp_path / "w.pth", {"epoch": 3, "state_dict": wrapped})

    network = create_backbone("test_vit", crop_px=160, weights=path)

    assert torch.equal(network.pos_embed, weights["pos_embed"])


def test_positions_are_resampled_to_the_crop(tmp_path):
    weights = weights_of("test_vit")  # for 160 pixels
    path = write(tmp_path / "w.pth", weights)

    network = CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64), weights=path)

    assert network.encoder.pos_embed.shape == (1, 17, 64)
    assert torch.equal(network.encoder.pos_embed[:, 0], weights["pos_embed"][:, 0])
    assert torch.equal(network.encoder.cls_token, weights["cls_token"])


def test_what_comes_after_is_drawn_as_without_a_file(tmp_path):
    path = write(tmp_path / "w.pth", weights_of("test_vit"))
    draws = []
    for weights in ("none", path):
        torch.manual_seed(3)
        create_backbone("test_vit", crop_px=64, weights=weights)
        draws.append(torch.rand(3))

    assert torch.equal(*draws)


@pytest.mark.parametrize(
    ("name", "owner", "lacks"),
    [
        ("test_vit", "test_resnet", "cls_token, pos_embed, patch_embed.proj.weight and 25 more"),
        ("test_resnet", "test_vit", "conv1.0.weight, conv1.3.weight, conv1.6.weight and 12 more"),
        ("test_vit2", "test_vit", "reg_token, blocks.6.attn.qkv.weight"),  # two blocks more
    ],
)
def test_a_file_of_another_network_is_refused(tmp_path, name, owner, lacks):
    path = write(tmp_path / "w.safetensors", weights_of(owner))
    text = f"w.safetensors does not hold weights of timm's {name}: it lacks {lacks}"
    with pytest.raises(WeightsUnavailable, match=text):
        create_backbone(name, crop_px=160, weights=path)


def test_a_file_of_another_size_is_refused_naming_what_differs(tmp_path):
    path = write(tmp_path / "w.pth", weights_of("test_vit", embed_dim=128))
    text = "does not hold weights of timm's test_vit: .*size mismatch for cls_token"
    with pytest.raises(WeightsUnavailable, match=text):
        create_backbone("test_vit", crop_px=160, weights=path)


def test_a_model_file_of_discern_holds_no_starting_weights(tiny_model):
    with pytest.raises(WeightsUnavailable, match=r"tiny.safetensors does not hold weights"):
        create_backbone("test_vit", crop_px=64, weights=tiny_model)


class Payload:
    """What a pickle must not be able to do here."""

    def __reduce__(self):
        return pytest.fail, ("Code from the file was run.",)


def test_a_file_that_carries_code_is_refused_and_not_run(tmp_path):
    path = write(tmp_path / "w.pth", {"weight": Payload()})
    text = r"w.pth holds more than weights, .* Give the weights as .safetensors"
    with pytest.raises(WeightsUnavailable, match=text):
        create_backbone("test_vit", crop_px=160, weights=path)


@pytest.mark.parametrize(
    ("file", "content"), [("w.safetensors", b"junk"), ("w.pth", b"junk"), ("w.pth", b"")]
)
def test_a_damaged_file_is_refused(tmp_path, file, content):
    (tmp_path / file).write_bytes(content)
    with pytest.raises(WeightsUnavailable, match="is damaged or holds no weights"):
        create_backbone("test_vit", crop_px=160, weights=tmp_path / file)


@pytest.mark.parametrize("content", [{}, {"epoch": 3, "best": 0.5}])
def test_a_file_without_weights_is_refused(tmp_path, content):
    path = write(tmp_path / "w.pth", content)
    with pytest.raises(WeightsUnavailable, match=r"w.pth holds no weights, or more than weights"):
        create_backbone("test_vit", crop_px=160, weights=path)


def test_a_missing_file_is_refused_naming_the_ways_out(tmp_path):
    text = r"There are no starting weights at .*gone.pth. .*test_vit, \"hub\" .* or \"none\""
    with pytest.raises(WeightsUnavailable, match=text):
        create_backbone("test_vit", crop_px=160, weights=tmp_path / "gone.pth")


UNREACHABLE = "The starting weights of test_vit could not be fetched from the hub .* Connect to .*"


def test_offline_the_hub_is_not_waited_for(monkeypatch, tmp_path):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(WeightsUnavailable, match=UNREACHABLE):
        create_backbone("test_vit", crop_px=160, weights="hub")


def test_without_a_network_the_hub_is_asked_once_and_nothing_is_logged(monkeypatch, tmp_path):
    nobody = "http://127.0.0.1:9"  # the discard port: the connection is refused at once
    monkeypatch.setattr(constants, "ENDPOINT", nobody)
    template = constants.HUGGINGFACE_CO_URL_TEMPLATE.partition("/{repo_id}")
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", nobody + "".join(template[1:]))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(WeightsUnavailable, match=UNREACHABLE):
        create_backbone("test_vit", crop_px=160, weights="hub")


def test_offline_weights_that_were_fetched_before_are_used(monkeypatch, tmp_path):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    repository = timm.models.get_pretrained_cfg("test_vit").hf_hub_id
    kept = tmp_path / f"models--{repository.replace('/', '--')}"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text("abc123")
    (kept / "snapshots" / "abc123").mkdir(parents=True)
    weights = weights_of("test_vit")
    write(kept / "snapshots" / "abc123" / "model.safetensors", weights)

    network = create_backbone("test_vit", crop_px=160, weights="hub")

    assert torch.equal(network.cls_token, weights["cls_token"])


def test_a_file_of_weights_is_known_by_its_name_and_hash(tmp_path):
    path = tmp_path / "vit.safetensors"
    write(path, weights_of("test_vit"))
    point = starting_point("test_vit", path)
    assert (point.kind, point.name) == ("file", "vit.safetensors")
    assert point.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert point.words() == f"vit.safetensors, SHA-256 {point.sha256}"
    with pytest.raises(WeightsUnavailable, match="There are no starting weights at"):
        starting_point("test_vit", tmp_path / "gone.pth")


def test_chance_has_no_name():
    assert starting_point("test_vit", "none") == StartingPoint(kind="random")
    assert StartingPoint(kind="random").words() == "random weights"


def test_weights_of_the_hub_are_known_by_their_name_there_and_the_file_that_was_fetched(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    repository = timm.models.get_pretrained_cfg("test_vit").hf_hub_id
    assert starting_point("test_vit", "hub") == StartingPoint(kind="hub", name=repository)
    kept = tmp_path / f"models--{repository.replace('/', '--')}"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text("abc123")
    (kept / "snapshots" / "abc123").mkdir(parents=True)
    (kept / "snapshots" / "abc123" / "model.safetensors").write_bytes(b"weights")
    point = starting_point("test_vit", "hub")
    assert point.sha256 == hashlib.sha256(b"weights").hexdigest()
    assert point.words() == f"{repository} from the hub, SHA-256 {point.sha256}"
    assert starting_point("test_vit_relpos", "hub").name == "test_vit_relpos"


def test_a_network_that_nobody_pretrained_is_refused():
    text = 'timm has no starting weights for test_vit_relpos. Set weights = "none"'
    with pytest.raises(WeightsUnavailable, match=text):
        create_backbone("test_vit_relpos", crop_px=160, weights="hub")


def test_the_defect_networks_backbone_can_be_started_from():
    network, _ = create_feature_maps("tf_efficientnet_lite0", weights=bundled_defect_network())
    wanted = open_defect_network(bundled_defect_network())[0].backbone.state_dict()
    found = network.state_dict()
    assert found.keys() == wanted.keys()
    assert all(torch.equal(found[name], value) for name, value in wanted.items())


def test_the_defect_networks_backbone_is_refused_by_another_network():
    with pytest.raises(WeightsUnavailable, match="does not hold weights of timm's resnet18"):
        create_feature_maps("resnet18", weights=bundled_defect_network())
