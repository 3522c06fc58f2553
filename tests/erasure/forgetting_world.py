"""A world in which people are forgotten: the move, the erasure and the sweep on one store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from functions.leads.erased_table import Entry, KeptFact
from functions.leads.erasure import Erased, Erasure, Rounded
from functions.scoring.facts import FORM_SUBMITTED
from tests.builders import ANNA, World
from tests.fakes import MemoryStore, _Step

PAGE_FACTS = 2  # of one page: a history of three has two


@dataclass
class MemoryRegister:
    """Who was erased, and the history as erasure sees it; passes the suite of the real one."""

    store: MemoryStore
    noted: dict[str, Entry] = field(default_factory=dict)

    def note(self, entry: Entry) -> None:
        with _Step(self.store, "note"):
            there = self.noted.get(entry.lead)
            if there is None or there.erased_at <= entry.erased_at:
                self.noted[entry.lead] = entry

    def entries(self, *, after: str | None = None) -> Iterator[Entry]:
        with _Step(self.store, "entries"):
            found = [
                self.noted[lead] for lead in sorted(self.noted) if after is None or lead > after
            ]
        return iter(found)

    def kept(self, lead: str) -> Iterator[Sequence[KeptFact]]:
        after = ""
        while True:
            with _Step(self.store, "kept"):
                keys = sorted(key for of, key in self.store.facts if of == lead and key > after)
                page = [self._kept(lead, key) for key in keys[:PAGE_FACTS]]
            yield page
            if len(keys) <= PAGE_FACTS:
                return
            after = page[-1].key

    def forget(self, lead: str, keys: Sequence[str]) -> None:
        with _Step(self.store, "forget"):
            for key in keys:
                self.store.facts.pop((lead, key), None)

    def _kept(self, lead: str, key: str) -> KeptFact:
        item = self.store.facts[lead, key]
        received_at = item.get("received_at")
        return KeptFact(
            key,
            received_at if isinstance(received_at, int) else 0,
            item.get("kind") == FORM_SUBMITTED,
        )


@dataclass
class ForgettingWorld(World):
    """A world that can also forget, with its register beside its store."""

    register: MemoryRegister = field(init=False)

    def __post_init__(self) -> None:
        self.register = MemoryRegister(self.store)

    def erasure(self) -> Erasure:
        return Erasure(
            leads=self.store,
            register=self.register,
            clock=lambda: self.now,
            pause=lambda _: None,
            chance=lambda low, _: low,
            count=self._count,
        )

    def erase(self, lead: str = ANNA) -> Erased:
        return self.erasure().erase(lead)

    def round(self, *, after_ms: int = 0) -> Rounded:
        """Let time pass, then a round of the schedule."""
        self.now += after_ms
        return self.erasure().round()

    def facts_of(self, lead: str = ANNA) -> list[str]:
        """Keys of what the history holds of a lead."""
        return sorted(key for of, key in self.store.facts if of == lead)
