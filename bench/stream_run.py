"""The stream of half a year through the product, and what it cost in requests and units.

Time goes as it does in AWS: whenever a lead is due, the sweep of that minute runs first, and what
it costs is kept apart from what events cost.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from bench.lead_stream import DAYS, START, Happening, happenings
from bench.metered_tables import Meter, MeteredTables
from bench.product import Product, lead_id
from bench.units import size_of
from functions.scoring.instants import DAY_MS, MINUTE_MS

LEADS, SEED = 100, 8
_SHARDS = 16


@dataclass(slots=True)
class StreamRun:
    """What a stream cost: forms, activities and the sweep apart."""

    forms: Meter = field(default_factory=Meter)
    activities: Meter = field(default_factory=Meter)
    sweep: Meter = field(default_factory=Meter)
    events: Counter[str] = field(default_factory=Counter)
    lead_bytes: list[int] = field(default_factory=list)
    fact_bytes: list[int] = field(default_factory=list)


@cache
def stream_run() -> StreamRun:
    """Run the stream once; rows 4 and 8 share it."""
    run, tables = StreamRun(), MeteredTables()
    product = Product(tables, now=START)
    for happening in happenings(leads=LEADS, seed=SEED):
        _sweep_until(happening.at, product, run)
        product.now = happening.at
        _send(happening, product, run)
        run.lead_bytes.append(size_of(tables.leads[lead_id(happening.lead)]))
    _sweep_until(START + DAYS * DAY_MS, product, run)
    run.events["alerts"] = product.outside.sent["alert hot"]
    run.fact_bytes = [size_of(item) for kept in tables.facts.values() for item in kept.values()]
    return run


def _send(happening: Happening, product: Product, run: StreamRun) -> None:
    meter = run.activities if happening.form is None else run.forms
    product.tables.meter = meter
    written, due, units = meter.requests["PutItem leads"], meter.indexes["due"], meter.written
    if happening.form is None:
        product.record([happening.content])
    else:
        product.post(happening.form, happening.content)
    run.events["forms" if happening.form else "activities"] += 1
    run.events["due written"] += meter.indexes["due"] > due
    if meter.requests["PutItem leads"] > written:
        run.events["changed"] += 1
        run.events["units of changes"] += int(meter.written - units)


def _sweep_until(at: int, product: Product, run: StreamRun) -> None:
    """Let every minute pass in which somebody is due; the others would only ask."""
    product.tables.meter = run.sweep
    while (first := _first_due(product.tables)) is not None and first <= at:
        product.now = -(-first // MINUTE_MS) * MINUTE_MS
        if product.now > at:
            return
        run.events["fired"] += product.sweep(_due_shards(product.tables, product.now))


def _first_due(tables: MeteredTables) -> int | None:
    return min((entries[0][0] for entries in tables.due.values() if entries), default=None)


def _due_shards(tables: MeteredTables, now: int) -> list[int]:
    """Give the shards that hold somebody due; the first of all looks after waiting alerts too."""
    due = {int(shard) for shard, kept in tables.due.items() if kept and kept[0][0] <= now}
    return sorted({shard if shard < _SHARDS else 0 for shard in due})
