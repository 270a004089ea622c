"""Model files: what is written comes back, and a file that lies is refused with a sentence."""

import json
import stat
import struct
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import safetensors.torch
import torch
from safetensors import safe_open

from engine.errors import ModelFileError
from engine.networks.csiqa import CSIQA
from engine.networks.model_file import build_network, open_model, read_card, save_model
from engine.networks.portable import PortableConfig, PortableNetwork
from engine.networks.scored_content import scored_content
from engine.networks.starting_point import StartingPoint
from engine.personal.report import PersonalReport

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden"


def crops(num_crops=2, size_px=64):
    """The same everywhere and for ever: no random generator has a hand in it."""
    places = torch.arange(num_crops * 3 * size_px**2, dtype=torch.float64)
    return torch.sin(places * 0.37).mul(2).float().reshape(num_crops, 3, size_px, size_px)


def parts(path):
    """The tensors of a file and its card as plain values."""
    with safe_open(path, "pt") as file:
        return (
            {name: file.get_tensor(name) for name in file.keys()},  # noqa: SIM118
            json.loads(file.metadata()["discern"]),
        )


def rewritten(path, target, *, change_card=None, change_tensors=None, text=None):
    """A copy of a model file with another card or other tensors."""
    tensors, card = parts(path)
    if change_card:
        change_card(card)
    if change_tensors:
        change_tensors(tensors)
    safetensors.torch.save_file(tensors, target, {"discern": text or json.dumps(card)})
    return target


@pytest.mark.parametrize(("dtype", "error"), [(torch.float16, 2e-3), (torch.float32, 0)])
def test_weights_and_card_survive(tmp_path, tiny_network, make_card, dtype, error):
    card = make_card(tiny_network)
    save_model(tmp_path / "m.safetensors", tiny_network, card, dtype=dtype)

    network, same_card = open_model(tmp_path / "m.safetensors")

    assert isinstance(network, CSIQA)
    assert same_card == card == read_card(tmp_path / "m.safetensors")
    assert not network.training
    assert network.normalisation == card.normalisation
    for name, value in tiny_network.state_dict().items():
        same = network.state_dict()[name]
        assert same.dtype == torch.float32
        torch.testing.assert_close(same, value, rtol=error, atol=error)
    with torch.no_grad():
        torch.testing.assert_close(
            network(crops()), tiny_network(crops()), rtol=0, atol=500 * error
        )


@pytest.mark.parametrize("backbone", ["test_efficientnet", "test_convnext"])
def test_a_portable_network_survives_with_its_statistics(tmp_path, make_card, backbone):
    network = PortableNetwork(PortableConfig(backbone=backbone, crop_px=64))
    network(crops(4))  # moves the running means
    path = tmp_path / "m.safetensors"
    save_model(path, network, make_card(network, role="plain"), dtype=torch.float32)

    same, _ = open_model(path)

    with torch.no_grad():
        assert torch.equal(same(crops()), network.eval()(crops()))


def test_the_normalisation_of_the_card_is_used(tmp_path, tiny_model):
    def change(card):
        card["normalisation"] = {"mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6]}

    network, _ = open_model(rewritten(tiny_model, tmp_path / "m.safetensors", change_card=change))

    assert network.normalisation.mean == (0.1, 0.2, 0.3)


def test_weights_are_stored_in_half_precision_and_whole_numbers_as_they_are(tmp_path, make_card):
    network = PortableNetwork(PortableConfig(backbone="test_resnet", crop_px=64))
    save_model(tmp_path / "m.safetensors", network, make_card(network))
    tensors, _ = parts(tmp_path / "m.safetensors")

    assert {value.dtype for value in tensors.values()} == {torch.float16, torch.int64}


def test_a_saved_file_may_be_read_by_whoever_may_read_other_files(
    tmp_path, tiny_network, make_card
):
    (tmp_path / "plain").touch()
    save_model(tmp_path / "m.safetensors", tiny_network, make_card(tiny_network))

    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "m.safetensors")]
    assert modes[0] == modes[1]


