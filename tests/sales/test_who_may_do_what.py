"""The table of reliability E at the handler: each kind of caller at each route, own leads and
others'. What the gateway checks before (signature, issuer, scope of the route) is asked of it on
the template and on the local cloud.
"""

from typing import Any, NamedTuple

import pytest

from tests.builders import ANNA, MONDAY, form_submitted, page_viewed
from tests.sales.sales_stage import KASIA, OLEK, SalesStage
from tests.sales.test_calling_leads import WRITES

READS = ("/leads", f"/leads/{ANNA}", f"/leads/{ANNA}/score", "/me", "/openapi.json")


class Person(NamedTuple):
    """A kind of caller: what its token says, if it may read, and whose leads it may write to."""

    token: dict[str, Any]
    reads: bool
    writes_to: frozenset[str | None]


OWN = frozenset({None, KASIA})
EVERYBODYS = frozenset({None, KASIA, OLEK})
NOBODYS: frozenset[str | None] = frozenset()
MACHINE = {"username": None, "cognito:groups": None, "sub": "crm", "client_id": "crm"}
PEOPLE = {
    "rep": Person({"cognito:groups": "[reps]"}, True, OWN),
    "a rep of several groups": Person({"cognito:groups": "[reps others]"}, True, OWN),
    "manager": Person({"cognito:groups": "[managers]"}, True, EVERYBODYS),
    "rep and manager": Person({"cognito:groups": "[reps managers]"}, True, EVERYBODYS),
    "admin": Person({"cognito:groups": ["admins"]}, True, EVERYBODYS),
    "nobody's colleague": Person({"cognito:groups": None}, False, NOBODYS),
    "of another group": Person({"cognito:groups": "[repsy]"}, False, NOBODYS),
    "who may only read": Person({"scope": "leads/read"}, True, NOBODYS),
    "who may only write": Person({"scope": "leads/write"}, False, OWN),
    "with an ID token": Person({"scope": None, "token_use": "id"}, False, NOBODYS),
    "machine": Person(MACHINE, True, EVERYBODYS),
    "machine that reads": Person(MACHINE | {"scope": "leads/read"}, True, NOBODYS),
    "without a token": Person({"sub": None}, False, NOBODYS),
}


def stage_of(owner: str | None) -> SalesStage:
    stage = SalesStage()
    stage.world.happen(form_submitted(), page_viewed())
    if owner:
        manager = {"cognito:groups": "[managers]"}
        assert (
            stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": owner}, token=manager).status == 200
        )
    stage.world.now = MONDAY + 60_000
    return stage


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_read_reads_every_route_and_nobody_else_any(who: str) -> None:
    stage, person = stage_of(OLEK), PEOPLE[who]
    for path in READS:
        answer = stage.get(path, token=person.token)
        assert answer.status == (200 if person.reads else 403), path


@pytest.mark.parametrize("owner", [None, KASIA, OLEK])
@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_write_to_whose_leads(who: str, owner: str | None) -> None:
    person = PEOPLE[who]
    for method, what, body in WRITES:
        stage = stage_of(owner)
        before = dict(stage.world.store.leads[ANNA])
        answer = stage.ask(method, f"/leads/{ANNA}/{what}", body, token=person.token)
        may = owner in person.writes_to
        assert answer.status == (200 if may else 403), (what, answer.body)
        assert (stage.world.store.leads[ANNA] == before) != may, what


@pytest.mark.parametrize(
    ("method", "what", "body"),
    [
        ("PUT", "ticks", {"ticks": {"no such": "yes"}}),
        ("PUT", "owner", {"owner": "no address"}),
        ("PUT", "later", {"until": "2026-13-01T08:00:00Z"}),
        ("PATCH", "answers", {"answers": {"no such": 1}}),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"if-match": "no revision"}, {"idempotency-key": "\x07"}])
def test_who_may_not_write_learns_nothing_of_what_was_wrong(
    method: str, what: str, body: Any, headers: dict[str, str]
) -> None:
    token = PEOPLE["who may only read"].token
    answer = stage_of(None).ask(method, f"/leads/{ANNA}/{what}", body, token=token, headers=headers)
    assert answer.status == 403


ADMINS = {"admin", "machine"}  # a machine only by a client that was given the scope


