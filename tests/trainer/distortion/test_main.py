"""The command, on a run of a few seconds."""

import json
import shutil

import pytest

from engine.networks.distortion_file import open_distortion_head
from engine.networks.model_file import open_model, read_card
from trainer.distortion.__main__ import main
from trainer.distortion.lesson import read_lesson
from trainer.errors import TrainingError
from trainer.protocol import Finished, Notice, Progress
from trainer.run_folder import RunFolder


@pytest.fixture(scope="module")
def run_folder(small_runs, small_set, tmp_path_factory):
    folder = RunFolder.create(
        tmp_path_factory.mktemp("run") / "run",
        small_runs.config(small_set, teacher={"epochs": 1}, student={"epochs": 1}),
    )
    small_runs.run(folder)
    return folder


def test_both_models_of_a_run_are_taught_and_stay_the_same_networks(
    run_folder, small_runs, tmp_path
):
    copy = tmp_path / "run"
    shutil.copytree(run_folder.path, copy)

    ear = small_runs.Ear()
    status = main([str(copy), "--epochs", "1"], listener=ear)

    assert status == 0
    assert ear.messages[-1] == Finished(report="", was_stopped=False)
    assert [message.what for message in ear.heard(Notice)] == [
        f"{copy / name} sees defects now." for name in ("teacher.safetensors", "best.safetensors")
    ]
    last = ear.progress("defects")[-1]
    assert (last.repeat, last.step, last.seconds_left) == (1, last.num_steps, 0.0)
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


def test_a_run_without_validation_photos_is_no_lesson(run_folder, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run_folder.path, copy)
    split = json.loads((copy / "split.json").read_text())
    (copy / "split.json").write_text(json.dumps({**split, "validation": []}))
    with pytest.raises(TrainingError, match="has no validation part, and levels are set on"):
        read_lesson(copy)


def test_a_teaching_that_is_stopped_leaves_the_model_as_it_was(run_folder, small_runs, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run_folder.path, copy)
    before = (copy / "teacher.safetensors").read_bytes()
    ear = small_runs.Ear(stop_when=lambda message: isinstance(message, Progress))

    assert main([str(copy), "--epochs", "50"], listener=ear) == 0
    assert ear.messages[-1] == Finished(report="", was_stopped=True)
    assert (copy / "teacher.safetensors").read_bytes() == before


def test_a_folder_without_a_run_is_named(small_runs, tmp_path, expected_logs):
    ear = small_runs.Ear()
    assert main([str(tmp_path)], listener=ear) == 1
    assert "is no run folder" in ear.messages[-1].what
    assert "is no run folder" in expected_logs[0].getMessage()


def test_a_run_that_has_not_begun_is_named(small_runs, small_set, tmp_path, expected_logs):
    RunFolder.create(tmp_path / "new", small_runs.config(small_set))

    assert main([str(tmp_path / "new")], listener=small_runs.Ear()) == 1
    assert "no labels and split yet" in expected_logs[0].getMessage()


def test_a_run_without_models_is_named(run_folder, small_runs, tmp_path, expected_logs):
    copy = tmp_path / "run"
    shutil.copytree(run_folder.path, copy)
    for name in ("teacher.safetensors", "best.safetensors"):
        (copy / name).unlink()

    assert main([str(copy)], listener=small_runs.Ear()) == 1
    assert "holds no trained model" in expected_logs[0].getMessage()
