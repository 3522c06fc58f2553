"""The table, the topic or the consumers away for hours and days: nothing is lost, nobody is needed.

On each push a hundredth of the load (one event in five seconds), which makes messages come back
more often than the full load lets them; in the long run all twenty events a second.
"""

import json
import random
from dataclasses import dataclass

import pytest

from functions.entrances.form_capture import FormCapture
from functions.leads.apply_facts import Move
from functions.leads.lead import Merged, read_lead
from functions.leads.rounds import Round
from functions.leads.turning_hot import LEASE_MS
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from functions.scoring.rule_book import RuleBook
from tests.builders import (
    MONDAY,
    World,
    activity_rule,
    answer_rule,
    arrival,
    compiled_model,
    form_submitted,
    page_viewed,
)
from tests.handlers.lambda_stage import MODEL as FORMS_MODEL
from tests.handlers.lambda_stage import request
from tests.oracle import brute_force
from tests.simulations.consumers import (
    FAILS_AT_ONCE_MS,
    FAILS_SLOWLY_MS,
    Consumers,
    Outage,
    message,
)
from tests.simulations.standing_queue import StandingQueue
from tests.soak import times

EVENTS_A_SECOND = times(push=1, soak=200) / 10
LEADS = 50
ALL_SHARDS = tuple(range(16))
MODEL = compiled_model(answer_rule(), activity_rule(at_most=5))
BACK_OFF_MAX_MS = 900 * SECOND_MS
DOCUMENT = {
    "bands": {"hot": "above 20", "cold": "below 10"},
    "fields": {"job_title": {"type": "text"}},
    "fit": [{"rule": "ceo", "when": {"job_title": "CEO"}, "points": 20}],
    "engagement": [
        {"rule": "pricing-page", "activity": "page_viewed", "points": 12, "lasts": "30 days",
         "where": {"path": {"starts_with": "/pricing"}}, "at_most": 5},
    ],
    "halves": {"fit": {"cap": 50, "floor": -50}, "engagement": {"cap": 50, "floor": -50}},
}  # fmt: skip


@dataclass
class Parking:
    """The parking queue as the form's function sees it."""

    consumers: Consumers

    def send(self, body: str) -> None:
        self.consumers.queue.send(body, at=self.consumers.world.now)


def visits(*, since: int, until: int) -> list[Fact]:
    """People look at prices, evenly, and some send a form."""
    step = int(SECOND_MS / EVENTS_A_SECOND)
    facts = []
    for number, at in enumerate(range(since, until, step)):
        lead = f"lead-{number % LEADS}@example.com"
        make = form_submitted if number % 10 == 0 else page_viewed
        facts.append(make(id=f"id-{number}", lead=lead, email=lead, at=at))
    return facts


def send_all(queue: StandingQueue, facts: list[Fact]) -> None:
    for fact in facts:
        queue.send(message(fact, at=fact.at), at=fact.at)


def check_end(world: World, facts: list[Fact]) -> None:
    """Every lead is what brute force makes of all facts, and holds each of them."""
    book = RuleBook(world.model)
    lines = [
        {
            "id": fact.id, "lead": fact.lead, "kind": fact.kind, "at": brute_force.text_of(fact.at),
            **fact.properties, "answers": {"job_title": "CEO"} if fact.is_form else {},
        }
        for fact in facts
    ]  # fmt: skip
    expected = brute_force.score(DOCUMENT, lines, brute_force.text_of(world.now), ahead=False)
    of_lead: dict[str, list[Fact]] = {}
    for fact in facts:
        of_lead.setdefault(fact.lead, []).append(fact)
    assert world.store.leads.keys() == of_lead.keys()
    for lead, own in of_lead.items():
        stored = read_lead(world.store.leads[lead])
        assert stored.merged.state == Merged().merge(own, book).state
        score = book.totals(stored.merged.state, at=world.now)
        assert (score.score, score.band) == (expected[lead]["score"], expected[lead]["band"])
    assert len(world.store.facts) == len(facts)


