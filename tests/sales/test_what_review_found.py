"""What a fresh pair of eyes broke, by what it would have done to a sales team."""

import json
from typing import Any

import pytest

from functions.leads.lead import read_lead
from functions.leads.sweep import Sweep
from functions.leads.team import Member, Team
from functions.scoring.facts import TEAM_ASSIGNED, Fact
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS, parse_instant
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
from tests.leads.test_what_sales_did import did
from tests.sales.many_leads import copies
from tests.sales.sales_stage import KASIA, OLEK, SALES_KINDS, SalesStage

KINDS = ["page_viewed", "form_submitted", *SALES_KINDS]
KEY = {"idempotency-key": "crm-call-77"}
MANAGER = {"username": "jan@example.com", "cognito:groups": "[managers]"}
WORKING_DAYS = [[480, 1020]] * 5 + [None, None]
FRIDAY_NIGHT, OPENING = map(parse_instant, ("2026-11-27T21:00:00Z", "2026-11-30T07:00:00Z"))


def stage_of(*members: Member, **model: Any) -> SalesStage:
    told = compiled_model(kinds=KINDS, countries={"pl": "PL", "de": "DE"}, **model)
    return SalesStage(World(model=told, team=Team(members)))


def hot(stage: SalesStage) -> SalesStage:
    stage.world.happen(form_submitted(), page_viewed())
    stage.world.now += MINUTE_MS
    return stage


def contacts(stage: SalesStage) -> int:
    happened = stage.get(f"/leads/{ANNA}").body["happened"]
    return [one["kind"] for one in happened].count("sales_contacted")


def owner(world: World) -> str | None:
    return read_lead(world.item()).merged.dealings.owner


def test_a_retry_under_one_key_is_one_call_however_late_and_scores_once() -> None:
    called = activity_rule("called", activity="sales_contacted", where=None, at_most=3)
    world = World(model=compiled_model(answer_rule(), called, kinds=KINDS))
    stage = SalesStage(world)
    world.happen(form_submitted())
    scores = []
    for _ in range(3):
        world.now += HOUR_MS
        answer = stage.ask("POST", f"/leads/{ANNA}/contacted", {"result": "reached"}, headers=KEY)
        scores.append(answer.body["score"])
    assert (scores, contacts(stage)) == ([32] * 3, 1)


def test_a_late_retry_does_not_take_a_lead_back_from_who_was_given_it_meanwhile() -> None:
    stage = hot(stage_of())
    asked = ("PUT", f"/leads/{ANNA}/owner")
    stage.ask(*asked, {"owner": KASIA}, headers=KEY)
    stage.world.now += MINUTE_MS
    stage.ask(*asked, {"owner": OLEK}, token=MANAGER)
    stage.world.now += MINUTE_MS
    stage.ask(*asked, {"owner": KASIA}, token=MANAGER, headers=KEY)
    assert owner(stage.world) == OLEK


def test_ticks_under_one_key_are_the_same_ticks() -> None:
    ideal = {"ideal": "i", "says": {}, "criteria": [{"criterion": "b2b", "asks": "?"}]}
    stage = hot(stage_of(ideal_leads=[ideal]))
    for _ in range(2):
        stage.world.now += MINUTE_MS
        stage.ask("PUT", f"/leads/{ANNA}/ticks", {"ticks": {"b2b": "yes"}}, headers=KEY)
    happened = stage.get(f"/leads/{ANNA}").body["happened"]
    assert [one["kind"] for one in happened].count("sales_ticked") == 1


def test_a_lead_that_a_rep_enters_is_theirs_whosever_territory_it_lies_in() -> None:
    stage = stage_of(Member(KASIA), Member(OLEK, owns={"country": frozenset({"pl"})}))
    body = {"email": ANNA, "answers": {"job_title": "CEO", "country": "PL"}}
    assert stage.ask("POST", "/leads", body).body["owner"] == KASIA
    stage.world.now += MINUTE_MS
    answer = stage.ask("POST", f"/leads/{ANNA}/contacted", {"result": "reached"})
    assert answer.status == 200


