"""Corners in which the move once lost, doubled or revived something, each kept by name."""

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.lead import read_lead
from functions.leads.lead_table import TryLater
from functions.leads.listing import ALERT_SHARD
from functions.leads.rebuild import AGAIN_AFTER_MS
from functions.leads.sweep import Sweep
from functions.leads.turning_hot import LEASE_MS
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS
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

WEBINAR = activity_rule("webinar", where=["is", "path", ["/webinar"]])


def make_due(world: World) -> None:
    """A minute later the schedule finds the lead, whatever it was due for."""
    world.now += MINUTE_MS
    world.store.leads[ANNA]["due_at"] = world.now


def other_matching() -> dict[str, Any]:
    return compiled_model(answer_rule(), WEBINAR, version="v2", matching="m2")


def test_g12_a_live_fact_that_makes_a_lead_hot_under_new_matching_rules_is_told() -> None:
    world = World()
    world.happen(form_submitted())
    world.model = other_matching()
    world.now += MINUTE_MS
    world.happen(page_viewed("/webinar", at=world.now))
    assert (world.item()["band"], len(world.topic.alerts)) == ("hot", 1)


def test_g12_a_fact_in_flight_that_the_sweeps_rebuild_finds_first_is_told_once() -> None:
    world = World()
    world.happen(form_submitted())
    world.model = other_matching()
    make_due(world)
    late = page_viewed("/webinar", at=world.now)

    def meanwhile(step: str) -> None:
        if step == "write":
            world.store.before = lambda _: None
            world.sweep()

    world.store.before = meanwhile
    world.happen(late)
    assert (world.item()["band"], len(world.topic.alerts)) == ("hot", 1)


def test_g15_a_rescore_under_new_matching_rules_is_silent_for_what_was_known() -> None:
    world = World()
    world.happen(form_submitted(), page_viewed("/webinar"))
    world.model = other_matching()
    make_due(world)
    world.sweep()
    assert (world.item()["band"], world.topic.alerts) == ("hot", [])


def test_g15_a_rescore_is_silent_for_what_earned_nothing_under_the_old_rules() -> None:
    world = World()
    world.happen(form_submitted())
    world.now += MINUTE_MS
    world.happen(page_viewed("/webinar", at=world.now))
    world.model = other_matching()
    world.now += DAY_MS
    make_due(world)
    world.sweep()
    assert (world.item()["band"], world.topic.alerts) == ("hot", [])


def test_g15_a_second_rebuild_that_finds_nothing_announces_no_new_points() -> None:
    world = World()
    world.happen(form_submitted())
    world.model = other_matching()
    world.now += MINUTE_MS
    world.happen(form_submitted(id="second", at=world.now))
    world.now += AGAIN_AFTER_MS - MINUTE_MS
    world.happen(page_viewed("/about", at=world.now))
    world.now += MINUTE_MS
    world.model = compiled_model(answer_rule(points=30), WEBINAR, version="v3", matching="m2")
    world.sweep()
    assert (world.item()["band"], world.topic.alerts) == ("hot", [])


def test_g1_under_new_rules_a_fact_ahead_of_the_clock_hides_none_that_has_happened() -> None:
    world = World(model=compiled_model(WEBINAR))
    world.happen(page_viewed(at=MONDAY - DAY_MS))
    world.happen(page_viewed(at=MONDAY + 4 * MINUTE_MS))
    world.model = compiled_model(activity_rule(), version="v2", matching="m2")
    make_due(world)
    world.sweep()
    assert (world.item()["score"], world.item()["as_of"]) == (12, MONDAY + 4 * MINUTE_MS)


def test_g12_a_fact_older_than_the_last_write_is_told_of_under_new_matching_rules() -> None:
    world = World()
    world.now += MINUTE_MS
    world.happen(form_submitted())
    world.model = other_matching()
    world.happen(page_viewed("/webinar"))
    assert (world.item()["band"], len(world.topic.alerts)) == ("hot", 1)


@pytest.mark.parametrize("later", [0, AGAIN_AFTER_MS, DAY_MS])
def test_g12_a_fact_whose_first_bearer_died_is_told_of_under_new_matching_rules(later: int) -> None:
    world = World()
    world.now += MINUTE_MS
    webinar = arrival(page_viewed("/webinar", at=world.now))
    world.store.remember([webinar.record()])
    world.happen(form_submitted())
    world.model = other_matching()
    world.now += later
    world.apply(webinar)
    assert (world.item()["band"], len(world.topic.alerts)) == ("hot", 1)


