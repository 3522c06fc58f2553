"""What time alone does to leads: points and bands that end, alerts still to send.

Late, twice at once or off for a day, it decides nothing but when (G11). A lead that fails is passed
over and tried at the next tick; it never holds up those behind it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from functions.leads.handing import Handing
from functions.leads.lead import ESCALATION, Lead, LeadUnreadableError, read_lead
from functions.leads.lead_table import Conflict, Item, TryLater
from functions.leads.rebuild import rebuilt
from functions.leads.surroundings import Surroundings
from functions.leads.turning_hot import LEASE_MS, TurningHot, is_stored_hot
from functions.leads.writing import STALE_MS, Decision, Writer

TRIES = 2  # on a conflict, then the next tick: whoever wrote in between has set a new due_at


class Swept(NamedTuple):
    """How many leads were written, and how many the store put off."""

    written: int
    put_off: int


class Sweep:
    """Looks after leads whose time has come."""

    def __init__(self, around: Surroundings) -> None:
        """Stand on these surroundings."""
        self._around = around
        self._writer = Writer(around)
        self._turning = TurningHot(around)
        self._handing = Handing(around, self._writer)

    def sweep(self, leads: Sequence[str]) -> Swept:
        """Do what is due for these leads. Raises TryLater when they cannot be read (K10)."""
        items = self._around.store.read(leads)
        self._tell_how_late(items.values())
        written = put_off = 0
        for item in items.values():
            try:
                written += self._sweep_one(item)
            except TryLater:
                put_off += 1
            except LeadUnreadableError:
                self._around.count("lead_unreadable", 1)
            except Exception as bug:  # noqa: BLE001  one lead's bug stops no other (decision 7)
                self._around.tell_bug(bug)
        self._around.count("sweep_put_off", put_off)
        return Swept(written, put_off)

    def _tell_how_late(self, items: Iterable[Item]) -> None:
        """Tell how long the oldest lead has been due, in ms: an alarm looks at it."""
        due = [item["due_at"] for item in items if isinstance(item.get("due_at"), int)]
        if due:
            self._around.gauge("oldest_due", max(0, self._around.clock() - min(due)))

    def _sweep_one(self, item: Item | None) -> bool:
        """Do what is due for one lead; False when nothing was, or somebody else was quicker."""
        for _ in range(TRIES):
            if item is None:
                break
            lead = read_lead(item)
            if lead.due_at is None or lead.due_at > self._around.clock():
                break  # the index lags behind the item
            decision = self._decide(lead)
            try:
                self._writer.commit(decision, before=lead)
            except Conflict as conflict:
                item = self._writer.again(lead.id, conflict)
            else:
                if decision.lead.score < lead.score:
                    self._around.count("expired", 1)
                return True
        return False

    def _decide(self, stored: Lead) -> Decision:
        lead, news = rebuilt(stored, self._around, due=True)
        now = self._around.clock()
        at = max(now, lead.last_seen or 0)
        scored = self._handing.handed(self._writer.scored(lead, at=at), now=now)
        scored = replace(scored, refreshed_at=now)
        scored = self._turning.again(scored, before=stored, now=now, live=news)
        publish = False
        if scored.outbox is not None:
            scored, publish = self._pending(scored, now)
        elif self._turned_hot(stored, scored, now, news=news):
            scored, publish = self._now_or_later(
                self._turning.with_alert(scored, now=now, tip=None), now
            )
        elif self._owes_escalation(scored, now):
            scored, publish = self._escalated(scored, now)
        return self._writer.decided(scored, before=stored, at=at, publish=publish, refreshed=True)

    def _turned_hot(self, stored: Lead, scored: Lead, now: int, *, news: bool) -> bool:
        """Whether a penalty's end, or a fact that a rebuild found first, made a lead hot."""
        told_by_time = stored.model == self._around.book.version
        could = (told_by_time or news) and not is_stored_hot(stored)
        return could and self._turning.may_alert(scored, now=now)

    @staticmethod
    def _owes_escalation(lead: Lead, now: int) -> bool:
        """Whether nobody contacted a lead in time; of whom nobody may be told it waits."""
        is_late = lead.escalate_at is not None and lead.escalate_at <= now
        return is_late and not lead.merged.untold

    def _pending(self, lead: Lead, now: int) -> tuple[Lead, bool]:
        """Decide about an alert still to send: send it, leave it to its publisher, or close it."""
        outbox = lead.outbox
        if outbox is None or outbox.lease_until > now:
            return lead, False
        self._around.gauge("oldest_overdue_alert", now - outbox.owed_at)
        if outbox.kind == ESCALATION and lead.band != "hot":
            self._around.count("escalation_needless", 1)
            return replace(lead, outbox=None), False
        if now - outbox.owed_at >= STALE_MS and lead.band != "hot":
            self._around.count("alert_stale", 1)
            return replace(lead, outbox=None), False
        lead = self._turning.told(lead, now=now)
        return replace(lead, outbox=replace(outbox, lease_until=now + LEASE_MS)), True

    def _escalated(self, lead: Lead, now: int) -> tuple[Lead, bool]:
        """Tell that nobody contacted a lead in time, once; of one that has cooled, nobody, and
        nobody either where the model of today asks for it no more.
        """
        if lead.band != "hot" or not self._turning.escalates:
            return replace(lead, escalate_at=None), False
        return self._now_or_later(self._turning.with_escalation(lead, now=now), now)

    @staticmethod
    def _now_or_later(lead: Lead, now: int) -> tuple[Lead, bool]:
        """A new alert goes out at once, or when sales is at work."""
        return lead, lead.outbox is not None and lead.outbox.owed_at <= now
