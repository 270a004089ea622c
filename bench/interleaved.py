"""Timing several things against each other on a machine that does other things as well."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds of every contender, one for each round."""

    seconds: dict[str, list[float]]

    def fastest_s(self, name: str) -> float:
        """The shortest time: the one that was disturbed least."""
        return min(self.seconds[name])

    def ratio(self, name: str, other: str) -> float:
        """How many times as long one takes as the other: the median over the rounds.

        What slows a machine down lasts longer than a round, and so meets both of a pair; the
        shortest times of two may come from different moments.
        """
        pairs = zip(self.seconds[name], self.seconds[other], strict=True)
        return statistics.median(one / two for one, two in pairs)

    def middle_pair_s(self, name: str, other: str) -> tuple[float, float]:
        """The times of both in the round whose ratio is the middle one, of an odd number."""
        pairs = zip(self.seconds[name], self.seconds[other], strict=True)
        return sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(self.seconds[name]) // 2]


def time_in_turns(
    contenders: Mapping[str, Callable[[], object]], *, num_rounds: int, num_warmups: int = 1
) -> Timings:
    """The times of all; they take turns, forth and back: A B, B A."""
    for _ in range(num_warmups):
        for run in contenders.values():
            run()
    timings = Timings({name: [] for name in contenders})
    gc.collect()
    for number in range(num_rounds):
        names = list(contenders) if number % 2 == 0 else list(contenders)[::-1]
        for name in names:
            begun = time.perf_counter()
            contenders[name]()
            timings.seconds[name].append(time.perf_counter() - begun)
    return timings