def test_g2_g15_a_repeat_under_new_matching_rules_tells_nobody() -> None:
    world = World()
    known = page_viewed("/webinar")
    world.happen(known, form_submitted())
    world.model = other_matching()
    world.now += HOUR_MS
    world.apply(arrival(known, received_at=world.now))
    assert (world.item()["band"], world.topic.alerts) == ("hot", [])


def test_g15_an_import_that_a_rebuild_finds_is_not_told() -> None:
    world = World()
    world.happen(form_submitted())
    world.now += MINUTE_MS
    imported = page_viewed("/webinar", at=MONDAY)
    world.store.remember([arrival(imported, received_at=world.now, silent=True).record()])
    world.model = other_matching()
    make_due(world)
    world.sweep()
    assert (world.item()["band"], world.topic.alerts) == ("hot", [])


def test_c32_g23_an_activity_does_not_revive_a_lead_that_was_erased_while_it_was_on_its_way() -> (
    None
):
    world = World()
    world.happen(form_submitted())

    def erase(step: str) -> None:
        if step == "write":
            world.store.before = lambda _: None
            gone = {
                "lead": ANNA, "revision": 2, "layout": 1, "erased": 1, "erased_at": MONDAY + 5,
                "answers": "{}", "ledger": "[{},{}]", "touches": "[null,null]", "contact": "[]",
            }  # fmt: skip
            world.store.leads[ANNA] = gone

    world.store.before = erase
    world.now = MONDAY + 4
    assert world.happen(page_viewed(at=MONDAY + 4)) == [Verdict.ERASED]
    assert "erased" in world.item()
    assert "email" not in world.item()


def test_d12_g18_a_bug_on_one_lead_leaves_its_neighbours_alone() -> None:
    world = World()
    broken = page_viewed(lead="broken", email="broken@example.com")
    world.happen(broken)
    world.store.leads["broken"]["ledger"] = '[{"pricing-page":[["x"]]},{}]'
    world.now += 1
    later = page_viewed(lead="broken", at=world.now)
    outcomes = world.move().apply_many(
        {"broken": [arrival(later)], ANNA: [arrival(page_viewed(at=world.now))]}
    )
    assert isinstance(outcomes["broken"], Exception)
    assert outcomes[ANNA] == [Verdict.APPLIED]


def test_a_bug_while_one_leads_facts_are_let_in_leaves_its_neighbours_alone() -> None:
    world = World()
    world.happen(page_viewed(lead="broken"))
    world.store.leads["broken"]["erased_at"] = MONDAY
    nonsense = arrival(page_viewed(lead="broken"), received_at="soon")
    outcomes = world.move().apply_many({"broken": [nonsense], ANNA: [arrival(form_submitted())]})
    assert isinstance(outcomes["broken"], TypeError)
    assert outcomes[ANNA] == [Verdict.APPLIED]
    assert world.counts["bug"] == 1


def test_d12_a_bug_on_one_lead_does_not_hold_up_the_sweep() -> None:
    world = World()
    for lead in ("broken", ANNA):
        world.happen(page_viewed(lead=lead))
    world.store.leads["broken"]["alert"] = '{"alert_id":"a","made_at":0,"lease_until":"soon"}'
    world.now += 40 * DAY_MS
    told: list[Any] = []
    around = replace(world.around(), tell=lambda message, **fields: told.append((message, fields)))
    assert Sweep(around).sweep(["broken", ANNA]).written == 1
    assert world.item()["score"] == 0
    ((message, fields),) = told
    assert (message, fields["kind"]) == ("bug", "TypeError")
    assert fields["place"].startswith("sweep.py:")


def test_g24_a_fact_written_by_a_newer_version_is_read_by_this_one() -> None:
    world = World()
    world.happen(form_submitted(), page_viewed("/webinar"))
    for item in world.store.facts.values():
        item["content"] = json.dumps(json.loads(item["content"]) | {"mood": "curious"})
    world.model = other_matching()
    assert world.happen(form_submitted()) == [Verdict.APPLIED]
    assert world.item()["score"] == 32


def test_d15_a_damaged_fact_leaves_its_lead_as_it_is() -> None:
    world = World()
    world.happen(page_viewed())
    for item in world.store.facts.values():
        item["content"] = "{"
    world.model = other_matching()
    outcome = world.move().apply_many({ANNA: [arrival(page_viewed("/webinar", at=MONDAY + 1))]})
    assert type(outcome[ANNA]).__name__ == "LeadUnreadableError"
    assert world.item()["model"] == "v1"


