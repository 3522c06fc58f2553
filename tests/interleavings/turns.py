"""Several movers on one store, one of them running at a time.

Each runs until just before its next call of the store or the topic and waits there until it is
chosen again. A call happens as a whole, so choosing at each of these places gives every
interleaving there is; nothing depends on the machine's own scheduling.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any

from tests.machine.crashes import Crashed

Choose = Callable[[Sequence[int]], int]  # of the movers that could go on, by number
Mover = Callable[[], Any]


def _closed() -> threading.Lock:
    """A gate that lets one through each time it is opened; a lock is the quickest there is."""
    gate = threading.Lock()
    gate.acquire()
    return gate


@dataclass
class _Place:
    """Where one mover waits, and what became of it."""

    go: threading.Lock = field(default_factory=_closed)
    done: bool = False
    outcome: Any = None


class Turns:
    """Lets movers run in turns; `step` is what the store calls before each call."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self._stopped = _closed()
        self._here = threading.local()

    def run(self, movers: Sequence[Mover]) -> list[Any]:
        """Run all of them to their ends; gives what each returned or raised."""
        places = [_Place() for _ in movers]
        for mover, place in zip(movers, places, strict=True):
            _crew.take(partial(self._move, mover, place))
        while waiting := [number for number, place in enumerate(places) if not place.done]:
            chosen = waiting[0] if len(waiting) == 1 else self._choose(waiting)
            places[chosen].go.release()
            self._stopped.acquire()
        return [place.outcome for place in places]

    def step(self, _: str = "") -> None:
        """Wait for a turn, if it is a mover that asks."""
        place: _Place | None = getattr(self._here, "place", None)
        if place is not None:
            self._stopped.release()
            place.go.acquire()

    def _move(self, mover: Mover, place: _Place) -> None:
        self._here.place = place
        place.go.acquire()
        try:
            place.outcome = mover()
        except (Exception, Crashed) as error:  # noqa: BLE001 - the outcome of a mover is what it raised
            place.outcome = error
        finally:
            place.done = True
            self._stopped.release()


class _Crew:
    """Threads that are kept for the next run: starting one takes longer than most runs."""

    def __init__(self) -> None:
        self._idle: SimpleQueue[SimpleQueue[Mover]] = SimpleQueue()

    def take(self, task: Mover) -> None:
        try:
            tasks = self._idle.get_nowait()
        except Empty:
            tasks = SimpleQueue()
            threading.Thread(target=self._work, args=(tasks,), daemon=True).start()
        tasks.put(task)

    def _work(self, tasks: SimpleQueue[Mover]) -> None:
        while True:
            tasks.get()()
            self._idle.put(tasks)


_crew = _Crew()


def every_order(run: Callable[[Choose], None]) -> int:
    """Run again and again, each time with other choices, until each order was taken once.

    Gives the number of runs.
    """
    path: list[int] = []
    for number in count(1):
        following = _Following(path)
        run(following)
        taken = following.taken
        while taken and taken[-1][0] + 1 == taken[-1][1]:
            taken.pop()
        if not taken:
            return number
        path = [choice for choice, _ in taken]
        path[-1] += 1
    raise AssertionError


class _Following:
    """Chooses as told, the first one from there on, and notes (choice, of how many) each time."""

    def __init__(self, path: Sequence[int]) -> None:
        self._path = path
        self.taken: list[tuple[int, int]] = []

    def __call__(self, waiting: Sequence[int]) -> int:
        place = len(self.taken)
        choice = self._path[place] if place < len(self._path) else 0
        self.taken.append((choice, len(waiting)))
        return waiting[choice]
