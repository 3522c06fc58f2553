"""A rep's day at the API: whom to call, why, and what became of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS, format_instant
from tests.builders import ANNA, MONDAY, form_submitted, page_viewed
from tests.sales.many_leads import PAGE, REPORT, asked_for_a_report, asked_for_two_pages, copies
from tests.sales.sales_stage import IDEAL, KASIA, OLEK, Answer, SalesStage

WRITES = (
    ("PATCH", "answers", {"answers": {"country": "PL"}}),
    ("PUT", "ticks", {"ticks": {"b2b": "yes"}}),
    ("PUT", "outcome", {"result": "won", "amount": 1200}),
    ("PUT", "owner", {"owner": KASIA}),
    ("POST", "contacted", {"result": "reached"}),
    ("PUT", "later", {"until": "2026-12-01T08:00:00Z"}),
    ("POST", "reject", {"reason": "a student"}),
)

SHOP = {
    "ideal": "shop",
    "criteria": [{"criterion": "shop", "asks": "Is there an online shop?"}],
}


def person(number: int, **changes: Any) -> Any:
    address = f"person-{number}@example.com"
    return form_submitted(id=f"form-{number}", lead=address, email=address, **changes)


@pytest.fixture
def stage() -> SalesStage:
    stage = SalesStage()
    stage.world.happen(form_submitted(), page_viewed())
    stage.world.now += MINUTE_MS
    return stage


def rows(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [row["id"] for row in answer.body["leads"]]


def test_r5_hot_leads_come_first_and_each_row_says_who_how_good_and_since_when(
    stage: SalesStage,
) -> None:
    stage.world.happen(person(1))
    answer = stage.get("/leads")
    assert rows(answer) == [ANNA, "person-1@example.com"]
    first = answer.body["leads"][0]
    shown = {name: first[name] for name in ("score", "fit", "engagement", "band", "label")}
    assert shown == {
        "score": 32, "fit": 20, "engagement": 12, "band": "hot", "label": "not_for_us",
    }  # fmt: skip
    assert first["alerted_at"] == format_instant(MONDAY)
    assert first["cools_at"] == format_instant(MONDAY + 30 * DAY_MS)
    assert answer.body["next"] is None


def test_a_list_is_read_page_by_page_and_says_each_lead_once(stage: SalesStage) -> None:
    for number in range(30):
        stage.world.happen(person(number))
    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        answer = stage.get("/leads", limit=7, **more)
        seen += rows(answer)
        cursor, pages = answer.body["next"], pages + 1
    assert (len(seen), len(set(seen)), seen[0], pages) == (31, 31, ANNA, 5)


@pytest.mark.parametrize("leads", [1_000, 100_000])
def test_a_page_costs_the_same_however_many_leads_there_are(leads: int) -> None:
    stage = SalesStage()
    stage.world.happen(form_submitted())
    lay(stage, leads)
    assert asked_for_two_pages(stage, stage.world.store.calls) == PAGE * 2


@pytest.mark.parametrize("leads", [1_000, 100_000])
def test_a_months_report_costs_the_same_however_many_leads_other_months_have(leads: int) -> None:
    stage = SalesStage()
    stage.world.happen(form_submitted())
    lay(stage, leads, month="2026-08")
    assert asked_for_a_report(stage, stage.world.store.calls, "2026-11", leads=1) == REPORT


def lay(stage: SalesStage, number: int, **changes: Any) -> None:
    (like,) = stage.world.store.leads.values()
    stage.world.store.leads.update({item["lead"]: item for item in copies(like, number, **changes)})


def test_a_list_is_narrowed_by_band_country_channel_and_owner(stage: SalesStage) -> None:
    answers = {"job_title": "CEO", "country": "DE"}
    stage.world.happen(person(1, answers=answers, touch={"utm_medium": "cpc"}))
    one = "person-1@example.com"
    assert rows(stage.get("/leads", band="warm")) == [one]
    assert rows(stage.get("/leads", country="de")) == [one]
    assert rows(stage.get("/leads", channel="ads")) == [one]
    assert rows(stage.get("/leads", owner="me")) == []
    assert stage.ask("PUT", f"/leads/{one}/owner", {"owner": KASIA}).status == 200
    assert rows(stage.get("/leads", owner="me")) == [one]
    assert rows(stage.get("/leads", owner=KASIA.upper())) == [one]
    assert rows(stage.get("/leads", owner="nobody")) == [ANNA]


def test_a_lead_is_found_by_its_address_cold_ones_too(stage: SalesStage) -> None:
    stage.world.happen(person(1, answers={}))
    assert rows(stage.get("/leads", email="Person-1@Example.com")) == ["person-1@example.com"]
    assert rows(stage.get("/leads", email="nobody@example.com")) == []
    assert "person-1@example.com" not in rows(stage.get("/leads"))


def test_r7_a_lead_says_why_what_comes_and_what_it_answered(stage: SalesStage) -> None:
    lead = stage.get(f"/leads/{ANNA}", language="en").body
    assert sum(line["points"] for line in lead["lines"]) == lead["score"] == 32
    assert lead["lines"][0]["says"] == "Runs the company"
    assert lead["forecast"][0]["band"] == "warm"
    assert {one["field"]: one["value"] for one in lead["answers"]}["job_title"] == "CEO"
    assert [one["kind"] for one in lead["happened"]] == ["form_submitted", "page_viewed"]
    assert lead["bands"] == {"hot_above": 20, "cold_below": 10}


def test_what_would_make_it_hot_makes_it_hot() -> None:
    stage = SalesStage()
    stage.world.happen(form_submitted())
    (way,) = stage.get(f"/leads/{ANNA}").body["to_hot"]
    assert (way["rule"], way["points"], way["score"]) == ("pricing-page", 12, 32)
    stage.world.happen(page_viewed())
    lead = stage.get(f"/leads/{ANNA}").body
    assert (lead["band"], lead["score"], lead["to_hot"]) == ("hot", way["score"], [])


def test_a_score_is_told_for_any_instant(stage: SalesStage) -> None:
    at = format_instant(MONDAY - 1)
    assert stage.get(f"/leads/{ANNA}/score", at=at).body["score"] == 0
    assert stage.get(f"/leads/{ANNA}/score").body["score"] == 32
    later = format_instant(MONDAY + 31 * DAY_MS)
    assert stage.get(f"/leads/{ANNA}/score", at=later).body["score"] == 20


def test_each_thing_that_sales_does_is_answered_with_the_lead_as_it_is_then(
    stage: SalesStage,
) -> None:
    for method, what, body in WRITES:
        answer = stage.ask(method, f"/leads/{ANNA}/{what}", body)
        assert (answer.status, answer.body["id"]) == (200, ANNA), (what, answer.body)
        assert answer.headers["etag"] == f'"{answer.body["revision"]}"'
    lead = stage.get(f"/leads/{ANNA}").body
    assert lead["contacted"] == {
        "at": format_instant(stage.world.now),
        "result": "reached",
        "by": KASIA,
    }
    assert (lead["outcome"]["result"], lead["outcome"]["amount"]) == ("won", 1200)
    assert (lead["owner"], lead["rejected"]["reason"]) == (KASIA, "a student")
    assert lead["later"] == "2026-12-01T08:00:00.000Z"
    assert [one["origin"] for one in lead["answers"] if one["field"] == "country"] == ["sales"]


def test_r94_a_tick_outranks_the_guess_and_unknown_is_never_no(stage: SalesStage) -> None:
    def quality() -> tuple[int, int, int | None, list[tuple[str, str | None]]]:
        told = stage.get(f"/leads/{ANNA}").body["quality"]
        answers = [(one["answer"], one["from"]) for one in told["criteria"]]
        return told["missing"], told["unknown"], told["distance"], answers

    assert quality() == (0, 1, None, [("yes", "guess"), ("unknown", None)])
    stage.ask("PUT", f"/leads/{ANNA}/ticks", {"ticks": {"ceo": "no", "b2b": "yes"}})
    assert quality() == (1, 0, 1, [("no", "tick"), ("yes", "tick")])
    stage.world.now += 1
    stage.ask("PUT", f"/leads/{ANNA}/ticks", {"ticks": {"ceo": "unknown"}})
    assert quality() == (0, 1, None, [("unknown", "tick"), ("yes", "tick")])
    stage.world.now += 1
    stage.ask("PUT", f"/leads/{ANNA}/ticks", {"ticks": {"ceo": None}})
    assert quality() == (0, 0, 0, [("yes", "guess"), ("yes", "tick")])
    answer = stage.ask("PUT", f"/leads/{ANNA}/ticks", {"ticks": {"rich": "yes"}})
    assert (answer.status, answer.mistakes) == (422, [("ticks", "unknown_criterion")])


def test_r31_a_lead_is_entered_after_a_call() -> None:
    stage = SalesStage()
    body = {"email": "Jan@Example.com", "answers": {"job_title": "CEO"}}
    answer = stage.ask("POST", "/leads", body)
    assert (answer.status, answer.body["id"], answer.body["score"]) == (201, "jan@example.com", 20)


def test_a_repeat_under_the_same_key_is_one_fact(stage: SalesStage) -> None:
    key = {"idempotency-key": "click-1"}
    body = {"result": "no_answer", "at": format_instant(MONDAY)}
    first = stage.ask("POST", f"/leads/{ANNA}/contacted", body, headers=key)
    again = stage.ask("POST", f"/leads/{ANNA}/contacted", body, headers=key)
    assert first.body["revision"] == again.body["revision"]
    assert [one["kind"] for one in again.body["happened"]].count("sales_contacted") == 1


def test_an_edit_of_an_old_revision_is_refused_with_the_present_one(stage: SalesStage) -> None:
    revision = stage.get(f"/leads/{ANNA}").body["revision"]
    fresh = stage.ask(
        "PUT", f"/leads/{ANNA}/owner", {"owner": KASIA}, headers={"if-match": f'"{revision}"'}
    )
    assert fresh.status == 200
    stale = stage.ask(
        "PUT", f"/leads/{ANNA}/owner", {"owner": None}, headers={"if-match": f'"{revision}"'}
    )
    assert (stale.status, stale.body["code"]) == (412, "revision_changed")
    assert stale.headers["etag"] == fresh.headers["etag"]


def test_who_must_not_be_mailed_is_a_list_of_its_own(stage: SalesStage) -> None:
    assert rows(stage.get("/leads", do_not_contact="true")) == []
    stage.ask("PUT", f"/leads/{ANNA}/outcome", {"result": "not_interested"})
    answer = stage.get("/leads", do_not_contact="true")
    assert (rows(answer), answer.body["leads"][0]["do_not_contact"]) == ([ANNA], "not_interested")
    assert rows(stage.get("/leads")) == []


def test_whom_not_to_mail_is_narrowed_by_band_and_owner_as_any_list(stage: SalesStage) -> None:
    stage.ask("PUT", f"/leads/{ANNA}/outcome", {"result": "not_interested"})
    listed = stage.get("/leads", do_not_contact="true").body["leads"][0]
    for band in ("hot", "warm", "cold"):
        found = rows(stage.get("/leads", do_not_contact="true", band=band))
        assert found == ([ANNA] if band == listed["band"] else [])
    assert rows(stage.get("/leads", do_not_contact="true", owner="me")) == []
    stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": KASIA})
    assert rows(stage.get("/leads", do_not_contact="true", owner=KASIA)) == [ANNA]
    assert rows(stage.get("/leads", do_not_contact="true", owner="nobody")) == []


def test_every_definition_of_the_ideal_is_told_the_nearest_first() -> None:
    stage = SalesStage()
    stage.world.model["ideal_leads"] = [IDEAL, SHOP]
    stage.world.happen(form_submitted(), page_viewed())
    told = stage.get(f"/leads/{ANNA}").body
    assert [one["definition"] for one in told["definitions"]] == ["b2b-ceo", "shop"]
    written = stage.ask(
        "PUT", f"/leads/{ANNA}/ticks", {"definition": "shop", "ticks": {"shop": "yes"}}
    ).body
    assert [one["definition"] for one in written["definitions"]] == ["shop", "b2b-ceo"]
    assert written["quality"] == written["definitions"][0]
    assert written["definitions"][1] == told["definitions"][0]


def test_a_model_without_an_ideal_tells_of_none() -> None:
    stage = SalesStage()
    stage.world.model["ideal_leads"] = []
    stage.world.happen(form_submitted())
    told = stage.get(f"/leads/{ANNA}").body
    assert (told["quality"], told["definitions"]) == (None, [])


def test_who_asks_is_told_what_the_model_asks(stage: SalesStage) -> None:
    assert stage.get("/me").body["fields"] == [
        {"field": "job_title", "type": "text"},
        {"field": "name", "type": "text"},
        {"field": "company", "type": "text"},
        {"field": "phone", "type": "phone"},
        {"field": "country", "type": "country"},
    ]


def test_an_unknown_and_an_erased_lead_are_the_same_404(stage: SalesStage) -> None:
    stage.world.store.leads[ANNA] |= {"erased": 1}
    gone = stage.get(f"/leads/{ANNA}")
    unknown = stage.get("/leads/nobody")
    assert gone == unknown
    assert (gone.status, gone.body["code"]) == (404, "not_found")
    for method, what, body in WRITES:
        assert stage.ask(method, f"/leads/{ANNA}/{what}", body).status == 404


def test_a_table_that_is_away_asks_to_come_again(stage: SalesStage) -> None:
    from functions.leads.lead_table import TryLater  # noqa: PLC0415

    def away(_: str) -> None:
        raise TryLater

    stage.world.store.before = away
    answer = stage.get("/leads")
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")


def bad_requests() -> Iterator[Any]:
    contacted = f"/leads/{ANNA}/contacted"
    yield pytest.param("POST", contacted, "{", 400, "invalid_json", id="no JSON")
    yield pytest.param("POST", contacted, "[]", 400, "not_an_object", id="a list")
    yield pytest.param("POST", contacted, '{"a":1,"a":2}', 400, "duplicate_key", id="twice")
    yield pytest.param("POST", contacted, '{"a":NaN}', 400, "invalid_number", id="NaN")
    yield pytest.param("POST", contacted, "{}", 422, "missing", id="nothing said")
    yield pytest.param("POST", contacted, {"result": "x"}, 422, "invalid_choice", id="a choice")
    yield pytest.param(
        "POST", contacted, {"result": "reached", "x": 1}, 422, "unknown_field", id="too much"
    )
    yield pytest.param(
        "POST", contacted, {"result": "reached", "at": "2031-01-01T00:00:00Z"}, 422, "future",
        id="in five years",
    )  # fmt: skip
    yield pytest.param(
        "PUT",
        f"/leads/{ANNA}/later",
        {"until": "tomorrow, perhaps"},
        422,
        "invalid_time",
        id="when",
    )
    yield pytest.param("POST", "/leads", {"email": "a@b"}, 422, "invalid_email", id="an address")
    yield pytest.param("PUT", f"/leads/{ANNA}/owner", {"owner": "kasia"}, 422, "invalid", id="who")


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), list(bad_requests()))
def test_g17_what_cannot_be_written_is_refused_by_name_and_changes_nothing(
    stage: SalesStage, method: str, path: str, body: Any, status: int, code: str
) -> None:
    before = dict(stage.world.store.leads[ANNA])
    answer = stage.ask(method, path, body)
    codes = [answer.body["code"], *(code for _, code in answer.mistakes)]
    assert (answer.status, any(one.startswith(code) for one in codes)) == (status, True), answer
    assert stage.world.store.leads == {ANNA: before}
    assert not stage.counts["bug"]


def test_an_hour_later_the_list_shows_what_moved_since_the_call(stage: SalesStage) -> None:
    stage.world.happen(person(1, answers={"job_title": "CEO"}))
    stage.ask("POST", f"/leads/{ANNA}/contacted", {"result": "no_answer"})
    assert rows(stage.get("/leads")) == [ANNA, "person-1@example.com"]
    assert not stage.get(f"/leads/{ANNA}").body["moved_since_contact"]
    stage.world.now += HOUR_MS
    stage.world.happen(page_viewed("/pricing/plans", at=stage.world.now))
    assert stage.get(f"/leads/{ANNA}").body["moved_since_contact"]


def test_a_rep_writes_to_own_and_unowned_leads_and_managers_to_all(stage: SalesStage) -> None:
    assert stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": OLEK}).status == 403
    manager = {"cognito:groups": "[managers]"}
    assert stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": OLEK}, token=manager).status == 200
    for method, what, body in WRITES:
        answer = stage.ask(method, f"/leads/{ANNA}/{what}", body)
        assert (answer.status, answer.body.get("code")) == (403, "forbidden"), what
    for method, what, body in WRITES:
        assert stage.ask(method, f"/leads/{ANNA}/{what}", body, token=manager).status == 200
