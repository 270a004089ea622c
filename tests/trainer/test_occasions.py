from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from trainer.occasions import occasion_of, occasion_offsets, without_offsets


@pytest.mark.parametrize(
    ("name", "occasion"),
    [("ss01 (12).jpg", "ss01"), ("studio_4.png", "studio"), ("IMG-7.jpg", "IMG"), ("_.jpg", "")],
)
def test_a_name_counts_up_to_its_first_mark(name, occasion):
    assert occasion_of(Path("holiday") / name, "name") == occasion


def test_a_folder_is_the_one_that_the_photo_lies_in():
    assert occasion_of(Path("2024/summer/IMG_1.jpg"), "folder") == "summer"


def rated(rng, shift):
    """200 photos of two occasions: their features differ, and one's labels lie `shift` higher."""
    is_second = np.arange(200) >= 80
    features = rng.normal(0.0, 1.0, (200, 3)) + 1.5 * is_second[:, None]
    labels = 50 + features @ np.array([4.0, -2.0, 1.0]) + rng.normal(0, 1, 200)
    return features, labels + shift * is_second, ["b" if second else "a" for second in is_second]


def test_offsets_are_the_coefficients_of_dummies_in_least_squares():
    features, labels, occasions = rated(np.random.default_rng(3), shift=12.0)
    offsets = occasion_offsets(features, labels, occasions, penalty=1e-9)
    is_second = np.array([name == "b" for name in occasions], float)
    oracle = LinearRegression().fit(np.column_stack([features, is_second]), labels)
    assert offsets["b"] - offsets["a"] == pytest.approx(oracle.coef_[-1], abs=1e-5)
    assert offsets["b"] - offsets["a"] == pytest.approx(12.0, abs=1.0)
    assert 80 * offsets["a"] + 120 * offsets["b"] == pytest.approx(0.0, abs=1e-3)


def test_photos_that_really_are_better_have_no_offset():
    features, labels, occasions = rated(np.random.default_rng(4), shift=0.0)
    assert labels[80:].mean() - labels[:80].mean() > 3
    offsets = occasion_offsets(features, labels, occasions, penalty=1e-9)
    assert offsets["b"] - offsets["a"] == pytest.approx(0.0, abs=1.0)


def test_one_occasion_alone_changes_nothing():
    rng = np.random.default_rng(5)
    features, labels = rng.normal(size=(30, 2)), rng.uniform(20, 80, 30)
    offsets = occasion_offsets(features, labels, ["x"] * 30, penalty=1.0)
    assert offsets == {"x": pytest.approx(0.0, abs=1e-6)}
    assert without_offsets(labels, ["x"] * 30, offsets, share=1.0) == pytest.approx(labels)


def test_labels_stay_within_their_scale():
    evened = without_offsets(np.array([2.0, 98.0]), ["a", "b"], {"a": 9.0, "b": -9.0}, share=1.0)
    assert evened.tolist() == [0.0, 100.0]
