"""Whom somebody is to call today: the first of their own list, as many as they call in a day."""

from typing import Any

from functions.leads.team import Member, Team
from functions.scoring.instants import DAY_MS, HOUR_MS, format_instant
from tests.builders import MONDAY, World, compiled_model, form_submitted, page_viewed
from tests.sales.sales_stage import SALES_KINDS, SalesStage

REP, PIOTR = "kasia@example.com", "piotr@example.com"
KINDS = ["page_viewed", "form_submitted", *SALES_KINDS]
HOT, WARM, OTHER = "hot@example.com", "warm@example.com", "other@example.com"


def stage_of(*members: Member) -> SalesStage:
    """Three leads of the first member: one hot, two warm."""
    world = World(model=compiled_model(kinds=KINDS), team=Team(members[:1]))
    for number, name in enumerate((HOT, WARM, OTHER)):
        world.happen(form_submitted(lead=name, email=name, id=f"form-{number}"))
    world.happen(page_viewed(lead=HOT, email=HOT))
    world.team = Team(members)
    return SalesStage(world)


def today(stage: SalesStage, **query: Any) -> tuple[list[str], dict[str, Any]]:
    body = stage.get("/leads", today="true", **query).body
    return [row["id"] for row in body["leads"]], body["share"]


def share(called: int = 0, *, calls: int | None = 2, away: bool = False) -> dict[str, Any]:
    return {"owner": REP, "calls_a_day": calls, "called": called, "away": away}


def test_the_first_of_the_list_are_called_as_many_as_a_day_holds() -> None:
    stage = stage_of(Member(REP, calls_a_day=2))
    rows, told = today(stage)
    assert (rows[0], len(rows), told) == (HOT, 2, share())


def test_who_was_called_today_leaves_and_is_counted_until_midnight_of_the_alerts_time_zone() -> (
    None
):
    stage = stage_of(Member(REP, calls_a_day=2))
    stage.ask("POST", f"/leads/{HOT}/contacted", {"result": "no_answer"})
    rows, told = today(stage)
    assert (len(rows), HOT in rows, told) == (1, False, share(1))
    stage.world.now = MONDAY + 14 * HOUR_MS - 1  # 23:00 in Warsaw is 22:00 UTC, and it is 9:00
    assert today(stage)[1]["called"] == 1
    stage.world.now += 1
    assert today(stage)[1]["called"] == 0


def test_a_call_of_somebody_else_is_none_of_mine_and_not_repeated() -> None:
    stage = stage_of(Member(REP, calls_a_day=2))
    manager = {"username": "manager@example.com", "cognito:groups": "[managers]"}
    stage.ask("POST", f"/leads/{HOT}/contacted", {"result": "reached"}, token=manager)
    rows, told = today(stage)
    assert (sorted(rows), told) == ([OTHER, WARM], share(0))


def test_more_calls_than_planned_leave_nobody() -> None:
    stage = stage_of(Member(REP, calls_a_day=1))
    for lead in (HOT, WARM):
        stage.ask("POST", f"/leads/{lead}/contacted", {"result": "reached"})
    assert today(stage) == ([], share(2, calls=1))


def test_nobody_is_called_by_who_is_away() -> None:
    here = Member(REP, calls_a_day=2, away=(MONDAY + 1, MONDAY + DAY_MS))
    stage = stage_of(here)
    assert len(today(stage)[0]) == 2
    stage.world.now = MONDAY + 1
    assert today(stage) == ([], share(away=True))


def test_without_a_number_or_a_place_in_the_team_the_whole_list_is_todays() -> None:
    assert len(today(stage_of(Member(REP)))[0]) == 3
    stage = stage_of(Member(REP))
    stage.world.team = Team()
    rows, told = today(stage)
    assert (len(rows), told) == (3, share(calls=None))


def test_anybody_may_look_at_the_day_of_a_colleague() -> None:
    stage = stage_of(Member(PIOTR, calls_a_day=1), Member(REP))
    assert today(stage)[0] == []
    rows, told = today(stage, owner=PIOTR)
    assert (rows, told["owner"], told["calls_a_day"]) == ([HOT], PIOTR, 1)


def test_a_machine_says_whose_day_it_means() -> None:
    stage = stage_of(Member(REP))
    machine = {"username": None, "cognito:groups": None}
    answer = stage.ask("GET", "/leads", token=machine, query={"today": "true"})
    assert (answer.status, answer.body["errors"]) == (
        422,
        [{"field": "owner", "code": "missing_owner"}],
    )
    named = {"today": "true", "owner": REP}
    assert stage.ask("GET", "/leads", token=machine, query=named).status == 200


def test_who_asks_is_told_of_the_team_by_name_and_never_of_territories() -> None:
    away = (MONDAY, MONDAY + DAY_MS)
    stage = stage_of(
        Member(REP, "Zofia", calls_a_day=9), Member(PIOTR, "Adam", "manager", away=away)
    )
    assert stage.get("/me").body["team"] == [
        {"mail": PIOTR, "name": "Adam", "role": "manager", "calls_a_day": None, "away": True},
        {"mail": REP, "name": "Zofia", "role": "rep", "calls_a_day": 9, "away": False},
    ]


def test_what_is_told_says_when() -> None:
    assert stage_of(Member(REP)).get("/leads", today="true").body["as_of"] == format_instant(MONDAY)
