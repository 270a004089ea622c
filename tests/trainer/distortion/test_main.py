"""The command, on a run of a few seconds."""

import shutil

import pytest

from engine.networks.distortion_file import open_distortion_head
from engine.networks.model_file import open_model, read_card
from trainer.distortion.__main__ import main
from trainer.distortion.lesson import read_lesson
from trainer.run_folder import RunFolder


@pytest.fixture(scope="module")
def run_folder(small_runs, small_set, tmp_path_factory):
    folder = RunFolder.create(
        tmp_path_factory.mktemp("run") / "run",
        small_runs.config(small_set, teacher={"epochs": 1}, student={"epochs": 1}),
    )
    small_runs.run(folder)
    return folder


def test_both_models_of_a_run_are_taught_and_stay_the_same_networks(run_folder, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run_folder.path, copy)

    status = main([str(copy), "--epochs", "1"])

    assert status == 0
    for name in ("teacher.safetensors", "best.safetensors"):
        assert open_distortion_head(copy / name) is not None
        before, after = (open_model(folder / name)[0] for folder in (run_folder.path, copy))
        assert before.state_dict().keys() == after.state_dict().keys()
        assert all(
            (value == after.state_dict()[key]).all() for key, value in before.state_dict().items()
        )
    card = read_card(copy / "best.safetensors").distortions
    assert card.num_photos == len(read_lesson(copy).photos)
    assert card.settings["epochs"] == 1
    assert "the test part was not read" in card.protocol


def test_the_lesson_takes_the_best_of_training_and_validation_and_nothing_of_test(run_folder):
    lesson = read_lesson(run_folder.path)

    # 50 photos for training, 10 for validation; scenes 8, 9 validate, and _0 is the undamaged one.
    assert all(path.stem.endswith(("_0", "_1")) for path in lesson.photos)
    assert not {path.stem[:7] for path in lesson.photos} & {f"scene{n:02d}" for n in range(8, 14)}
    assert {path.stem[:7] for path in lesson.level_photos} <= {"scene08", "scene09"}
    assert [path.name for path in lesson.models] == ["teacher.safetensors", "best.safetensors"]


def test_a_folder_without_a_run_is_named(tmp_path, expected_logs):
    assert main([str(tmp_path)]) == 1
    assert "is no run folder" in expected_logs[0].getMessage()


def test_a_run_that_has_not_begun_is_named(small_runs, small_set, tmp_path, expected_logs):
    RunFolder.create(tmp_path / "new", small_runs.config(small_set))

    assert main([str(tmp_path / "new")]) == 1
    assert "no labels and split yet" in expected_logs[0].getMessage()


def test_a_run_without_models_is_named(run_folder, tmp_path, expected_logs):
    copy = tmp_path / "run"
    shutil.copytree(run_folder.path, copy)
    for name in ("teacher.safetensors", "best.safetensors"):
        (copy / name).unlink()

    assert main([str(copy)]) == 1
    assert "holds no trained model" in expected_logs[0].getMessage()
