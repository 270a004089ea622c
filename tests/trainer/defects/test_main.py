"""python -m trainer.defects: teaches, records, and goes on where it stopped."""

import json

import pytest
import timm
import torch

from trainer.defects import __main__ as command
from trainer.defects.plan import DefectPlan


@pytest.fixture
def weights(tmp_path):
    torch.manual_seed(0)
    backbone = timm.create_model("tf_efficientnet_lite0", pretrained=False, features_only=True)
    path = tmp_path / "weights.pth"
    torch.save(backbone.state_dict(), path)
    return path


@pytest.fixture
def small_plan(monkeypatch):
    def plan(num_steps, seed, sides_px):
        return DefectPlan(
            num_steps=num_steps, seed=seed, sides_px=(64,), pixels_per_step=4 * 64 * 64
        )

    monkeypatch.setattr(command, "plan_of", plan)
    monkeypatch.setattr(command, "_TELL_EVERY_STEPS", 1)


def test_a_run_leaves_a_checkpoint_and_a_record(labels_csv, weights, tmp_path, small_plan):
    run = tmp_path / "run"
    call = [f"--labels={labels_csv}", f"--weights={weights}", f"--run={run}"]

    assert command.main([*call, "--steps=1"]) == 0
    assert command.main([*call, "--steps=2"]) == 0

    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    assert [event["step"] for event in events] == [1, 2]
    assert torch.load(run / "last.pt", weights_only=True)["step"] == 2


def test_wrong_weights_are_told_in_a_sentence(labels_csv, tmp_path, expected_logs):
    torch.save({}, tmp_path / "w.pth")
    call = [f"--labels={labels_csv}", f"--weights={tmp_path / 'w.pth'}", f"--run={tmp_path}"]

    assert command.main(call) == 1
    assert "another network" in expected_logs[0].getMessage()
