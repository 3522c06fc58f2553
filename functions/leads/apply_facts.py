"""The one move: the only way a lead's state changes by facts.

Read the lead, put the facts into its history, merge, score, write the whole item on the revision
that was read. Merging is idempotent, so whatever is repeated, late or in flight twice leaves the
same lead; a write that finds another revision reads again and decides again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from functions.leads.arrivals import Arrival, Judged, Verdict, admitted, compared
from functions.leads.handing import Handing
from functions.leads.history import Record
from functions.leads.lead import Lead, LeadUnreadableError, read_lead
from functions.leads.lead_table import Conflict, Item, TryLater
from functions.leads.rebuild import Identity, must_rebuild, rebuilt
from functions.leads.surroundings import Surroundings
from functions.leads.turning_hot import TurningHot
from functions.leads.writing import Decision, Writer
from functions.scoring.facts import distinct

ATTEMPTS = 5  # on one lead; with jitter between them eight writers get through
Outcome = list[Verdict] | Exception
T = TypeVar("T")


class Move:
    """Applies facts to leads."""

    def __init__(self, around: Surroundings) -> None:
        """Stand on these surroundings; the model's alert settings come with its rule book."""
        self._around = around
        self._book = around.book
        self._writer = Writer(around)
        self._turning = TurningHot(around)
        self._handing = Handing(around, self._writer)

    def apply(
        self,
        lead: str,
        arrivals: Sequence[Arrival],
        *,
        attempts: int = ATTEMPTS,
        deadline: int | None = None,
    ) -> list[Verdict]:
        """Apply facts of one lead, giving up before a step that would begin after `deadline`.

        Raises TryLater or LeadUnreadableError; then nothing was promised.
        """
        outcome = self.apply_many({lead: arrivals}, attempts=attempts, deadline=deadline)[lead]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def apply_many(
        self,
        arrivals: Mapping[str, Sequence[Arrival]],
        *,
        attempts: int = ATTEMPTS,
        deadline: int | None = None,
    ) -> dict[str, Outcome]:
        """Apply facts of many leads, one move a lead; each stands or falls on its own (K5).

        A lead's outcome is a verdict per arrival, or the exception that stopped it.
        """
        outcomes: dict[str, Outcome] = {}
        hurry = _Hurry(self._around.clock, deadline)
        begun = self._guarded(partial(self._begin, arrivals, outcomes, hurry))
        if isinstance(begun, Exception):
            return dict.fromkeys(arrivals, begun)
        items, judged = begun
        for lead, entries in judged.items():
            settle = partial(self._settle, lead, items.get(lead), entries, attempts, hurry)
            outcomes[lead] = self._guarded(settle)
        return outcomes

    def _guarded(self, step: Callable[[], T]) -> T | Exception:
        """Keep one lead's failure from its neighbours; the message comes back by itself."""
        try:
            return step()
        except (TryLater, LeadUnreadableError) as expected:
            return expected
        except Exception as bug:  # noqa: BLE001  ours: counted, put off, its own (decision 7)
            self._around.count("bug", 1)
            return bug

    def _begin(
        self,
        arrivals: Mapping[str, Sequence[Arrival]],
        outcomes: dict[str, Outcome],
        hurry: "_Hurry",
    ) -> tuple[Mapping[str, Item], dict[str, list[Judged]]]:
        """Do what all leads share: whatever fails here fails them all, each to come again."""
        items = self._around.store.read(list(arrivals))
        return items, self._remember(arrivals, items, outcomes, hurry)

    def _remember(
        self,
        arrivals: Mapping[str, Sequence[Arrival]],
        items: Mapping[str, Item],
        outcomes: dict[str, Outcome],
        hurry: "_Hurry",
    ) -> dict[str, list[Judged]]:
        """Put what is let in into the history, before any lead is written (design 3.2)."""
        judged: dict[str, list[Judged]] = {}
        activities: list[Record] = []
        for name, arrived in arrivals.items():
            entries = self._guarded(partial(self._let_in, name, items.get(name), arrived, hurry))
            if isinstance(entries, Exception):
                outcomes[name] = entries
                continue
            judged[name] = entries
            activities += [
                entry.arrival.record()
                for entry in entries
                if entry.verdict is None and not entry.arrival.fact.comes_once
            ]
        if activities:
            hurry.check()
            self._around.store.remember(activities)
            ignored = sum(self._book.ignoring.verdict(one.fact) is not None for one in activities)
            if ignored:
                self._around.count("ignored", ignored)
        return judged

    def _let_in(
        self, name: str, item: Item | None, arrived: Sequence[Arrival], hurry: "_Hurry"
    ) -> list[Judged]:
        lead = _lead(name, item)
        known = self._known(lead)
        entries = [Judged(one, known=_came_before(one, known)) for one in arrived]
        return [self._remembered_once(entry, hurry) for entry in admitted(lead, entries)]

    def _known(self, lead: Lead) -> dict[Identity, int]:
        """Tell what the history of a lead that must be rebuilt holds already, with its receipt: all
        else is new, whatever the rebuild makes of the rest.
        """
        if not must_rebuild(lead, self._around):
            return {}
        records = self._around.store.history(lead.id)
        return {record.fact.identity: record.received_at for record in records}

    def _remembered_once(self, entry: Judged, hurry: "_Hurry") -> Judged:
        """Of a repeated fact that comes once the stored one takes the place of the new one."""
        if entry.verdict is not None or not entry.arrival.fact.comes_once:
            return entry
        hurry.check()
        mine = entry.arrival.record()
        judged = compared(entry.arrival, self._around.store.remember_once(mine), mine=mine)
        return replace(judged, known=entry.known)

    def _settle(
        self,
        name: str,
        item: Item | None,
        judged: Sequence[Judged],
        attempts: int,
        hurry: "_Hurry",
    ) -> list[Verdict]:
        """Merge, score and write until the revision read is the revision replaced."""
        for _ in range(attempts):
            stored = _lead(name, item)
            entries = admitted(stored, judged)  # it may have been erased since it was read
            if any(entry.must_wait(stored) for entry in entries):
                raise TryLater
            decision = self._decide(stored, [entry for entry in entries if entry.verdict is None])
            if decision is None:
                return [entry.after(changed=False) for entry in entries]
            hurry.check()
            try:
                self._writer.commit(decision, before=stored)
            except Conflict as conflict:
                item = self._writer.again(name, conflict)
                continue
            return [entry.after(changed=True) for entry in entries]
        raise TryLater

    def _decide(self, stored: Lead, entries: Sequence[Judged]) -> Decision | None:
        """Decide what becomes of a lead by these facts; None when nothing does.

        Imports and replays are merged first, so the live facts alone decide whether it turns hot.
        """
        if not entries:
            return None
        before = stored.reopened() if stored.erased else stored
        arrivals = [entry.arrival for entry in entries]
        brought = {entry.arrival.fact.identity: not entry.known for entry in entries}
        lead, news = rebuilt(before, self._around, brought=brought)
        silent = distinct(arrival.fact for arrival in arrivals if arrival.silent)
        live = distinct(arrival.fact for arrival in arrivals if not arrival.silent)
        told = lead.merged.merge(silent, self._book)
        merged = told.merge(live, self._book)
        if merged == before.merged and lead.matching == before.matching:
            return None
        now = self._around.clock()
        newest = max((fact.at for fact in (*silent, *live)), default=0)
        last_seen = max(newest, lead.last_seen or 0)
        at = max(now, last_seen)
        lead = replace(lead, merged=merged, last_seen=last_seen)
        scored = self._handing.handed(self._writer.scored(lead, at=at), now=now)
        was_hot = self._turning.was_hot(before, at=at) or (
            bool(silent) and not told.untold and self._turning.is_hot(told.state, at=at)
        )
        owes = (merged != told or news) and not was_hot
        owes = owes and self._turning.may_alert(scored, now=now)
        if owes:
            tip = self._turning.tip(told, live, at=at)
            scored = self._turning.with_alert(scored, now=now, tip=tip)
        else:
            is_live = bool(live) or news
            scored = self._turning.again(scored, before=before, now=now, live=is_live)
        publish = scored.outbox is not None and owes and scored.outbox.owed_at <= now
        return self._writer.decided(scored, before=stored, at=at, publish=publish)


class _Hurry:
    """A deadline that is looked at before each step, never during one."""

    def __init__(self, clock: Callable[[], int], deadline: int | None) -> None:
        self._clock, self._deadline = clock, deadline

    def check(self) -> None:
        """Raise TryLater once the deadline is past."""
        if self._deadline is not None and self._clock() >= self._deadline:
            raise TryLater


def _came_before(arrival: Arrival, known: Mapping[Identity, int]) -> bool:
    """Whether a fact came by another message: the same one may have died before its lead was
    written.
    """
    return known.get(arrival.fact.identity, arrival.received_at) != arrival.received_at


def _lead(name: str, item: Item | None) -> Lead:
    return Lead(name) if item is None else read_lead(item)
