"""A ledger made for other matching rules is built anew from the history.

The history is read after the lead and before the lead is written on the revision that was read: any
other order lost facts in a trial. It is done twice, at once and a quarter of an hour later, when
whoever read the lead before has ended (the one exception to G1).
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from functions.leads.lead import Lead
from functions.leads.surroundings import Surroundings
from functions.scoring.instants import MINUTE_MS
from functions.scoring.state import State

AGAIN_AFTER_MS = 15 * MINUTE_MS

Identity = tuple[int, str, str]  # of a fact, see there
_NOTHING: Mapping[Identity, bool] = MappingProxyType({})


class Rebuilt(NamedTuple):
    """A lead under the rules of today; `news`: its history holds facts that it did not know yet."""

    lead: Lead
    news: bool = False


def must_rebuild(lead: Lead, around: Surroundings) -> bool:
    """Whether a lead's ledger was built for other matching rules than today's."""
    return lead.revision > 0 and not lead.erased and lead.matching != around.book.matching


def rebuilt(
    lead: Lead,
    around: Surroundings,
    *,
    due: bool = False,
    brought: Mapping[Identity, bool] = _NOTHING,
) -> Rebuilt:
    """Bring a lead's ledger under today's matching rules; `due`: its second rebuild may be too.

    News is what others brought and may still be in flight, imports and replays apart: such facts
    may make it hot and be told of, the rest of the history may not (a rescore is silent). Of what
    the caller brought itself, new facts (True) are left out: it merges them, and sees what they
    change.
    """
    now = around.clock()
    second = due and lead.rebuild_at is not None and lead.rebuild_at <= now
    fits = lead.matching == around.book.matching
    if not must_rebuild(lead, around) and not (second and not lead.erased):
        return Rebuilt(lead)
    records = [
        record
        for record in around.store.history(lead.id)
        if not lead.refuses(record.fact, received_at=record.received_at, silent=record.silent)
        and not brought.get(record.fact.identity, False)
    ]
    state = around.book.state(record.fact for record in records)
    merged = replace(
        lead.merged,
        state=State(state.ledger, lead.merged.state.answers, lead.merged.state.email),
    )
    around.count("rebuilt", 1)
    newest = max((record.fact.at for record in records), default=0)  # some no old rule looked for
    in_flight = max(lead.written_at or 0, now - AGAIN_AFTER_MS)
    found = not fits or merged != lead.merged
    others = [record for record in records if record.fact.identity not in brought]
    return Rebuilt(
        replace(
            lead,
            merged=merged,
            matching=around.book.matching,
            last_seen=max(newest, lead.last_seen or 0) or None,
            rebuild_at=None if second and fits else now + AGAIN_AFTER_MS,
        ),
        found and any(one.received_at > in_flight and not one.silent for one in others),
    )
