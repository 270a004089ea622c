"""The list of training runs, and what is done with those in it."""

import pytest

from app.runs.run_summary import Standing
from app.window.train.training_runs import TrainingRuns
from trainer.run_folder import RunFolder


class Listening:
    """The runs of a folder, and what was said of them."""

    def __init__(self, qtbot, runs) -> None:
        self.qtbot, self.runs = qtbot, runs
        self.lists, self.sentences = [], []
        runs.listed.connect(self.lists.append)
        runs.start_failed.connect(self.sentences.append)

    def delete(self, folder) -> None:
        num_answers = len(self.lists) + len(self.sentences)
        self.runs.delete(folder)
        self.qtbot.waitUntil(lambda: len(self.lists) + len(self.sentences) > num_answers)

    def refresh(self):
        num_lists = len(self.lists)
        self.runs.refresh()
        self.qtbot.waitUntil(lambda: len(self.lists) > num_lists)
        return self.lists[-1]


@pytest.fixture
def listening(qtbot, jobs, tmp_path):
    runs = TrainingRuns(tmp_path / "runs", jobs=jobs)
    yield Listening(qtbot, runs)
    runs.close()


@pytest.fixture
def folder(tmp_path, config):
    return RunFolder.create(tmp_path / "runs" / "one", config)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"version": 999}', b"\xff\xfe\0"])
def test_a_damaged_run_is_listed_as_such_and_can_be_deleted(listening, folder, content):
    folder.config_json.write_bytes(content)
    (run,) = listening.refresh()
    assert run.standing is Standing.DAMAGED

    listening.delete(run.folder)
    assert listening.sentences == []
    assert listening.lists[-1] == []
    assert not folder.path.exists()


def test_a_run_whose_status_is_damaged_can_be_deleted(listening, folder):
    folder.status_json.write_text("no status")
    listening.delete(folder.path)
    assert not folder.path.exists()


def test_a_damaged_run_that_is_at_work_is_not_deleted(listening, folder):
    folder.write_status("running")
    folder.config_json.write_bytes(b"")
    listening.delete(folder.path)
    assert listening.sentences == ["This run is at work; stop it first."]
    assert folder.path.is_dir()


def test_a_run_that_has_gone_already_is_deleted(listening, folder):
    folder.path.rename(folder.path.with_name("elsewhere"))
    listening.delete(folder.path)
    assert listening.sentences == []
