"""What a CRM or a rep writes by mistake is refused by name, and never answered as done."""

import json
from typing import Any

import pytest

from cli.fact_writing import FactWriter
from functions.intake.fact_line import read_fact
from functions.leads.history import read_record
from functions.leads.team import Member, Team
from functions.scoring.instants import MINUTE_MS
from tests.builders import ANNA, compiled_model, form_submitted, page_viewed
from tests.sales.sales_stage import KASIA, OLEK, SalesStage
from tests.sales.test_calling_leads import WRITES

MANAGER = {"cognito:groups": "[managers]", "username": "jan@example.com"}
MACHINE = {"username": None, "cognito:groups": None, "sub": "crm", "client_id": "crm"}
FIELDS = compiled_model()["fields"] | {"company_size": {"type": "number", "also": ["employees"]}}


@pytest.fixture
def stage() -> SalesStage:
    stage = SalesStage()
    stage.world.model["fields"] = FIELDS
    stage.world.happen(form_submitted(), page_viewed())
    stage.world.now += MINUTE_MS
    return stage


@pytest.mark.parametrize(
    ("given", "meant"),
    [("comapny_size", "company_size"), ("employes", "company_size"), ("nope", None)],
)
@pytest.mark.parametrize("enters", [True, False])
def test_an_unknown_field_is_refused_with_what_could_have_been_meant(
    stage: SalesStage, given: str, meant: str | None, enters: bool
) -> None:
    body: dict[str, Any] = {"answers": {given: 50, "country": "PL"}}
    facts = dict(stage.world.store.facts)
    if enters:
        answer = stage.ask("POST", "/leads", body | {"email": "jan@example.com"})
    else:
        answer = stage.ask("PATCH", f"/leads/{ANNA}/answers", body)
    hint = {"did_you_mean": meant} if meant else {}
    assert answer.status == 422
    assert answer.body["errors"] == [{"field": "answers", "code": "unknown_field", **hint}]
    assert stage.world.store.facts == facts


def test_a_field_under_another_of_its_names_is_known(stage: SalesStage) -> None:
    answer = stage.ask("PATCH", f"/leads/{ANNA}/answers", {"answers": {"Employees": 50}})
    told = {one["field"]: one["value"] for one in answer.body["answers"]}
    assert (answer.status, told["company_size"]) == (200, 50)


@pytest.mark.parametrize("answers", [{}, {"company": ""}, {"company": "  ", "phone": ""}])
def test_no_fact_says_nothing(stage: SalesStage, answers: dict[str, Any]) -> None:
    facts = dict(stage.world.store.facts)
    assert stage.ask("PATCH", f"/leads/{ANNA}/answers", {"answers": answers}).status == 422
    entered = stage.ask("POST", "/leads", {"email": ANNA})
    assert (entered.status, entered.body["id"]) == (201, ANNA)  # known already, and nothing new
    assert stage.world.store.facts == facts


@pytest.mark.parametrize(("method", "what", "body"), WRITES)
def test_no_route_swallows_what_it_does_not_know(
    stage: SalesStage, method: str, what: str, body: Any
) -> None:
    answer = stage.ask(method, f"/leads/{ANNA}/{what}", body | {"nope": 1})
    assert (answer.status, answer.mistakes) == (422, [("body", "unknown_field")])


@pytest.mark.parametrize("token", [MANAGER, MACHINE])
def test_an_owner_is_somebody_of_the_team(stage: SalesStage, token: dict[str, Any]) -> None:
    stage.world.team = Team((Member(OLEK), Member("ghost@example.com")))
    asked = ("PUT", f"/leads/{ANNA}/owner")
    wrong = stage.ask(*asked, {"owner": "ghsot@example.com"}, token=token)
    assert wrong.status == 422
    assert wrong.body["errors"] == [
        {"field": "owner", "code": "unknown_owner", "choices": ["ghost@example.com", OLEK]}
    ]
    for right in (OLEK.upper(), "ghost@example.com", None):
        assert stage.ask(*asked, {"owner": right}, token=token).status == 200


