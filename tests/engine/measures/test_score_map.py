import numpy as np

from engine.measures.logistic_fit import LogisticMap, fit_logistic
from engine.measures.score_map import choose_score_map

SCORES = np.linspace(10, 90, 12).tolist()
RATINGS = [score / 2 + 20 for score in SCORES]
KNOWN = LogisticMap(low=0.0, high=100.0, centre=50.0, width=10.0, is_linear=False)


def test_the_map_of_training_comes_first():
    found, story = choose_score_map(KNOWN, (SCORES, RATINGS), (SCORES, SCORES))
    assert found is KNOWN
    assert "training fitted on validation" in story


def test_else_it_is_fitted_on_other_photos_if_there_are_ten():
    found, story = choose_score_map(None, (SCORES, SCORES), (SCORES, RATINGS))
    assert found == fit_logistic(SCORES, RATINGS)
    assert story == "by a map fitted on 12 other photos, the val part."


def test_else_on_the_measured_photos_which_flatters():
    found, story = choose_score_map(None, (SCORES, RATINGS), (SCORES[:9], SCORES[:9]))
    assert found == fit_logistic(SCORES, RATINGS)
    assert "flatters" in story
