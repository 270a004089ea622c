"""python -m trainer.defects: teaches, records, and goes on where it stopped."""

import json

import pytest
import timm
import torch

from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_file import open_defect_network
from trainer.defects import __main__ as command


@pytest.fixture
def weights(tmp_path):
    torch.manual_seed(0)
    backbone = timm.create_model("tf_efficientnet_lite0", pretrained=False, features_only=True)
    path = tmp_path / "weights.pth"
    torch.save(backbone.state_dict(), path)
    return path


@pytest.fixture
def small_plan(monkeypatch):
    monkeypatch.setattr(command, "_TELL_EVERY_STEPS", 1)
    return ["--sides=64", f"--pixels={4 * 64 * 64}"]


def test_a_run_leaves_a_checkpoint_and_a_record(labels_csv, weights, tmp_path, small_plan):
    run = tmp_path / "run"
    call = [f"--labels={labels_csv}", f"--weights={weights}", f"--run={run}", *small_plan]

    assert command.main([*call, "--steps=1"]) == 0
    assert command.main([*call, "--steps=2"]) == 0

    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    assert [event["step"] for event in events] == [1, 2]
    assert torch.load(run / "last.pt", weights_only=True)["step"] == 2


def test_wrong_weights_are_told_in_a_sentence(labels_csv, tmp_path, expected_logs):
    torch.save({"conv.weight": torch.zeros(3)}, tmp_path / "w.pth")
    call = [f"--labels={labels_csv}", f"--weights={tmp_path / 'w.pth'}", f"--run={tmp_path}"]

    assert command.main(call) == 1
    assert "does not hold weights" in expected_logs[0].getMessage()


def test_teaching_goes_on_from_a_taught_network(labels_csv, tmp_path, small_plan):
    path = bundled_defect_network()
    call = [f"--labels={labels_csv}", f"--start={path}", f"--run={tmp_path}", *small_plan]

    assert command.main([*call, "--steps=1"]) == 0

    taught = torch.load(tmp_path / "last.pt", weights_only=True)["averaged"]["last.weight"]
    start = open_defect_network(path)[0].last.weight
    torch.testing.assert_close(taught, start.float(), rtol=0, atol=1e-3)
    assert not torch.equal(taught, start.float())


def test_without_anything_to_begin_with_it_says_what_to_give(labels_csv, tmp_path, expected_logs):
    assert command.main([f"--labels={labels_csv}", f"--run={tmp_path}"]) == 1
    assert "--start" in expected_logs[0].getMessage()
