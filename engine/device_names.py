"""What devices are called. This does not load torch, so that a command line can be read first."""

import re

DEVICE_NAMES = "auto, cpu, cuda, cuda:N (cuda:1 is the second card) or mps"

_NAME = re.compile(r"auto|cpu|cuda(:[0-9]{1,3})?|mps")


def is_device_name(name: str) -> bool:
    """Whether there are machines with such a device.

    >>> from engine.device_names import is_device_name
    >>> [is_device_name(name) for name in ("auto", "cuda:1", "cuda:one", "gpu")]
    [True, True, False, False]
    """
    return _NAME.fullmatch(name) is not None
