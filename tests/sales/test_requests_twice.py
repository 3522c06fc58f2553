"""B4: a key is one request. The same again is the first success again, another one is refused."""

from collections.abc import Mapping
from typing import Any

import pytest

from functions.leads.lead_table import TryLater
from functions.leads.team import Member, Team
from functions.scoring.facts import Fact
from functions.scoring.instants import HOUR_MS, MINUTE_MS
from tests.builders import ANNA, MONDAY, form_submitted, page_viewed
from tests.sales.sales_stage import IDEAL, KASIA, OLEK, Answer, SalesStage

KEY = {"idempotency-key": "crm-77"}
REUSED = [("idempotency-key", "idempotency_key_reused")]
MANAGER = {"cognito:groups": "[managers]", "username": "jan@example.com"}
OTHERS = (
    ("PATCH", "answers", {"answers": {"country": "PL"}}, {"answers": {"country": "DE"}}),
    ("PATCH", "answers", {"answers": {"country": "PL"}}, {"answers": {"company": "X"}}),
    ("PUT", "ticks", {"ticks": {"b2b": "yes"}}, {"ticks": {"b2b": "no"}}),
    ("PUT", "ticks", {"ticks": {"b2b": "yes"}}, {"ticks": {"ceo": "yes"}}),
    ("PUT", "ticks", {"ticks": {"b2b": "yes"}}, {"ticks": {"b2b": "yes", "ceo": "yes"}}),
    ("PUT", "outcome", {"result": "lost"}, {"result": "won"}),
    ("PUT", "outcome", {"result": "won"}, {"result": "lost"}),
    ("PUT", "outcome", {"result": "won", "amount": 5}, {"result": "won", "amount": 6}),
    ("PUT", "owner", {"owner": KASIA}, {"owner": None}),
    ("POST", "contacted", {"result": "reached"}, {"result": "no_answer"}),
    ("PUT", "later", {"until": "2026-12-01T08:00:00Z"}, {"until": None}),
    ("POST", "reject", {"reason": "a student"}, {"reason": "no budget"}),
)


@pytest.fixture
def stage() -> SalesStage:
    stage = SalesStage()
    stage.world.happen(form_submitted(), page_viewed())
    stage.world.now += MINUTE_MS
    return stage


def ask(stage: SalesStage, method: str, what: str, body: Any, **more: Any) -> Answer:
    stage.world.now += MINUTE_MS
    headers: Mapping[str, str] = KEY | more.pop("headers", {})
    return stage.ask(method, f"/leads/{ANNA}/{what}", body, headers=headers, **more)


@pytest.mark.parametrize(("method", "what", "body", "other"), OTHERS)
def test_b4_another_body_under_a_key_is_refused_and_changes_nothing(
    stage: SalesStage, method: str, what: str, body: Any, other: Any
) -> None:
    first = ask(stage, method, what, body)
    kept = dict(stage.world.store.leads), dict(stage.world.store.facts)
    refused = ask(stage, method, what, other)
    assert (first.status, refused.status, refused.mistakes) == (200, 422, REUSED)
    assert (stage.world.store.leads, stage.world.store.facts) == kept
    again = ask(stage, method, what, body)
    assert (again.status, again.body["revision"]) == (200, first.body["revision"])
    assert (stage.world.store.leads, stage.world.store.facts) == kept


@pytest.mark.parametrize("said", [{"answers": {"job_title": "CEO"}}, {}])
def test_b4_a_lead_is_entered_once_under_a_key_and_not_otherwise(said: dict[str, Any]) -> None:
    stage = SalesStage()
    body: dict[str, Any] = {"email": ANNA} | said
    for _ in range(2):
        stage.world.now += MINUTE_MS
        assert stage.ask("POST", "/leads", body, headers=KEY).status == 201
    refused = stage.ask("POST", "/leads", body | {"answers": {"name": "A"}}, headers=KEY)
    assert (refused.status, refused.mistakes, len(stage.world.store.facts)) == (422, REUSED, 1)


@pytest.mark.parametrize(("method", "what", "body", "_"), OTHERS)
def test_what_was_done_on_a_revision_is_done_again_whatever_the_revision_is_now(
    stage: SalesStage, method: str, what: str, body: Any, _: Any
) -> None:
    stated = {"if-match": f'"{stage.get(f"/leads/{ANNA}").body["revision"]}"'}
    first = ask(stage, method, what, body, headers=stated)
    again = ask(stage, method, what, body, headers=stated)
    assert (first.status, again.status) == (200, 200)
    assert again.body["revision"] == first.body["revision"]
    new = {"idempotency-key": "another", **stated}
    assert stage.ask(method, f"/leads/{ANNA}/{what}", body, headers=new).status == 412


