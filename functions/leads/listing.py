"""What a lead shows to lists and reports: the attributes by which indexes find it.

An index is rewritten only when its key changes, so keys change only when a list would look
different to a person: the order within a band may be a few points or a day old, and whatever is
shown is computed when it is read (G10).
"""

import json
import zlib
from typing import Any

from functions.leads.lead import Lead
from functions.scoring.facts import canonical_json
from functions.scoring.instants import format_instant
from functions.scoring.touches import Naming

SHARDS = 16  # of the `due` index: one partition could not take a million leads that are due at once
ALERT_SHARD = SHARDS  # one more, of leads with an alert to send: they never wait behind others (D3)
POINTS_THAT_MOVE = 5  # a lead moves in its list once its score moved by so much
_TOP = 500_000  # call orders count down from here, so that the highest score sorts first
_ORDER_SCORE = 2  # place of the score in a call order: contacted # moved # score # lead


def call_order(lead: Lead, *, before: Lead, refreshed: bool) -> str | None:
    """Give the sort key of the call lists, None for a lead that is not listed: cold, or a test."""
    if lead.band == "cold" or lead.merged.is_test:
        return None
    listed = before.call_order
    if listed and lead.band == before.band and not refreshed:
        score = _TOP - int(listed.split("#")[_ORDER_SCORE])
        if abs(lead.score - score) < POINTS_THAT_MOVE:
            return listed
    return f"0#0#{_TOP - lead.score:06d}#{lead.id}"


def quality(lead: Lead, *, naming: Naming) -> str:
    """Give the one string that reports by period read of a lead, as JSON."""
    origin = naming(lead.merged.touches.first)
    hot_before = bool(lead.quality and json.loads(lead.quality).get("hot"))
    return canonical_json(
        {
            "channel": origin.channel,
            "campaign": origin.campaign,
            "experiment": origin.experiment,
            "hot": hot_before or lead.band == "hot",
            "answers": sorted(lead.merged.state.answers),
        }
    )


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
        "do_not_contact": merged.contact.do_not_contact,
        "no_marketing": 1 if merged.contact.no_marketing else None,
        "test": 1 if merged.is_test else None,
    }
    if merged.first_seen is not None and not merged.is_test:
        attributes["month"] = format_instant(merged.first_seen)[:7]
    return {name: value for name, value in attributes.items() if value is not None}


def _shard(lead: Lead) -> int:
    return home_shard(lead.id) if lead.outbox is None else ALERT_SHARD