def test_whoever_signed_in_may_take_a_lead_and_without_a_team_anybody(stage: SalesStage) -> None:
    asked = ("PUT", f"/leads/{ANNA}/owner")
    assert stage.ask(*asked, {"owner": "ghsot@example.com"}, token=MANAGER).status == 200
    other = SalesStage()
    other.world.team = Team((Member(OLEK),))
    other.world.happen(form_submitted(answers={"country": "PL"}))
    assert other.ask(*asked, {"owner": KASIA}).status == 200


@pytest.mark.parametrize("number", ["", "%20", "x" * 500, "%F0%9F%98%80" * 41])
def test_an_id_of_a_crm_that_nobody_has_is_no_lead(stage: SalesStage, number: str) -> None:
    answer = stage.get(f"/leads/external_id:{number}")
    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_a_number_too_long_to_be_found_by_keeps_no_lead_from_being_written() -> None:
    stage = SalesStage()
    stage.world.model["fields"] = FIELDS | {"external_id": {"type": "message"}}
    stage.world.happen(form_submitted())
    answers = {"external_id": "x" * 3000}
    assert stage.ask("PATCH", f"/leads/{ANNA}/answers", {"answers": answers}).status == 200
    assert "external_id" not in stage.world.item()


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("quality", {"from": "0000-01"}, "from"),
        ("quality", {"from": "1999-12", "to": "2000-01"}, "from"),
        ("quality", {"from": "2026-01", "to": "2026-13"}, "to"),
        ("quality.csv", {"from": "2026-02", "to": "2026-01"}, "from"),
        ("completeness", {"to": "2026-99"}, "to"),
        ("goals", {"month": "2026-99"}, "month"),
        ("goals", {"month": "1026-01"}, "month"),
    ],
)
def test_a_month_that_is_none_is_refused_by_the_name_of_its_parameter(
    stage: SalesStage, path: str, query: dict[str, str], field: str
) -> None:
    answer = stage.ask("GET", f"/reports/{path}", token=MANAGER, query=query)
    assert (answer.status, answer.mistakes) == (422, [(field, "invalid_period")])


def test_the_first_month_there_is_has_one_before_it(stage: SalesStage) -> None:
    query = {"from": "2000-01", "to": "2000-01"}
    body = stage.ask("GET", "/reports/quality", query=query).body
    assert (body["before_from"], body["before_to"]) == ("1999-12", "1999-12")


def test_r31_who_first_came_by_sales_is_of_no_other_channel(stage: SalesStage) -> None:
    jan, lead = "jan@example.com", {"answers": {"job_title": "CEO"}}
    assert stage.ask("POST", "/leads", {"email": jan, **lead}).body["channel"] == "sales"
    stage.world.now += MINUTE_MS
    ads = form_submitted(
        lead=jan, email=jan, id="f2", at=stage.world.now, touch={"utm_medium": "cpc"}
    )
    stage.world.happen(ads)
    assert stage.get(f"/leads/{jan}").body["channel"] == "sales"
    assert stage.ask("POST", "/leads", {"email": ANNA, **lead}).body["channel"] == "direct"
    assert list(stage.get("/leads", channel="sales").body["leads"][0]) != []


def test_r31_a_fact_file_says_who_first_came_by_sales(stage: SalesStage) -> None:
    stage.ask("POST", "/leads", {"email": "jan@example.com"})
    (item,) = (one for key, one in stage.world.store.facts.items() if key[0] == "jan@example.com")
    fact = read_record(item).fact
    line = json.loads(FactWriter(stage.world.model, no_persons=False).line(fact))
    again = read_fact(line, received_at=None, model=stage.world.model, lead_id=str)
    assert (line["entered_by"], again) == ("sales", fact)
