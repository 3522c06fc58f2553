"""Which leads want attention: each question has a lead just inside and one just outside."""

from typing import Any

import pytest

from functions.scoring.instants import DAY_MS, HOUR_MS
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
from tests.sales.sales_stage import IDEAL, SALES_KINDS, SalesStage

FADES = activity_rule(steps=[[0, 12], [10 * DAY_MS, 0]])


def stage_of(**changes: Any) -> SalesStage:
    kinds = ["page_viewed", "form_submitted", *SALES_KINDS]
    model = compiled_model(
        answer_rule(), FADES, kinds=kinds, **({"ideal_leads": [IDEAL]} | changes)
    )
    return SalesStage(World(model=model))


def asked(stage: SalesStage, question: str, **more: Any) -> list[str]:
    body = stage.get("/leads", attention=question, **more).body
    assert body["counts"][question] == len(body["leads"])
    assert body["looked_at"] <= 1000
    return [row["id"] for row in body["leads"]]


def hot(stage: SalesStage) -> None:
    stage.world.happen(form_submitted(), page_viewed())


def test_r12_a_hot_lead_waits_until_it_is_contacted_after_it_was_told_of() -> None:
    stage = stage_of()
    stage.world.happen(form_submitted())
    assert asked(stage, "waiting") == []  # warm
    stage.ask("POST", f"/leads/{ANNA}/contacted", {"result": "reached"})
    stage.world.now += HOUR_MS
    stage.world.happen(page_viewed(at=stage.world.now))
    assert asked(stage, "waiting") == [ANNA]  # contacted, but before it turned hot
    stage.ask("POST", f"/leads/{ANNA}/contacted", {"result": "no_answer"})
    assert asked(stage, "waiting") == []


def test_no_response_is_a_call_nobody_took_until_the_lead_does_something() -> None:
    stage = stage_of()
    hot(stage)
    assert asked(stage, "no_response") == []
    stage.ask("POST", f"/leads/{ANNA}/contacted", {"result": "left_message"})
    assert asked(stage, "no_response") == [ANNA]
    stage.world.now += 1
    stage.world.happen(page_viewed("/pricing/plans", at=stage.world.now))
    assert asked(stage, "no_response") == []
    stage.ask("POST", f"/leads/{ANNA}/contacted", {"result": "reached"})
    assert asked(stage, "no_response") == []


def test_r3_a_lead_needs_an_answer_while_a_criterion_is_unknown() -> None:
    stage = stage_of()
    hot(stage)
    assert asked(stage, "needs_answer") == [ANNA]
    assert stage.get("/leads").body["leads"][0]["unknown"] == ["b2b"]
    stage.ask("PUT", f"/leads/{ANNA}/ticks", {"ticks": {"b2b": "no"}})
    assert asked(stage, "needs_answer") == []
    other = stage_of(ideal_leads=[])
    hot(other)
    assert asked(other, "needs_answer") == []


@pytest.mark.parametrize(("days", "found"), [(9, []), (10, [ANNA])])
def test_a_hot_lead_that_cools_within_so_many_days(days: int, found: list[str]) -> None:
    stage = stage_of()
    hot(stage)
    assert asked(stage, "cooling", days=days) == found
    stage.world.now += DAY_MS
    assert asked(stage, "cooling", days=9) == [ANNA]


@pytest.mark.parametrize(("days", "found"), [(9, []), (10, [ANNA])])
def test_a_warm_lead_that_turns_cold_within_so_many_days_goes_cold_too(
    days: int, found: list[str]
) -> None:
    stage = stage_of()
    stage.world.happen(form_submitted(answers={}), page_viewed())
    assert stage.get(f"/leads/{ANNA}").body["band"] == "warm"
    assert asked(stage, "cooling", days=days) == found
    stage.world.now += 10 * DAY_MS
    assert asked(stage, "cooling", days=90) == []  # cold already


