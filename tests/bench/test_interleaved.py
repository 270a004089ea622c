import pytest

from bench import interleaved


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when a contender says so."""
    now_s = [100.0]
    monkeypatch.setattr(interleaved.time, "perf_counter", lambda: now_s[0])
    return now_s


def test_contenders_take_turns():
    turns = []
    interleaved.fastest_s(
        {"a": lambda: turns.append("a"), "b": lambda: turns.append("b")},
        num_rounds=3,
        num_warmups=1,
    )
    assert turns == ["a", "b"] * 4


def test_the_shortest_time_counts_and_warm_ups_do_not(clock):
    naps_s = iter([0.5, 4.0, 2.0, 3.0])

    def nap():
        clock[0] += next(naps_s)

    assert interleaved.fastest_s({"nap": nap}, num_rounds=3, num_warmups=1) == {"nap": 2.0}
