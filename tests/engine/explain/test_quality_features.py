"""Features of photos and their layout in a plane."""

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from engine.errors import UndefinedMeasure, UnreadablePhoto
from engine.explain.photo_layout import lay_out
from engine.explain.quality_features import quality_features


def test_features_and_similarity_by_hand(make_student):
    network = make_student()
    crops = torch.rand(3, 3, network.crop_px, network.crop_px)
    found = quality_features(network, crops)
    with torch.no_grad():
        features = network.features(crops, keeps_sequences=True)
    expected = features.tokens_BTD[:, 0].double().mean(dim=0).numpy()
    np.testing.assert_allclose(found.features_D, expected, rtol=1e-6)
    assert len(found.similarity_L) == len(network.encoder.blocks)
    last = features.sequences[-1].double().numpy()
    quality, cls = last[:, 0], last[:, 1]
    cosine = (quality * cls).sum(1) / np.linalg.norm(quality, axis=1) / np.linalg.norm(cls, axis=1)
    assert found.similarity_L[-1] == pytest.approx(cosine.mean(), abs=1e-5)


def test_without_a_quality_token_the_patches_are_taken(make_student):
    network = make_student(has_quality_token=False)
    crops = torch.rand(2, 3, network.crop_px, network.crop_px)
    found = quality_features(network, crops)
    with torch.no_grad():
        expected = network.features(crops).patches_BPD.double().mean(dim=(0, 1)).numpy()
    np.testing.assert_allclose(found.features_D, expected, rtol=1e-4, atol=1e-6)
    assert found.similarity_L.size == 0


def test_the_scorer_gives_features_of_a_file(tiny_scorer, odd_sizes, tmp_path):
    found = tiny_scorer.quality_features(odd_sizes[0])
    again = tiny_scorer.quality_features(odd_sizes[0])
    np.testing.assert_array_equal(found.features_D, again.features_D)
    with pytest.raises(UnreadablePhoto, match="missing"):
        tiny_scorer.quality_features(tmp_path / "missing.jpg")


def test_photos_that_are_alike_lie_beside_each_other():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(3), 20)
    features = rng.normal(0, 1, (3, 12))[groups] * 8 + rng.normal(0, 1, (60, 12))
    places = lay_out(features)
    assert places.shape == (60, 2)
    assert places.min() == 0
    assert places.max() == 1
    beside = NearestNeighbors(n_neighbors=2).fit(places).kneighbors(places)[1][:, 1]
    assert (groups[beside] == groups).mean() > 0.95
    np.testing.assert_array_equal(places, lay_out(features))


def test_a_handful_of_photos_is_too_few_for_a_map():
    with pytest.raises(UndefinedMeasure, match="at least 5 photos"):
        lay_out(np.zeros((4, 3)))
    assert np.isfinite(lay_out(np.ones((5, 3)) * np.arange(5)[:, None])).all()
