"""What the tests of the contest share."""

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "made_up_contest", Path(__file__).with_name("made_up_contest.py")
)


@pytest.fixture(scope="session")
def made_up():
    module = importlib.util.module_from_spec(_SPEC)
    _SPEC.loader.exec_module(module)
    return module
