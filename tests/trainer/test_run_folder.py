import dataclasses
import os
from pathlib import Path

import pytest

from trainer.checked_values import ConfigError
from trainer.config import MachineConfig, SplitConfig
from trainer.errors import TrainingError
from trainer.run_folder import RunFolder


def test_a_run_is_opened_as_it_was_created(run_folder, run_config):
    assert RunFolder.open(run_folder.path).config == run_config


def test_missing_parents_are_made(tmp_path, run_config):
    folder = RunFolder.create(tmp_path / "runs" / "2026" / "one", run_config)

    assert folder.config_json.is_file()


def test_an_empty_folder_is_taken(tmp_path, run_config):
    (tmp_path / "empty").mkdir()

    RunFolder.create(tmp_path / "empty", run_config)


def test_the_path_is_absolute_even_when_the_given_one_is_not(tmp_path, run_config, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert RunFolder.create(Path("one"), run_config).path == tmp_path / "one"
    assert RunFolder.open(Path("one")).path == tmp_path / "one"


def test_a_folder_with_other_things_is_not_taken(tmp_path, run_config):
    (tmp_path / "holiday.jpg").touch()

    with pytest.raises(TrainingError, match=r"is not empty and is no run\. Choose a new"):
        RunFolder.create(tmp_path, run_config)
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_folder_with_a_run_is_not_taken(run_folder, run_config):
    with pytest.raises(TrainingError, match=r"already holds a run\. Resume it with `discern train"):
        RunFolder.create(run_folder.path, run_config)


def test_a_file_is_no_folder(tmp_path, run_config):
    (tmp_path / "file").touch()

    with pytest.raises(TrainingError, match=r"is a file\. Give the path of a new folder"):
        RunFolder.create(tmp_path / "file", run_config)


@pytest.mark.skipif(os.name == "nt", reason="Windows says that otherwise")
def test_a_folder_that_can_not_be_made_is_told(tmp_path, run_config):
    (tmp_path / "file").touch()

    with pytest.raises(TrainingError, match="could not be made: Not a directory"):
        RunFolder.create(tmp_path / "file" / "run", run_config)


def test_a_folder_without_config_is_no_run(tmp_path):
    with pytest.raises(TrainingError, match=r"is no run folder: it has no config\.json"):
        RunFolder.open(tmp_path)


def test_a_config_that_is_not_text_is_told(run_folder):
    run_folder.config_json.write_bytes(b"\xff\xfe\xff")

    with pytest.raises(TrainingError, match=r"config\.json could not be read: .*utf-8"):
        RunFolder.open(run_folder.path)


def test_a_damaged_config_is_told(run_folder):
    run_folder.config_json.write_text("{")

    with pytest.raises(ConfigError, match="not readable"):
        RunFolder.open(run_folder.path)


def test_the_files_have_the_names_that_other_programs_know(run_folder):
    names = {
        "config_json": "config.json",
        "events_jsonl": "events.jsonl",
        "train_log": "train.log",
        "status_json": "status.json",
        "labels_csv": "labels.csv",
        "split_json": "split.json",
        "teacher_model": "teacher.safetensors",
        "best_model": "best.safetensors",
        "last_pt": "last.pt",
        "report_json": "report.json",
        "predictions_csv": "predictions.csv",
        "photo_cache": "photo_cache",
    }
    for attribute, name in names.items():
        assert getattr(run_folder, attribute) == run_folder.path / name


def test_the_photo_cache_can_lie_elsewhere(run_folder, run_config, tmp_path):
    machine = MachineConfig(photo_cache=str(tmp_path / "shared"))
    folder = RunFolder(run_folder.path, dataclasses.replace(run_config, machine=machine))

    assert folder.photo_cache == tmp_path / "shared"


def test_a_run_of_one_repeat_is_its_own_repeat_folder(run_folder):
    assert run_folder.repeat_folder(0) is run_folder


def test_each_of_several_repeats_has_a_folder(tmp_path, run_config):
    config = dataclasses.replace(run_config, split=SplitConfig(num_repeats=10))
    folder = RunFolder.create(tmp_path / "ten", config)

    assert folder.repeat_folder(0).best_model == folder.path / "repeat_01" / "best.safetensors"
    assert folder.repeat_folder(9).path == folder.path / "repeat_10"
    assert folder.repeat_folder(9).path.is_dir()
    folder.repeat_folder(9)


def test_a_run_is_alive_while_its_process_says_so(run_folder):
    assert run_folder.read_status() is None
    assert not run_folder.is_alive()

    run_folder.write_status("running")
    assert run_folder.is_alive()

    run_folder.write_status("failed", what="No room.", hint="Free some.")
    assert not run_folder.is_alive()
    status = run_folder.read_status()
    assert (status.state, status.what, status.hint) == ("failed", "No room.", "Free some.")
    assert status.process.pid == os.getpid()


def test_a_damaged_status_means_that_nobody_is_at_work(run_folder):
    run_folder.status_json.write_text("{")

    assert not run_folder.is_alive()


def test_the_lock_lies_in_the_folder(run_folder):
    with run_folder.lock():
        assert (run_folder.path / "trainer.lock").is_file()
