"""What a lead shows to lists and reports: the attributes by which indexes find it.

An index is rewritten only when its key changes, so keys change only when a list would look
different to a person: the order within a band may be a few points or a day old, and whatever is
shown is computed when it is read (G10).
"""

import json
import zlib
from collections.abc import Iterator
from typing import Any

from functions.leads.lead import Lead, Merged
from functions.leads.lead_table import is_key
from functions.scoring.facts import FORM, SALES, SALES_DID, canonical_json
from functions.scoring.instants import MINUTE_MS, format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming

SHARDS = 16  # of the `due` index: one partition could not take a million leads that are due at once
ALERT_SHARD = SHARDS  # one more, of leads with an alert to send: they never wait behind others (D3)
POINTS_THAT_MOVE = 5  # a lead moves in its list once its score moved by so much
_TOP = 500_000  # call orders count down from here, so that the highest score sorts first
_ORDER_SCORE = 2  # place of the score in a call order: contacted # resting # score # lead
_FIRST, _NEXT, _RESTING = "0#0#", "1#0#", "1#1#"
EXTERNAL_ID = "external_id"  # the field, where a model declares it, by which a CRM knows a lead


def call_order(
    lead: Lead, *, before: Lead, book: RuleBook, now: int, refreshed: bool
) -> str | None:
    """Give the sort key of the call lists. Of the hot, who was not contacted comes first, then who
    moved since; of the warm, who moved since they were contacted come first. Who rests comes last.

    None for a lead that is not listed: cold, a test, with an outcome, or put off until later.
    """
    merged = lead.merged
    later = merged.dealings.later
    put_off = later is not None and later > now
    if lead.band == "cold" or merged.is_test or merged.outcome or put_off:
        return None
    place = _FIRST if lead.band == "hot" else _NEXT
    if merged.dealings.contacted is not None:
        moved = _NEXT if lead.band == "hot" else _FIRST
        place = moved if moved_since_contact(merged, book) else _RESTING
    listed = before.call_order
    if listed and lead.band == before.band and listed.startswith(place) and not refreshed:
        score = _TOP - int(listed.split("#")[_ORDER_SCORE])
        if abs(lead.score - score) < POINTS_THAT_MOVE:
            return listed
    return f"{place}{_TOP - lead.score:06d}#{lead.id}"


def moved_since_contact(merged: Merged, book: RuleBook) -> bool:
    """Whether the lead did or answered anything that counts since sales last contacted it."""
    contacted = merged.dealings.contacted
    return contacted is not None and any(at > contacted.at for at in _own_moves(merged, book))


def _own_moves(merged: Merged, book: RuleBook) -> Iterator[int]:
    """Instants of what can count of the lead's own doing; what sales did is not."""
    for rule, kept in merged.state.ledger.occurrences.items():
        place = book.place.get(rule)
        if place is not None and not book.rules[place].kinds & SALES_DID:
            yield from (at for at, _ in kept)
    for given in merged.state.answers.values():
        if FORM in given:
            yield given[FORM].at


def quality(lead: Lead, *, naming: Naming, book: RuleBook, at: int) -> str:
    """Give the one string that reports by period read of a lead, as JSON, as of an instant (UTC
    ms). What never happened is left out.

    Once hot stays; of the minutes to the first contact the least that were found.
    """
    merged, dealings = lead.merged, lead.merged.dealings
    origin = naming(merged.touches.first)
    before = json.loads(lead.quality) if lead.quality else {}
    ended, rejected = merged.outcome, dealings.rejected
    minutes = (before.get("minutes"), _minutes_to_contact(lead))
    found = [one for one in minutes if one is not None]
    told = {
        "channel": origin.channel,
        "campaign": origin.campaign,
        "experiment": origin.experiment,
        "hot": before.get("hot") or lead.band == "hot" or None,
        "answers": sorted(merged.state.answers) or None,
        "form": (merged.first_form and merged.first_form.name) or None,
        "owner": dealings.owner,
        "outcome": ended and [ended.get("result"), ended.get("amount")],
        "rejected": rejected and rejected.get("reason"),
        "minutes": min(found, default=None),
        **_distance(merged, book, at=at),
    }
    return canonical_json({name: value for name, value in told.items() if value is not None})


def _minutes_to_contact(lead: Lead) -> int | None:
    """Minutes from the alert to the first contact; of a lead that had none, from its beginning."""
    contacted_at = lead.merged.dealings.first_contacted_at
    if contacted_at is None:
        return None
    alerted_at = lead.alerted_at
    told = alerted_at is not None and alerted_at <= contacted_at
    since = alerted_at if told else lead.merged.first_seen
    return None if since is None else max(0, contacted_at - since) // MINUTE_MS


def _distance(merged: Merged, book: RuleBook, *, at: int) -> dict[str, Any]:
    if not book.ideals.names:
        return {}
    nearest = book.ideals.nearest(book.known(merged.state, at=at), merged.dealings.ticked)
    if nearest is None:
        return {}
    return {
        "ideal": nearest.definition,
        "distance": nearest.distance,
        "missing": list(nearest.missing) or None,
        "unknown": nearest.unknown or None,
    }


def own_number(lead_id: str) -> int:
    """Give a number that is a lead's own and spreads leads evenly: its shard, its minute."""
    return zlib.crc32(lead_id.encode())


def home_shard(lead_id: str) -> int:
    """Give the shard of the `due` index, 0 to 15, a lead lies in unless it has an alert to send."""
    return own_number(lead_id) % SHARDS


def index_attributes(lead: Lead, *, naming: Naming) -> dict[str, Any]:
    """Give the attributes indexes need beside the lead's own; absent ones keep it out of an
    index.
    """
    merged = lead.merged
    origin = naming(merged.touches.first)
    attributes: dict[str, Any] = {
        "due_shard": None if lead.due_at is None else _shard(lead),
        "channel": origin.channel,
        "campaign": origin.campaign,
        "experiment": origin.experiment,
        "do_not_contact": merged.do_not_contact,
        EXTERNAL_ID: _external_id(merged),
        "no_marketing": 1 if merged.contact.no_marketing else None,
        "test": 1 if merged.is_test else None,
    }
    if merged.dealings.owner and lead.call_order:
        attributes["owner_band"] = f"{merged.dealings.owner}#{lead.band}"
    if merged.first_seen is not None and not merged.is_test:
        attributes["month"] = format_instant(merged.first_seen)[:7]
    return {name: value for name, value in attributes.items() if value is not None}


def _external_id(merged: Merged) -> str | None:
    given = merged.state.answers.get(EXTERNAL_ID, {})
    said = given.get(SALES)  # what a stranger writes into a form is nobody's number
    if said is None or said.value is None or not is_key(str(said.value)):
        return None
    return str(said.value)


def _shard(lead: Lead) -> int:
    return home_shard(lead.id) if lead.outbox is None else ALERT_SHARD
