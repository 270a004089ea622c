"""A run's config and folder, a small data set, and what makes golden files."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from trainer.config import LabelsConfig, RunConfig
from trainer.run_folder import RunFolder


@pytest.fixture
def run_config(tmp_path: Path) -> RunConfig:
    """The smallest config: a name and labels."""
    return RunConfig(name="a run", labels=LabelsConfig(source=str(tmp_path / "labels.csv")))


@pytest.fixture
def run_folder(tmp_path: Path, run_config: RunConfig) -> RunFolder:
    """A new run folder."""
    return RunFolder.create(tmp_path / "the run", run_config)


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def small_runs() -> ModuleType:
    """The module `small_runs`: a small real data set and runs of tiny networks on it."""
    return _module("small_runs")


@pytest.fixture(scope="session")
def golden_losses() -> ModuleType:
    """The module `golden_losses`, which makes the losses kept in tests/golden."""
    return _module("golden_losses")


@pytest.fixture(scope="session")
def small_set(small_runs: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The labels.csv of 80 small photographs; not to be changed."""
    labels: Path = small_runs.write_set(tmp_path_factory.mktemp("small set"))
    return labels
