import subprocess
import sys

import pytest
import torch

from engine.device import choose_device, device_words
from engine.device_names import is_device_name
from engine.errors import DeviceUnavailable


@pytest.mark.parametrize(
    "name", ["tpu", "", "cuda:", "cuda:x", "cuda:²", "cuda:-1", "mps:0", "CPU"]
)
def test_an_unknown_device_is_refused_with_those_there_are(name):
    assert not is_device_name(name)
    with pytest.raises(DeviceUnavailable, match=rf"no device {name}. Use auto, cpu, cuda, cuda:N"):
        choose_device(name)


@pytest.mark.parametrize("name", ["auto", "cpu", "cuda", "cuda:0", "cuda:12", "mps"])
def test_a_known_name_is_taken_for_one(name):
    assert is_device_name(name)


@pytest.mark.parametrize(
    ("built_with", "text"),
    [
        ("13.0", "no CUDA device here: PyTorch finds none; is NVIDIA's driver.*Use the device cpu"),
        (None, r"this PyTorch \(.*\) is built without CUDA. Use the device cpu"),
    ],
)
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_cuda_without_a_device_says_what_to_do(monkeypatch, device, built_with, text):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", built_with)
    with pytest.raises(DeviceUnavailable, match=text):
        choose_device(device)


def test_with_cuda_it_is_taken_and_the_devices_are_told_apart(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    chosen = [str(choose_device(name)) for name in ("auto", "cuda", "cuda:1", "cpu")]
    assert chosen == ["cuda:0", "cuda:0", "cuda:1", "cpu"]
    with pytest.raises(DeviceUnavailable, match="There is no cuda:2 here; there is cuda:0, cuda:1"):
        choose_device("cuda:2")


@pytest.mark.parametrize("has_mps", [False, True])
def test_without_cuda_the_processor_is_taken_even_on_a_mac(monkeypatch, has_mps):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: has_mps)
    assert choose_device("auto") == torch.device("cpu")


@pytest.mark.parametrize(
    ("is_built", "text"),
    [(True, "it needs macOS 12.3"), (False, r"this PyTorch \(.*\) is built without it")],
)
def test_mps_without_a_device_says_why(monkeypatch, is_built, text):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_built", lambda: is_built)
    with pytest.raises(DeviceUnavailable, match=f"no MPS device here: {text}.*Use the device cpu"):
        choose_device("mps")


def test_mps_is_taken_where_it_is(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("mps") == torch.device("mps")
    assert device_words(torch.device("mps")).startswith("Apple graphics (")


def test_the_names_are_known_without_torch():
    lines = "import sys, engine.device_names\nsys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", lines], check=False)
    assert done.returncode == 0


@pytest.mark.gpu
def test_a_graphics_card_is_told_by_its_name():
    device = choose_device("cuda:0")
    assert device_words(device) == torch.cuda.get_device_name(0)