def test_what_a_rep_learns_of_nobodys_lead_does_not_give_it_to_a_colleague() -> None:
    stage = stage_of(Member(OLEK))
    stage.world.happen(form_submitted(answers={"country": "PL"}))
    stage.world.now += MINUTE_MS
    told = stage.ask("PATCH", f"/leads/{ANNA}/answers", {"answers": {"job_title": "CEO"}})
    assert (told.body["band"], told.body["owner"]) == ("warm", KASIA)


def test_who_enters_a_lead_as_a_manager_leaves_it_to_the_team() -> None:
    stage = stage_of(Member(OLEK))
    body = {"email": ANNA, "answers": {"job_title": "CEO"}}
    assert stage.ask("POST", "/leads", body, token=MANAGER).body["owner"] == OLEK


@pytest.mark.parametrize("groups", ["[reps]", "[admins]"])
def test_a_person_whom_an_issuer_does_not_name_is_no_machine(groups: str) -> None:
    stage = hot(stage_of())
    scopes = "leads/read leads/write leads/admin"
    token = {"username": None, "scope": scopes, "cognito:groups": groups}
    asked = (
        ("GET", f"/leads/{ANNA}"),
        ("GET", f"/leads/{ANNA}/export"),
        ("DELETE", f"/leads/{ANNA}"),
    )
    assert [stage.ask(*one, token=token).status for one in asked] == [403] * 3


def test_a_token_of_a_client_in_a_persons_name_is_no_admin() -> None:
    stage = hot(stage_of())
    claims = {"username": None, "cognito:groups": None, "client_id": "crm", "sub": "somebody"}
    token = claims | {"scope": "leads/read leads/admin"}
    assert stage.ask("GET", f"/leads/{ANNA}/export", token=token).status == 403
    assert stage.ask("GET", f"/leads/{ANNA}/export", token=token | {"sub": "crm"}).status == 200


def test_a_machine_has_no_list_of_its_own() -> None:
    machine = {"username": None, "cognito:groups": None}
    answer = stage_of().ask("GET", "/leads", token=machine, query={"owner": "me"})
    assert answer.mistakes == [("owner", "missing_owner")]


def test_how_many_were_looked_at_is_said_whatever_fitted() -> None:
    stage = stage_of()
    stage.world.happen(form_submitted())
    (like,) = stage.world.store.leads.values()
    many = {item["lead"]: item for item in copies(like, 1_200)}
    stage.world.store.leads.update(many)
    assert stage.get("/leads", country="CZ", counts="true").body["looked_at"] == 1_000
    first = min(stage.world.store.leads.values(), key=lambda item: str(item["call_order"]))
    first["layout"] = 99  # nobody can read it
    assert not stage.desk.standing().looked_at_all


def test_todays_calls_are_counted_over_the_whole_list_and_shown_without_pages() -> None:
    stage = stage_of(Member(KASIA, calls_a_day=40))
    for number in range(45):
        name = f"p{number}@example.com"
        country = "DE" if number == 0 else "PL"
        answers = {"job_title": "CEO", "country": country}
        stage.world.happen(form_submitted(lead=name, email=name, id=name, answers=answers))
    stage.world.now += MINUTE_MS
    stage.ask("POST", "/leads/p0@example.com/contacted", {"result": "reached"})
    body = stage.get("/leads", today="true", country="PL").body
    assert (body["share"]["called"], len(body["leads"])) == (1, 39)


def test_a_number_that_a_form_names_is_no_number_of_a_crm() -> None:
    fields = compiled_model()["fields"] | {"external_id": {"type": "text"}}
    stage = hot(stage_of(fields=fields))
    stage.ask("PATCH", f"/leads/{ANNA}/answers", {"answers": {"external_id": "crm-1"}})
    thief = "a-thief@example.com"
    stage.world.happen(
        form_submitted(lead=thief, email=thief, id="x", answers={"external_id": "crm-1"})
    )
    assert stage.get("/leads/external_id:crm-1").body["email"] == ANNA
    assert "external_id" not in stage.world.item(thief)


