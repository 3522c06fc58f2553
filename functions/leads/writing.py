"""How a decided lead is written, and the alert it owes goes out.

A conflict never means that somebody else won, for it may be our own write whose answer was lost:
whoever decides reads again and decides again. The alert is published after the write that carries
it and cleared by a second one; whatever fails in between, the schedule finds it (G12, G13).
"""

from dataclasses import replace
from typing import NamedTuple

from functions.leads.due import next_due
from functions.leads.lead import ESCALATION, LEAD_BYTES_MAX, Lead, read_lead, stored_form
from functions.leads.lead_table import Conflict, Item, TryLater
from functions.leads.listing import call_order, index_attributes, quality
from functions.leads.surroundings import Surroundings
from functions.leads.turning_hot import is_dealt_with
from functions.scoring.forecast import band_entered
from functions.scoring.instants import DAY_MS, MINUTE_MS
from functions.scoring.score import score_state

STALE_MS = DAY_MS  # an alert as late as that says so, and is checked again first (G16)
PAUSE_MS = (20, 400)  # full jitter between two tries on one lead
ROOM_BYTES = LEAD_BYTES_MAX - 8 * 1024  # what is written beside is smaller
CLEARING_TRIES = 5  # a lead that others write meanwhile: whoever gives up lets the alert double


class Decision(NamedTuple):
    """A lead to write, and whether its alert is then ours to publish."""

    lead: Lead
    publish: bool = False


MOVED_AT = "@"  # begins a mark of a lead that a rescore found moved already