def test_a_band_that_changes_while_an_alert_is_on_its_way_is_due_at_once() -> None:
    short = activity_rule(steps=[[0, 12], [5000, 0]])
    world = World(model=compiled_model(answer_rule(), short))
    slow = world.topic.publish

    def publish(alert: Any) -> None:
        world.now += 6000
        slow(alert)

    world.topic.publish = publish  # type: ignore[method-assign]
    world.happen(form_submitted(), page_viewed())
    assert world.item()["band"] == "hot"
    assert world.item()["due_at"] == world.now + 1
    world.now += 2
    world.sweep()
    assert world.item()["band"] == "warm"


def test_a_fact_from_the_near_future_does_not_delay_the_alerts_second_try() -> None:
    world = World()
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed(at=MONDAY + 5 * MINUTE_MS))
    assert world.item()["due_at"] == MONDAY + LEASE_MS


def test_a_lead_with_an_alert_to_send_waits_in_a_shard_of_its_own() -> None:
    world = World()
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    assert world.item()["due_shard"] == ALERT_SHARD
    world.topic.denied = False
    world.now += LEASE_MS
    world.sweep()
    assert world.item()["due_shard"] < ALERT_SHARD


def test_a_late_alert_of_a_lead_that_cooled_says_so_and_still_reaches_its_territory() -> None:
    short = activity_rule(steps=[[0, 12], [HOUR_MS, 0]])
    world = World(model=compiled_model(answer_rule(), short))
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    world.topic.denied = False
    world.now += 2 * HOUR_MS
    world.sweep()
    (alert,) = world.topic.alerts
    assert alert.subject == "Hot: Example Ltd - 32 (fit 20, engagement 12)"
    assert alert.attributes["band"] == "hot"
    assert "It has cooled since: now 20, warm" in alert.bodies["email"]
    assert "Cools down" not in alert.bodies["email"]
    facts = json.loads(alert.bodies["sqs"])
    assert (facts["score"], facts["now"]) == (32, {"score": 20, "band": "warm"})


@pytest.mark.parametrize("number", [200, 1000])
def test_an_alert_stays_small_however_many_awards_a_lead_has(number: int) -> None:
    rules = [
        activity_rule(f"rule-{place}", where=None, at_most=50, steps=[[0, 1], [DAY_MS, 0]])
        for place in range(number // 50)
    ]
    halves = {half: {"cap": None, "floor": None} for half in ("fit", "engagement")}
    world = World(model=compiled_model(*rules, halves=halves))
    world.happen(*(page_viewed(at=MONDAY - step) for step in range(50)))
    (alert,) = world.topic.alerts
    assert len(json.dumps(dict(alert.bodies)).encode()) < 64 * 1024
    facts = json.loads(alert.bodies["sqs"])
    assert sum(line["points"] for line in facts["lines"]) == facts["score"] == number


def test_the_reason_now_gives_points_and_speaks_the_models_language() -> None:
    student = activity_rule(
        "student", when=["is", "job_title", ["Student"]], steps=[[0, -20], [DAY_MS, 0]],
        says={"pl": "Student szuka pracy"},
    )  # fmt: skip
    alerts = compiled_model()["alerts"] | {"language": "pl"}
    world = World(model=compiled_model(answer_rule(), student, activity_rule(), alerts=alerts))
    world.happen(form_submitted(), page_viewed())
    assert "Dlaczego teraz: Ogląda cennik" in world.topic.alerts[0].bodies["email"]
    assert "Skąd: bezpośrednio" in world.topic.alerts[0].bodies["email"]
    only_form = World(model=compiled_model(answer_rule(points=30), alerts=alerts))
    only_form.happen(form_submitted())
    assert "Dlaczego teraz: Wysłany formularz (" in only_form.topic.alerts[0].bodies["email"]


def test_a_form_pulled_out_and_sent_back_is_the_same_form() -> None:
    world = World()
    world.apply(arrival(form_submitted(), received_hash="as posted", source="forms"))
    again = arrival(form_submitted(), received_hash="of its line", source="lead-scoring.cli")
    assert world.apply(again) == [Verdict.DUPLICATE]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ([("email_unsubscribed", 0)], "unsubscribed"),
        ([("email_unsubscribed", 0), ("email_subscribed", 1)], None),
        ([("email_unsubscribed", 1), ("email_subscribed", 0)], "unsubscribed"),
        ([("email_complained", 0), ("email_subscribed", 1)], "complained"),
        (
            [("email_complained", 0), ("email_unsubscribed", 1), ("email_subscribed", 2)],
            "complained",
        ),
    ],
)
def test_a_new_subscription_takes_back_an_unsubscription_and_nothing_else(
    facts: list[tuple[str, int]], reason: str | None
) -> None:
    world = World()
    for kind, step in facts:
        world.happen(page_viewed(kind=kind, id=kind, at=MONDAY + step, properties={}))
    assert world.item().get("do_not_contact") == reason


