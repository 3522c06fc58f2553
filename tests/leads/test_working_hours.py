"""Alerts wait until sales is at work, and a hot lead nobody contacts is told of once more (R12)."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from functions.leads.due import Refresh
from functions.leads.lead import read_lead
from functions.leads.listing import ALERT_SHARD
from functions.leads.turning_hot import LEASE_MS
from functions.leads.working_hours import WorkingHours
from functions.leads.writing import STALE_MS
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS
from modelling.compile import compile_document
from modelling.mistakes import ModelInvalid
from tests.builders import (
    ANNA,
    World,
    activity_rule,
    answer_rule,
    arrival,
    compiled_model,
    form_submitted,
    page_viewed,
)

WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = [*[[480, 1020]] * 4, [480, 900], None, None]  # 8:00-17:00, on Friday until 15:00
ALERTS = {
    "cooldown": 7 * DAY_MS, "language": "en", "time_zone": "Europe/Warsaw",
    "subject_names_company": True, "hours": OFFICE,
}  # fmt: skip


def local(text: str) -> int:
    """UTC ms of a wall clock in Warsaw."""
    return int(datetime.fromisoformat(text).replace(tzinfo=WARSAW).timestamp() * 1000)


def office() -> WorkingHours:
    return WorkingHours([None if one is None else (one[0], one[1]) for one in OFFICE], WARSAW)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23T08:00", "2026-11-23T08:00"),  # Monday, at the very opening
        ("2026-11-23T16:59:59", "2026-11-23T16:59:59"),
        ("2026-11-23T17:00", "2026-11-24T08:00"),  # the end is outside
        ("2026-11-23T07:59:59", "2026-11-23T08:00"),
        ("2026-11-27T14:59", "2026-11-27T14:59"),
        ("2026-11-27T15:00", "2026-11-30T08:00"),  # Friday is short, then comes a weekend
        ("2026-11-28T12:00", "2026-11-30T08:00"),
        ("2026-10-24T20:00", "2026-10-26T08:00"),  # clocks go back on the Sunday between
        ("2027-03-27T20:00", "2027-03-29T08:00"),  # and forward on this one
    ],
)
def test_an_opening_is_the_instant_itself_or_the_next_morning_of_work(at: str, opens: str) -> None:
    assert office().opening(local(at)) == local(opens)


def test_the_night_of_a_clock_change_is_an_hour_longer_or_shorter() -> None:
    def weekend(friday: str) -> int:
        return office().opening(local(friday)) - local(friday)

    usual = weekend("2026-11-27T17:00")
    assert weekend("2026-10-23T17:00") == usual + HOUR_MS
    assert weekend("2027-03-26T17:00") == usual - HOUR_MS


def hot_at(at: int, **alerts: object) -> World:
    world = World(model=compiled_model(alerts=ALERTS | alerts), now=at, refresh=Refresh(1))
    world.happen(form_submitted(at=at), page_viewed(at=at))
    assert world.item()["band"] == "hot"
    return world


def sweep_through(world: World, until: int) -> None:
    """Let the schedule come whenever something is due."""
    for _ in range(10_000):  # a schedule that never comes to rest fails here
        if world.item().get("due_at", until + 1) > until:
            break
        world.now = max(world.now, world.item()["due_at"])
        world.sweep()
    else:
        raise AssertionError("it is due for ever")
    world.now = until


def kinds(world: World) -> list[str]:
    """What went out, in turn."""
    return [str(alert.attributes["kind"]) for alert in world.topic.alerts]


def test_an_alert_within_hours_goes_out_at_once() -> None:
    assert len(hot_at(local("2026-11-23T10:00")).topic.alerts) == 1


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23T22:00", "2026-11-24T08:00"),
        ("2026-11-27T15:00", "2026-11-30T08:00"),
        ("2026-10-23T16:00", "2026-10-26T08:00"),
        ("2027-03-26T16:00", "2027-03-29T08:00"),
    ],
)
def test_one_alert_goes_out_at_the_opening_and_is_not_late(at: str, opens: str) -> None:
    world = hot_at(local(at))
    assert (world.topic.alerts, world.item()["due_shard"]) == ([], ALERT_SHARD)
    sweep_through(world, local(opens) - 1)
    assert world.topic.alerts == []
    sweep_through(world, local(opens) + MINUTE_MS)
    (alert,) = world.topic.alerts
    assert "Delayed" not in alert.bodies["email"]
    assert "alert" not in world.item()
    assert world.gauges.get("oldest_overdue_alert", 0) <= MINUTE_MS


def test_g16_an_alert_is_late_a_day_after_the_opening_it_waited_for() -> None:
    world = hot_at(local("2026-11-27T15:00"))
    world.topic.denied = True
    opens = local("2026-11-30T08:00")
    sweep_through(world, opens + STALE_MS + MINUTE_MS)
    world.topic.denied = False
    sweep_through(world, world.now + 2 * LEASE_MS)
    (alert,) = world.topic.alerts
    assert "Delayed" in alert.bodies["email"]


def test_who_unsubscribes_overnight_is_not_told_of_in_the_morning() -> None:
    world = hot_at(local("2026-11-23T22:00"))
    world.happen(Fact(ANNA, world.now + 1, "stop", "email_unsubscribed", ANNA))
    sweep_through(world, local("2026-11-24T12:00"))
    assert world.topic.alerts == []


def contacted(at: int) -> Fact:
    return Fact(ANNA, at, f"call-{at}", "sales_contacted", ANNA, {"result": "no_answer"})


def test_r12_a_hot_lead_nobody_contacts_is_escalated_once_under_an_id_of_its_own() -> None:
    start = local("2026-11-23T10:00")
    world = hot_at(start, contact_within=HOUR_MS)
    sweep_through(world, start + HOUR_MS - 1)
    assert len(world.topic.alerts) == 1
    sweep_through(world, start + 6 * HOUR_MS)
    first, second = world.topic.alerts
    assert (first.attributes["kind"], second.attributes["kind"]) == ("hot", "escalation")
    assert first.alert_id != second.alert_id
    assert second.subject.startswith("Waits: ")
    assert "Nobody has marked this lead as contacted" in second.bodies["email"]
    assert {"alert", "escalate_at"}.isdisjoint(world.item())
    assert world.item()["alerted_at"] == start, "the cooldown does not begin anew"


def test_r12_a_contact_in_time_ends_the_waiting() -> None:
    start = local("2026-11-23T10:00")
    world = hot_at(start, contact_within=HOUR_MS)
    world.now = start + 30 * MINUTE_MS
    world.happen(contacted(world.now))
    assert "escalate_at" not in world.item()
    sweep_through(world, start + 6 * HOUR_MS)
    assert len(world.topic.alerts) == 1


def test_r12_what_has_cooled_or_ended_is_not_escalated() -> None:
    start = local("2026-11-23T10:00")
    ended = hot_at(start, contact_within=HOUR_MS)
    ended.happen(Fact(ANNA, start + 1, "won", "sales_concluded", ANNA, {"result": "won"}))
    cooled = hot_at(start, contact_within=40 * DAY_MS)
    for world in (ended, cooled):
        sweep_through(world, start + 50 * DAY_MS)
        assert kinds(world) == ["hot"]
        assert "alert" not in world.item()


def ended(world: World, result: str) -> None:
    world.now += MINUTE_MS
    said = {"result": result}
    world.happen(Fact(ANNA, world.now, f"o{world.now}", "sales_concluded", ANNA, said))


def test_g13_an_outcome_taken_back_before_the_opening_leaves_the_alert_owed() -> None:
    world = hot_at(local("2026-11-23T22:00"))
    ended(world, "lost")
    assert "alert" not in world.item()
    ended(world, "")
    sweep_through(world, local("2026-11-24T08:01"))
    assert len(world.topic.alerts) == 1


def test_r12_an_outcome_taken_back_gives_as_long_to_call_again() -> None:
    world = hot_at(local("2026-11-23T10:00"), contact_within=HOUR_MS)
    ended(world, "lost")
    sweep_through(world, world.now + 2 * HOUR_MS)
    assert kinds(world) == ["hot"]
    ended(world, "")
    sweep_through(world, world.now + HOUR_MS - 1)
    assert len(world.topic.alerts) == 1
    sweep_through(world, world.now + MINUTE_MS)
    assert kinds(world) == ["hot", "escalation"]
    for result in ("lost", ""):
        ended(world, result)
    sweep_through(world, world.now + DAY_MS)
    assert kinds(world) == ["hot", "escalation"]


BACK = {
    "the outcome is taken back": lambda at: [
        Fact(ANNA, at, "o1", "sales_concluded", ANNA, {"result": "lost"}),
        Fact(ANNA, at + 1, "o2", "sales_concluded", ANNA, {"result": ""}),
    ],
    "it writes again": lambda at: [
        Fact(ANNA, at, "stop", "email_unsubscribed", ANNA),
        form_submitted(at=at + 1, id="again"),
    ],
}


@pytest.mark.parametrize("back", BACK.values(), ids=BACK)
def test_g15_r12_an_escalation_that_waited_for_the_opening_is_owed_again_and_no_alert_is(
    back: Callable[[int], list[Fact]],
) -> None:
    start = local("2026-11-27T14:30")
    world = hot_at(start, contact_within=HOUR_MS)
    sweep_through(world, start + 2 * HOUR_MS)
    assert "escalation" in world.item()["alert"]
    for fact in back(world.now + MINUTE_MS):
        world.now = fact.at
        world.happen(fact)
    assert world.item()["alerted_at"] == start
    sweep_through(world, local("2026-12-01T12:00"))
    assert kinds(world) == ["hot", "escalation"]


def test_g15_who_writes_again_by_an_import_is_escalated_to_nobody() -> None:
    start = local("2026-11-23T10:00")
    world = hot_at(start, contact_within=HOUR_MS)
    world.now = start + MINUTE_MS
    world.happen(Fact(ANNA, world.now, "stop", "email_unsubscribed", ANNA))
    world.now += MINUTE_MS
    world.apply(arrival(form_submitted(at=world.now, id="again"), silent=True))
    sweep_through(world, world.now + DAY_MS)
    assert kinds(world) == ["hot"]


def test_r12_who_was_escalated_is_not_again_whenever_what_silenced_it_is_said_to_be() -> None:
    start = local("2026-11-23T10:00")
    world = hot_at(start, contact_within=HOUR_MS)
    sweep_through(world, start + 3 * HOUR_MS)
    world.happen(Fact(ANNA, start + 30 * MINUTE_MS, "stop", "email_unsubscribed", ANNA))
    world.now += MINUTE_MS
    world.happen(form_submitted(at=world.now, id="again"))
    sweep_through(world, world.now + DAY_MS)
    assert kinds(world) == ["hot", "escalation"]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_an_outcome_taken_back_is_no_reason_to_call(language: str) -> None:
    world = hot_at(local("2026-11-23T22:00"), language=language)
    for result in ("lost", ""):
        ended(world, result)
    sweep_through(world, local("2026-11-24T08:01"))
    (alert,) = world.topic.alerts
    assert "concluded" not in alert.bodies["email"]


def test_r12_an_outcome_taken_back_of_a_lead_that_was_called_asks_nobody_to_call() -> None:
    world = hot_at(local("2026-11-23T10:00"), contact_within=HOUR_MS)
    world.now += MINUTE_MS
    world.happen(Fact(ANNA, world.now, "c", "sales_contacted", ANNA, {"result": "reached"}))
    for result in ("won", ""):
        ended(world, result)
    sweep_through(world, world.now + DAY_MS)
    assert kinds(world) == ["hot"]


def test_r12_an_escalation_waits_for_the_opening_too() -> None:
    start = local("2026-11-23T16:30")
    world = hot_at(start, contact_within=HOUR_MS)
    sweep_through(world, local("2026-11-24T08:00") - 1)
    assert len(world.topic.alerts) == 1
    sweep_through(world, local("2026-11-24T08:00") + MINUTE_MS)
    assert kinds(world) == ["hot", "escalation"]


def dealt_with(kind: str, at: int) -> Fact:
    said = {"contacted": {"result": "reached"}, "postponed": {"until": ""}}
    return Fact(ANNA, at, f"{kind}-{at}", f"sales_{kind}", ANNA, said.get(kind, {"reason": "x"}))


@pytest.mark.parametrize("kind", ["contacted", "postponed", "rejected"])
def test_r12_whatever_sales_does_with_it_ends_the_waiting(kind: str) -> None:
    start = local("2026-11-23T10:00")
    world = hot_at(start, contact_within=HOUR_MS)
    world.now = start + MINUTE_MS
    world.happen(dealt_with(kind, start))  # at the very instant of the alert
    assert "escalate_at" not in world.item()


@pytest.mark.parametrize("kind", ["contacted", "postponed", "rejected"])
def test_r12_what_sales_did_before_it_turned_hot_ends_nothing(kind: str) -> None:
    start = local("2026-11-23T10:00")
    model = compiled_model(alerts=ALERTS | {"contact_within": HOUR_MS})
    world = World(model=model, now=start, refresh=Refresh(1))
    world.happen(form_submitted(at=start), dealt_with(kind, start - 1))
    world.happen(page_viewed(at=start))
    world.now = start + MINUTE_MS
    world.happen(page_viewed("/pricing/plans", at=world.now))
    assert world.item()["escalate_at"] == start + HOUR_MS


def test_r12_a_contact_while_the_escalation_waits_for_the_opening_calls_it_off() -> None:
    start = local("2026-11-23T16:30")
    world = hot_at(start, contact_within=HOUR_MS)
    sweep_through(world, start + HOUR_MS + MINUTE_MS)
    assert "escalation" in world.item()["alert"]
    world.happen(contacted(world.now))
    assert "alert" not in world.item()
    sweep_through(world, local("2026-11-24T12:00"))
    assert len(world.topic.alerts) == 1


def test_r12_a_contact_calls_off_an_escalation_that_could_not_be_sent() -> None:
    start = local("2026-11-23T10:00")
    world = hot_at(start, contact_within=HOUR_MS)
    world.topic.denied = True
    sweep_through(world, start + HOUR_MS + MINUTE_MS)
    assert "escalation" in world.item()["alert"]
    world.topic.denied = False
    world.happen(contacted(start + 30 * MINUTE_MS))  # in time, and heard of late
    assert "alert" not in world.item()
    assert world.counts["escalation_needless"] == 1
    sweep_through(world, start + 6 * HOUR_MS)
    assert len(world.topic.alerts) == 1


def test_r12_an_escalation_of_a_lead_that_cooled_while_it_waited_is_called_off() -> None:
    start = local("2026-11-27T13:30")
    page = activity_rule(steps=[[0, 12], [DAY_MS, 0]])
    model = compiled_model(answer_rule(), page, alerts=ALERTS | {"contact_within": 2 * HOUR_MS})
    world = World(model=model, now=start, refresh=Refresh(1))
    world.happen(form_submitted(at=start), page_viewed(at=start))
    sweep_through(world, local("2026-11-30T08:05"))
    assert (world.item()["band"], len(world.topic.alerts)) == ("warm", 1)
    assert "alert" not in world.item()


def test_r12_a_model_that_asks_for_it_no_more_escalates_nothing() -> None:
    start = local("2026-11-23T10:00")
    world = hot_at(start, contact_within=HOUR_MS)
    world.model = compiled_model(alerts=ALERTS, version="v2")
    sweep_through(world, start + 6 * HOUR_MS)
    assert len(world.topic.alerts) == 1


def test_g15_who_was_restored_as_the_operators_page_says_is_told_of_no_second_time() -> None:
    world = hot_at(local("2026-11-23T22:00"))
    copied = dict(world.item())
    sweep_through(world, local("2026-11-24T08:10"))
    assert len(world.topic.alerts) == 1
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    assert 'item.pop("alert", None); db.put_item(' in page
    copied.pop("alert")
    world.store.leads[ANNA] = copied
    sweep_through(world, local("2026-11-26T12:00"))
    assert len(world.topic.alerts) == 1
    assert world.item()["due_shard"] != ALERT_SHARD


def test_r12_whoever_is_told_late_has_as_long_to_call() -> None:
    start = local("2026-11-23T10:00")
    world = World(model=compiled_model(alerts=ALERTS | {"contact_within": HOUR_MS}), now=start)
    world.topic.denied = True
    world.happen(form_submitted(at=start), page_viewed(at=start))
    sweep_through(world, start + 3 * HOUR_MS)
    world.topic.denied = False
    sweep_through(world, start + 3 * HOUR_MS + 2 * LEASE_MS)
    assert len(world.topic.alerts) == 1
    sweep_through(world, start + 3 * HOUR_MS + 50 * MINUTE_MS)
    assert len(world.topic.alerts) == 1
    sweep_through(world, start + 4 * HOUR_MS + 3 * LEASE_MS)
    assert len(world.topic.alerts) == 2


def test_g24_an_alert_of_every_day_is_stored_as_the_first_version_stored_it() -> None:
    world = World(model=compiled_model())
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    assert "opens_at" not in world.item()["alert"]
    assert read_lead(world.item()).outbox is not None


@pytest.mark.parametrize(
    ("hours", "mistake"),
    [
        ({"mon-fri": "17:00-8:00"}, "ends before it begins"),
        ({"fri-mon": "8:00-17:00"}, "ends before it begins"),
        ({"mon-fri": "8:00-17:00", "wed": "9:00-12:00"}, "has hours twice"),
        ({"mon": "8:00-24:30"}, "after midnight"),
        ({"monday": "8:00-17:00"}, "monday"),
        ({"mon": "8-17"}, "mon"),
        ({}, "hours"),
    ],
)
def test_hours_that_are_none_are_a_mistake(hours: dict[str, str], mistake: str) -> None:
    with pytest.raises(ModelInvalid, match=mistake):
        compile_document({"alerts": {"hours": hours}})


def test_hours_are_written_by_weekday() -> None:
    compiled = compile_document(
        {"alerts": {"hours": {"mon-thu": "8:00-17:00", "fri": "8:00-15:00"}}}
    )
    assert compiled["alerts"]["hours"] == OFFICE