def test_who_gave_a_lead_away_is_told_so_again(stage: SalesStage) -> None:
    ask(stage, "PUT", "owner", {"owner": KASIA})
    stage.world.now += 1
    stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": OLEK}, token=MANAGER)
    again = ask(stage, "PUT", "owner", {"owner": KASIA})
    assert (again.status, again.body["owner"]) == (200, OLEK)
    assert ask(stage, "POST", "contacted", {"result": "reached"}).status == 403


def test_one_key_serves_each_kind_of_write_once(stage: SalesStage) -> None:
    done = {(method, what): body for method, what, body, _ in reversed(OTHERS)}
    for (method, what), body in done.items():
        assert ask(stage, method, what, body).status == 200, what


def test_a_colleagues_retry_is_the_same_request(stage: SalesStage) -> None:
    first = ask(stage, "POST", "contacted", {"result": "reached"})
    again = ask(stage, "POST", "contacted", {"result": "reached"}, token=MANAGER)
    assert again.body["contacted"] == first.body["contacted"]
    assert again.body["revision"] == first.body["revision"]


@pytest.mark.parametrize(("result", "status"), [("won", 200), ("lost", 422)])
def test_a_fact_of_a_file_is_compared_by_what_it_says(
    stage: SalesStage, result: str, status: int
) -> None:
    said = {"result": "won", "by": OLEK}
    stage.world.happen(Fact(ANNA, MONDAY, "crm-77", "sales_concluded", ANNA, said))
    answer = ask(stage, "PUT", "outcome", {"result": result})
    assert (answer.status, answer.mistakes if status == 422 else []) == (
        status,
        REUSED if status == 422 else [],
    )
    assert stage.get(f"/leads/{ANNA}").body["outcome"]["result"] == "won"


REP = {"cognito:groups": "[reps]", "username": OLEK}
TICKED = {"definition": "b2b-ceo", "criterion": "b2b", "answer": "yes"}


@pytest.mark.parametrize("by", [OLEK, "jan@example.com"])
def test_e_a_part_that_is_known_by_its_key_opens_no_colleagues_lead(
    stage: SalesStage, by: str
) -> None:
    ticked = Fact(ANNA, MONDAY, "crm-77/b2b-ceo/b2b", "sales_ticked", ANNA, TICKED | {"by": by})
    stage.world.happen(ticked)
    stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": KASIA}, token=MANAGER)
    kept = dict(stage.world.store.leads), dict(stage.world.store.facts)
    body = {"ticks": {"b2b": "yes", "ceo": "no"}}
    assert ask(stage, "PUT", "ticks", body, token=REP).status == 403
    assert (stage.world.store.leads, stage.world.store.facts) == kept


def test_a_part_that_is_known_by_its_key_excuses_no_stale_revision(stage: SalesStage) -> None:
    ticked = Fact(ANNA, MONDAY, "crm-77/b2b-ceo/b2b", "sales_ticked", ANNA, TICKED | {"by": OLEK})
    stage.world.happen(ticked)
    kept = dict(stage.world.store.leads), dict(stage.world.store.facts)
    body = {"ticks": {"b2b": "yes", "ceo": "no"}}
    stale = {"if-match": '"1"'}
    assert ask(stage, "PUT", "ticks", body, token=REP, headers=stale).status == 412
    assert (stage.world.store.leads, stage.world.store.facts) == kept


@pytest.mark.parametrize(
    ("by", "answer", "status"),
    [(OLEK, "yes", 200), ("jan@example.com", "yes", 403), (OLEK, "no", 403)],
)
def test_a_fact_without_a_mark_is_the_callers_own_request_where_it_says_the_same(
    stage: SalesStage, by: str, answer: str, status: int
) -> None:
    said = TICKED | {"by": by, "answer": answer}
    stage.world.happen(Fact(ANNA, MONDAY, "crm-77/b2b-ceo/b2b", "sales_ticked", ANNA, said))
    stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": KASIA}, token=MANAGER)
    kept = dict(stage.world.store.leads), dict(stage.world.store.facts)
    assert ask(stage, "PUT", "ticks", {"ticks": {"b2b": "yes"}}, token=REP).status == status
    assert (stage.world.store.leads, stage.world.store.facts) == kept


