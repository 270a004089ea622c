from itertools import chain

import numpy as np
import pytest

from engine.errors import UnusableRatings
from engine.ratings.rater_check import RatedPhoto, check_raters

QUALITY = np.random.default_rng(0).uniform(1, 5, 60)


def honest(rater, seed, *, shift=0.0, num_photos=60):
    noise = np.random.default_rng(seed).normal(0, 0.7, 60)
    ratings = np.clip(np.round(QUALITY + shift + noise), 1, 5).astype(int)
    return [RatedPhoto(rater, f"{i}.jpg", int(r)) for i, r in enumerate(ratings[:num_photos])]


def turned(answers):
    return [RatedPhoto(one.rater, one.photo, 6 - one.rating) for one in answers]


def random_answers(rater, seed=9):
    ratings = np.random.default_rng(seed).integers(1, 6, 60)
    return [RatedPhoto(rater, f"{i}.jpg", int(r)) for i, r in enumerate(ratings)]


def verdicts(*raters):
    return {report.rater: report.verdict for report in check_raters(list(chain(*raters)))}


def test_honest_raters_agree_also_where_one_is_stricter():
    found = verdicts(honest("ann", 1), honest("bo", 2, shift=-1.0), honest("cy", 3))
    assert set(found.values()) == {"agrees"}


def test_one_who_rates_upside_down_is_found_and_the_others_are_not_blamed():
    found = verdicts(honest("ann", 1), honest("bo", 2), turned(honest("cy", 3)))
    assert found == {"ann": "agrees", "bo": "agrees", "cy": "upside down"}


def test_one_who_answers_at_random_is_found():
    found = verdicts(honest("ann", 1), honest("bo", 2), honest("cy", 3), random_answers("di"))
    assert found == {"ann": "agrees", "bo": "agrees", "cy": "agrees", "di": "at random"}


def test_honest_raters_are_hardly_ever_accused():
    accused = 0
    for seed in range(20):
        raters = [honest(f"rater {k}", 100 * seed + k) for k in range(4)]
        accused += sum(v in ("upside down", "at random") for v in verdicts(*raters).values())
    assert accused == 0


def test_one_who_always_says_the_same_is_told():
    same = [RatedPhoto("cy", f"{i}.jpg", 3) for i in range(60)]
    reports = check_raters([*honest("ann", 1), *honest("bo", 2), *same])
    assert reports[2].verdict == "one answer"
    assert reports[2].agreement is None
    assert "cy gave 60 answers, all the same" in reports[2].words


def test_few_shared_photos_are_too_few():
    found = verdicts(honest("ann", 1), honest("bo", 2), honest("cy", 3, num_photos=5))
    assert found["cy"] == "too few"


def test_of_two_who_contradict_each_other_neither_is_accused():
    found = verdicts(honest("ann", 1), turned(honest("bo", 2)))
    assert set(found.values()) == {"too few"}


def test_a_rater_alone_can_not_be_compared():
    reports = check_raters(honest("ann", 1))
    assert [(one.verdict, one.num_shared) for one in reports] == [("too few", 0)]
    assert "too few to tell" in reports[0].words


def test_raters_who_saw_different_photos_are_compared_where_they_overlap():
    found = verdicts(honest("ann", 1)[:40], honest("bo", 2)[20:], honest("cy", 3)[10:50])
    assert set(found.values()) == {"agrees"}


def test_the_agreement_is_the_correlation_with_the_others_mean():
    ann, bo, cy = honest("ann", 1), honest("bo", 2), honest("cy", 3)
    report = check_raters([*ann, *bo, *cy])[0]
    own, *others = (np.array([one.rating for one in who], float) for who in (ann, bo, cy))
    mean = sum((other - other.mean()) / other.std() for other in others)
    assert report.agreement == pytest.approx(np.corrcoef(own, mean)[0, 1], abs=0.01)
    assert report.low < report.agreement < report.high


def test_a_rating_beyond_five_is_refused_by_rater_and_photo():
    with pytest.raises(UnusableRatings, match=r"ann gave a.jpg a 7; ratings are 1, 2, 3, 4 or 5"):
        check_raters([RatedPhoto("ann", "a.jpg", 7)])


def test_no_answers_give_no_reports():
    assert check_raters([]) == []
