"""What this process may use of the machine."""

import os


def num_usable_cores() -> int:
    """Cores that this process may run on; containers and `taskset` allow fewer than there are.

    >>> import os
    >>> from engine.processor import num_usable_cores
    >>> 1 <= num_usable_cores() <= os.cpu_count()
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
