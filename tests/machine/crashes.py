"""Where a step fails: at its k-th call, before or after it was done, once or some times."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from functions.leads.lead_table import TryLater


class Crashed(BaseException):
    """The process dies here; no `except Exception` may see it."""


FAULTS: dict[str, tuple[str, type[BaseException]]] = {
    "crash before": ("before", Crashed),
    "crash after": ("after", Crashed),
    "throttle": ("before", TryLater),
    "lost answer": ("after", TryLater),
}
CALLS = 8  # few steps make more


@dataclass
class Plan:
    """The faults of one step. `happened` counts them over a history."""

    happened: Counter[str] = field(default_factory=Counter)
    _name: str = ""
    _from: int = 0
    _times: int = 0
    _calls: int = -1

    def draw(self, chance: Random) -> None:
        """Plan the faults of the next step; mostly none."""
        self.clear()
        if chance.randrange(4) == 0:
            self._name = chance.choice(list(FAULTS))
            self._from = chance.randrange(CALLS)
            self._times = 1 if "crash" in self._name else chance.choice((1, 1, 3))

    def clear(self) -> None:
        self._name, self._times, self._calls = "", 0, -1

    def at(self, side: str) -> None:
        """Fail here if that was planned; `side` is before or after the call."""
        self._calls += side == "before"
        if not self._times or self._calls < self._from or FAULTS[self._name][0] != side:
            return
        self._times -= 1
        self.happened[self._name] += 1
        raise FAULTS[self._name][1]
