import json

import pytest
import torch

from trainer.checkpoint import EpochRecord, Position, load_checkpoint, save_checkpoint
from trainer.errors import TrainingError

RECORD = EpochRecord(
    epoch=0, losses={"loss": 2.5}, validation_srcc=0.8, validation_plcc=0.7, seconds=12.5
)


@pytest.fixture
def last_pt(tmp_path):
    return tmp_path / "last.pt"


def record(epoch, srcc):
    return EpochRecord(
        epoch=epoch, losses={}, validation_srcc=srcc, validation_plcc=0.0, seconds=1.0
    )


def test_what_was_saved_is_loaded(last_pt):
    position = Position(
        stage="student",
        epoch=1,
        step=7,
        records=[RECORD],
        loss_sums={"loss": 17.5},
        seconds_in_epoch=3.25,
    )
    weights = {"w": torch.arange(3.0), "n": torch.tensor(4)}
    save_checkpoint(last_pt, position, {"network": weights, "average": None})
    found, states = load_checkpoint(last_pt)
    assert found == position
    assert states.keys() == {"version", "network", "average"}
    assert torch.equal(states["network"]["w"], weights["w"])


def test_there_is_nothing_to_load_before_the_first_save(last_pt):
    assert load_checkpoint(last_pt) is None


def test_the_best_epoch_is_the_one_validation_prefers_the_earlier_of_equals():
    position = Position(stage="teacher")
    assert position.best is None
    position.records = [record(0, 0.5), record(1, 0.8), record(2, 0.8), record(3, 0.7)]
    assert position.best.epoch == 1


@pytest.mark.parametrize("damage", [b"", b"no checkpoint at all", None])
def test_a_damaged_checkpoint_is_told_with_the_way_out(last_pt, damage):
    save_checkpoint(last_pt, Position(stage="teacher"), {"network": {"w": torch.ones(1000)}})
    whole = last_pt.read_bytes()
    last_pt.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    with pytest.raises(TrainingError, match="can't be read") as caught:
        load_checkpoint(last_pt)
    assert caught.value.hint.startswith("Delete that file")


def test_a_file_that_is_no_checkpoint_of_ours_is_told(last_pt):
    torch.save({"weights": torch.ones(2)}, last_pt)
    with pytest.raises(TrainingError, match=r"can't be read \(KeyError\)"):
        load_checkpoint(last_pt)
    torch.save([1, 2], last_pt)
    with pytest.raises(TrainingError, match=r"can't be read \(TypeError\)"):
        load_checkpoint(last_pt)


def test_a_checkpoint_that_carries_code_is_not_run(last_pt):
    torch.save({"version": 1, "position": json.JSONEncoder()}, last_pt)
    with pytest.raises(TrainingError, match=r"can't be read \(UnpicklingError\)"):
        load_checkpoint(last_pt)


def test_a_newer_checkpoint_is_left_alone(last_pt):
    torch.save({"version": 99}, last_pt)
    with pytest.raises(TrainingError, match="was written by a newer program"):
        load_checkpoint(last_pt)
