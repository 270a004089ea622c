"""What this process may use of the machine."""

import os


def num_usable_cores() -> int:
    """Cores that this process may run on; containers and `taskset` allow fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
