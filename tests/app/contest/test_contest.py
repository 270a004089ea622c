"""A contest: who has answered what, undo, and more pairs."""

from dataclasses import replace

from engine.contest.verdicts import Choice, Verdict


def answer(contest, rater="Ada", choice=Choice.EQUAL, confidence=0):
    (one,) = contest.next_pairs(rater)
    return Verdict(pair_id=one.pair.pair_id, rater=rater, choice=choice, confidence=confidence)


def test_pairs_come_one_after_the_other_for_each_rater(contest):
    assert len(contest.shown) == 14
    first = contest.shown[0]
    assert contest.next_pairs("Ada", 2) == list(contest.shown[:2])
    contest = contest.with_verdict(answer(contest))
    assert contest.next_pairs("Ada") == [contest.shown[1]]
    assert contest.next_pairs("Bob") == [first]
    contest = contest.with_verdict(answer(contest, "Bob"))
    assert (contest.num_answered("Ada"), contest.raters) == (1, ("Ada", "Bob"))
    for _ in range(13):
        assert not contest.is_finished("Ada")
        contest = contest.with_verdict(answer(contest))
    assert contest.is_finished("Ada")
    assert contest.next_pairs("Ada") == []


def test_undo_takes_back_ones_own_last_answer(contest):
    contest = contest.with_verdict(answer(contest)).with_verdict(answer(contest, "Bob"))
    undone = contest.without_last_verdict("Ada")
    assert undone.raters == ("Bob",)
    assert undone.without_last_verdict("Ada") == undone


def test_a_second_answer_replaces_the_first(contest):
    first = answer(contest)
    second = replace(first, choice=Choice.LEFT, confidence=50)
    assert contest.with_verdict(first).with_verdict(second).verdicts == (second,)


def test_more_pairs_are_added_and_nothing_else_moves(contest, make_prepared):
    contest = contest.with_verdict(answer(contest))
    more = make_prepared(replace(contest.rules, pairs_per_level=2))
    larger = contest.with_more_pairs(more)
    assert larger.shown[:14] == contest.shown
    assert len(larger.shown) == len(more.chosen.pairs) > 14
    assert larger.verdicts == contest.verdicts
    assert larger.rules.pairs_per_level == 2
    assert all(
        photo in larger.scores["a@1"] for pair in larger.pairs for photo in (pair.high, pair.low)
    )
    assert larger.with_more_pairs(more).shown == larger.shown
