from app.rating_session.consistency_text import consistency_text
from engine.asking.consistency import FEWEST_REPEATS, consistency_of

SPREAD = [1, 2, 3, 4, 5] * 4


def test_without_a_repeat_nothing_is_claimed():
    assert "nothing is known" in consistency_text(consistency_of([], SPREAD))


def test_few_repeats_are_counted_and_promise_nothing():
    text = consistency_text(consistency_of([(1, 1), (2, 4)], SPREAD))
    assert "Of 2 photos that came twice, 1 got the same rating again, and 1 one at most" in text
    assert f"From {FEWEST_REPEATS} such photos on" in text


def test_what_a_person_agrees_to_with_themselves_limits_the_promise():
    twice = [(1, 2), (3, 3), (4, 5), (2, 2), (5, 4), (1, 1), (2, 3), (4, 4)]
    found = consistency_of(twice, SPREAD)
    text = consistency_text(found)
    assert f"you agree with yourself to {found.self_correlation:.2f}" in text
    assert f"to more than about {found.ceiling:.2f}." in text


def test_a_person_of_one_mind_sets_no_limit():
    text = consistency_text(consistency_of([(1, 1)] * 4 + [(5, 5)] * 4, SPREAD))
    assert text.endswith("That sets a model of you no limit.")
    assert "1.00" not in text


def test_equal_ratings_of_all_photos_say_nothing_of_a_limit():
    assert "agree with yourself" not in consistency_text(consistency_of([(3, 3)] * 8, [3] * 30))
