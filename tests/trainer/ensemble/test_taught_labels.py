import numpy as np
import pytest
from scipy import stats

from trainer.ensemble.taught_labels import join_scores, read_scores, scores_of
from trainer.errors import LabelError


def test_it_is_the_regression_on_the_mean_of_standard_scores():
    rng = np.random.default_rng(0)
    rated = rng.uniform(0, 1, 50)
    scores = np.array([60 * rated + rng.normal(0, 5, 50), rated**2 + rng.normal(0, 0.1, 50)])
    joined = join_scores(scores, [3.0, 1.0], rated)
    mean = (3 * stats.zscore(scores[0]) + stats.zscore(scores[1])) / 4
    line = stats.linregress(mean, rated)
    assert joined.labels_of(scores) == pytest.approx(line.slope * mean + line.intercept)


@pytest.mark.parametrize("bad", [np.full(4, 50.0), np.array([1.0, 2.0, np.nan, 4.0])])
def test_a_model_that_says_nothing_is_a_sentence(bad):
    scores = np.array([[1.0, 2.0, 3.0, 4.0], bad])
    with pytest.raises(LabelError, match="Leave that model out"):
        join_scores(scores, [1, 1], np.arange(4.0))


def test_scores_come_from_what_rate_wrote(tmp_path):
    table = tmp_path / "scores.csv"
    table.write_text("path,score,error\n/a/one.jpg,42.5,\n/a/two.jpg,,no photo\n")
    found = read_scores(table)
    assert found == {"one.jpg": 42.5}
    assert np.isnan(scores_of(["one.jpg", "two.jpg"], [found])).tolist() == [[False, True]]


@pytest.mark.parametrize(
    ("text", "what"),
    [("image,score\na,1\n", "no table of scores"), ("path,score\na/x,1\nb/x,2\n", "same name")],
)
def test_another_table_is_a_sentence(tmp_path, text, what):
    table = tmp_path / "scores.csv"
    table.write_text(text)
    with pytest.raises(LabelError, match=what):
        read_scores(table)