def test_folders_are_made_and_nothing_else_is_left(tmp_path, tiny_network, make_card):
    save_model(tmp_path / "a" / "b" / "m.safetensors", tiny_network, make_card(tiny_network))

    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["m.safetensors"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 70_000.0])
def test_weights_that_are_not_finite_as_stored_are_not_saved(
    tmp_path, make_student, make_card, value
):
    network = make_student()
    with torch.no_grad():
        network.head.weight[0, 3] = value
    text = "The weights head.weight are not finite as torch.float16; not saved"
    with pytest.raises(ModelFileError, match=text):
        save_model(tmp_path / "m.safetensors", network, make_card(network))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_refused_and_the_rest_stays(tmp_path, tiny_network, make_card):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ModelFileError, match=r"m.safetensors could not be written: \w"):
        save_model(tmp_path / "file" / "m.safetensors", tiny_network, make_card(tiny_network))
    assert (tmp_path / "file").read_text() == "mine"


def test_a_full_disk_leaves_the_old_file(
    tmp_path, tiny_network, make_card, tiny_model, monkeypatch
):
    path = tmp_path / "m.safetensors"
    path.write_bytes(tiny_model.read_bytes())

    def fail(*_args):
        raise safetensors.SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("engine.networks.tensor_file.save_file", fail)
    with pytest.raises(ModelFileError, match=r"could not be written: .*No space left on device"):
        save_model(path, tiny_network, make_card(tiny_network))
    assert [file.name for file in tmp_path.iterdir()] == ["m.safetensors"]
    assert path.read_bytes() == tiny_model.read_bytes()


def test_a_kill_before_the_last_step_leaves_the_old_file(tmp_path, tiny_model):
    path = tmp_path / "m.safetensors"
    path.write_bytes(tiny_model.read_bytes())
    lines = f"""
import os, pathlib
from engine.networks.model_file import open_model, save_model
os.replace = lambda *_args: os._exit(9)  # at once, as a kill ends a process: nothing is tidied up
path = pathlib.Path({str(path)!r})
save_model(path, *open_model(path))
"""
    done = subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (9, b"")
    assert len(list(tmp_path.iterdir())) == 2
    assert path.read_bytes() == tiny_model.read_bytes()


def test_a_missing_file_is_named(tmp_path):
    for path in (tmp_path / "gone.safetensors", tmp_path):
        with pytest.raises(
            ModelFileError, match=r"There is no model file at .*discern models list"
        ):
            open_model(path)


@pytest.mark.parametrize("name", ["model.pth", "model.pt", "model"])
def test_a_file_that_could_carry_code_is_not_opened(tmp_path, name):
    torch.save({"a": torch.ones(2)}, tmp_path / name)
    with pytest.raises(ModelFileError, match=r"is not a .safetensors file. .*carry code"):
        open_model(tmp_path / name)


def _flip(data):
    return data[:40] + bytes([data[40] ^ 0xFF]) + data[41:]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data[: len(data) // 2], id="half"),
        pytest.param(lambda data: data[:-1], id="one byte short"),
        pytest.param(lambda data: data + b"x", id="one byte long"),
        pytest.param(_flip, id="flipped header"),
        pytest.param(lambda data: struct.pack("<Q", 1 << 60) + data[8:], id="huge header"),
        pytest.param(lambda data: struct.pack("<Q", 90_000_000) + data[8:], id="long header"),
        pytest.param(lambda data: b"\x80\x04]q\x00." * 20, id="pickle"),
    ],
)
def test_a_damaged_file_is_refused_by_card_and_by_weights(tmp_path, tiny_model, damage):
    path = tmp_path / "m.safetensors"
    path.write_bytes(damage(tiny_model.read_bytes()))
    for read in (read_card, open_model):
        with pytest.raises(ModelFileError, match=r"is damaged or cut short \(.*Get the file again"):
            read(path)


