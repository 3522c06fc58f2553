"""Crowds: ten thousand events a minute on one lead, a million leads due at once, a schedule that
comes a hundred times.

What one lead's item costs is real on each push; the million of due leads is a million of entries
whose sweep is played at the pace the round sets, and real ones of 10,000.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import repeat
from typing import Any

import pytest

from functions.entrances.activity_recorder import ActivityRecorder, NothingRecordedError
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.apply_facts import Move
from functions.leads.due import Refresh
from functions.leads.lead import Lead, read_lead
from functions.leads.lead_table import TryLater
from functions.leads.listing import SHARDS, home_shard
from functions.leads.rounds import LEADS_AT_ONCE, Round
from functions.leads.surroundings import Surroundings
from functions.leads.sweep import Sweep, Swept
from functions.leads.turning_hot import LEASE_MS
from functions.scoring.instants import DAY_MS, MINUTE_MS, SECOND_MS
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_state
from tests.builders import (
    ANNA,
    MONDAY,
    World,
    activity_rule,
    answer_rule,
    arrival,
    compiled_model,
    form_submitted,
    page_viewed,
)
from tests.fakes import MemoryStore
from tests.interleavings.turns import Turns
from tests.simulations.consumers import AT_ONCE, BATCH, CALL_MS, WINDOW_MS, message, sent_at
from tests.simulations.standing_queue import StandingQueue
from tests.soak import times

MODEL = compiled_model(answer_rule(), activity_rule(at_most=50))
GROUPS = tuple(tuple(range(first, first + 4)) for first in range(0, SHARDS, 4))
MINUTES = times(push=1, soak=10)
_me: ContextVar[int] = ContextVar("me")  # which consumer runs; each has a context of its own
HOT_A_MINUTE, OTHERS_A_SECOND = 10_000, 20


class Unused:
    """A queue for refusals, of which there are none."""

    def send(self, body: str) -> None:
        raise AssertionError(body)


@dataclass
class Crowd:
    """Four consumers at once on one store, each waiting its time at every call."""

    world: World = field(default_factory=lambda: World(model=MODEL))
    queue: StandingQueue = field(default_factory=StandingQueue)
    lags: dict[str, list[int]] = field(default_factory=dict)
    batches_of_anna: int = 0
    at: list[int] = field(default_factory=lambda: [MONDAY] * AT_ONCE)

    def work(self) -> None:
        """Let four consumers empty the queue, whoever is earliest going first."""
        self._turns = Turns(lambda waiting: min(waiting, key=self.at.__getitem__))
        self.world.store.before = lambda step: self._spend(_me.get(), CALL_MS[step])
        self._turns.run([partial(self._consume, number) for number in range(AT_ONCE)])
        self.world.store.before = lambda _: None

    def _spend(self, me: int, milliseconds: int) -> None:
        """Let time pass for one of them, and whoever is earlier now go on."""
        self.at[me] += milliseconds
        self._turns.step()

    def _consume(self, me: int) -> None:
        _me.set(me)
        chance = random.Random(me)
        around = replace(
            self.world.around(),
            clock=lambda: self.at[me],
            pause=partial(self._spend, me),
            chance=chance.randint,
        )
        recorder = ActivityRecorder(
            reader=MessageReader(MODEL, Doors(), str),
            move=Move(around),
            refusals=Unused(),
            put_off=lambda record, wait: self.queue.hide(dict(record), wait, at=self.at[me]),
            count=lambda *_: None,
            chance=chance.randint,
            clock=lambda: self.at[me],
        )
        while (following := self.queue.next_at()) is not None:
            if following > self.at[me]:
                self._spend(me, min(following - self.at[me], SECOND_MS))
                continue
            records = self.queue.receive(BATCH, at=self.at[me])
            if len(records) < BATCH:
                self._spend(me, WINDOW_MS)
                records += self.queue.receive(BATCH - len(records), at=self.at[me])
            self._record(me, recorder, records)

    def _record(self, me: int, recorder: ActivityRecorder, records: list[dict[str, Any]]) -> None:
        self.batches_of_anna += any(ANNA in record["body"] for record in records)
        try:
            answer = recorder.record({"Records": records})
            failed = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
        except NothingRecordedError:
            failed = {record["messageId"] for record in records}
        self.queue.settle(records, failed)
        for record in records:
            if record["messageId"] not in failed:
                whose = "anna" if ANNA in record["body"] else "others"
                self.lags.setdefault(whose, []).append(self.at[me] - sent_at(record["body"]))


def played(*, flood: bool) -> Crowd:
    """A while of ordinary traffic, with or without ten thousand events a minute on one lead."""
    crowd, until = Crowd(), MONDAY + MINUTES * MINUTE_MS
    for number, at in enumerate(range(MONDAY, until, SECOND_MS // OTHERS_A_SECOND)):
        lead = f"lead-{number % 500}@example.com"
        fact = page_viewed(lead=lead, email=lead, at=at, id=f"id-{number}")
        crowd.queue.send(message(fact, at=at), at=at)
    for at in range(MONDAY, until, MINUTE_MS // HOT_A_MINUTE) if flood else ():
        crowd.queue.send(message(page_viewed(id=f"a-{at}", at=at), at=at), at=at)
    writes: list[str] = []
    crowd.world.store.after = lambda step: writes.append(step) if step == "write" else None
    crowd.work()
    assert not crowd.queue.messages
    assert not crowd.queue.dead
    return crowd


def percentile(lags: Sequence[int], share: float) -> int:
    return sorted(lags)[int(share * (len(lags) - 1))]


def test_c28_d4_g19_ten_thousand_events_a_minute_on_one_lead_leave_the_others_alone() -> None:
    calm, flooded = played(flood=False), played(flood=True)
    before, after = (percentile(crowd.lags["others"], 0.99) for crowd in (calm, flooded))
    assert after - before <= 5 * SECOND_MS
    anna = read_lead(flooded.world.item())
    assert anna.revision <= flooded.batches_of_anna  # at most one write of that item a batch
    assert len(flooded.lags["anna"]) == len(range(MONDAY, MONDAY + MINUTES * MINUTE_MS, 6))
    assert len(anna.merged.state.ledger.occurrences["pricing-page"]) == 50
    assert len(flooded.world.store.leads) == 501


def test_c28_within_a_bucket_only_the_first_of_many_events_is_written() -> None:
    world = World(model=compiled_model(activity_rule(at_most=5, once_per=DAY_MS)))
    for minute in range(100):
        world.now = MONDAY + minute * SECOND_MS
        world.happen(*(page_viewed(id=f"{minute}-{n}", at=world.now) for n in range(20)))
    assert world.store.calls.count("write") == 1


# The schedule


def due_leads(world: World, number: int) -> list[str]:
    """So many leads whose points end at one instant, which is now."""
    leads = [f"lead-{place}" for place in range(number)]
    template = None
    for lead in leads:
        if template is None:
            fact = page_viewed(lead=lead, email="anna@example.com")
            world.move().apply(lead, [arrival(fact)])
            template = dict(world.store.leads[lead])
        item = template | {"lead": lead, "due_at": MONDAY + 30 * DAY_MS}
        world.store.leads[lead] = item | {"due_shard": home_shard(lead)}
    world.now = MONDAY + 30 * DAY_MS
    return leads


def test_d2_a_schedule_that_comes_a_hundred_times_at_once_commits_each_lead_once() -> None:
    world = World()
    due_leads(world, 5)
    world.now = MONDAY
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    world.topic.denied = False
    world.now = MONDAY + 30 * DAY_MS - 1
    for item in world.store.leads.values():
        item["due_at"] = world.now
    revisions = {lead: item["revision"] for lead, item in world.store.leads.items()}
    turns = Turns(random.Random(2).choice)
    world.store.before = world.topic.before = turns.step
    rounds = [Round(world.around()) for _ in range(times(push=100, soak=400))]
    written = turns.run([partial(one.go, (0, 1, 2, 3, *range(4, SHARDS))) for one in rounds])
    assert sum(written) == 6
    after = {lead: item["revision"] for lead, item in world.store.leads.items()}
    assert after.pop(ANNA) == revisions.pop(ANNA) + 2  # taken to be sent, and sent
    assert after == {lead: revision + 1 for lead, revision in revisions.items()}
    assert len(world.topic.alerts) == 1


@pytest.mark.parametrize("faults", [0, 1])
@pytest.mark.parametrize("seed", range(10))
def test_d2_g13_a_schedule_that_comes_twice_publishes_once_and_once_more_for_a_lost_answer(
    seed: int, faults: int
) -> None:
    world = World()
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    world.topic.denied = False
    world.now += LEASE_MS
    turns = Turns(random.Random(seed).choice)

    def lose(_: str) -> None:
        if len(world.topic.alerts) <= faults:
            raise TryLater

    world.store.before = world.topic.before = turns.step
    world.topic.after = lose
    for _ in range(2):
        turns.run([partial(Round(world.around()).go, (0, 1)) for _ in range(2)])
        world.now += LEASE_MS
    assert len(world.topic.alerts) == 1 + faults
    assert len({alert.alert_id for alert in world.topic.alerts}) == 1
    assert "alert" not in world.store.leads[ANNA]


class Entries(MemoryStore):
    """Due leads as the index knows them, a million of them, without their items."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.left = [number // SHARDS] * SHARDS
        self.shard = 0

    def due(self, shard: int, *, until: int) -> Iterator[str]:
        self.shard = shard
        return repeat("lead", self.left[shard] if shard < SHARDS else 0)


