"""The defect network that travels with the program."""

from importlib.resources import files
from pathlib import Path

from engine.errors import ModelFileError

_NAME = "defects-lite0-biq2021.safetensors"


def bundled_defect_network() -> Path:
    """Its file. Raises ModelFileError when the program is incomplete.

    >>> from engine.defects.bundled import bundled_defect_network
    >>> path = bundled_defect_network()
    >>> path.is_file(), path.suffix
    (True, '.safetensors')
    """
    path = Path(str(files("resources.defects"))) / _NAME
    if not path.is_file():
        raise ModelFileError("This installation has no defect network. Install Discern again.")
    return path