@pytest.mark.parametrize(("later", "found"), [(14 * DAY_MS - 1, []), (14 * DAY_MS, [ANNA])])
def test_r9_a_lead_is_stuck_after_so_many_days_in_its_band(later: int, found: list[str]) -> None:
    stage = stage_of()
    stage.world.happen(form_submitted())
    stage.world.now = MONDAY + later
    assert asked(stage, "stuck") == found
    stage.ask("PUT", f"/leads/{ANNA}/outcome", {"result": "lost"})
    assert asked(stage, "stuck") == []


@pytest.mark.parametrize(("days", "found"), [(13, []), (14, [ANNA])])
def test_r9_who_came_by_an_import_is_stuck_since_its_facts_say_so(
    days: int, found: list[str]
) -> None:
    stage = stage_of()
    stage.world.now = MONDAY + days * DAY_MS
    stage.world.apply(arrival(form_submitted(), silent=True))
    assert asked(stage, "stuck") == found


def test_r9_a_cold_lead_of_an_import_is_cold_since_its_facts_say_so() -> None:
    stage = stage_of()
    stage.world.now = MONDAY + 20 * DAY_MS
    stage.world.apply(arrival(page_viewed("/nothing"), silent=True))
    assert (stage.world.item()["band"], stage.world.item()["band_since"]) == ("cold", MONDAY)


def test_r9_a_band_that_the_schedule_came_by_late_began_when_its_points_ended() -> None:
    stage = stage_of()
    hot(stage)
    stage.world.now = MONDAY + 12 * DAY_MS
    stage.world.sweep()
    stage.world.now = MONDAY + 24 * DAY_MS
    assert asked(stage, "stuck") == [ANNA]


def test_r9_a_change_of_band_begins_anew() -> None:
    stage = stage_of()
    hot(stage)
    stage.world.now = MONDAY + 10 * DAY_MS  # the page's points end: warm from now on
    stage.world.sweep()
    stage.world.now += 14 * DAY_MS - 1
    assert asked(stage, "stuck") == []
    stage.world.now += 1
    assert asked(stage, "stuck") == [ANNA]


def test_r8_a_warm_lead_stagnates_where_its_score_is_no_higher_than_it_was() -> None:
    stage = stage_of()
    stage.world.happen(form_submitted())
    stage.world.now = MONDAY + 14 * DAY_MS - 1
    assert asked(stage, "stagnating") == []  # nobody knew it then
    stage.world.now += 1
    assert asked(stage, "stagnating") == [ANNA]
    grown = stage_of()
    grown.world.happen(form_submitted(answers={}), page_viewed())
    grown.world.now = MONDAY + 13 * DAY_MS
    grown.world.happen(form_submitted(id="later", at=grown.world.now))
    grown.world.now = MONDAY + 14 * DAY_MS
    assert asked(grown, "stagnating") == []  # 12 then, 20 now
    assert asked(grown, "stagnating", days=1) == [ANNA]  # 20 a day ago too


def test_counts_come_with_the_list_and_say_how_many_were_looked_at() -> None:
    stage = stage_of()
    hot(stage)
    body = stage.get("/leads", counts="true").body
    assert (body["looked_at"], [row["id"] for row in body["leads"]]) == (1, [ANNA])
    assert body["counts"] == {
        "waiting": 1, "no_response": 0, "needs_answer": 1, "cooling": 1, "stuck": 0,
        "stagnating": 0,
    }  # fmt: skip


def test_the_first_thousand_are_looked_at_in_the_order_of_calls() -> None:
    stage = stage_of()
    for number in range(1030):
        address = f"person-{number:04d}@example.com"
        stage.world.happen(form_submitted(id=f"form-{number}", lead=address, email=address))
    stage.world.store.calls.clear()
    body = stage.get("/leads", attention="needs_answer", limit=100).body
    assert (body["looked_at"], body["counts"]["needs_answer"], len(body["leads"])) == (
        1000,
        1000,
        100,
    )
    assert stage.world.store.calls.count("page") <= 12
    assert "history" not in stage.world.store.calls
