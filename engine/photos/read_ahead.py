"""Runs a function over items in threads, a few items ahead of the one who takes the results."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


_ASK_S = 0.1


def read_ahead(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    num_threads: int,
    depth: int,
    should_stop: Callable[[], bool] = lambda: False,
    leaving: threading.Event | None = None,
) -> Generator[Result, None, None]:
    """Results in the order of `items`; at most `depth` are computed and not yet taken.

    The bound keeps memory flat however many items there are. What `function` raises, the taker
    gets at that item. Leaving early cancels what has not begun, and waits for what has; `leaving`
    is set before that, so that a long `function` can give up. `should_stop` is asked in the
    taker's thread while there is nothing to take.

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
                if not _is_awaited(pending[0], should_stop):
                    return
                yield pending.popleft().result()
        while pending and _is_awaited(pending[0], should_stop):
            yield pending.popleft().result()
    finally:
        if leaving is not None:
            leaving.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _is_awaited(future: Future[Result], should_stop: Callable[[], bool]) -> bool:
    """Waits for the result; False if nobody wants it any more."""
    while not wait([future], timeout=_ASK_S).done:
        if should_stop():
            return False
    return True
