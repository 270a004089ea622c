import math

import pytest

from trainer.config import StageConfig
from trainer.schedule import learning_rate_share


def shares(config, steps, steps_per_epoch=7):
    return [
        learning_rate_share(config, step=step, steps_per_epoch=steps_per_epoch) for step in steps
    ]


def test_the_papers_rate_is_divided_by_ten_every_three_epochs():
    config = StageConfig()
    assert config.learning_rate == 2e-4
    epochs = [learning_rate_share(config, step=7 * e, steps_per_epoch=7) for e in range(9)]
    assert epochs == pytest.approx([1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01])
    assert shares(config, [20, 21]) == pytest.approx([1, 0.1])  # the very step of the fourth epoch


@pytest.mark.parametrize("steps_per_epoch", [1, 3, 7, 49, 675, 12345])
def test_an_epoch_begins_at_the_same_step_whatever_its_length(steps_per_epoch):
    config = StageConfig()
    for epoch in (3, 6):
        before, at = shares(
            config, [epoch * steps_per_epoch - 1, epoch * steps_per_epoch], steps_per_epoch
        )
        assert at == pytest.approx(before / 10)


def test_a_cosine_falls_from_one_to_nothing():
    config = StageConfig(schedule="cosine", epochs=4)
    found = shares(config, range(29))
    assert found[0] == 1
    assert found[14] == pytest.approx(0.5)
    assert found[28] == pytest.approx(0)
    assert found == sorted(found, reverse=True)
    assert found[7] == pytest.approx((1 + math.cos(math.pi / 4)) / 2)


@pytest.mark.parametrize("schedule", ["step", "cosine"])
def test_a_warm_up_rises_in_equal_steps_to_the_full_rate(schedule):
    cold = StageConfig(schedule=schedule, warmup_steps=5)
    plain = StageConfig(schedule=schedule)
    ratios = [
        warm / full
        for warm, full in zip(shares(cold, range(8)), shares(plain, range(8)), strict=True)
    ]
    assert ratios == pytest.approx([0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1])


@pytest.mark.parametrize("schedule", ["step", "cosine"])
def test_a_probe_has_a_rate_of_its_own_and_the_schedule_begins_after_it(schedule):
    config = StageConfig(schedule=schedule, epochs=9, warmup_steps=3)
    probed = StageConfig(
        schedule=schedule, epochs=11, warmup_steps=3, probe_epochs=2, probe_learning_rate=1e-3
    )
    assert shares(probed, range(14)) == pytest.approx([5.0] * 14)  # of 2e-4
    assert shares(probed, range(14, 77)) == pytest.approx(shares(config, range(63)))