def test_weights_without_card_are_refused(tmp_path):
    path = tmp_path / "m.safetensors"
    safetensors.torch.save_file({"a": torch.ones(2)}, path)
    with pytest.raises(ModelFileError, match=r"weights but no card, .* as network.weights"):
        open_model(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1, 2]", "the card is not a table"),
        ("3", "the card is not a table"),
        ("{", "the card is not valid JSON"),
        ("[" * 100_000, "the card is not valid JSON"),
        ("1" * 5000, "the card is not valid JSON"),
        ("{}", "does not state its format version"),
    ],
)
def test_a_card_that_is_none_is_refused(tmp_path, tiny_model, text, says):
    path = rewritten(tiny_model, tmp_path / "m.safetensors", text=text)
    for read in (read_card, open_model):
        with pytest.raises(ModelFileError, match=rf"m.safetensors: .*{says}"):
            read(path)


@pytest.mark.parametrize(
    ("entry", "value", "says"),
    [
        ("format_version", 6, "m.safetensors: .* has format 6, .* Update Discern"),
        ("architecture", "gan", "m.safetensors: .*architecture is 'gan'"),
        ("network", {"backbone": "nope"}, "m.safetensors: timm .* has no network called nope"),
        ("network", {"backbone": "hf-hub:a/b"}, "has no network called hf-hub:a/b"),
        ("network", {"backbone": "test_resnet"}, "not a plain vision transformer"),
        ("network", {"backbone": "test_vit2"}, "with a class token"),
    ],
)
def test_a_card_that_states_what_cannot_be_is_refused(tmp_path, tiny_model, entry, value, says):
    path = rewritten(
        tiny_model, tmp_path / "m.safetensors", change_card=lambda card: card.update({entry: value})
    )
    with pytest.raises(ModelFileError, match=says):
        open_model(path)


def _without(name):
    return lambda tensors: tensors.pop(name)


def _with(name, value):
    return lambda tensors: tensors.update({name: value})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_without("head.bias"), r"it lacks head.bias\. Get the file again"),
        (lambda tensors: tensors.clear(), "it lacks .*, .*, .* and .* more"),
        (_with("extra", torch.ones(2)), r"it has extra\. Get"),
        (_with("head.bias", torch.ones(2)), r"head.bias has the shape \(2,\) instead of \(1,\)"),
        (_with("head.bias", torch.tensor([torch.nan])), "damaged: head.bias holds values that"),
        (_with("head.bias", torch.tensor([1e300]).double()), "damaged: head.bias holds values"),
        (_with("head.bias", torch.tensor([3])), "head.bias is torch.int64"),
        (_with("head.bias", torch.tensor([3j])), "head.bias is torch.complex64"),
    ],
)
def test_weights_that_do_not_fit_the_card_are_refused(tmp_path, tiny_model, change, says):
    path = rewritten(tiny_model, tmp_path / "m.safetensors", change_tensors=change)
    with pytest.raises(ModelFileError, match=says):
        open_model(path)


def test_a_card_of_another_size_is_refused(tmp_path, tiny_model):
    def change(card):
        card["network"]["crop_px"] = 96

    path = rewritten(tiny_model, tmp_path / "m.safetensors", change_card=change)
    with pytest.raises(ModelFileError, match=r"encoder.pos_embed has the shape .* instead of"):
        open_model(path)


