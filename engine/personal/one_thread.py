"""Small sums in one thread: on a few hundred photos more threads cost many times what they save."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import torch
from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread while the block lasts: PyTorch, NumPy, SciPy and scikit-learn.

    Threads that wait for the next small product keep their cores busy meanwhile: heads for 120
    labels took 200 s of processor time with two threads, and 9 s with one. PyTorch is limited in
    the calling thread, the others in the process.

    >>> import torch
    >>> from engine.personal.one_thread import one_thread
    >>> with one_thread():
    ...     torch.get_num_threads()
    1
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with _libraries().limit(limits=1):
            yield
    finally:
        torch.set_num_threads(before)


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    """The libraries that were loaded by the first time; looking for them takes a while."""
    return ThreadpoolController()