@pytest.mark.parametrize("costs", [FAILS_AT_ONCE_MS, FAILS_SLOWLY_MS], ids=["at once", "slowly"])
@pytest.mark.parametrize("hours", [1, 4])
def test_d5_g22_a_table_away_for_hours_loses_nothing_and_drains_without_a_second_storm(
    hours: int, costs: int
) -> None:
    world = World(model=MODEL)
    back_at = MONDAY + hours * HOUR_MS
    chance = random.Random(hours)
    consumers = Consumers(world, outage=Outage(MONDAY, back_at, costs), chance=chance.randint)
    facts = visits(since=MONDAY, until=back_at + 10 * MINUTE_MS)
    send_all(consumers.queue, facts)
    consumers.run(until=back_at - MINUTE_MS)
    waiting = len(consumers.queue.messages)
    assert waiting == len(facts)
    assert world.store.leads == {}
    consumers.run(until=back_at)
    put_off = consumers.counts["put_off"]
    consumers.run(until=back_at + BACK_OFF_MAX_MS + 5 * MINUTE_MS)
    assert not consumers.queue.messages
    assert not consumers.queue.dead
    assert consumers.counts["put_off"] - put_off <= 4 * 50  # who began before it was back
    after = [
        number for minute, number in consumers.minutes.items() if minute * MINUTE_MS >= back_at
    ]
    assert max(after) <= waiting / 3
    check_end(world, facts)


def test_d5_b44_g22_forms_of_four_hours_without_a_table_are_parked_and_none_is_lost() -> None:
    world = World(model=FORMS_MODEL)
    back_at = MONDAY + 4 * HOUR_MS
    parked = Consumers(world, outage=Outage(MONDAY, back_at))
    capture = FormCapture(
        model=FORMS_MODEL,
        move=world.move(),
        lead_id=str,
        parking=Parking(parked),
        refusals=Parking(parked),
        clock=lambda: world.now,
        count=lambda *_: None,
        tell=lambda *_, **__: None,
    )
    for minute in range(4 * 60):
        parked.run(until=MONDAY + minute * MINUTE_MS)
        body = {"email": f"lead-{minute}@example.com", "job_title": "CEO"}
        assert capture.answer(request(body))["statusCode"] == 202
    assert len(parked.queue.messages) == 4 * 60
    parked.run(until=back_at + BACK_OFF_MAX_MS + MINUTE_MS)
    assert not parked.queue.messages
    assert not parked.queue.dead
    assert len(world.store.leads) == len(world.store.facts) == 4 * 60


def test_g22_four_hours_take_a_message_at_most_twenty_seven_of_its_thirty_receives() -> None:
    world = World(model=MODEL)
    back_at = MONDAY + 4 * HOUR_MS
    hastiest = Consumers(world, outage=Outage(MONDAY, back_at), chance=lambda _, high: high)
    facts = visits(since=MONDAY, until=MONDAY + MINUTE_MS)
    send_all(hastiest.queue, facts)
    hastiest.run(until=back_at + BACK_OFF_MAX_MS)
    assert not hastiest.queue.messages
    assert not hastiest.queue.dead
    assert 20 <= hastiest.receives_most <= 27


def test_d6_a_table_away_for_a_day_leaves_dead_letters_that_one_redrive_brings_back() -> None:
    world = World(model=MODEL)
    back_at = MONDAY + DAY_MS
    consumers = Consumers(world, outage=Outage(MONDAY, back_at))
    facts = visits(since=MONDAY, until=MONDAY + 10 * MINUTE_MS)
    send_all(consumers.queue, facts)
    consumers.run(until=back_at)
    assert len(consumers.queue.dead) == len(facts)
    assert not consumers.queue.messages
    consumers.queue.redrive(at=back_at)
    consumers.run(until=back_at + HOUR_MS)
    check_end(world, facts)


