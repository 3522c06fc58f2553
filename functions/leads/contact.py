"""Whether a lead may be written to, and whether sales may be told of it.

Every part is the newest instant of something, so it is the same in any order. Unsubscribing,
complaining or a mailbox that is gone silences a lead: mailings stop until it agrees again, alerts
until it writes again by a later form (R4, R44, C31, B42). A new subscription takes back an
unsubscription, never a complaint. Test submissions and machines change nothing here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from functions.scoring.facts import Fact

PERMANENT = "permanent"


class Barred(NamedTuple):
    """Since when (UTC ms) and why mail must not be sent: complained, bounced."""

    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Newest instants (UTC ms) of what decides whether to write; None where it never happened."""

    barred: Barred | None = None
    unsubscribed_at: int | None = None
    subscribed_at: int | None = None
    wrote_at: int | None = None
    agreed_at: int | None = None
    declined_at: int | None = None

    @property
    def suppressed(self) -> bool:
        """Whether alerts are held back: silenced, and no later form."""
        silenced_at = _newest(self.barred and self.barred.at, self.unsubscribed_at)
        return silenced_at is not None and not _is_later(self.wrote_at, silenced_at)

    @property
    def do_not_contact(self) -> str | None:
        """Why mailings must not go out, None where they may."""
        if self.barred is not None and not _is_later(self.agreed_at, self.barred.at):
            return self.barred.reason
        back_at = _newest(self.agreed_at, self.subscribed_at)
        if self.unsubscribed_at is not None and not _is_later(back_at, self.unsubscribed_at):
            return "unsubscribed"
        return None

    @property
    def no_marketing(self) -> bool:
        """Whether the newest consent box was left empty; it holds back no alert (B42)."""
        return self.declined_at is not None and not _is_later(self.agreed_at, self.declined_at)


def merge_contact(contact: Contact, facts: Iterable[Fact]) -> Contact:
    """Take what these facts say of writing to the lead into account."""
    said = [fact for fact in facts if not fact.machine and not fact.test]
    barred = [Barred(fact.at, reason) for fact in said if (reason := _bar(fact))]
    return Contact(
        barred=max([*barred, contact.barred] if contact.barred else barred, default=None),
        unsubscribed_at=_newest(contact.unsubscribed_at, *_of_kind(said, "email_unsubscribed")),
        subscribed_at=_newest(contact.subscribed_at, *_of_kind(said, "email_subscribed")),
        wrote_at=_newest(contact.wrote_at, *(fact.at for fact in said if fact.is_form)),
        agreed_at=_newest(contact.agreed_at, *(fact.at for fact in said if fact.consent is True)),
        declined_at=_newest(
            contact.declined_at, *(fact.at for fact in said if fact.consent is False)
        ),
    )


def _bar(fact: Fact) -> str | None:
    if fact.kind == "email_complained":
        return "complained"
    gone = fact.kind == "email_bounced" and fact.properties.get("bounce_type") == PERMANENT
    return "bounced" if gone else None


def _of_kind(facts: Iterable[Fact], kind: str) -> Iterable[int]:
    return (fact.at for fact in facts if fact.kind == kind)


def _newest(*instants: int | None) -> int | None:
    return max((instant for instant in instants if instant is not None), default=None)


def _is_later(instant: int | None, than: int) -> bool:
    return instant is not None and instant > than
