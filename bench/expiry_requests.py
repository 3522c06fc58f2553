"""Row 6: requests of one minute's sweep, in a small table and in a large one."""

import random
from collections.abc import Iterator
from typing import Any

from bench.figure import Figure
from bench.lead_stream import SEED_OF_TABLES, START, activity, address_of, answers_of
from bench.metered_tables import Meter, MeteredTables
from bench.product import Product, lead_id
from bench.units import Raw
from functions.leads.listing import home_shard
from functions.scoring.instants import DAY_MS, format_instant

ROW = "6"
SMALL, LARGE = 1_000, 100_000
DUE = 100  # of each table
_PATTERNS = 50  # leads that lived; the others are like one of them
_INVOCATIONS = tuple(range(first, first + 4) for first in (0, 4, 8, 12))


def measure() -> list[Figure]:
    """Count requests; nothing here is timed."""
    idle, small, large = swept(SMALL, due=0), swept(SMALL, due=DUE), swept(LARGE, due=DUE)
    queries = idle.requests["Query due"]
    grown = large.requests.total() / small.requests.total()
    what = "queries of a minute in which nobody is due"
    return [
        Figure(ROW, what, queries, "requests", "16", queries == 16),
        _per_lead(small, SMALL),
        _per_lead(large, LARGE),
        Figure(ROW, f"requests, {LARGE} leads against {SMALL}", grown, "x", "1", grown == 1),
        Figure(ROW, "peer, by its design: a scan of a million leads", 250_000, "read units"),
    ]


def swept(leads: int, *, due: int) -> Meter:
    """Sweep a table of so many leads, some due, by the four invocations of a minute."""
    now = START + 100 * DAY_MS
    tables = MeteredTables()
    patterns = list(_lived(now))
    for number in range(leads):
        at = now - 1 if number < due else now + DAY_MS
        tables.fill(_like(patterns[number % _PATTERNS], number, due_at=at))
    tables.meter = meter = Meter()
    product = Product(tables, now=now)
    written = sum(product.sweep(shards) for shards in _INVOCATIONS)
    if written != due:
        raise RuntimeError(f"{written} leads were swept, and {due} are due")
    return meter


def _lived(now: int) -> Iterator[Raw]:
    """Leads with a form and some activities, none of them due before `now`."""
    chance, tables = random.Random(SEED_OF_TABLES), MeteredTables()
    product = Product(tables, now=now)
    for number in range(_PATTERNS):
        lead = address_of(number)
        product.post("demo", answers_of(number, chance) | {"submission_id": f"form-{number}"})
        details = [activity(chance) | {"id": f"done {serial}", "lead": lead} for serial in range(9)]
        product.record([detail | {"at": format_instant(now)} for detail in details])
        yield {
            name: value for name, value in tables.leads[lead_id(lead)].items() if name != "alert"
        }


def _like(pattern: Raw, number: int, *, due_at: int) -> Raw:
    lead = lead_id(f"lead-{number}@example.com")
    changed: dict[str, Any] = {
        "lead": {"S": lead},
        "due_shard": {"N": str(home_shard(lead))},
        "due_at": {"N": str(due_at)},
    }
    return {**pattern, **changed}


def _per_lead(meter: Meter, leads: int) -> Figure:
    per_lead = (meter.requests.total() - meter.requests["Query due"]) / DUE
    what = f"requests per due lead, {DUE} due of {leads}"
    return Figure(ROW, what, per_lead, "requests", "<= 3", per_lead <= 3)
