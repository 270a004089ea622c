import threading
import time

import pytest

from engine.photos.read_ahead import read_ahead


def threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_results_keep_the_order_of_the_items_whichever_is_ready_first():
    def slow_if_even(number):
        time.sleep(0.01 * (number % 2 == 0))
        return 10 * number

    assert list(read_ahead(slow_if_even, range(9), num_threads=3, depth=4)) == [
        10 * number for number in range(9)
    ]


@pytest.mark.parametrize(("num_items", "depth"), [(0, 3), (1, 3), (3, 3), (5, 1)])
def test_every_item_has_one_result(num_items, depth):
    assert list(read_ahead(str, range(num_items), num_threads=2, depth=depth)) == [
        str(number) for number in range(num_items)
    ]


def test_no_more_than_depth_are_computed_and_not_taken():
    begun = []
    results = read_ahead(begun.append, range(100), num_threads=8, depth=5)
    for num_taken, _ in enumerate(results, start=1):
        time.sleep(0.002)  # time enough to run too far ahead
        assert len(begun) <= num_taken - 1 + 5
    assert len(begun) == 100


def test_items_are_taken_as_they_are_needed():
    taken = []

    def items():
        for number in range(100):
            taken.append(number)
            yield number

    results = read_ahead(str, items(), num_threads=2, depth=4)
    assert taken == []
    next(results)
    assert len(taken) == 4
    results.close()


def test_several_items_are_computed_at_the_same_time():
    meeting = threading.Barrier(3, timeout=10)  # breaks unless three threads come

    assert len(list(read_ahead(lambda _: meeting.wait(), range(3), num_threads=3, depth=3))) == 3


def test_an_error_comes_at_its_item_and_ends_the_threads():
    def refuse_two(number):
        if number == 2:
            raise ValueError("two")
        return number

    results = read_ahead(refuse_two, range(5), num_threads=2, depth=3)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(results)
    assert threads() == []


def test_leaving_early_cancels_what_has_not_begun_and_ends_the_threads():
    begun, may_end = [], threading.Event()

    def work(number):
        begun.append(number)
        if number > 0:
            may_end.wait(10)

    results = read_ahead(work, range(50), num_threads=2, depth=20)
    next(results)
    threading.Timer(0.05, may_end.set).start()
    results.close()

    assert len(begun) <= 3
    assert threads() == []


def test_an_error_of_the_items_ends_the_threads():
    def items():
        yield 1
        raise OSError("The list of files broke off.")

    with pytest.raises(OSError, match="broke off"):
        list(read_ahead(str, items(), num_threads=2, depth=1))
    assert threads() == []


def test_nothing_runs_before_the_first_result_is_asked_for():
    read_ahead(pytest.fail, range(3), num_threads=2, depth=2).close()
    assert threads() == []


def test_a_wish_to_stop_is_heard_while_there_is_nothing_to_take():
    leaving = threading.Event()

    def long_work(item: int) -> int:
        if item == 1:
            assert leaving.wait(30)
        return item

    wishes = iter([False, False, True])
    taken = list(
        read_ahead(
            long_work, range(9), num_threads=2, depth=3,
            should_stop=lambda: next(wishes), leaving=leaving,
        )
    )  # fmt: skip
    assert taken == [0]
    assert leaving.is_set()
