"""Several movers on one store, one of them running at a time.

Each runs until just before its next call of the store or the topic and waits there until it is
chosen again. A call happens as a whole, so choosing at each of these places gives every
interleaving there is; nothing depends on the machine's own scheduling.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import Any

from greenlet import getcurrent, greenlet

from tests.machine.crashes import Crashed

Choose = Callable[[Sequence[int]], int]  # of the movers that could go on, by number
Mover = Callable[[], Any]


class Turns:
    """Lets movers run in turns; `step` is what the store calls before each call."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self._running: list[greenlet] = []  # to switch to one costs less than to a thread

    def run(self, movers: Sequence[Mover]) -> list[Any]:
        """Run all of them to their ends; gives what each returned or raised."""
        outcomes: list[Any] = [None] * len(movers)
        self._running = [
            greenlet(partial(self._move, mover, number, outcomes))
            for number, mover in enumerate(movers)
        ]
        while waiting := [number for number, one in enumerate(self._running) if not one.dead]:
            chosen = waiting[0] if len(waiting) == 1 else self._choose(waiting)
            self._running[chosen].switch()
        return outcomes

    def step(self, _: str = "") -> None:
        """Wait for a turn, if it is a mover that asks."""
        here = getcurrent()
        if here in self._running:
            here.parent.switch()

    @staticmethod
    def _move(mover: Mover, number: int, outcomes: list[Any]) -> None:
        try:
            outcomes[number] = mover()
        except (Exception, Crashed) as error:  # noqa: BLE001 - the outcome of a mover is what it raised
            outcomes[number] = error


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
