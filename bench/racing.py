"""Engines measured against each other: on the same inputs, in turn, in one run.

The machine is shared, and whatever disturbs a measurement only ever makes it longer. So what counts
is processor time of this thread, and of each few inputs the shortest: they are gone over again and
again, by every engine in turn, so that inputs lie in the cache as if they had just been parsed.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from time import thread_time
from typing import Any, NamedTuple

TURNS, AT_ONCE = 5, 3
_CHUNK = 20  # inputs: the fewer, the likelier that one of their rounds is not disturbed


class Entrant(NamedTuple):
    """One engine: what it does with one input, and its inputs, as many as everybody else's."""

    run: Callable[[Any], object]
    inputs: Sequence[Any]


def seconds_each(entrants: Mapping[str, Entrant], *, turns: int = TURNS) -> dict[str, float]:
    """Seconds an engine takes for one input, by its name."""
    number = len(next(iter(entrants.values())).inputs)
    seconds = dict.fromkeys(entrants, 0.0)
    gc.disable()  # as timeit does: whose garbage is collected when is chance
    for start in range(0, number, _CHUNK):
        best = dict.fromkeys(entrants, float("inf"))
        for _ in range(turns):
            for name, (run, inputs) in entrants.items():
                chunk = inputs[start : start + _CHUNK]
                best[name] = min(best[name], *(_timed(run, chunk) for _ in range(AT_ONCE)))
        for name, took in best.items():
            seconds[name] += took / number
        gc.collect()
    gc.enable()
    return seconds


def _timed(run: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    begun = thread_time()
    for one in inputs:
        run(one)
    return thread_time() - begun
