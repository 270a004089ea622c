import pytest
import torch

from trainer.config import MachineConfig
from trainer.errors import TrainingError
from trainer.machine import choose_machine

NO_GPU = not torch.cuda.is_available()


@pytest.fixture(autouse=True)
def _threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_the_processor_is_named_with_its_threads():
    machine = choose_machine(MachineConfig(device="cpu", precision="fp32", num_threads=1))
    assert machine.device.type == "cpu"
    assert machine.precision == "fp32"
    assert machine.name.endswith(", 1 thread")
    assert machine.gpu_memory_bytes() is None
    machine.synchronise()


@pytest.mark.skipif(not NO_GPU, reason="there is a GPU, which auto takes")
def test_without_a_gpu_auto_takes_the_processor():
    assert choose_machine(MachineConfig(device="auto")).device.type == "cpu"


@pytest.mark.parametrize(
    ("precision", "dtype"), [("bf16", torch.bfloat16), ("fp32", torch.float32)]
)
def test_products_run_in_the_precision_that_is_asked_for(precision, dtype):
    machine = choose_machine(MachineConfig(device="cpu", precision=precision))
    assert machine.precision == precision
    with machine.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == dtype


def test_auto_takes_bf16_only_where_the_processor_has_it(monkeypatch):
    for has_it in (True, False):
        for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
            monkeypatch.setattr(torch.cpu, name, lambda found=has_it: found, raising=False)
        machine = choose_machine(MachineConfig(device="cpu"))
        assert machine.precision == ("bf16" if has_it else "fp32")


@pytest.mark.skipif(not NO_GPU, reason="there is a GPU")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_gpu_that_is_not_there_is_told_with_the_way_out(device):
    with pytest.raises(TrainingError, match=f'asks for device = "{device}"') as caught:
        choose_machine(MachineConfig(device=device))
    assert 'machine.device = "auto"' in caught.value.hint


@pytest.mark.parametrize("device", ["gpu", "cudax", "cuda:first", ""])
def test_an_unknown_device_is_told(device):
    with pytest.raises(TrainingError, match=f"There is no device {device}. Use auto"):
        choose_machine(MachineConfig(device=device))


def test_a_card_beyond_the_last_is_told(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(TrainingError, match="There is no cuda:2 here; there is cuda:0, cuda:1"):
        choose_machine(MachineConfig(device="cuda:2"))


@pytest.mark.gpu
def test_a_gpu_is_taken_with_bf16():
    machine = choose_machine(MachineConfig())
    assert machine.device.type == "cuda"
    assert machine.precision == "bf16"
    assert machine.name == torch.cuda.get_device_name()
    torch.ones(1000, device=machine.device)
    machine.synchronise()
    assert machine.gpu_memory_bytes() >= 4000


@pytest.mark.parametrize("has_mps", [False, True])
def test_apples_graphics_do_not_train(monkeypatch, has_mps):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: has_mps)
    text = "can rate photos but not train" if has_mps else "There is no MPS device here"
    with pytest.raises(TrainingError, match=text) as caught:
        choose_machine(MachineConfig(device="mps"))
    assert "machine.device = " in caught.value.hint
