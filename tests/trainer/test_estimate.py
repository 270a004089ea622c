"""An estimate is measured on real steps and grows with what the run is asked to do."""

from dataclasses import replace

import pytest

from trainer.estimate import estimate_run
from trainer.labels.check import check_labels
from trainer.labels.read_config import read_named_labels
from trainer.machine import choose_machine


@pytest.fixture
def estimate(small_runs, small_set):
    def measure(**sections):
        config = small_runs.config(small_set, **sections)
        labels, _ = check_labels(read_named_labels(config.labels))
        return estimate_run(config, labels, choose_machine(config.machine))

    return measure


def test_a_run_is_estimated_on_a_few_of_its_photos(estimate):
    found = estimate()

    assert not found.is_gpu
    assert 0.01 < found.seconds < 300
    assert found.memory_bytes > 50 * 2**20
    assert found.memory_available_bytes > 0
    # 80 photos of 96 x 80 pixels, three bytes each, and the saved networks.
    assert found.disk_bytes > 80 * 96 * 80 * 3


def test_a_hundred_times_the_epochs_take_far_longer(estimate):
    short = estimate()
    long = estimate(teacher={"epochs": 200}, student={"epochs": 200})

    assert long.seconds > 10 * short.seconds


def test_more_repeats_keep_more_models(estimate, small_runs, small_set):
    config = small_runs.config(small_set)
    one = estimate()
    ten = estimate(split=replace(config.split, num_repeats=10))

    photos = 80 * 96 * 80 * 3
    assert ten.disk_bytes - photos == pytest.approx(10 * (one.disk_bytes - photos), rel=0.01)


def test_a_batch_larger_than_the_sample_is_filled(estimate):
    assert estimate(student={"batch_size": 48}).seconds > 0