class Writer:
    """Scores, dates and writes leads, and publishes what they owe."""

    def __init__(self, around: Surroundings) -> None:
        """Stand on these surroundings."""
        self._around = around
        self._book = around.book

    def scored(self, lead: Lead, *, at: int) -> Lead:
        """Compute what is stored of a score; an alert of a lead of whom nobody may be told any more
        is closed (C31).
        """
        score = score_state(self._book, lead.merged.state, at=at)
        outbox, alerted_at, escalate_at = lead.outbox, lead.alerted_at, lead.escalate_at
        seen_to = is_dealt_with(lead, since=alerted_at or 0)
        if outbox is not None and lead.merged.untold:
            self._around.count("alert_suppressed", 1)
            if outbox.opens_at > self._around.clock():  # it never went out
                if outbox.kind == ESCALATION:
                    escalate_at = outbox.opens_at
                else:
                    alerted_at = escalate_at = None
            outbox = None
        elif outbox is not None and outbox.kind == ESCALATION and seen_to:
            self._around.count("escalation_needless", 1)
            outbox = None
        elif outbox is not None and outbox.opens_at and is_dealt_with(lead, since=outbox.made_at):
            self._around.count("alert_suppressed", 1)  # sales was there before it opened
            alerted_at, seen_to = outbox.made_at, True
            outbox = None
        return replace(
            lead,
            alerted_at=alerted_at,
            fit=score.fit,
            engagement=score.engagement,
            score=score.total,
            band=score.band,
            as_of=at,
            model=self._book.version,
            matching=self._book.matching,
            outbox=outbox,
            escalate_at=None if seen_to else escalate_at,
        )

    def decided(
        self, lead: Lead, *, before: Lead, at: int, publish: bool, refreshed: bool = False
    ) -> Decision:
        """Set what lists and the schedule need, and the next revision."""
        now = self._around.clock()
        lead = replace(
            self._with_room(lead),
            revision=before.revision + 1,
            written_at=now,
            band_since=self._band_since(lead, before=before, at=at),
            call_order=call_order(
                lead, before=before, book=self._book, now=now, refreshed=refreshed
            ),
            due_at=next_due(lead, self._book, at=at, now=now, refresh=self._around.refresh),
            rescored=_moved_by_a_model(lead, before=before, now=now),
        )
        return Decision(replace(lead, quality=self._quality(lead, at)), publish)

    def _band_since(self, lead: Lead, *, before: Lead, at: int) -> int:
        """Since when a lead is in its band: of one that came by an import, or that the schedule
        came by late, since its facts say so; of one that another model moved, from now on.
        """
        if lead.band == before.band and before.band_since is not None:
            return before.band_since
        since = lead.last_seen or at
        if before.model not in {None, lead.model} or at - since < MINUTE_MS:
            return at
        return band_entered(self._book, lead.merged.state, since=since, at=at)

    def _quality(self, lead: Lead, at: int) -> str:
        return quality(lead, naming=self._around.naming, book=self._book, at=at)

    def commit(self, decision: Decision, *, before: Lead) -> None:
        """Write a decided lead, then publish what it owes. Raises Conflict, TryLater."""
        lead = decision.lead
        self._around.store.write(self.stored_as(lead), expected=before.revision)
        if lead.outbox is not None and lead.alerted_at != before.alerted_at:
            self._around.count("turned_hot", 1)
        if decision.publish:
            self._publish(lead)

    def stored_as(self, lead: Lead) -> Item:
        """Give the item a decided lead is stored as, with what indexes need."""
        return stored_form(lead) | index_attributes(lead, naming=self._around.naming)

    def again(self, name: str, conflict: Conflict) -> Item | None:
        """Read a lead again after a conflict; the store may have told it already."""
        self._around.count("conflicts", 1)
        self._around.pause(self._around.chance(*PAUSE_MS))
        if conflict.current is not None:
            return conflict.current
        return self._around.store.read([name]).get(name)

    def _with_room(self, lead: Lead) -> Lead:
        """Leave out what was said to fields and criteria of former models, once a lead has no room
        for it (G9).
        """
        merged, declared = lead.merged, self._book.model["fields"]
        answers, ticks = merged.state.answers, merged.dealings.ticks
        asked = {name: answers[name] for name in answers if name in declared}
        known = {name: ticks[name] for name in ticks if name in self._book.ideals.names}
        dropped = len(answers) - len(asked) + len(ticks) - len(known)
        if not dropped or _text_bytes(stored_form(lead)) <= ROOM_BYTES:
            return lead
        self._around.count("answers_dropped", dropped)
        state = replace(merged.state, answers=asked)
        dealings = replace(merged.dealings, ticks=known)
        return replace(lead, merged=replace(merged, state=state, dealings=dealings))

    def _publish(self, lead: Lead) -> None:
        """Publish a lead's alert and clear it; where that fails the schedule comes back (K8)."""
        now = self._around.clock()
        outbox = lead.outbox
        if outbox is None:
            return
        # 5 ms of a start, and few writes owe an alert
        from functions.leads.hot_alert import hot_alert  # noqa: PLC0415

        alert = hot_alert(
            lead,
            self._book,
            self._around.naming,
            at=max(now, lead.last_seen or 0),
            delayed=now - outbox.owed_at >= STALE_MS,
            url=self._around.lead_url and self._around.lead_url + lead.id,
            unattended=self._around.team.unattended(lead.merged.dealings.owner, at=now),
        )
        try:
            self._around.publisher.publish(alert)
        except TryLater:
            self._around.count("alert_waiting", 1)
            return
        self._around.count("alert_published", 1)
        try:
            self._clear(lead, outbox.alert_id)
        except TryLater:
            self._around.count("alert_not_cleared", 1)

    def _clear(self, lead: Lead, alert_id: str) -> None:
        """Take a published alert out of its lead, unless a newer one is there (K9)."""
        for _ in range(CLEARING_TRIES):
            if lead.outbox is None or lead.outbox.alert_id != alert_id:
                return
            try:
                self._around.store.write(self.stored_as(self._bare(lead)), expected=lead.revision)
            except Conflict as conflict:
                item = self.again(lead.id, conflict)
                if item is None:
                    return
                lead = read_lead(item)
            else:
                return

    def _bare(self, lead: Lead) -> Lead:
        """Take the alert out. When a lead that was written by another model is due stays what that
        model said: by ours its next change of band may come later.
        """
        now = self._around.clock()
        if lead.model != self._book.version:
            as_dated = now + 1 if lead.due_at is None else lead.due_at
            return replace(lead, outbox=None, revision=lead.revision + 1, due_at=as_dated)
        at = max(now, lead.last_seen or 0)
        bare = replace(lead, outbox=None, revision=lead.revision + 1, due_at=None)
        due_at = next_due(bare, self._book, at=at, now=now, refresh=self._around.refresh)
        return replace(bare, due_at=due_at)


def _text_bytes(item: Item) -> int:
    return sum(len(value.encode()) for value in item.values() if isinstance(value, str))


def _moved_by_a_model(lead: Lead, *, before: Lead, now: int) -> str | None:
    """Mark a lead that another model moved before its rescore came by, and of which nobody is told
    now: the digest of that rescore counts it. Any other mark of a former model goes.
    """
    if lead.rescored != before.rescored or before.model in (None, lead.model):
        return lead.rescored
    is_told = lead.alerted_at != before.alerted_at or lead.merged.untold or lead.merged.is_test
    if is_told or lead.band == before.band:
        return None
    return f"{MOVED_AT}{now} {before.band} {lead.band}"
