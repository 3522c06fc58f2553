"""What managers read on Monday: each figure is one the list and the reports give."""

import json
from typing import Any

import pytest

from functions.leads.hot_alert import Alert
from functions.leads.team import Member, Team
from functions.sales.sales_desk import SalesDesk
from functions.sales.summary import summary
from functions.scoring.instants import DAY_MS, HOUR_MS, parse_instant
from tests.builders import (
    World,
    activity_rule,
    answer_rule,
    compiled_model,
    form_submitted,
    page_viewed,
)
from tests.sales.sales_stage import IDEAL, SALES_KINDS, SalesStage

MORNING = parse_instant("2026-11-30T07:00:00Z")  # a Monday, eight o'clock in Warsaw
KASIA, PIOTR, OLA = (f"{name}@example.com" for name in ("kasia", "piotr", "ola"))
MANAGER = {"username": "jan@example.com", "cognito:groups": "[managers]"}
KINDS = ["page_viewed", "form_submitted", *SALES_KINDS]
GOALS = {"direct": {"leads": 3, "ideal": 50}, "ads": {"leads": 9}}
MAIL = """\
Monday summary, 30.11.2026

On the call list now:
  2 hot, 1 warm
  1 hot and nobody called since the alert, the longest since 29.11.2026 08:00
  1 reached by nobody, and silent since
  3 of whom an answer is missing

By owner:
  Kasia Nowak: 2 hot, 1 to call now, 1 warm
  Piotr: 0 hot, 0 to call now, 0 warm (away)

How good the leads are:
  2026-11: leads 3, ideal unknown, hot 2, won 0 (0), first contact after 60 min
    Sales rejected 1: a student (1)
  2026-10: leads 1, ideal unknown, hot 0, won 1 (900)

Goals of 2026-11:
  ads: 0 of 9 leads, ideal: unknown
  direct: 3 of 3 leads, ideal: unknown (goal: 50 %)

Open the console: https://sales.example.com/
"""


def stage_of(language: str = "en") -> SalesStage:
    """Three leads of this month and one of the last, and what sales did with them."""
    alerts = compiled_model()["alerts"] | {"language": language}
    model = compiled_model(kinds=KINDS, ideal_leads=[IDEAL], goals=GOALS, alerts=alerts)
    world = World(model=model, team=Team((Member(KASIA, "Kasia Nowak"),)))
    stage = SalesStage(world)
    for number, days in enumerate((35, 1, 1, 1)):
        world.now = MORNING - days * DAY_MS
        name = f"person-{number}@example.com"
        world.happen(form_submitted(lead=name, email=name, id=f"f-{number}", at=world.now))
    for number in (1, 2):
        name = f"person-{number}@example.com"
        world.happen(page_viewed(lead=name, email=name, at=world.now))
    world.now += HOUR_MS
    for method, number, what, body in (
        ("PUT", 0, "outcome", {"result": "won", "amount": 900}),
        ("POST", 2, "contacted", {"result": "no_answer"}),
        ("POST", 3, "reject", {"reason": "a student"}),
    ):
        path = f"/leads/person-{number}@example.com/{what}"
        assert stage.ask(method, path, body, token=MANAGER).status == 200
    world.now = MORNING
    away = (MORNING - DAY_MS, MORNING + DAY_MS)
    jan = Member("jan@example.com", "Jan", "manager")
    world.team = Team((Member(KASIA, "Kasia Nowak"), Member(PIOTR, "Piotr", away=away), jan))
    return stage


def told(stage: SalesStage, url: str = "https://sales.example.com/") -> Alert:
    desk: SalesDesk = stage.desk
    return summary(desk.standing(), desk.team, stage.world.model["alerts"], console_url=url)


def test_the_whole_mail_can_be_read_at_a_glance() -> None:
    alert = told(stage_of())
    assert alert.bodies["email"] == MAIL
    assert alert.subject == "Leads this week: 1 to call now, 2 hot, 1 warm"
    assert alert.attributes == {"kind": "summary", "alert_id": "summary-2026-W49"}


def test_in_polish_every_word_is_polish() -> None:
    text = told(stage_of("pl")).bodies["email"]
    assert "Podsumowanie poniedziałkowe, 30.11.2026" in text
    assert "Kasia Nowak: gorących 2, do telefonu teraz 1, ciepłych 1" in text
    assert not {"hot", "warm", "leads", "away"} & set(text.replace(",", " ").split())


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "1 hot or warm that will leave their band within 14 days"),
        ("pl", "gorące lub ciepłe, które w ciągu 14 dni spadną do niższej kategorii: 1"),
    ],
)
def test_who_cools_is_named_as_it_is_counted_a_warm_one_too(language: str, line: str) -> None:
    fades = activity_rule(steps=[[0, 12], [10 * DAY_MS, 0]])
    alerts = compiled_model()["alerts"] | {"language": language}
    stage = SalesStage(World(model=compiled_model(answer_rule(), fades, alerts=alerts)))
    stage.world.happen(form_submitted(answers={}), page_viewed())
    assert [row["band"] for row, _ in stage.desk.standing().rows] == ["warm"]
    assert line in told(stage).bodies["email"]


def test_ideal_leads_are_counted_among_those_of_whom_it_is_known() -> None:
    stage = stage_of()
    path = "/leads/person-1@example.com/ticks"
    ticks = {"ticks": {"ceo": "yes", "b2b": "yes"}}
    assert stage.ask("PUT", path, ticks, token=MANAGER).status == 200
    text = told(stage).bodies["email"]
    assert "2026-11: leads 3, ideal 1 of 1 known, hot 2" in text
    goal = "direct: 3 of 3 leads, ideal: 100 % (goal: 50 %), too few known to tell"
    assert goal in text


def test_a_complaint_by_a_code_is_in_the_words_of_the_mails_language() -> None:
    stage = stage_of("pl")
    path = "/leads/person-3@example.com/reject"
    assert stage.ask("POST", path, {"reason": "student"}, token=MANAGER).status == 200
    assert "Sprzedaż odrzuciła 1: student albo szuka pracy (1)" in told(stage).bodies["email"]


def test_every_figure_is_one_of_the_api() -> None:
    stage = stage_of()
    facts: dict[str, Any] = json.loads(told(stage).bodies["lambda"])
    counts = stage.get("/leads", counts="true").body["counts"]
    assert facts["attention"] == counts
    month: dict[str, Any] = {"from": "2026-11", "to": "2026-11", "by": "month"}
    (group,) = stage.get("/reports/quality", **month).body["groups"][:1]
    now, before = facts["months"]
    assert {name: now[name] for name in now if name != "month"} == {
        name: group[name] for name in now if name != "month"
    }
    assert before["won_value"] == 900
    assert facts["goals"] == stage.get("/reports/goals", month="2026-11").body["channels"]


def test_without_leads_or_team_it_says_so_shortly() -> None:
    stage = SalesStage(World(model=compiled_model(kinds=KINDS), now=MORNING))
    text = told(stage, url="").bodies["email"]
    assert "0 hot, 0 warm" in text
    assert "By owner" not in text
    assert "console" not in text


@pytest.mark.parametrize("protocol", ["sms", "https"])
def test_each_protocol_has_its_wording(protocol: str) -> None:
    alert = told(stage_of())
    if protocol == "sms":
        assert alert.bodies["sms"] == alert.subject
    else:
        chat = json.loads(alert.bodies["https"])
        assert chat["content"]["title"] == alert.subject
        assert chat["metadata"]["eventType"] == "summary"
