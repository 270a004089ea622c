"""A run's config and folder, for tests that train nothing."""

from pathlib import Path

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
