"""Teaching: it learns, goes on where it stopped, and keeps what is normal."""

import numpy as np
import pytest
import torch

from engine.defects.defect_network import DEFECT_KINDS, DefectNetwork, DefectNetworkConfig
from trainer.defects.batches import Batches
from trainer.defects.learner import load_learner, new_learner, save_learner
from trainer.defects.plan import DefectPlan
from trainer.defects.teaching import teach
from trainer.errors import TrainingError

PLAN = DefectPlan(num_steps=4, sides_px=(64,), pixels_per_step=8 * 64 * 64, real_share=0.25)


def learner(seed=0):
    torch.manual_seed(seed)
    return new_learner(DefectNetwork(DefectNetworkConfig(num_features=8)), PLAN)


def test_a_batch_is_planted_and_real_by_the_share_asked_for(material):
    batch = Batches(material, PLAN).of_step(0)

    assert batch.pixels_B3SS.shape == (8, 3, 64, 64)
    assert batch.num_planted == 6
    assert batch.wanted_BKGG.shape == (6, len(DEFECT_KINDS), 16, 16)
    assert len(batch.scores_B) == len(batch.is_flawless_B) == 2


def test_a_step_has_the_same_batch_whenever_it_is_asked_for(material):
    first, second = (Batches(material, PLAN).of_step(7) for _ in range(2))

    assert torch.equal(first.pixels_B3SS, second.pixels_B3SS)
    assert torch.equal(first.wanted_BKGG, second.wanted_BKGG)
    assert not torch.equal(first.pixels_B3SS, Batches(material, PLAN).of_step(8).pixels_B3SS)


def test_flawless_are_the_best_rated(material):
    least = material.train_scores_0_1[material.num_flawless - 1]
    for step in range(6):
        batch = Batches(material, PLAN).of_step(step)
        assert bool((batch.scores_B[batch.is_flawless_B] >= least - 1e-6).all())


def test_material_is_best_first_and_no_photo_is_in_two_parts(material):
    parts = [material.train, material.validation, material.test]
    everything = [path for part in parts for path in part]

    assert len(set(everything)) == len(everything) == 20
    assert list(material.train_scores_0_1) == sorted(material.train_scores_0_1, reverse=True)
    assert material.good == material.train[: len(material.good)]


def test_a_taught_network_has_moved_but_its_norms_have_not(material):
    taught = learner()
    before = {name: value.clone() for name, value in taught.network.state_dict().items()}
    told = []

    teach(
        taught, Batches(material, PLAN), PLAN, until_step=2, on_step=lambda *one: told.append(one)
    )

    after = taught.network.state_dict()
    assert not torch.equal(after["last.weight"], before["last.weight"])
    norms = [name for name in before if "running" in name]
    assert norms
    assert all(torch.equal(after[name], before[name]) for name in norms)
    assert [step for step, _ in told] == [1, 2]
    assert all(np.isfinite(list(losses.values())).all() for _, losses in told)


def test_a_stopped_run_goes_on_to_the_same_end(material, tmp_path):
    straight, stopped, resumed = learner(), learner(), learner(seed=5)
    batches = Batches(material, PLAN)
    teach(straight, batches, PLAN, until_step=3)

    teach(stopped, batches, PLAN, until_step=1)
    save_learner(tmp_path / "last.pt", stopped, PLAN)
    load_learner(tmp_path / "last.pt", resumed)
    teach(resumed, batches, PLAN, until_step=3)

    assert resumed.step == 3
    for name, value in straight.averaged.state_dict().items():
        torch.testing.assert_close(resumed.averaged.state_dict()[name], value, msg=name)


def test_a_checkpoint_that_can_not_be_read_says_so(tmp_path):
    path = tmp_path / "last.pt"
    torch.save({"version": 1}, path)

    with pytest.raises(TrainingError, match="can't be read"):
        load_learner(path, learner())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"num_steps": 0}, "at least one step"),
        ({"sides_px": (100,)}, "multiples of 32"),
        ({"rate": 2.0}, "between 0 and 1"),
        ({"real_share": 1.0}, "between 0 and 1"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong, words):
    with pytest.raises(TrainingError, match=words):
        DefectPlan(**wrong)
