import json

import numpy as np
import pytest

from engine.errors import NoLabelScale
from engine.measures.label_scale import LabelScale

NOMINAL = {"low": 0.0, "high": 1.0, "higher_is_better": True}


def test_higher_is_better_maps_the_low_end_to_zero():
    scale = LabelScale(low=1.0, high=5.0, higher_is_better=True)
    assert [scale.to_0_100(score) for score in (1.0, 3.0, 5.0)] == [0.0, 50.0, 100.0]


def test_lower_is_better_is_turned_round():
    scale = LabelScale(low=0.0, high=1.0, higher_is_better=False)
    assert [scale.to_0_100(score) for score in (0.0, 0.25, 1.0)] == [100.0, 75.0, 0.0]


@pytest.mark.parametrize("higher_is_better", [True, False])
def test_the_way_back_gives_the_scores_of_the_source(higher_is_better):
    scale = LabelScale(low=-3.0, high=112.0, higher_is_better=higher_is_better)
    scores = np.linspace(-3.0, 112.0, 7)
    np.testing.assert_allclose(scale.from_0_100(scale.to_0_100(scores)), scores, atol=1e-12)


def test_a_range_survives_json():
    scale = LabelScale(low=0.0, high=9.0, higher_is_better=False)
    assert LabelScale.from_json(json.loads(json.dumps(scale.to_json()))) == scale


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0)])
def test_a_range_without_extent_is_refused(low, high):
    with pytest.raises(NoLabelScale, match=r"which is no range. .*the lowest first"):
        LabelScale(low=low, high=high, higher_is_better=True)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"low": "0", "high": 1, "higher_is_better": True},
        {"low": True, "high": 2},
        {**NOMINAL, "unit": "dB"},
    ],
)
def test_json_that_is_no_range_is_refused(data):
    with pytest.raises(NoLabelScale, match=r"no scale of labels: .*true or false"):
        LabelScale.from_json(data)
