"""Which device a run computes on, in which precision, and how it is called in words."""

import contextlib
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from engine.counted import counted
from engine.device import choose_device, device_words
from engine.errors import DeviceUnavailable
from engine.networks.bf16_scoring import processor_has_bf16
from trainer.config import MachineConfig
from trainer.errors import TrainingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The device and the type that matrix products run in; float32 means no autocast."""

    device: torch.device
    dtype: torch.dtype
    name: str

    @property
    def precision(self) -> str:
        """The type in words: bf16 or fp32."""
        return "bf16" if self.dtype == torch.bfloat16 else "fp32"

    @contextlib.contextmanager
    def autocast(self) -> Iterator[None]:
        """Runs what is inside in this machine's precision."""
        is_mixed = self.dtype != torch.float32
        with torch.autocast(self.device.type, dtype=self.dtype, enabled=is_mixed):
            yield

    def synchronise(self) -> None:
        """Waits until the device has done all it was given; for timing."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def gpu_memory_bytes(self) -> int | None:
        """The most memory the GPU has held for this run; None on a processor."""
        if self.device.type != "cuda":
            return None
        return torch.cuda.max_memory_allocated(self.device)


def choose_machine(config: MachineConfig) -> Machine:
    """CUDA with bf16 if there is one and nothing else is asked for, else the processor.

    Raises TrainingError when a device is asked for that is not there.
    """
    if config.num_threads:
        torch.set_num_threads(config.num_threads)
    try:
        device = choose_device(config.device)
    except DeviceUnavailable as error:
        raise TrainingError(
            f'The run asks for device = "{config.device}". {error}',
            'Set machine.device = "auto" to take the first graphics card, or the processor where '
            "there is none. A card needs its driver and a CUDA build of PyTorch (see pytorch.org).",
        ) from error
    if device.type == "mps":
        raise TrainingError(
            "Apple's graphics (mps) can rate photos but not train: they lack numbers of 64 bits.",
            'Set machine.device = "cpu" to train on the processor.',
        )
    if device.type == "cuda":
        is_bf16 = torch.cuda.is_bf16_supported()
        name = device_words(device)
    else:
        is_bf16 = processor_has_bf16()
        name = f"{_processor_name()}, {counted(torch.get_num_threads(), 'thread')}"
    wants_bf16 = config.precision == "bf16" or (config.precision == "auto" and is_bf16)
    return Machine(device=device, dtype=torch.bfloat16 if wants_bf16 else torch.float32, name=name)


def why_no_gpu(config: MachineConfig) -> str:
    """Why a run that may take a graphics card has none, as a sentence; empty where it has one."""
    if config.device != "auto" or torch.cuda.is_available():
        return ""
    if torch.version.cuda is None:
        return f" No graphics card is used: this PyTorch ({torch.__version__}) is CPU-only."
    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
    except (RuntimeError, AssertionError) as error:  # says whether the driver is missing or old
        reason = " ".join(str(error).split())[:200]
        return f" No graphics card is used: {reason}"
    return " No graphics card is used: PyTorch finds none."


def _processor_name() -> str:
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or f"processor with {counted(os.cpu_count() or 1, 'core')}"
