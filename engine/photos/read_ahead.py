"""Runs a function over items in threads, a few items ahead of the one who takes the results."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def read_ahead(
    function: Callable[[Item], Result], items: Iterable[Item], *, num_threads: int, depth: int
) -> Generator[Result, None, None]:
    """Results in the order of `items`; at most `depth` are computed and not yet taken.

    The bound keeps memory flat however many items there are. What `function` raises, the taker
    gets at that item. Leaving early cancels what has not begun.

    >>> from engine.photos.read_ahead import read_ahead
    >>> list(read_ahead(len, ["a", "bb", "ccc"], num_threads=2, depth=2))
    [1, 2, 3]
    """
    pool = ThreadPoolExecutor(num_threads, thread_name_prefix="read-ahead")
    pending: deque[Future[Result]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(function, item))
            if len(pending) >= depth:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
