"""Row 4: DynamoDB's units for one event, over a stream of half a year and for a very busy lead."""

import random
from functools import cache
from statistics import median

from bench.figure import Figure
from bench.lead_stream import START, activity, address_of, answers_of
from bench.metered_tables import Meter, MeteredTables
from bench.product import Product
from bench.stream_run import SEED, StreamRun, stream_run
from functions.scoring.instants import DAY_MS, HOUR_MS, format_instant

ROW = "4"
FEW, MANY = 10, 10_000
_NEXT = 40  # events whose mean is taken
_BATCH = 50


def measure() -> list[Figure]:
    """Count units; nothing here is timed."""
    run = stream_run()
    return [*_of_the_stream(run), *_of_lives(), *_of_the_sweep(run)]


def events_of(run: StreamRun) -> int:
    """Forms and activities of a stream, repeats included."""
    return run.events["forms"] + run.events["activities"]


def written_of(run: StreamRun) -> float:
    """Write units of one event, the mean: history, lead and indexes."""
    return (run.forms.written + run.activities.written) / events_of(run)


def read_of(run: StreamRun) -> float:
    """Read units of one event, the mean."""
    return (run.forms.reads.total() + run.activities.reads.total()) / events_of(run)


def _of_the_stream(run: StreamRun) -> list[Figure]:
    changed = run.events["units of changes"] / run.events["changed"]
    due = 100 * run.events["due written"] / events_of(run)
    return [
        _at_most(1, "read units of an event", read_of(run), "units"),
        _at_most(3.3, "write units of an event, indexes included", written_of(run), "units"),
        Figure(ROW, "write units of an event that changes its lead", changed, "units"),
        Figure(ROW, "peer, by its design: idempotency record, read-modify-write", 5, "units"),
        _at_most(2048, "the typical lead item", median(run.lead_bytes), "bytes"),
        _at_most(1024, "the typical item of the history", median(run.fact_bytes), "bytes"),
        _at_most(10, "events that write the key `due`", due, "%"),
    ]


def _of_lives() -> list[Figure]:
    few, many = next_events(FEW), next_events(MANY)
    return [
        _same("read units", few.reads.total(), many.reads.total()),
        _same("write units", few.written, many.written),
        Figure(
            ROW, "peer, by its design: read units of an event-sourced lead after 5000", 367, "units"
        ),
    ]


def _of_the_sweep(run: StreamRun) -> list[Figure]:
    events = events_of(run)
    return [
        Figure(
            ROW, "refreshes and expiry: leads written", run.events["fired"] / events, "an event"
        ),
        Figure(ROW, "refreshes and expiry: write units", run.sweep.written / events, "an event"),
    ]


@cache
def next_events(done: int) -> Meter:
    """Count what the next events of a lead cost that did so many things in a year."""
    chance, tables = random.Random(SEED), MeteredTables()
    product, lead = Product(tables, now=START), address_of(1)
    product.post("demo", answers_of(1, chance) | {"submission_id": "the form"})
    product.now = now = START + 390 * DAY_MS
    step = 389 * DAY_MS // (done + 1)
    instants = [START + (number + 1) * step for number in range(done)]
    life = [_done(at, lead, chance) for at in instants]
    for first in range(0, done, _BATCH):
        product.record(life[first : first + _BATCH])
    tables.meter = meter = Meter()
    for number in range(_NEXT):
        product.now = now + number * 3 * HOUR_MS
        product.record([_done(product.now, lead, chance)])
    return meter


def _done(at: int, lead: str, chance: random.Random) -> dict[str, str]:
    return activity(chance) | {"id": f"done {at}", "lead": lead, "at": format_instant(at)}


def _same(units: str, few: float, many: float) -> Figure:
    what = f"{units} of an event after {MANY} activities ({few / _NEXT:.2f} after {FEW})"
    return Figure(ROW, what, many / _NEXT, "units", "the same", many == few)


def _at_most(goal: float, what: str, value: float, unit: str) -> Figure:
    return Figure(ROW, what, value, unit, f"<= {goal}", value <= goal)
