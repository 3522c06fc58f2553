"""Whether a lead may be written to, and whether sales may be told of it.

Every part is the newest instant of something, so it is the same in any order. Unsubscribing,
complaining or a mailbox that is gone silences a lead: mailings stop until it agrees again, alerts
until it writes again by a later form (R4, R44, C31, B42).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from functions.scoring.facts import Fact

PERMANENT = "permanent"
_REASONS = {"email_unsubscribed": "unsubscribed", "email_complained": "complained"}


class Silenced(NamedTuple):
    """Since when (UTC ms) and why a lead is not to be written to."""

    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Newest instants (UTC ms) of what decides whether to write; None where it never happened."""

    silenced: Silenced | None = None
    wrote_at: int | None = None
    agreed_at: int | None = None
    declined_at: int | None = None

    @property
    def suppressed(self) -> bool:
        """Whether alerts are held back: silenced, and no form since."""
        return self.silenced is not None and _before(self.wrote_at, self.silenced.at)

    @property
    def do_not_contact(self) -> str | None:
        """Why mailings must not go out, None where they may."""
        if self.silenced is None or not _before(self.agreed_at, self.silenced.at):
            return None
        return self.silenced.reason

    @property
    def no_marketing(self) -> bool:
        """Whether the newest consent box was left empty; it holds back no alert (B42)."""
        return self.declined_at is not None and _before(self.agreed_at, self.declined_at)


def merge_contact(contact: Contact, facts: Iterable[Fact]) -> Contact:
    """Take what these facts say of writing to the lead into account."""
    for fact in facts:
        reason = silencing(fact)
        if reason and (contact.silenced is None or (fact.at, reason) > contact.silenced):
            contact = replace(contact, silenced=Silenced(fact.at, reason))
        if fact.is_form and _before(contact.wrote_at, fact.at):
            contact = replace(contact, wrote_at=fact.at)
        if (fact.consent or fact.kind == "email_subscribed") and _before(
            contact.agreed_at, fact.at
        ):
            contact = replace(contact, agreed_at=fact.at)
        if fact.consent is False and _before(contact.declined_at, fact.at):
            contact = replace(contact, declined_at=fact.at)
    return contact


def silencing(fact: Fact) -> str | None:
    """Name the reason for which this fact silences a lead, None where it does not."""
    if fact.kind == "email_bounced":
        return "bounced" if fact.properties.get("bounce_type") == PERMANENT else None
    return _REASONS.get(fact.kind)


def _before(instant: int | None, other: int) -> bool:
    return instant is None or instant < other