@pytest.mark.parametrize(
    ("later", "alerts"),
    [
        (form_submitted(id="later", at=MONDAY + 2), 1),
        (form_submitted(id="later", at=MONDAY + 2, test=True), 0),
        (form_submitted(id="later", at=MONDAY + 1), 0),
    ],
)
def test_g15_only_a_later_real_form_lets_alerts_through_again(later: Any, alerts: int) -> None:
    world = World()
    world.happen(page_viewed(kind="email_complained", at=MONDAY + 1, properties={}))
    world.now = MONDAY + 3
    world.happen(later)
    world.happen(page_viewed(at=MONDAY + 3))
    assert len(world.topic.alerts) == alerts


def test_a_machine_brings_no_lead_from_anywhere() -> None:
    world = World()
    world.happen(page_viewed(at=MONDAY - 5, machine=True, touch={"utm_medium": "cpc"}))
    world.happen(form_submitted())
    assert world.item()["channel"] == "direct"


def test_a_test_form_does_not_hide_a_lead_that_was_there_before() -> None:
    world = World()
    world.happen(page_viewed(at=MONDAY - DAY_MS))
    world.happen(form_submitted(test=True))
    assert {"month", "call_order"} <= world.item().keys()


def test_what_follows_a_test_form_belongs_to_the_test() -> None:
    world = World()
    world.happen(form_submitted(test=True))
    world.happen(page_viewed(at=MONDAY + 1))
    assert world.item()["test"] == 1


def test_k8_k9_a_publish_that_fails_after_the_commit_is_no_failure_of_the_fact() -> None:
    world = World()
    lost: list[int] = []

    def lose(step: str) -> None:
        lost.append(1)
        if step == "write" and [one for one in lost if one] and world.topic.alerts:
            raise TryLater

    world.store.before = lose
    assert world.happen(form_submitted(), page_viewed()) == [Verdict.APPLIED] * 2
    assert world.counts["alert_not_cleared"] == 1


def test_g24_an_older_item_without_what_today_stores_is_read() -> None:
    world = World()
    world.happen(form_submitted(), page_viewed())
    item = {name: value for name, value in world.item().items() if name != "written_at"}
    item["contact"] = "[null]"
    assert replace(read_lead(item), revision=0).written_at is None


def test_a_batch_of_one_lead_says_what_became_of_each_arrival_in_its_order() -> None:
    world = World()
    facts: list[Arrival] = [
        arrival(page_viewed()),
        arrival(form_submitted(), received_hash="a", source="forms"),
        arrival(form_submitted(answers={}), received_hash="b", source="forms"),
        arrival(page_viewed("/about", id="x")),
    ]
    assert Move(world.around()).apply(ANNA, facts) == [
        Verdict.APPLIED, Verdict.APPLIED, Verdict.REUSED, Verdict.APPLIED,
    ]  # fmt: skip


def test_g13_an_alert_goes_out_once_though_its_lead_is_written_again_and_again_meanwhile() -> None:
    world = World(model=compiled_model(answer_rule(), activity_rule(at_most=9)))
    world.happen(form_submitted())
    others = [page_viewed(id=f"other-{number}", at=MONDAY + number) for number in range(1, 4)]

    def meanwhile(step: str) -> None:
        if step == "write" and world.topic.alerts and others:
            world.happen(others.pop())

    world.store.before = meanwhile
    world.happen(page_viewed())
    assert not others
    assert "alert" not in world.item()
    world.now += LEASE_MS
    make_due(world)
    world.sweep()
    assert len(world.topic.alerts) == 1


def test_g11_who_clears_an_alert_by_an_old_model_moves_nothing_the_new_one_has_dated() -> None:
    brief = activity_rule(steps=[[0, 12], [2 * HOUR_MS, 0]])
    old, new = compiled_model(), compiled_model(answer_rule(), brief, version="v2")
    world = World(model=old)
    slow, moved = world.topic.publish, list[int]()

    def publish(alert: Any) -> None:
        slow(alert)
        if not moved:
            moved.append(world.now)
            world.model, world.now = new, world.now + 10
            world.happen(page_viewed(at=world.now, id="p2"))
            world.model = old

    world.topic.publish = publish  # type: ignore[method-assign]
    world.happen(form_submitted(), page_viewed())
    assert (world.item()["model"], "alert" in world.item()) == ("v2", False)
    assert world.item()["due_at"] <= MONDAY + 10 + 2 * HOUR_MS
    world.model = new
    world.now = MONDAY + 3 * HOUR_MS
    world.sweep()
    assert world.item()["band"] == "warm"