class PlayedSweep(Sweep):
    """A sweep that takes 10 ms to read and 5 ms a write, on a table that takes so many a second."""

    def __init__(self, around: Surroundings, entries: Entries, *, a_second: int) -> None:
        super().__init__(around)
        self._waits, self._clock, self._entries = around.pause, around.clock, entries
        self._a_second, self._since, self._taken = a_second, around.clock(), 0
        self.put_off = 0

    def sweep(self, leads: Sequence[str]) -> Swept:
        self._waits(10 + 5 * len(leads))
        room = (self._clock() - self._since) * self._a_second // SECOND_MS - self._taken
        written = min(len(leads), max(0, room))
        self._taken += written
        self._entries.left[self._entries.shard] -= written
        self.put_off += len(leads) - written
        return Swept(written, len(leads) - written)


def play_minute(world: World, entries: Entries, *, a_second: int = 10_000) -> list[PlayedSweep]:
    """The four invocations of one minute, each on its own clock from the minute on."""
    began, sweeps = world.now, []
    for shards in GROUPS:
        world.now = began
        around = patient(world, entries)
        sweeps.append(PlayedSweep(around, entries, a_second=a_second))
        written = Round(around, sweeps[-1]).go(shards)
        assert world.now - began <= MINUTE_MS, "the function would be stopped"
        assert written <= 100 * (world.now - began) // SECOND_MS + LEADS_AT_ONCE
    world.now = began
    return sweeps


