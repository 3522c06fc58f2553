"""Row 8: money per million events, from counted requests and units and from measured CPU time.

A function of 512 MB has 512/1769 of a core, so a millisecond of CPU lasts 3.5; this machine's core
counts as one of Lambda's. Each request of a function waits 5 ms besides (DynamoDB answers in single
digits). What the stream of row 4 costs on average counts as an event. The goals are held against
requests, units and CPU; logs stand on a line of their own, storage and free tiers are left out.
"""

from bench import prices
from bench.figure import Figure
from bench.stream_run import stream_run
from bench.units_per_event import events_of, read_of, written_of
from bench.warm_cpu import Warm, warm_batch, warm_form

ROW = "8"
MILLION = 1_000_000
BATCH = 10
MEMORY_MB, CORE_MB = 512, 1769
WAIT_MS = 5
REQUESTS = 3  # of an event: row 3
_PLATFORM_LOG_BYTES = 330  # START, END and REPORT of an invocation
_ACCESS_LOG_BYTES = 260  # a line of the HTTP API
_MINUTES = 30 * 24 * 60
_INVOCATIONS, _QUERIES = 4, 17  # of a minute's sweep


def measure() -> list[Figure]:
    """Measure CPU of warm functions, and multiply."""
    form, one, batch = warm_form(), warm_batch(1), warm_batch(BATCH)
    through_form = prices.HTTP_REQUEST + prices.INVOCATION + _run(form, REQUESTS) + _units()
    return [
        _at_most(3.9, "through the form route", through_form),
        _at_most(2.9, f"through the bus, batches of {BATCH}, without the bus's own", _bus(batch)),
        _plain("through the bus, one by one, without the bus's own", _bus(one, 1)),
        _plain("the bus's own", prices.BUS_EVENT),
        _plain("refreshes and expiry of these leads", _sweep()),
        _plain("logs of a form", _log(form.log_bytes + _ACCESS_LOG_BYTES)),
        _plain(f"logs of an activity, batches of {BATCH}", _log(batch.log_bytes) / BATCH),
        Figure(ROW, "the schedule, whatever happens", _month(), "USD a month"),
        Figure(ROW, "CPU of a form", form.cpu_ms, "ms"),
        Figure(ROW, f"CPU of an activity, batches of {BATCH}", batch.cpu_ms / BATCH, "ms"),
        *_peers(),
    ]


def _bus(warm: Warm, size: int = BATCH) -> float:
    """Sent one by one by the bus; received, run and deleted by the batch."""
    queue = prices.QUEUE_REQUEST * (1 + 2 / size)
    run = _run(warm, 2 + size if size > 1 else REQUESTS)
    return queue + (prices.INVOCATION + run) / size + _units()


def _units() -> float:
    run = stream_run()
    return written_of(run) * prices.WRITE_UNIT + read_of(run) * prices.READ_UNIT


def _sweep() -> float:
    """Units of what is written because time went on, per event of the stream."""
    run = stream_run()
    units = run.sweep.written * prices.WRITE_UNIT + run.sweep.reads["leads"] * prices.READ_UNIT
    return units / events_of(run)


def _month() -> float:
    """Four invocations a minute, which ask for what is due and find nothing."""
    asked = _QUERIES / 2 * prices.READ_UNIT
    duration = _QUERIES / _INVOCATIONS * WAIT_MS + 10 * CORE_MB / MEMORY_MB
    invoked = prices.INVOCATION + prices.SCHEDULED + _duration(duration)
    return _MINUTES * (asked + _INVOCATIONS * invoked)


def _run(warm: Warm, requests: int) -> float:
    return _duration(warm.cpu_ms * CORE_MB / MEMORY_MB + requests * WAIT_MS)


def _duration(milliseconds: float) -> float:
    return milliseconds / 1000 * MEMORY_MB / 1024 * prices.GB_SECOND


def _log(of_function: float) -> float:
    return (of_function + _PLATFORM_LOG_BYTES) / 1024**3 * prices.LOG_GB


def _peers() -> list[Figure]:
    return [
        Figure(ROW, "peer, by its design: the typical pipeline", 7.28, "USD a million"),
        Figure(ROW, "the least that such a system can cost", 1.19, "USD a million"),
    ]


def _plain(what: str, usd: float) -> Figure:
    return Figure(ROW, what, usd * MILLION, "USD a million")


def _at_most(goal: float, what: str, usd: float) -> Figure:
    value = usd * MILLION
    return Figure(ROW, what, value, "USD a million", f"<= {goal}", value <= goal)
