"""A ledger made for other matching rules is built anew from the history.

The history is read after the lead and before the lead is written on the revision that was read: any
other order lost facts in a trial. It is done twice, at once and a quarter of an hour later, when
whoever read the lead before has ended (the one exception to G1).
"""

from dataclasses import replace
from typing import NamedTuple

from functions.leads.lead import Lead
from functions.leads.surroundings import Surroundings
from functions.scoring.instants import MINUTE_MS
from functions.scoring.state import State

AGAIN_AFTER_MS = 15 * MINUTE_MS


class Rebuilt(NamedTuple):
    """A lead under the rules of today; `news`: its history holds facts that it did not know yet."""

    lead: Lead
    news: bool = False


def rebuilt(lead: Lead, around: Surroundings, *, due: bool = False) -> Rebuilt:
    """Bring a lead's ledger under today's matching rules; `due`: its second rebuild may be too.

    News is what arrived after the lead was last written, imports and replays apart: such facts may
    make it hot and be told of, the rest of the history may not (a rescore is silent).
    """
    now = around.clock()
    second = due and lead.rebuild_at is not None and lead.rebuild_at <= now
    fits = lead.matching == around.book.matching
    if lead.revision == 0 or lead.erased or (fits and not second):
        return Rebuilt(lead)
    since = lead.erased_at
    records = [
        record
        for record in around.store.history(lead.id)
        if since is None or record.received_at > since
    ]
    state = around.book.state(record.fact for record in records)
    merged = replace(
        lead.merged,
        state=State(state.ledger, lead.merged.state.answers, lead.merged.state.email),
    )
    around.count("rebuilt", 1)
    written_at = lead.written_at or 0
    return Rebuilt(
        replace(
            lead,
            merged=merged,
            matching=around.book.matching,
            rebuild_at=None if second and fits else now + AGAIN_AFTER_MS,
        ),
        any(record.received_at > written_at and not record.silent for record in records),
    )