@pytest.mark.parametrize(
    ("jitter", "not_before", "not_after"), [(20, 5.0, 5.5), (10, 5.5, 6.0), (0, 6.0, 6.6)]
)
def test_g18_a_message_that_never_succeeds_is_a_dead_letter_after_five_hours_to_six_and_a_half(
    jitter: int, not_before: float, not_after: float
) -> None:
    consumers = Consumers(World(model=MODEL), outage=Outage(MONDAY, MONDAY + DAY_MS))
    consumers.chance = lambda *_: jitter
    send_all(consumers.queue, [page_viewed()])
    consumers.run(until=MONDAY + int(not_before * HOUR_MS))
    assert not consumers.queue.dead
    consumers.run(until=MONDAY + int(not_after * HOUR_MS))
    assert len(consumers.queue.dead) == 1
    assert consumers.receives_most == 30


def test_d8_consumers_off_for_three_days_lose_nothing_and_the_drain_is_what_the_facts_make() -> (
    None
):
    world = World(model=MODEL)
    consumers = Consumers(world)
    facts = visits(since=MONDAY, until=MONDAY + 20 * MINUTE_MS)
    send_all(consumers.queue, facts)
    world.now = MONDAY + 3 * DAY_MS
    consumers._free_at = [world.now] * 4
    consumers.run(until=world.now + HOUR_MS)
    assert not consumers.queue.lost
    assert not consumers.queue.messages
    check_end(world, facts)


def test_g21_a_redrive_at_day_ten_gives_what_day_0_would_have_given_seen_from_now() -> None:
    facts = [form_submitted(lead="anna@example.com"), page_viewed()]
    at_once, late = World(model=MODEL), World(model=MODEL)
    for world, since in ((at_once, MONDAY), (late, MONDAY + DAY_MS)):
        consumers = Consumers(world, outage=Outage(MONDAY, since))
        send_all(consumers.queue, facts)
        consumers.run(until=MONDAY + DAY_MS)
        consumers.queue.redrive(at=MONDAY + 10 * DAY_MS)
        consumers._free_at = [MONDAY + 10 * DAY_MS] * 4
        consumers.run(until=MONDAY + 10 * DAY_MS + HOUR_MS)
        assert not consumers.queue.lost
    same = ("ledger", "answers", "touches", "contact", "first_seen", "score", "band", "channel")
    assert [late.item()[name] for name in same] == [at_once.item()[name] for name in same]
    assert len(late.topic.alerts) == len(at_once.topic.alerts) == 1  # it is hot still


def test_c37_g21_a_redrive_at_day_ten_tells_nobody_of_a_lead_that_cooled_meanwhile() -> None:
    short = activity_rule(steps=[[0, 12], [9 * DAY_MS, 0]])
    world = World(model=compiled_model(answer_rule(), short))
    consumers = Consumers(world, outage=Outage(MONDAY, MONDAY + DAY_MS))
    send_all(consumers.queue, [form_submitted(lead="anna@example.com"), page_viewed()])
    consumers.run(until=MONDAY + DAY_MS)
    consumers.queue.redrive(at=MONDAY + 10 * DAY_MS)
    consumers._free_at = [MONDAY + 10 * DAY_MS] * 4
    consumers.run(until=MONDAY + 10 * DAY_MS + HOUR_MS)
    assert world.item()["score"] == 20
    assert world.topic.alerts == []


def test_d7_g16_alerts_of_three_days_without_a_topic_wait_and_then_say_that_they_are_late() -> None:
    short = activity_rule(
        "short", where=["is", "path", ["/short"]], steps=[[0, 12], [2 * DAY_MS, 0]]
    )
    world = World(model=compiled_model(answer_rule(), activity_rule(), short))
    world.topic.denied = True
    for lead, path in (("hot@example.com", "/pricing"), ("cooled@example.com", "/short")):
        world.happen(
            form_submitted(lead=lead, email=lead), page_viewed(path, lead=lead, email=lead)
        )
    told: list[int] = []
    for minute in (*range(1, 60), *range(60, 3 * 24 * 60, 10)):
        world.now = MONDAY + minute * MINUTE_MS
        Round(world.around()).go(ALL_SHARDS)
        told.append(world.gauges.get("oldest_overdue_alert", 0))
    assert max(told[:6]) >= 5 * MINUTE_MS, "the alarm at five minutes never rings"
    world.topic.denied = False
    world.now = MONDAY + 3 * DAY_MS
    for _ in range(3):
        Round(world.around()).go(ALL_SHARDS)
        world.now += LEASE_MS
    (alert,) = world.topic.alerts
    assert json.loads(alert.bodies["sqs"])["delayed"] is True
    assert "Delayed: this alert was made on" in alert.bodies["email"]
    assert world.counts["alert_stale"] == 1
    assert not any("alert" in item for item in world.store.leads.values())


