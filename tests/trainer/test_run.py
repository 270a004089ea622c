import json

from engine.networks.model_file import open_model
from trainer.protocol import Finished
from trainer.run_folder import RunFolder


def test_any_timm_network_can_be_trained_as_teacher_and_student(small_runs, small_set, tmp_path):
    settings = small_runs.config(
        small_set,
        network={"architecture": "portable", "backbone": "test_resnet"},
        teacher={"epochs": 1},
        student={"epochs": 1, "weight_averaging": 0.9},
    )
    folder = RunFolder.create(tmp_path / "run", settings)
    ear = small_runs.run(folder)
    assert ear.messages[-1] == Finished(report=str(folder.report_json), was_stopped=False)
    for path in (folder.teacher_model, folder.best_model):
        _, card = open_model(path)
        assert card.architecture == "portable"
        assert card.network.backbone == "test_resnet"
    entry = json.loads(folder.report_json.read_text())["repeats"][0]
    assert {"teacher", "student", "student_minus_teacher"} <= entry.keys()