def test_comparing_loads_no_compiler(tiny_model):
    script = (
        "import sys; from pathlib import Path\n"
        "from engine.networks.model_file import open_model\n"
        "open_model(Path(sys.argv[1])); print('torch._dynamo' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tiny_model)],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "False\n"


def test_nothing_as_large_as_a_lying_card_says_is_made(tmp_path, tiny_model):
    def change(card):
        card["network"]["backbone"] = "vit_giant_patch14_224"

    path = rewritten(tiny_model, tmp_path / "m.safetensors", change_card=change)
    before = psutil.Process().memory_info().rss
    with pytest.raises(ModelFileError, match="far larger than the file"):
        open_model(path)
    assert psutil.Process().memory_info().rss - before < 600_000_000


@pytest.mark.parametrize("name", ["", "-portable"])
def test_files_of_format_1_open_for_ever(name):
    expected = json.loads((GOLDEN / "model_v1.json").read_text(encoding="utf-8"))[f"model_v1{name}"]
    network, card = open_model(GOLDEN / f"model_v1{name}.safetensors")

    assert parts(GOLDEN / f"model_v1{name}.safetensors")[1] == expected["card"]
    stored_again = json.loads(json.dumps(card.to_json()))
    assert {key: stored_again[key] for key in expected["card"]} == expected["card"]
    with torch.no_grad():
        assert network(crops()).tolist() == pytest.approx(expected["scores"], abs=0.05)


def test_files_of_format_2_open_for_ever_and_their_head_is_passed_over(tmp_path):
    expected = json.loads((GOLDEN / "model_v2.json").read_text(encoding="utf-8"))
    path = GOLDEN / "model_v2.safetensors"
    network, card = open_model(path)

    assert parts(path)[1] == expected["card"]
    without_head = {key: value for key, value in expected["card"].items() if key != "distortions"}
    stored_again = json.loads(json.dumps(card.to_json()))
    assert stored_again == {**without_head, "format_version": 1}
    with torch.no_grad():
        assert network(crops()).tolist() == pytest.approx(expected["scores"], abs=0.05)
    save_model(tmp_path / "anew.safetensors", network, card)
    assert not any(
        "distortion" in name for name in safetensors.torch.load_file(tmp_path / "anew.safetensors")
    )
    assert scored_content(tmp_path / "anew.safetensors") == scored_content(path)


def test_tensors_of_a_head_that_the_card_does_not_state_are_refused(tmp_path):
    path = rewritten(
        GOLDEN / "model_v2.safetensors",
        tmp_path / "m.safetensors",
        change_card=lambda card: card.pop("distortions"),
    )
    with pytest.raises(ModelFileError, match=r"distortion_head\."):
        open_model(path)


def test_files_of_format_3_open_for_ever_with_what_training_began_with():
    expected = json.loads((GOLDEN / "model_v3.json").read_text(encoding="utf-8"))
    path = GOLDEN / "model_v3.safetensors"
    network, card = open_model(path)

    assert parts(path)[1] == expected["card"]
    assert json.loads(json.dumps(card.to_json())) == expected["card"]
    assert card.start == StartingPoint(kind="file", name="vit.safetensors", sha256="cd" * 32)
    with torch.no_grad():
        assert network(crops()).tolist() == pytest.approx(expected["scores"], abs=0.05)


@pytest.mark.parametrize("kind", ["ridge", "taylor_kan"])
def test_files_of_models_of_ones_own_open_for_ever(kind):
    expected = json.loads((GOLDEN / "model_v1-personal.json").read_text(encoding="utf-8"))[kind]
    path = GOLDEN / f"model_v1-personal-{kind}.safetensors"
    network, card = open_model(path)

    assert parts(path)[1] == expected["card"]
    stored_again = json.loads(json.dumps(card.to_json()))
    assert {key: stored_again[key] for key in expected["card"]} == expected["card"]
    assert PersonalReport.from_json(card.settings["report"]).num_labels == 24
    assert card.parent.startswith("tiny@")
    with torch.no_grad():
        assert network(crops()).tolist() == pytest.approx(expected["scores"], abs=0.05)


def test_files_of_format_3_open_for_ever_that_hold_a_network_of_whole_frames():
    expected = json.loads((GOLDEN / "model_v3-whole_frame.json").read_text(encoding="utf-8"))
    path = GOLDEN / "model_v3-whole_frame.safetensors"
    network, card = open_model(path)
    places = torch.arange(2 * 64 * 96 * 3, dtype=torch.float64)
    views = torch.sin(places * 0.37).mul(127).add(128).byte().reshape(2, 64, 96, 3)

    assert parts(path)[1] == expected["card"]
    stored_again = json.loads(json.dumps(card.to_json()))
    assert {key: stored_again[key] for key in expected["card"]} == expected["card"]
    with torch.no_grad():
        scores = network(network.prepare(views))
    assert scores.tolist() == pytest.approx(expected["scores"], abs=0.05)


def test_the_config_alone_says_what_is_built(tiny_network):
    assert isinstance(build_network(tiny_network.config), CSIQA)
    portable = build_network(PortableConfig(backbone="test_resnet", crop_px=64))
    assert isinstance(portable, PortableNetwork)