def held_until_monday() -> World:
    """Hot on Friday night, told of when sales is at work."""
    alerts = compiled_model()["alerts"] | {"hours": WORKING_DAYS, "contact_within": HOUR_MS}
    world = World(model=compiled_model(kinds=KINDS, alerts=alerts), now=FRIDAY_NIGHT)
    world.happen(form_submitted(at=world.now), page_viewed(at=world.now))
    return world


def opened(world: World, later: int = 0) -> World:
    world.now = OPENING + later
    Sweep(world.around()).sweep([ANNA])
    return world


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("contacted", {"result": "reached"}),
        ("postponed", {"until": "2026-12-24T08:00:00.000Z"}),
        ("rejected", {"reason": "a student"}),
    ],
)
def test_who_was_dealt_with_before_sales_opened_is_told_of_no_more(
    kind: str, said: dict[str, str]
) -> None:
    world = held_until_monday()
    world.now += HOUR_MS
    world.happen(did(kind, at=world.now, **said))
    assert opened(world).topic.alerts == []
    assert opened(world, 2 * HOUR_MS).topic.alerts == []  # nor escalated
    waiting = SalesStage(world).get("/leads", attention="waiting").body["leads"]
    assert bool(waiting) is (kind == "rejected")  # who complained of it called nobody


def test_the_time_to_contact_begins_when_sales_was_told() -> None:
    world = opened(held_until_monday())
    assert len(world.topic.alerts) == 1
    world.now += 5 * MINUTE_MS
    world.happen(did("contacted", at=world.now, result="reached"))
    assert json.loads(world.item()["quality"])["minutes"] == 5


def test_an_escalation_says_since_when_sales_has_known() -> None:
    world = opened(opened(held_until_monday()), HOUR_MS)
    first, second = world.topic.alerts
    assert second.attributes["kind"] == "escalation"
    assert "27.11.2026" not in second.bodies["email"].split("\n")[0]
    assert first.alert_id != second.alert_id


def test_the_minutes_to_contact_are_the_same_in_any_order() -> None:
    calls = [did("contacted", at=MONDAY + h * HOUR_MS, id=str(h), result="reached") for h in (1, 3)]
    told = []
    for order in (calls, calls[::-1]):
        world = World(model=compiled_model(kinds=KINDS))
        world.happen(form_submitted(), page_viewed())
        world.now += 5 * HOUR_MS
        for call in order:
            world.happen(call)
        told.append(json.loads(world.item()["quality"])["minutes"])
    assert told == [60, 60]


def test_the_owner_of_an_imported_file_outlasts_the_list_of_today() -> None:
    world = World(
        model=compiled_model(kinds=KINDS), team=Team((Member(OLEK),)), now=MONDAY + DAY_MS
    )
    kept = Fact(ANNA, MONDAY + 1000, "team", TEAM_ASSIGNED, ANNA, {"owner": KASIA})
    for fact in (form_submitted(), kept, kept):
        world.move().apply(ANNA, [arrival(fact, silent=True, received_at=world.now)])
        world.now += 1000
    assert owner(world) == KASIA


def test_of_whom_nobody_is_told_nobody_waits() -> None:
    stage = hot(stage_of())
    stage.world.happen(Fact(ANNA, stage.world.now, "u", "email_complained", ANNA))
    assert stage.get("/leads", attention="waiting").body["leads"] == []
    assert stage.get("/leads").body["leads"][0]["do_not_contact"] == "complained"


def test_among_the_warm_who_moved_since_a_call_comes_before_who_was_never_called() -> None:
    stage = stage_of()
    for name in ("called@example.com", "new@example.com"):
        stage.world.happen(form_submitted(lead=name, email=name, id=name))
    stage.world.now += MINUTE_MS
    stage.ask("POST", "/leads/called@example.com/contacted", {"result": "no_answer"})
    assert [row["id"][:3] for row in stage.get("/leads").body["leads"]] == ["new", "cal"]
    stage.world.now += MINUTE_MS
    again = form_submitted(
        lead="called@example.com", email="called@example.com", id="2", at=stage.world.now
    )
    stage.world.happen(again)
    assert [row["id"][:3] for row in stage.get("/leads").body["leads"]] == ["cal", "new"]
