import json

import numpy as np
import pytest

from engine.personal.choose_head import choose_kind, cross_predicted
from engine.personal.fit_head import TooFewLabels
from engine.personal.judge_head import judge_head
from engine.personal.report import PersonalReport

RIDGE = ("ridge",)


def labels(num_photos, *, model_noise, seed=0, num_features=20):
    """Features, the last being the model's score, and what a person said."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(num_photos, num_features + 1)).astype(np.float32)
    truth = features[:, 0].astype(float)
    features[:, -1] = 50 + 10 * (truth + model_noise * rng.normal(size=num_photos))
    return features, 60 + 15 * truth + 3 * rng.normal(size=num_photos)


def test_a_model_that_misses_what_the_features_tell_is_beaten():
    report = judge_head(*labels(100, model_noise=2.0), kinds=RIDGE)
    assert report.verdict == "better"
    assert report.is_recommended
    assert report.gain.low > 0.1
    own, model = report.contender("personal"), report.contender("model")
    assert own.srcc.value - model.srcc.value == pytest.approx(report.gain.value)
    assert own.rmse.value < report.contender("model_on_a_line").rmse.value
    assert report.contender("mean").srcc is None
    assert report.num_repeats == 3


def test_a_model_that_says_all_there_is_to_say_is_kept():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(80, 21)).astype(np.float32)
    scores = 50 + 10 * features[:, -1].astype(float)
    report = judge_head(features, scores, kinds=RIDGE)
    assert report.verdict == "no_better"
    assert not report.is_recommended
    assert report.contender("model").srcc.value == 1
    assert "the model in use is kept" in report.words()


def test_the_model_on_a_line_differs_from_the_model_in_scale_alone():
    report = judge_head(*labels(100, model_noise=0.1), kinds=RIDGE)
    model, on_a_line = report.contender("model"), report.contender("model_on_a_line")
    assert on_a_line.rmse.value < 0.5 * model.rmse.value
    assert on_a_line.srcc.value == pytest.approx(model.srcc.value, abs=0.02)


def test_too_few_labels_prove_nothing():
    report = judge_head(*labels(12, model_noise=2.0), kinds=RIDGE)
    assert (report.verdict, report.is_recommended) == ("too_few", False)
    assert report.words().startswith("12 labels are too few to tell")
    with pytest.raises(TooFewLabels, match="There are 3 labels"):
        judge_head(*labels(3, model_noise=2.0), kinds=RIDGE)


def test_photos_that_look_alike_do_not_vouch_for_each_other():
    rng = np.random.default_rng(0)
    features = np.repeat(rng.normal(size=(20, 41)).astype(np.float32), 5, axis=0)
    scores = np.repeat(rng.normal(50, 15, 20), 5)  # nothing but knowing the photo tells its score
    parted = judge_head(features, scores, kinds=RIDGE)
    together = judge_head(features, scores, np.repeat(np.arange(20), 5), kinds=RIDGE)
    assert parted.contender("personal").srcc.value > 0.8
    assert together.contender("personal").srcc.value < 0.5
    assert together.num_groups == 20
    assert "show only 20 different scenes" in " ".join(together.warnings)


def test_no_photo_has_a_say_in_the_head_that_judges_it():
    features, scores = labels(40, model_noise=1.0)
    before = cross_predicted(features, scores, np.arange(40), kind="ridge")
    scores[7] += 1000
    after = cross_predicted(features, scores, np.arange(40), kind="ridge")
    assert after[7] == before[7]
    assert not np.allclose(np.delete(after, 7), np.delete(before, 7))


def test_coarse_labels_are_told():
    features, _ = labels(60, model_noise=1.0)
    scores = np.where(np.arange(60) < 45, 75.0, 25.0)
    report = judge_head(features, scores, kinds=RIDGE)
    assert report.warnings[0].startswith("45 of 60 labels are the same")


def test_the_learning_curve_rises_to_a_forecast():
    report = judge_head(*labels(160, model_noise=3.0, num_features=120), kinds=RIDGE)
    *measured, forecast = report.learning
    assert [point.num_labels for point in measured] == [32, 64, 96, 128]
    assert forecast.is_forecast
    assert forecast.num_labels == 320
    assert measured[0].srcc < measured[-1].srcc <= forecast.srcc <= 1
    assert "With 320 labels" in report.learning_words()


def test_a_stop_is_heeded_and_progress_ends_at_1():
    shares = []
    judge_head(*labels(30, model_noise=1.0), kinds=RIDGE, on_share=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    with pytest.raises(InterruptedError):
        judge_head(*labels(30, model_noise=1.0), kinds=RIDGE, should_stop=lambda: True)


def test_a_report_survives_being_stored():
    report = judge_head(*labels(30, model_noise=1.0), kinds=RIDGE)
    stored = json.loads(json.dumps(report.to_json()))
    assert PersonalReport.from_json(stored) == report
    with pytest.raises(ValueError, match="another version"):
        PersonalReport.from_json({**stored, "version": 2})


def test_a_bent_target_is_left_to_a_head_that_bends():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(120, 5)).astype(np.float32)
    scores = 50 + 12 * np.abs(features[:, 0].astype(float))
    assert choose_kind(features, scores, np.arange(120), kinds=("ridge", "svr")) == "svr"


def test_of_few_labels_nothing_is_foretold():
    rng = np.random.default_rng(5)
    features = rng.normal(size=(40, 6)).astype(np.float32)
    scores = 50 + 10 * features[:, 0].astype(float) + rng.normal(0, 5, 40)
    report = judge_head(features, scores, np.arange(40), kinds=("ridge",))
    assert report.learning
    assert report.learning_words() == ""
