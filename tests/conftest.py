"""What every test gets: no display, a home of its own, and no log lines it did not expect."""

import importlib.util
import logging
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.window.shell.reference_counts import hold_constants
from engine.networks.registry import registered

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt
hold_constants()

_records_key = pytest.StashKey[list[logging.LogRecord]]()


class _Collector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fails a test that logs a warning or worse, unless it asks for `expected_logs`."""
    records = item.stash.setdefault(_records_key, [])
    collector = _Collector(records)
    logging.getLogger().addHandler(collector)
    try:
        result = yield
    finally:
        logging.getLogger().removeHandler(collector)
    if records and "expected_logs" not in getattr(item, "fixturenames", ()):
        lines = [f"{record.levelname} {record.name}: {record.getMessage()}" for record in records]
        pytest.fail("Unexpected log lines:\n" + "\n".join(lines), pytrace=False)
    return result


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips tests marked `gpu` where there is none."""
    if item.get_closest_marker("gpu") is not None:
        import torch  # here: most tests do without

        if not torch.cuda.is_available():
            pytest.skip("There is no CUDA device here.")


@pytest.fixture
def expected_logs(request: pytest.FixtureRequest) -> list[logging.LogRecord]:
    """The warnings and errors logged so far in a test that is meant to log some."""
    return request.node.stash.setdefault(_records_key, [])


@pytest.fixture(scope="session", autouse=True)
def home_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps what fixtures of a whole module do away from the user's own catalog."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCERN_HOME", str(tmp_path_factory.mktemp("session_home")))
        yield


@pytest.fixture(autouse=True)
def discern_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own instead of the user's data and cache."""
    home = tmp_path_factory.mktemp("discern_home")
    monkeypatch.setenv("DISCERN_HOME", str(home))
    monkeypatch.delenv("COLUMNS", raising=False)  # the width of whoever runs the tests
    return home


@pytest.fixture(scope="session")
def odd_files() -> ModuleType:
    """The module `odd_files`: makers of good, odd and broken photo files."""
    return _module("odd_files")


@pytest.fixture(scope="session")
def read_page() -> Callable[[bytes], Any]:
    """read_page(html) -> the page as a tree; fails where it is not well nested or not complete."""
    return _module("page_tree").read_page


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file with random weights, the same every time, that rates a photo in no time."""
    path: Path = _module("tiny_model").make_tiny_model(tmp_path_factory.mktemp("model"))
    return path


@pytest.fixture(scope="module")
def frame_network() -> Iterator[ModuleType]:
    """The module `whole_photo_network`, whose network is registered for a module of tests."""
    with pytest.MonkeyPatch.context() as patch:
        module = _module("whole_photo_network", patch)
        with registered(module.ENTRY):
            yield module


@pytest.fixture(scope="session")
def tiny_rivals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three model files with random weights that disagree about photos."""
    folder = tmp_path_factory.mktemp("rivals")
    make = _module("tiny_model").make_tiny_model
    return [
        make(folder, seed=seed, name=name, file_name=name)
        for seed, name in enumerate(("ant", "bee", "cat"), start=1)
    ]


def _module(name: str, patch: pytest.MonkeyPatch | None = None) -> ModuleType:
    """A module beside this file; with `patch` it can also be imported by its name."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    if patch is not None:
        patch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def odd_folder(tmp_path: Path, odd_files: ModuleType) -> Path:
    """A folder with one file of every kind that `odd_files` makes, good and bad."""
    folder = tmp_path / "odd files"
    folder.mkdir()
    odd_files.make_readable(folder)
    odd_files.make_unreadable(folder)
    return folder