def test_d10_g15_a_replay_of_the_archive_adds_what_was_missing_and_tells_nobody() -> None:
    world = World(model=MODEL)
    consumers = Consumers(world)
    facts = visits(since=MONDAY, until=MONDAY + 20 * MINUTE_MS)
    missing = {fact.id for fact in facts[::7]}
    send_all(consumers.queue, [fact for fact in facts if fact.id not in missing])
    consumers.run(until=MONDAY + HOUR_MS)
    told, changed = len(world.topic.alerts), dict(world.store.leads)
    whole = {fact.lead for fact in facts} - {fact.lead for fact in facts[::7]}
    for fact in facts:
        consumers.queue.send(message(fact, at=fact.at, replayed=True), at=world.now)
    consumers.run(until=world.now + HOUR_MS)
    assert len(world.topic.alerts) == told
    assert all(world.store.leads[lead] is changed[lead] for lead in whole)
    check_end(world, facts)


def test_d12_a_bug_on_every_record_backs_off_each_and_loses_nothing() -> None:
    class Broken(Move):
        def _decide(self, *_: object) -> None:
            raise ZeroDivisionError

    world = World(model=MODEL)
    consumers = Consumers(world, move=Broken(world.around()))
    facts = visits(since=MONDAY, until=MONDAY + 10 * MINUTE_MS)
    send_all(consumers.queue, facts)
    mended_at = MONDAY + 2 * HOUR_MS
    consumers.run(until=mended_at)
    assert world.counts["bug"] > 0
    assert len(consumers.queue.messages) == len(facts)
    assert 8 <= consumers.receives_most <= 14
    consumers.move = None
    consumers.run(until=mended_at + HOUR_MS)
    assert not consumers.queue.dead
    check_end(world, facts)


def test_d15_a_lead_of_an_unknown_layout_stays_untouched_while_its_facts_back_off() -> None:
    world = World(model=MODEL)
    world.store.write({"lead": "anna@example.com", "revision": 1, "layout": 99}, expected=0)
    consumers = Consumers(world)
    send_all(consumers.queue, [page_viewed(), page_viewed(lead="b@x.com", email="b@x.com")])
    consumers.run(until=MONDAY + DAY_MS)
    assert world.item() == {"lead": "anna@example.com", "revision": 1, "layout": 99}
    assert world.item("b@x.com")["score"] == 12
    assert consumers.counts["lead_unreadable"] == 30
    assert len(consumers.queue.dead) == 1
    del world.store.leads["anna@example.com"]
    consumers.queue.redrive(at=world.now)
    consumers.run(until=world.now + HOUR_MS)
    assert world.item()["score"] == 12


def test_g1_d1_a_score_read_while_the_schedule_is_off_is_exact_to_the_millisecond() -> None:
    world = World(model=MODEL)
    world.happen(form_submitted(), page_viewed())
    for days, expected in ((29, 32), (30, 20), (31, 20)):
        world.now = MONDAY + days * DAY_MS
        stored = read_lead(world.item())
        assert RuleBook(MODEL).totals(stored.merged.state, at=world.now).score == expected
    assert world.item()["score"] == 32


def test_d1_g11_alerts_are_out_within_two_minutes_of_the_schedules_return() -> None:
    world = World(model=MODEL)
    world.topic.denied = True
    for number in range(20):
        lead = f"lead-{number}@example.com"
        facts = (form_submitted(lead=lead, email=lead), page_viewed(lead=lead, email=lead))
        world.move().apply(lead, [arrival(fact) for fact in facts])
    world.topic.denied = False
    world.now += DAY_MS - MINUTE_MS
    for _ in range(2):
        Round(world.around()).go(ALL_SHARDS)
        world.now += MINUTE_MS
    assert len({alert.alert_id for alert in world.topic.alerts}) == len(world.topic.alerts) == 20
