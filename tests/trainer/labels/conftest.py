"""What the tests of labels share."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def made_up_sets() -> ModuleType:
    """The module that writes small made-up data sets, each in its original layout."""
    path = Path(__file__).with_name("made_up_sets.py")
    spec = importlib.util.spec_from_file_location("made_up_sets", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
