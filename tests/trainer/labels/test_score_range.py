import math

import pytest

from engine.measures.label_scale import LabelScale
from trainer.labels.score_range import infer_bounds, widen


@pytest.mark.parametrize(
    ("scores", "bounds"),
    [
        ([0.1, 0.9], (0.0, 1.0)),
        ([1.0, 4.5], (1.0, 5.0)),
        ([0.0, 5.0], (0.0, 5.0)),
        ([0.2, 8.0], (0.0, 10.0)),
        ([3.0, 88.0], (0.0, 100.0)),
        ([-3.0, 112.0], (-3.0, 112.0)),
        ([250.0, 250.0], (249.5, 250.5)),
        ([math.nan, 0.5, math.inf], (0.0, 1.0)),
        ([math.nan], (0.0, 100.0)),
    ],
)
def test_the_narrowest_usual_scale_is_taken(scores, bounds):
    assert infer_bounds(scores) == bounds


def test_a_published_scale_is_widened_only_where_scores_overshoot_it():
    nominal = LabelScale(low=0.0, high=100.0, higher_is_better=False)
    assert widen(nominal, [3.0, math.nan, 90.0]) == (nominal, ())
    assert widen(nominal, [math.nan]) == (nominal, ())
    wide, notes = widen(nominal, [-2.5, 90.0])
    assert wide == LabelScale(low=-2.5, high=100.0, higher_is_better=False)
    assert "beyond the nominal scale" in notes[0]
