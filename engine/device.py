"""From the name of a device to the device, if it is there, and how it is called in words."""

import platform

import torch

from engine.device_names import DEVICE_NAMES, is_device_name
from engine.errors import DeviceUnavailable


def choose_device(name: str) -> torch.device:
    """The device that is meant; "auto" is CUDA where there is one, else the processor.

    Apple's graphics are taken only when asked for by "mps". Raises DeviceUnavailable.

    >>> from engine.device import choose_device
    >>> choose_device("cpu")
    device(type='cpu')
    """
    if not is_device_name(name):
        raise DeviceUnavailable(f"There is no device {name}. Use {DEVICE_NAMES}.")
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if name == "mps":
        return _mps()
    return _cuda(int(name[5:]) if ":" in name else 0)


def device_words(device: torch.device) -> str:
    """A graphics card in words; a processor is told by the one who knows its precision.

    >>> import torch
    >>> from engine.device import device_words
    >>> device_words(torch.device("mps")).startswith("Apple graphics")
    True
    """
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"Apple graphics ({platform.machine()}), fp32"


def _cuda(number: int) -> torch.device:
    if not torch.cuda.is_available():
        why = (
            "PyTorch finds none; is NVIDIA's driver installed?"
            if torch.version.cuda
            else f"this PyTorch ({torch.__version__}) is built without CUDA."
        )
        raise DeviceUnavailable(f"There is no CUDA device here: {why} Use the device cpu.")
    known = [f"cuda:{other}" for other in range(torch.cuda.device_count())]
    if number >= len(known):
        raise DeviceUnavailable(f"There is no cuda:{number} here; there is {', '.join(known)}.")
    return torch.device("cuda", number)


def _mps() -> torch.device:
    if not torch.backends.mps.is_available():
        why = (
            "it needs macOS 12.3 or newer and Apple's graphics."
            if torch.backends.mps.is_built()
            else f"this PyTorch ({torch.__version__}) is built without it."
        )
        raise DeviceUnavailable(f"There is no MPS device here: {why} Use the device cpu.")
    return torch.device("mps")
