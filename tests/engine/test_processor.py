import os

import pytest

from engine.processor import num_usable_cores


def test_this_process_may_use_some_of_the_cores():
    assert 1 <= num_usable_cores() <= os.cpu_count()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Only Linux has it.")
def test_fewer_cores_may_be_allowed_than_there_are():
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert num_usable_cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)


@pytest.mark.parametrize(("count", "expected"), [(6, 6), (None, 1)])
def test_where_that_is_not_told_all_cores_count(monkeypatch, count, expected):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert num_usable_cores() == expected
