"""What devices are called. This does not load torch, so that a command line can be read first."""

import re

DEVICE_NAMES = "auto, cpu, cuda, cuda:N (cuda:1 is the second card) or mps"

_NAME = re.compile(r"auto|cpu|cuda(:[0-9]{1,3})?|mps")


def is_device_name(name: str) -> bool:
    """Whether there are machines with such a device."""
    return _NAME.fullmatch(name) is not None
