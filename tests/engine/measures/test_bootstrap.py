import time

import numpy as np
import pytest

from engine.errors import EngineError, UndefinedMeasure
from engine.measures.bootstrap import interval, paired_difference
from engine.measures.correlation import krcc, plcc, rmse, srcc


def random_scores(seed, num_photos=100, noise=0.5):
    rng = np.random.default_rng(seed)
    rated = rng.normal(size=num_photos)
    return rated + rng.normal(0.0, noise, num_photos), rated


def mean_miss(predicted, rated):
    return float(np.mean(predicted - rated))


@pytest.mark.parametrize("measure", [srcc, plcc, krcc, rmse])
def test_the_value_is_that_of_all_photos_and_lies_in_its_interval(measure):
    predicted, rated = random_scores(0)
    found = interval(measure, predicted, rated, num_resamples=200)
    assert found.value == measure(predicted, rated)
    assert found.low < found.value < found.high


def test_the_interval_of_a_mean_is_what_theory_says():
    rng = np.random.default_rng(1)
    predicted = rng.normal(0.0, 2.0, 400)
    found = interval(mean_miss, predicted, np.zeros(400), num_resamples=4000)
    half_width = 1.96 * predicted.std() / np.sqrt(400)
    assert found.low == pytest.approx(predicted.mean() - half_width, abs=0.02)
    assert found.high == pytest.approx(predicted.mean() + half_width, abs=0.02)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    truth = 1.0 / np.sqrt(1.25)
    found = [interval(plcc, *random_scores(seed), num_resamples=200) for seed in range(100)]
    num_covered = sum(each.low <= truth <= each.high for each in found)
    assert 87 <= num_covered <= 100


def test_more_confidence_is_wider():
    scores = random_scores(2)
    narrow, wide = (interval(srcc, *scores, confidence=share) for share in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_one_seed_gives_one_interval():
    scores = random_scores(3)
    first, again, other = (interval(srcc, *scores, num_resamples=50, seed=s) for s in (4, 4, 5))
    assert first == again
    assert first != other


def test_a_paired_difference_of_equals_is_exactly_zero():
    predicted, rated = random_scores(4)
    found = paired_difference(srcc, predicted, predicted, rated, num_resamples=50)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_paired_difference_has_the_sign_of_the_better_one():
    better, rated = random_scores(5, noise=0.3)
    worse = better + np.random.default_rng(6).normal(0.0, 1.0, 100)
    found = paired_difference(srcc, better, worse, rated, num_resamples=300)
    assert found.value == srcc(better, rated) - srcc(worse, rated)
    assert 0.0 < found.low < found.value < found.high
    turned = paired_difference(srcc, worse, better, rated, num_resamples=300)
    assert turned.low == pytest.approx(-found.high)


def test_a_paired_difference_is_narrower_than_separate_intervals():
    a, rated = random_scores(7, num_photos=300)
    b = a + np.random.default_rng(8).normal(0.0, 0.05, 300)
    separate = interval(srcc, a, rated, num_resamples=300)
    paired = paired_difference(srcc, a, b, rated, num_resamples=300)
    assert paired.high - paired.low < 0.5 * (separate.high - separate.low)


def test_resamples_without_a_value_are_skipped():
    # With 4 photos of which one differs, (3/4)^4 = 32 % of resamples hold it not once
    found = interval(plcc, [1.0, 2.0, 3.0, 9.0], [0.0, 0.0, 0.0, 1.0], num_resamples=300)
    assert np.isfinite([found.low, found.high]).all()


def test_too_few_resamples_with_a_value_are_refused():
    with pytest.raises(UndefinedMeasure, match=r"undefined in \d+ of 300 redrawn samples of the 2"):
        interval(plcc, [1.0, 2.0], [0.0, 1.0], num_resamples=300)


def test_a_measure_without_a_value_for_all_photos_is_refused():
    with pytest.raises(UndefinedMeasure, match="All rated scores are 5"):
        interval(srcc, [1.0, 2.0, 3.0], [5.0, 5.0, 5.0])


def test_unequal_lengths_are_refused():
    with pytest.raises(UndefinedMeasure, match="2 predicted but 3 rated"):
        paired_difference(srcc, [1.0, 2.0, 3.0], [1.0, 2.0], [1.0, 2.0, 3.0])


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, float("nan")])
def test_a_confidence_that_is_no_share_is_refused(confidence):
    with pytest.raises(EngineError, match="choose one between 0 and 1"):
        interval(srcc, *random_scores(0), confidence=confidence)


def test_no_resamples_are_refused():
    with pytest.raises(EngineError, match="0 resamples were asked for"):
        interval(srcc, *random_scores(0), num_resamples=0)


@pytest.mark.parametrize("measure", [srcc, plcc, krcc, rmse])
def test_a_thousand_resamples_of_a_test_part_take_little_time(measure):
    scores = random_scores(9, num_photos=1200)
    start = time.process_time()
    interval(measure, *scores, num_resamples=1000)
    assert time.process_time() - start < 4.0  # 0.4 s on a desktop; room for a busy machine
