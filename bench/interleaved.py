"""Timing several things against each other on a machine that does other things as well."""

import gc
import time
from collections.abc import Callable, Mapping


def fastest_s(
    contenders: Mapping[str, Callable[[], object]], *, num_rounds: int, num_warmups: int = 1
) -> dict[str, float]:
    """The shortest time of each, in seconds.

    They take turns, A B A B, so that whatever slows the machine down meets all of them, and the
    shortest time is the one that was disturbed least.
    """
    for _ in range(num_warmups):
        for run in contenders.values():
            run()
    fastest = dict.fromkeys(contenders, float("inf"))
    gc.collect()
    for _ in range(num_rounds):
        for name, run in contenders.items():
            begun = time.perf_counter()
            run()
            fastest[name] = min(fastest[name], time.perf_counter() - begun)
    return fastest
