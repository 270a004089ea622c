import numpy as np
import pytest
from scipy.stats import chi2

from engine.certainty.known_photos import NUM_AXES, KnownPhotos


def drawn(num_photos, num_features=20, *, seed=0):
    rng = np.random.default_rng(seed)
    mixed = np.random.default_rng(99).normal(size=(num_features, num_features))
    return 5 + rng.normal(size=(num_photos, num_features)) @ mixed


def test_distances_are_mahalanobis_distances_where_axes_span_all_features():
    features = drawn(3000)
    known = KnownPhotos.of(features)
    used = features[np.arange(3000) % 5 != 4]
    inverse = np.linalg.inv(np.cov(used.T, bias=True))
    off = drawn(50, seed=1) - used.mean(axis=0)
    expected = np.sqrt(np.einsum("nf,fg,ng->n", off, inverse, off) / 20)
    found = known.distances(drawn(50, seed=1)) * known.beyond * np.sqrt(2)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_one_in_a_hundred_new_photos_of_the_kind_is_beyond():
    known = KnownPhotos.of(drawn(20_000))
    assert (known.distances(drawn(20_000, seed=5)) > 1).mean() == pytest.approx(0.01, abs=0.006)
    farthest = np.sqrt(chi2.ppf(0.99, 20) / 20 / 2)
    assert known.beyond == pytest.approx(farthest, rel=0.05)


def test_what_lies_beside_the_axes_of_the_training_photos_is_far():
    rng = np.random.default_rng(0)
    flat = np.zeros((800, 60))
    flat[:, :40] = rng.normal(size=(800, 40))
    flat[:, 40:] = 0.01 * rng.normal(size=(800, 20)) + flat[:, :20]
    known = KnownPhotos.of(flat)
    assert known.axes_FK.shape == (60, NUM_AXES)
    usual, odd = flat[:1].copy(), flat[:1].copy()
    odd[:, 40:] += 3  # what never happened: the last features do not follow the first
    assert known.distances(odd)[0] > 1 > known.distances(usual)[0]


def test_too_few_photos_are_refused():
    with pytest.raises(ValueError, match="There are 20 training photos; 50 are needed"):
        KnownPhotos.of(drawn(20))


def test_features_that_never_change_do_no_harm():
    features = drawn(200)
    features[:, 3] = 7.0
    assert np.isfinite(KnownPhotos.of(features).distances(features)).all()
