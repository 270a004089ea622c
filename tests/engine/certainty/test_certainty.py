import numpy as np
import pytest

from engine.certainty.certainty import WIDEST, Certainty
from engine.certainty.off_by import one_of
from tests.engine.certainty.made_up_errors import GREY, certainty_of, errors_of


def test_intervals_from_validation_hold_on_photos_of_the_kind():
    certainty = certainty_of((0.0,))
    new = errors_of(0.0, seed=50, num_photos=4000)
    points = certainty.points(new.features_NF, new.scores_N)
    assert (abs(new.errors_N) <= points).mean() == pytest.approx(0.67, abs=0.05)
    assert (abs(new.errors_N) <= 2 * points).mean() == pytest.approx(0.95, abs=0.02)


def test_sources_that_are_off_by_shifts_widen_intervals():
    assert certainty_of((-8.0, 8.0)).off_by.one > 1.5 * certainty_of((0.0,)).off_by.one


def test_a_photo_unlike_the_training_photos_has_a_wider_interval_and_is_named_so():
    certainty = certainty_of()
    near, far = (certainty.how_sure(np.full(4, at), 50.0, GREY) for at in (0.2, 8.0))
    assert far.points > 1.5 * near.points
    assert (near.familiarity.is_unlike, far.familiarity.is_unlike) == (False, True)


def test_no_interval_is_wider_than_the_scale():
    far = certainty_of().how_sure(np.full(4, 1e30), 50.0, GREY)
    assert far.points == WIDEST
    assert far.familiarity.distance <= 1e6


def test_within_the_training_photos_distance_alone_widens_nothing():
    certainty = certainty_of()
    (one,) = certainty.points(certainty.known.middle_F[None], np.array([50.0]))
    assert one == pytest.approx(certainty.off_by.one, rel=0.35)


def test_validation_is_plain_split_conformal_prediction_where_nothing_tells_errors_apart():
    own = errors_of(0.0, seed=3, num_photos=500)
    certainty = Certainty.of(
        np.random.default_rng(1).normal(size=(300, 4)),
        [GREY],
        [own],
        basis="validation",
        labels_std=1.0,
    )
    assert certainty.off_by.one == pytest.approx(one_of(own.errors_N), rel=0.1)
    assert certainty.num_errors == 500


def test_two_validation_parts_are_refused():
    two = [errors_of(0.0, seed=seed) for seed in range(2)]
    with pytest.raises(ValueError, match="one validation part"):
        Certainty.of(np.zeros((100, 4)), [GREY], two, basis="validation", labels_std=1.0)
