import numpy as np
import pytest

from trainer.label_noise import with_label_noise


def test_only_training_labels_are_disturbed():
    rated = np.full(2000, 50.0)
    train = range(0, 2000, 2)
    disturbed = with_label_noise(rated, train, std_points=5.0, seed=(1, 2))
    assert (disturbed[1::2] == 50.0).all()
    assert (rated == 50.0).all()
    away = disturbed[::2] - 50.0
    # Five standard errors of the mean and of the spread of 1000 draws
    assert away.mean() == pytest.approx(0.0, abs=5 * 5 / 1000**0.5)
    assert away.std() == pytest.approx(5.0, abs=5 * 5 / 2000**0.5)


def test_labels_stay_within_their_scale():
    rated = np.tile([1.0, 99.0], 100)
    disturbed = with_label_noise(rated, range(200), std_points=20.0, seed=(0,))
    assert disturbed.min() == 0.0
    assert disturbed.max() == 100.0


def test_the_noise_of_a_photo_depends_on_the_seed_alone():
    rated = np.linspace(20.0, 80.0, 30)
    whole = with_label_noise(rated, range(30), std_points=3.0, seed=(4, 0))
    part = with_label_noise(rated, [3, 7], std_points=3.0, seed=(4, 0))
    other = with_label_noise(rated, range(30), std_points=3.0, seed=(4, 1))
    assert part[[3, 7]].tolist() == whole[[3, 7]].tolist()
    assert not np.isclose(whole, other).any()
