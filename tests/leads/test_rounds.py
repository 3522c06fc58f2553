"""One round of the schedule: what is due, alerts first, at a pace, and never too long."""

from dataclasses import replace

from functions.leads.lead_table import TryLater
from functions.leads.listing import home_shard
from functions.leads.rounds import LEADS_AT_ONCE, STOPS_AFTER_MS, Round
from functions.leads.surroundings import Surroundings
from functions.leads.turning_hot import LEASE_MS
from functions.scoring.instants import DAY_MS, SECOND_MS
from tests.builders import ANNA, MONDAY, World, form_submitted, page_viewed

ALL = tuple(range(16))


def patient(world: World) -> Surroundings:
    """A world in which waiting takes its time."""

    def pause(milliseconds: int) -> None:
        world.now += milliseconds

    return replace(world.around(), pause=pause)


def crowd(world: World, number: int) -> list[str]:
    """So many leads whose points end in 30 days."""
    leads = [f"lead-{place}" for place in range(number)]
    for lead in leads:
        world.happen(page_viewed(lead=lead, email=f"{lead}@example.com"))
    world.now = MONDAY + 40 * DAY_MS
    return leads


def test_a_round_does_all_that_is_due_and_the_next_one_finds_nothing() -> None:
    world = World()
    crowd(world, 30)
    assert Round(patient(world)).go(ALL) == 30
    assert {item["score"] for item in world.store.leads.values()} == {0}
    assert Round(patient(world)).go(ALL) == 0


def test_a_round_of_some_shards_leaves_the_others_alone() -> None:
    world = World()
    mine = [lead for lead in crowd(world, 30) if home_shard(lead) < 4]
    assert Round(patient(world)).go((0, 1, 2, 3)) == len(mine) > 0


def test_d2_g11_two_rounds_at_once_write_each_lead_once() -> None:
    world = World()
    crowd(world, 20)
    other = Round(patient(world))
    assert Round(patient(world)).go(ALL) + other.go(ALL) == 20


def test_d3_a_waiting_alert_goes_out_before_a_backlog() -> None:
    world = World()
    crowd(world, 60)
    world.topic.denied = True
    world.happen(form_submitted(at=world.now), page_viewed(at=world.now))
    world.topic.denied = False
    world.now += LEASE_MS
    order: list[int] = []
    world.store.after = lambda step: (
        order.append(len(world.topic.alerts)) if step == "write" else None
    )
    Round(patient(world)).go(ALL)
    assert len(world.topic.alerts) == 1
    assert order.count(0) == 1  # the lease; then the alert, then everybody else


def test_d3_a_round_takes_a_hundred_leads_a_second() -> None:
    world = World()
    leads = crowd(world, 4 * LEADS_AT_ONCE)
    for lead in leads:
        world.store.leads[lead]["due_shard"] = 7
    began = world.now
    Round(patient(world)).go((7,))
    assert world.now - began == 2 * SECOND_MS


def test_k11_d3_a_store_that_puts_leads_off_halves_the_pace() -> None:
    world = World()
    for lead in crowd(world, 2 * LEADS_AT_ONCE):
        world.store.leads[lead]["due_shard"] = 7
    refused = [True]

    def throttle(step: str) -> None:
        if step == "write" and refused:
            refused.pop()
            raise TryLater

    world.store.before = throttle
    began = world.now
    assert Round(patient(world)).go((7,)) == 2 * LEADS_AT_ONCE - 1
    assert world.now - began == 2 * SECOND_MS
    assert world.counts["sweep_put_off"] == 1


def test_d3_a_round_ends_by_itself_and_the_next_one_goes_on() -> None:
    world = World()
    for lead in crowd(world, 3 * LEADS_AT_ONCE):
        world.store.leads[lead]["due_shard"] = 7

    def slow(step: str) -> None:
        if step == "write":
            world.now += SECOND_MS

    world.store.before = slow
    began = world.now
    first = Round(patient(world)).go((7,))
    assert first == LEADS_AT_ONCE
    assert world.now - began >= STOPS_AFTER_MS
    world.store.before = lambda _: None
    assert Round(patient(world)).go((7,)) == 2 * LEADS_AT_ONCE


def test_k10_a_shard_that_cannot_be_read_leaves_the_others_alone() -> None:
    world = World()
    leads = crowd(world, 30)
    unread = home_shard(leads[0])
    asked: list[str] = []

    def throttle(step: str) -> None:
        if step == "due":
            asked.append(step)
            if len(asked) == unread + 2:  # the shard of alerts is asked first
                raise TryLater

    world.store.before = throttle
    mine = [lead for lead in leads if home_shard(lead) == unread]
    assert Round(patient(world)).go(ALL) == 30 - len(mine)
    assert world.counts["shard_failed"] == 1


def test_d1_g11_the_schedule_off_for_a_week_loses_no_alert() -> None:
    world = World()
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    world.topic.denied = False
    world.now += 7 * DAY_MS
    Round(patient(world)).go(ALL)
    assert len(world.topic.alerts) == 1
    assert ANNA in world.store.leads
