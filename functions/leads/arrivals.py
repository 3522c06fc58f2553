"""Facts as they arrive, and who lets them in.

What is let in depends on the fact, its ingestion, an erasure and the submission ids already there,
never on when or how often it is processed (G8).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from functions.leads.history import Record
from functions.leads.lead import Lead
from functions.scoring.facts import TEAM_ASSIGNED, Fact

WEBSITE = "forms"  # source of what came by the form route, parked or not


@dataclass(frozen=True, slots=True)
class Arrival:
    """One fact as it arrived.

    `received_at` is its ingestion (UTC ms), `silent` marks imports and replays, which never alert;
    `received_hash` of a form is the hash of what was received, before any mapping (B4).
    """

    fact: Fact
    received_at: int
    silent: bool = False
    received_hash: str = ""
    source: str = ""

    def record(self) -> Record:
        """Give what the history keeps of it."""
        return Record(self.fact, self.received_at, self.received_hash, self.silent)


class Verdict(Enum):
    """What became of one arrival; the value is its metric."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REUSED = "submission_id_reused"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Judged:
    """An arrival, with its verdict where that is settled.

    `stored_at`: of a form that was stored before, when that was received (UTC ms). `known`: the
    history had it by an earlier message, which is looked at where a lead is rebuilt.
    """

    arrival: Arrival
    verdict: Verdict | None = None
    stored_at: int | None = None
    known: bool = False

    def after(self, *, changed: bool) -> Verdict:
        """Say what became of it once its lead was written, or left as it was."""
        if self.verdict is not None:
            return self.verdict
        if changed:
            return Verdict.APPLIED
        return Verdict.UNCHANGED if self.stored_at is None else Verdict.DUPLICATE

    def must_wait(self, lead: Lead) -> bool:
        """Whether an erasure is about to delete the form that is stored in its place: then it is
        neither a repeat nor another one under its id, but a new one as soon as that is gone (B43).
        """
        if self.stored_at is None or lead.erased_at is None or self.verdict is Verdict.ERASED:
            return False
        return self.stored_at <= lead.erased_at


def admitted(lead: Lead, judged: Sequence[Judged]) -> list[Judged]:
    """Turn away what an erasure keeps out (C32, B43).

    A form that is let in begins the lead anew, so activities received with it are let in too.
    """
    after: dict[int, Judged] = {}
    for place in sorted(
        range(len(judged)), key=lambda place: not judged[place].arrival.fact.is_form
    ):
        entry = judged[place]
        arrival = entry.arrival
        if entry.verdict is None and lead.refuses(
            arrival.fact, received_at=arrival.received_at, silent=arrival.silent
        ):
            entry = replace(entry, verdict=Verdict.ERASED)
        elif entry.verdict is None and arrival.fact.is_form and lead.erased:
            lead = lead.reopened()
        after[place] = entry
    return [after[place] for place in range(len(judged))]


def compared(arrival: Arrival, stored: Record, *, mine: Record) -> Judged:
    """Let the first receipt of a form stand; other content under its id is refused (B4).

    What a website sent is compared as it was received. What was pulled out of a system and comes by
    the bus was mapped before: meanings compare.
    """
    if stored is mine:
        return Judged(arrival)
    if arrival.source == WEBSITE and stored.received_hash and arrival.received_hash:
        other = stored.received_hash != arrival.received_hash
    else:
        other = stored.fact.content_hash != arrival.fact.content_hash
    if other and arrival.fact.kind == TEAM_ASSIGNED:
        return Judged(arrival)  # of another list: the older of both words counts
    if other:
        return Judged(arrival, Verdict.REUSED, stored_at=stored.received_at)
    return Judged(replace(arrival, fact=stored.fact), stored_at=stored.received_at)
