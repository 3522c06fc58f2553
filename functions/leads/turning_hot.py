"""When a lead turns hot, and what tipped it.

Turning hot is being hot now, and somebody sales may be told of, and not having been both before:
who unsubscribed and writes again is told of then. "Before" is the stored band where the model
changed in between, so that a rescore is silent; under the same model a stale "hot", stored while
the schedule was off, must not swallow an alert, so there the state decides too.
"""

from collections.abc import Iterable
from dataclasses import replace

from functions.leads.lead import ESCALATION, Lead, Merged, Outbox, Tip
from functions.leads.surroundings import Surroundings
from functions.leads.working_hours import working_hours
from functions.scoring.facts import SALES_CONCLUDED, Fact, short_hash
from functions.scoring.instants import SECOND_MS
from functions.scoring.score import score_state
from functions.scoring.state import State

# a write and a publish take at most 16 s with the SDK's attempts; with the minute the schedule may
# be away an alert still goes out within two minutes of a crash (G14)
LEASE_MS = 45 * SECOND_MS

RULES_TOLD = 10  # of those the tipping fact met: the alert names one, and the item stays small


def is_stored_hot(stored: Lead) -> bool:
    """Whether a lead was hot when it was stored, and one that sales may be told of."""
    return stored.band == "hot" and not stored.merged.untold


class TurningHot:
    """The questions of design 3.7 under one model."""

    def __init__(self, around: Surroundings) -> None:
        """Read the cooldown from the model."""
        self._around = around
        self._book = around.book
        alerts = around.book.model["alerts"]
        self._cooldown: int = alerts["cooldown"]
        self._contact_within: int | None = alerts.get("contact_within")
        self._hours = working_hours(alerts)

    @property
    def escalates(self) -> bool:
        """Whether a hot lead that nobody contacts is told of once more."""
        return self._contact_within is not None

    def is_hot(self, state: State, *, at: int) -> bool:
        """Whether a state is hot at an instant (UTC ms)."""
        return score_state(self._book, state, at=at).band == "hot"

    def was_hot(self, stored: Lead, *, at: int) -> bool:
        """Whether a lead counts as hot, and as known to sales, as it was stored."""
        if not is_stored_hot(stored):
            return False
        return stored.model != self._book.version or self.is_hot(stored.merged.state, at=at)

    def may_alert(self, lead: Lead, *, now: int) -> bool:
        """Whether sales may be told of a lead that was just scored (G15)."""
        cool = lead.alerted_at is None or now - lead.alerted_at >= self._cooldown
        return lead.band == "hot" and cool and not lead.merged.untold

    def with_alert(self, lead: Lead, *, now: int, tip: Tip | None) -> Lead:
        """Put the alert a lead owes into its outbox, leased to whoever writes it, or kept until
        sales is at work. Nobody contacting the lead in time is told later (R12).
        """
        if (
            lead.outbox is not None
        ):  # unsent for longer than the cooldown: the newer one replaces it
            self._around.count("alert_replaced", 1)
        outbox = self._outbox(lead, now=now, tip=tip)
        within = self._contact_within
        escalate_at = None if within is None else outbox.owed_at + within
        return replace(lead, outbox=outbox, alerted_at=outbox.owed_at, escalate_at=escalate_at)

    def with_escalation(self, lead: Lead, *, now: int) -> Lead:
        """Put the one alert into the outbox that says that nobody contacted a lead. The cooldown
        does not hold it back, and does not begin anew.
        """
        self._around.count("escalated", 1)
        outbox = replace(self._outbox(lead, now=now, tip=None), kind=ESCALATION)
        return replace(lead, outbox=outbox, escalate_at=None)

    def again(self, lead: Lead, *, before: Lead, now: int, live: bool) -> Lead:
        """Have the time to contact a lead begin anew where sales may be told of it again (an
        outcome was taken back, say), unless it was escalated already. What an import or a replay
        brings (not `live`) tells nobody.
        """
        is_back = before.merged.untold and not lead.merged.untold
        if self._contact_within is None or lead.escalate_at is None or not is_back:
            return lead
        return replace(lead, escalate_at=now + self._contact_within if live else None)

    def told(self, lead: Lead, *, now: int) -> Lead:
        """A lead whose alert goes out now: whoever is told late has as long to contact it."""
        if lead.escalate_at is None or self._contact_within is None:
            return lead
        return replace(lead, escalate_at=max(lead.escalate_at, now + self._contact_within))

    def _outbox(self, lead: Lead, *, now: int, tip: Tip | None) -> Outbox:
        opens_at = now if self._hours is None else self._hours.opening(now)
        return Outbox(
            short_hash(lead.id, str(now), str(lead.revision)),
            made_at=now,
            lease_until=opens_at if opens_at > now else now + LEASE_MS,
            fit=lead.fit,
            engagement=lead.engagement,
            tip=tip,
            opens_at=opens_at if opens_at > now else 0,
        )

    def tip(self, before: Merged, live: Iterable[Fact], *, at: int) -> Tip | None:
        """Find the fact that tipped the score: by instant, the first with which it is hot."""
        merged, tip = before, None
        for fact in sorted(live, key=lambda fact: (fact.at, fact.id)):
            merged = merged.merge([fact], self._book)
            if fact.kind == SALES_CONCLUDED:  # an outcome taken back is no reason to call
                continue
            met = self._book.rules_met(fact)[:RULES_TOLD]
            tip = Tip(fact.kind, fact.at, tuple(rule.name for rule in met))
            if self.is_hot(merged.state, at=at):
                break
        return tip


def is_dealt_with(lead: Lead, *, since: int) -> bool:
    """Whether sales contacted, put off or rejected it at an instant (UTC ms) or later."""
    dealings = lead.merged.dealings
    said = (dealings.contacted, dealings.postponed, dealings.rejected)
    return any(one is not None and one.at >= since for one in said)
