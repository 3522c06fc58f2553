"""Questions about a few named values, answered once per values.

What strangers send is without end, so what is remembered has a limit, and then begins anew.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from functions.scoring.conditions import Known
from functions.scoring.facts import Answer

REMEMBERED_MAX = 2048  # per question; a website has fewer paths, and a company fewer job titles
_LOOK_ALIKE = (0, 1)  # to a dict these are no and yes: asked anew each time

T = TypeVar("T")


class Remembering(Generic[T]):
    """A question about `names`; `kept` holds its answers, for whoever has no time for a call.

    Of one name (`name`) they are kept by its value, of several by a tuple, of none by None.
    """

    __slots__ = ("_ask", "kept", "name", "names")

    def __init__(self, names: tuple[str, ...], ask: Callable[[Known], T]) -> None:
        """Ask nothing yet; an answer is never None."""
        self._ask = ask
        self.names = names
        self.name = names[0] if len(names) == 1 else ""
        self.kept: dict[object, T] = {}

    def __call__(self, known: Mapping[str, Answer]) -> T:
        """Answer by what is known under these names."""
        values = tuple(map(known.get, self.names))
        key = values[0] if self.name else values or None
        found = self.kept.get(key)
        if found is None:
            found = self._ask(dict(zip(self.names, values, strict=True)))
            if not any(value in _LOOK_ALIKE for value in values):
                if len(self.kept) >= REMEMBERED_MAX:
                    self.kept.clear()
                self.kept[key] = found
        return found
