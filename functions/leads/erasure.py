"""How a person is forgotten, and stays so (G23).

An erasure is written down first, then a tombstone takes the lead's place, then the history goes; a
day later it goes again, with whatever a move in flight had put there. Each step may be repeated,
and an erasure that stopped half-way is finished by the next round. What the person writes after it
begins a new lead, of which nothing is touched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from functions.leads.erased_table import Entry, ErasedStore, KeptFact
from functions.leads.lead import Lead, LeadUnreadableError, stored_form
from functions.leads.lead_table import Conflict, Item, TryLater
from functions.leads.writing import PAUSE_MS
from functions.scoring.instants import DAY_MS, MINUTE_MS, SECOND_MS

AGAIN_MS = DAY_MS  # the second deletion: whoever read the lead before its tombstone has long ended
UNFINISHED_MS = 15 * MINUTE_MS  # after so long an erasure that did not end is taken up by a round
IN_FLIGHT_MS = MINUTE_MS  # clocks differ, and a tombstone takes a moment to be written
STOPS_AFTER_MS = 20 * SECOND_MS  # the function may run for 60 s; whoever called it calls again
ATTEMPTS = 8  # on one lead: nobody waits as a visitor does


class Leads(Protocol):
    """The leads, as a LeadStore has them."""

    def read(self, leads: Sequence[str]) -> dict[str, Item]: ...
    def write(self, item: Item, *, expected: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Erased:
    """What one erasure did. `was`: what stood there before, lead, nobody or erased; `facts`: how
    many were deleted; `is_complete`: no more of its history is left.
    """

    lead: str
    erased_at: int
    was: str
    facts: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Rounded:
    """What one round did; `failed` erasures are tried again by the next one."""

    finished: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Restored:
    """How far erasing again after a restore came: `after` is the last lead done, None at the end.

    `erased` leads were there again, `facts` of their histories too.
    """

    seen: int = 0
    erased: int = 0
    facts: int = 0
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """Forgets leads. `clock` gives UTC ms, `pause` waits ms, `chance(low, high)` draws between."""

    leads: Leads
    register: ErasedStore
    clock: Callable[[], int]
    pause: Callable[[int], None]
    chance: Callable[[int, int], int]
    count: Callable[[str, int], None]

    def erase(self, lead: str) -> Erased:
        """Forget one lead as of now; of one that is erased already what is left.

        Raises TryLater, LeadUnreadableError; then repeat it, or a round does.
        """
        stops_at = self.clock() + STOPS_AFTER_MS
        was, erased_at = self._bury(lead)
        facts, is_complete = self._forget(Entry(lead, erased_at), stops_at)
        self.count("erased", int(was != "erased"))
        return Erased(lead, erased_at, was, facts, is_complete)

    def round(self) -> Rounded:
        """Finish what did not end, and delete the histories of a day ago once more."""
        stops_at = self.clock() + STOPS_AFTER_MS
        finished = failed = 0
        for entry in self.register.entries():
            if entry.again_at is None or entry.again_at > self.clock():
                continue
            if self.clock() >= stops_at:
                break
            try:
                finished += self._again(entry, stops_at)
            except (TryLater, LeadUnreadableError):
                failed += 1
        self.count("erasures_finished", finished)
        self.count("erasures_failed", failed)
        return Rounded(finished, failed)

    def after_restore(self, *, after: str | None = None) -> Restored:
        """Forget again, as of then, whoever the register names and a restore brought back (D17).

        Stops by itself; go on with what it gives as `after`. Raises TryLater, LeadUnreadableError.
        """
        stops_at = self.clock() + STOPS_AFTER_MS
        told = Restored(after=after)
        for entry in self.register.entries(after=after):
            erased = self._bury_again(entry)
            facts, is_complete = self._forget(entry, stops_at)
            told = replace(told, erased=told.erased + erased, facts=told.facts + facts)
            if not is_complete:
                return told
            told = replace(told, seen=told.seen + 1, after=entry.lead)
            if self.clock() >= stops_at:
                return told
        return replace(told, after=None)

    def _bury(self, lead: str) -> tuple[str, int]:
        """Put a tombstone in the lead's place; gives what was there, and the erasure's instant.

        Until its revision is the one replaced: a move in flight then finds another one, reads the
        tombstone and refuses; a move that was quicker is buried with the rest.
        """
        item = self.leads.read([lead]).get(lead)
        was = "nobody" if item is None else "erased" if _lies_buried(item) else "lead"
        at = 0
        for _ in range(ATTEMPTS):
            if item is not None and _lies_buried(item) and _instant(item, "erased_at") >= at:
                at = _instant(item, "erased_at")
                self.register.note(Entry(lead, at, at + UNFINISHED_MS))
                return was, at
            at = max(
                at, self.clock(), *(_instant(item, part) for part in ("written_at", "erased_at"))
            )
            self.register.note(Entry(lead, at, at + UNFINISHED_MS))
            if self._put_tombstone(lead, item, at=at):
                return was, at
            item = self._read_again(lead)
        raise TryLater

    def _bury_again(self, entry: Entry) -> bool:
        """Put back the tombstone a restore took away; whether it was missing."""
        for _ in range(ATTEMPTS):
            item = self.leads.read([entry.lead]).get(entry.lead)
            if _instant(item, "erased_at") >= entry.erased_at:
                return False  # it is there, or the person has written again since
            if self._put_tombstone(entry.lead, item, at=entry.erased_at):
                self.count("erased_again", 1)
                return True
            self.pause(self.chance(*PAUSE_MS))
        raise TryLater

    def _put_tombstone(self, lead: str, item: Item | None, *, at: int) -> bool:
        revision = _revision(item)
        tombstone = Lead(lead, revision=revision + 1, written_at=at, erased_at=at, erased=True)
        try:
            self.leads.write(stored_form(tombstone), expected=revision)
        except Conflict:
            return False
        return True

    def _read_again(self, lead: str) -> Item | None:
        self.count("conflicts", 1)
        self.pause(self.chance(*PAUSE_MS))
        return self.leads.read([lead]).get(lead)

    def _again(self, entry: Entry, stops_at: int) -> bool:
        item = self.leads.read([entry.lead]).get(entry.lead)
        if _instant(item, "erased_at") < entry.erased_at:  # it was written down, and no more
            return self.erase(entry.lead).is_complete
        return self._forget(entry, stops_at, item=item)[1]

    def _forget(self, entry: Entry, stops_at: int, *, item: Item | None = None) -> tuple[int, bool]:
        """Delete the history up to an erasure, and say when to do it again; gives how many facts
        went, and whether none is left.
        """
        forgotten = 0
        late = self._is_second(entry) and item is not None and _lies_buried(item)
        for page in self.register.kept(entry.lead):
            if self.clock() >= stops_at:
                return forgotten, False
            keys = [fact.key for fact in page if _goes(fact, entry.erased_at, late=late)]
            self.register.forget(entry.lead, keys)
            forgotten += len(keys)
        self.count("facts_erased", forgotten)
        again_at = None if self._is_second(entry) else entry.erased_at + AGAIN_MS
        self.register.note(replace(entry, again_at=again_at))
        return forgotten, True

    def _is_second(self, entry: Entry) -> bool:
        return self.clock() >= entry.erased_at + AGAIN_MS


def _goes(fact: KeptFact, erased_at: int, *, late: bool) -> bool:
    """Whether a fact belongs to what was erased.

    Where the tombstone still stands a day later (`late`), an activity received in the moment after
    it goes too: a move that had read the lead before put it there and then refused it (C32).
    """
    return fact.received_at <= erased_at + (IN_FLIGHT_MS if late and not fact.is_form else 0)


def _lies_buried(item: Item) -> bool:
    return "erased" in item


def _instant(item: Item | None, name: str) -> int:
    """An instant of an item that nobody else has to be able to read; 0 where there is none."""
    value: Any = None if item is None else item.get(name)
    return value if isinstance(value, int) else 0


def _revision(item: Item | None) -> int:
    """The lock number; a lead of any layout can be erased as long as it has one."""
    if item is None:
        return 0
    revision = item.get("revision")
    if not isinstance(revision, int):
        raise LeadUnreadableError("the stored lead has no revision")
    return revision
