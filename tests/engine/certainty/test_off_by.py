import numpy as np
import pytest
from scipy import stats

from engine.certainty.off_by import off_by_of_sources, one_of


def test_the_half_width_is_that_of_split_conformal_prediction():
    rng = np.random.default_rng(0)
    within = []
    for _ in range(400):
        width = one_of(rng.normal(size=60))
        within.append((abs(rng.normal(size=200)) <= width).mean())
    assert 2 / 3 <= np.mean(within) < 0.72  # the larger of two quantiles


def test_long_tails_widen_it_until_twice_holds_95_percent():
    off = np.concatenate([np.full(90, 1.0), np.full(10, 40.0)])
    assert one_of(off) == 20.0


def test_the_shared_part_follows_the_posterior_of_a_scaled_inverse_chi_squared():
    found = off_by_of_sources([np.array([7.0, 9.0]), np.array([-6.0, -2.0])], prior=5.0)
    assert found.freedom == 4
    assert found.shared == pytest.approx(np.sqrt((2 * 25 + 64 + 16) / 4))
    assert found.own == pytest.approx(np.sqrt((1 + 4) / 2))


def test_intervals_hold_for_sources_drawn_as_is_assumed():
    """An independent draw of new sources and photos: Student's t plus a normal part."""
    rng = np.random.default_rng(1)
    sources = [shift + rng.normal(0, 8, 2000) for shift in (-9.0, 2.0, 12.0)]
    found = off_by_of_sources(sources, prior=10.0)
    shared = found.shared * stats.t.rvs(found.freedom, size=200_000, random_state=2)
    off = np.abs(shared + rng.normal(0, 8, 200_000))
    assert (off <= found.one).mean() >= 0.655
    assert (off <= 2 * found.one).mean() == pytest.approx(0.95, abs=0.01)


def test_more_sources_of_the_same_kind_narrow_it():
    rng = np.random.default_rng(3)
    few = [shift + rng.normal(0, 4, 500) for shift in (-10.0, 10.0)]
    assert off_by_of_sources(few * 5, prior=10.0).one < off_by_of_sources(few, prior=10.0).one


def test_no_source_is_refused():
    with pytest.raises(ValueError, match="no errors of a source"):
        off_by_of_sources([], prior=1.0)