def patient(world: World, store: MemoryStore) -> Surroundings:
    def pause(milliseconds: int) -> None:
        world.now += milliseconds

    return replace(world.around(), pause=pause, store=store)


def test_d3_a_million_leads_due_at_one_instant_are_done_within_an_hour() -> None:
    world, entries = World(), Entries(1_000_000)
    minutes = 0
    while any(entries.left):
        play_minute(world, entries)
        minutes += 1
        world.now += MINUTE_MS
    assert 40 <= minutes <= 60


def test_d3_a_round_that_meets_a_throttle_slows_down_until_the_table_takes_all() -> None:
    world, entries = World(), Entries(160_000)
    sweeps = play_minute(world, entries, a_second=30)
    for sweep in sweeps:
        assert 0 < sweep.put_off <= 3 * LEADS_AT_ONCE  # it halves twice: 100, 50, 25 a second


def test_d3_g10_leads_of_a_backlog_read_exact_and_are_written_once_each_alerts_first() -> None:
    world = World()
    leads = due_leads(world, times(push=10_000, soak=200_000))
    world.topic.denied = True
    waiting = [f"hot-{number}" for number in range(30)]
    for lead in waiting:
        facts = [form_submitted(lead=lead, at=world.now), page_viewed(lead=lead, at=world.now)]
        world.move().apply(lead, [arrival(fact) for fact in facts])
    world.topic.denied = False
    world.now += LEASE_MS
    revisions = sum(item["revision"] for item in world.store.leads.values())
    published: list[int] = []

    def after(step: str) -> None:
        if step == "write" and len(world.topic.alerts) < len(waiting):
            published.append(len(world.topic.alerts))

    world.store.after = after
    book = RuleBook(world.model)
    stored = read_lead(world.store.leads[leads[-1]])
    assert stored.score == 12  # as it was a month ago
    assert score_state(book, stored.merged.state, at=world.now).total == 0  # as it is read
    began = world.now
    while any(
        item.get("due_at", world.now + 1) <= world.now for item in world.store.leads.values()
    ):
        for shards in GROUPS:
            world.now = began
            Round(patient(world, world.store)).go(shards)
        began += MINUTE_MS
    assert len(published) <= 2 * len(waiting)  # nobody else was written before the last alert
    assert len(world.topic.alerts) == len(waiting)
    after_all = sum(item["revision"] for item in world.store.leads.values())
    assert after_all - revisions == len(leads) + 2 * len(waiting)
    assert {world.store.leads[lead]["score"] for lead in leads} == {0}


def test_d3_refreshes_are_spread_over_the_day_by_each_leads_own_minute() -> None:
    refresh = Refresh()
    minutes = Counter(
        refresh.next(Lead(f"lead-{number}"), change_at=MONDAY) // MINUTE_MS
        for number in range(14_400)
    )
    assert len(minutes) >= 1_400
    assert max(minutes.values()) <= 30  # ten on the average
    assert max(minutes) - min(minutes) < 24 * 60
