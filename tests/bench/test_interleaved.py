import pytest

from bench import interleaved
from bench.interleaved import Timings, time_in_turns


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when a contender says so."""
    now_s = [100.0]
    monkeypatch.setattr(interleaved.time, "perf_counter", lambda: now_s[0])
    return now_s


def test_contenders_take_turns_forth_and_back():
    turns = []
    contenders = {"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}
    timings = time_in_turns(contenders, num_rounds=3, num_warmups=1)
    assert "".join(turns) == "ab" + "ab" + "ba" + "ab"
    assert {name: len(times) for name, times in timings.seconds.items()} == {"a": 3, "b": 3}


def test_the_shortest_time_counts_and_warm_ups_do_not(clock):
    naps_s = iter([0.5, 4.0, 2.0, 3.0])

    def nap():
        clock[0] += next(naps_s)

    timings = time_in_turns({"nap": nap}, num_rounds=3, num_warmups=1)
    assert timings.seconds == {"nap": [4.0, 2.0, 3.0]}
    assert timings.fastest_s("nap") == 2.0


def test_a_slow_moment_that_meets_both_leaves_their_ratio_alone():
    timings = Timings({"a": [2.0, 20.0, 2.2], "b": [1.0, 10.0, 0.2]})
    assert timings.ratio("a", "b") == 2.0
    assert timings.middle_pair_s("a", "b") in [(2.0, 1.0), (20.0, 10.0)]  # both are the middle one