def test_a_colleagues_retry_takes_no_lead(stage: SalesStage) -> None:
    first = ask(stage, "POST", "contacted", {"result": "reached"}, token=MANAGER)
    stage.world.team = Team((Member(OLEK), Member(KASIA)))
    kept = dict(stage.world.store.facts)
    with_team = SalesStage(world=stage.world)
    again = ask(with_team, "POST", "contacted", {"result": "reached"}, token=REP)
    assert (again.status, again.body["revision"]) == (200, first.body["revision"])
    assert stage.world.store.facts == kept


def test_answers_are_known_again_when_the_model_has_dropped_their_field(stage: SalesStage) -> None:
    body = {"answers": {"country": "PL"}}
    entered = {"email": "jan@example.com"} | body
    assert ask(stage, "PATCH", "answers", body).status == 200
    assert stage.ask("POST", "/leads", entered, headers=KEY).status == 201
    fields = {name: told for name, told in stage.world.model["fields"].items() if name != "country"}
    stage.world.model = stage.world.model | {"version": "v2", "fields": fields}
    later = SalesStage(world=stage.world)
    kept = dict(stage.world.store.facts)
    assert ask(later, "PATCH", "answers", body).status == 200
    assert later.ask("POST", "/leads", entered, headers=KEY).status == 201
    assert stage.world.store.facts == kept
    assert later.ask("PATCH", f"/leads/{ANNA}/answers", body).status == 422


def test_what_died_between_history_and_lead_is_finished_by_the_retry(stage: SalesStage) -> None:
    def dies(step: str) -> None:
        if step == "write":
            raise TryLater

    stage.world.team = Team((Member(OLEK), Member(KASIA)))
    stage.world.store.before = dies
    assert ask(stage, "POST", "contacted", {"result": "reached"}).status == 503
    stage.world.store.before = lambda _: None
    kept = dict(stage.world.store.facts)
    answer = ask(stage, "POST", "contacted", {"result": "reached"})
    assert (answer.status, answer.body["contacted"]["result"]) == (200, "reached")
    assert stage.world.store.facts == kept


@pytest.mark.parametrize(("owner", "status"), [(None, 200), (OLEK, 403)])
def test_what_was_kept_in_part_is_judged_anew_and_finished(
    stage: SalesStage, owner: str | None, status: int
) -> None:
    def dies(step: str) -> None:
        if step == "write":
            raise TryLater

    stage.world.store.before = dies
    body = {"ticks": {"b2b": "yes", "ceo": "no"}}
    assert ask(stage, "PUT", "ticks", body).status == 503
    stage.world.store.before = lambda _: None
    facts = stage.world.store.facts
    lost = next(key for key, fact in facts.items() if "crm-77/b2b-ceo/ceo" in fact["fact"])
    del facts[lost]
    if owner:
        stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": owner}, token=MANAGER)
    assert ask(stage, "PUT", "ticks", body).status == status
    ticked = [fact for fact in facts.values() if fact["kind"] == "sales_ticked"]
    assert len(ticked) == (2 if status == 200 else 1)


def test_ticks_under_the_longest_key_are_each_their_own() -> None:
    stage = SalesStage()
    stage.world.model["ideal_leads"] = [IDEAL]
    stage.world.happen(form_submitted())
    key = {"idempotency-key": "k" * 128}
    for _ in range(2):
        stage.world.now += MINUTE_MS
        answer = ask(stage, "PUT", "ticks", {"ticks": {"ceo": "no", "b2b": "yes"}}, headers=key)
        told = {one["criterion"]: one["answer"] for one in answer.body["quality"]["criteria"]}
        assert told == {"ceo": "no", "b2b": "yes"}
    ids = {fact["fact"] for fact in stage.world.store.facts.values() if "tick" in fact["kind"]}
    assert len(ids) == 2


def test_without_a_key_everything_is_new(stage: SalesStage) -> None:
    for _ in range(2):
        stage.world.now += HOUR_MS
        stage.ask("POST", f"/leads/{ANNA}/contacted", {"result": "reached"})
    happened = stage.get(f"/leads/{ANNA}").body["happened"]
    assert [one["kind"] for one in happened].count("sales_contacted") == 2