@pytest.mark.parametrize("who", PEOPLE)
def test_only_admins_export_and_erase_and_it_is_written_down(who: str) -> None:
    stage, person = stage_of(OLEK), PEOPLE[who]
    may = who in ADMINS
    exported = stage.get(f"/leads/{ANNA}/export", token=person.token)
    erased = stage.ask("DELETE", f"/leads/{ANNA}", token=person.token)
    assert (exported.status, erased.status) == ((200, 202) if may else (403, 403))
    assert stage.forgotten == ([ANNA] if may else [])
    assert [line for line in stage.told if "audit" in line] == (
        [line for line in stage.told if "audit" in line and ANNA in line] if may else []
    )
    assert stage.counts["audit_erased"] == may


def test_an_export_holds_every_stored_attribute_and_every_fact() -> None:
    stage = stage_of(KASIA)
    for method, what, body in WRITES:
        assert stage.ask(method, f"/leads/{ANNA}/{what}", body).status == 200
    admin = PEOPLE["admin"].token
    told = stage.get(f"/leads/{ANNA}/export", token=admin).body
    assert told["stored"] == stage.world.store.leads[ANNA]
    kept = [item for key, item in stage.world.store.facts.items() if key[0] == ANNA]
    assert sorted(told["facts"], key=str) == sorted(kept, key=str)
    assert stage.get("/leads/nobody/export", token=admin).status == 404
    assert stage.ask("DELETE", "/leads/nobody", token=admin).status == 404


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_enter_a_lead(who: str) -> None:
    stage, person = SalesStage(), PEOPLE[who]
    answer = stage.ask("POST", "/leads", {"email": "jan@example.com"}, token=person.token)
    assert answer.status == (201 if person.writes_to else 403)
    assert bool(stage.world.store.leads) == bool(person.writes_to)


def test_entering_a_lead_is_no_way_to_anothers() -> None:
    stage = stage_of(OLEK)
    answer = stage.ask("POST", "/leads", {"email": ANNA, "answers": {"country": "PL"}})
    assert answer.status == 403


def test_a_rep_takes_what_is_nobodys_and_gives_it_back_but_to_nobody_else() -> None:
    stage = stage_of(None)
    for to, status in ((KASIA, 200), (OLEK, 403), (None, 200)):
        assert stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": to}).status == status


def page_of(stage: SalesStage, **changes: Any) -> Any:
    return stage.get("/leads", **({"limit": 1} | changes))


def crowd() -> SalesStage:
    stage = stage_of(None)
    for number in range(3):
        address = f"person-{number}@example.com"
        stage.world.happen(form_submitted(id=f"form-{number}", lead=address, email=address))
    return stage


@pytest.mark.parametrize(
    "forged", ["x", "x.y", "ż.ó", ".", "{}", "WyJob3QiXQ.c2VhbA", "a" * 900, "%%%.%%%"]
)
def test_a_forged_cursor_is_refused(forged: str) -> None:
    answer = page_of(crowd(), cursor=forged)
    assert (answer.status, answer.body["code"]) == (400, "invalid_cursor")


def test_a_cursor_is_for_its_own_person_query_and_quarter_of_an_hour() -> None:
    stage = crowd()
    cursor = page_of(stage).body["next"]
    assert page_of(stage, cursor=cursor).status == 200
    assert page_of(stage, cursor=cursor, limit=2).status == 200
    body, _, seal = cursor.partition(".")
    for other in (
        page_of(stage, cursor=cursor, band="warm"),
        page_of(stage, cursor=cursor, owner="me"),
        page_of(stage, cursor=cursor, token={"sub": "somebody else"}),
        page_of(stage, cursor=f"{body[:-2]}AA.{seal}"),
        page_of(stage, cursor=f"{body}.{seal[:-2]}AA"),
    ):
        assert (other.status, other.body["code"]) == (400, "invalid_cursor")
    stage.world.now += 15 * 60_000 - 1
    assert page_of(stage, cursor=cursor).status == 200
    stage.world.now += 1
    assert page_of(stage, cursor=cursor).status == 400


def test_every_answer_carries_the_headers_that_keep_it_to_itself() -> None:
    stage = stage_of(None)
    for answer in (
        stage.get("/leads"),
        stage.get("/leads/x"),
        stage.get("/me", token={"sub": None}),
    ):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["content-type"].startswith("application/")


def test_a_bug_of_ours_tells_nobody_its_words(capfd: pytest.CaptureFixture[str]) -> None:
    stage = stage_of(None)

    def broken(_: str) -> None:
        raise RuntimeError("anna@example.com is broken")

    stage.world.store.before = broken
    answer = stage.get("/leads")
    assert (answer.status, answer.body["code"]) == (500, "internal_error")
    assert stage.counts["bug"] == 1
    assert not any("anna" in line or "broken is" in line for line in stage.told)
    assert "Runtime" not in str(answer.body)
    assert capfd.readouterr() == ("", ""), "the resolver tells what an exception says"
