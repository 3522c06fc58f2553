"""Lists longer than one look at them: whole, or said not to be, at a bounded number of requests."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from functions.scoring.instants import SECOND_MS
from tests.builders import ANNA, form_submitted
from tests.sales.many_leads import copies
from tests.sales.sales_stage import SalesStage, envelope

MANAGER = {"cognito:groups": "[managers]"}
SILENCED = {"do_not_contact": "true"}
REQUESTS_MAX = 24  # of a page that nobody fits: twelve portions, each of an index and of its leads


def crowded(number: int, **changes: Any) -> SalesStage:
    stage = SalesStage()
    stage.world.happen(form_submitted())
    if changes.pop("silenced", False):
        stage.ask("PUT", f"/leads/{ANNA}/outcome", {"result": "not_interested"})
    (like,) = stage.world.store.leads.values()
    many = {item["lead"]: item for item in copies(like, number, **changes)}
    stage.world.store.leads = many
    return stage


def table(stage: SalesStage, **query: Any) -> tuple[dict[str, Any], list[str]]:
    answer = stage.answer(envelope("GET", "/leads.csv", token=MANAGER, query=query))
    assert answer["statusCode"] == 200, answer["body"]
    rows = csv.DictReader(io.StringIO(answer["body"][1:], newline=""))
    return answer["headers"], [row["id"] for row in rows]


def parts(stage: SalesStage, **query: Any) -> Iterator[list[str]]:
    """Follow a table to its end, as the console does."""
    while query:
        headers, ids = table(stage, **query)
        yield ids
        found = re.fullmatch(r'<\?(.+)>; rel="next"', headers.get("link", ""))
        query = dict(parse_qsl(found[1])) if found else {}


def test_r4_whom_not_to_mail_is_one_whole_table_beyond_a_thousand_leads() -> None:
    headers, ids = table(crowded(1_100, silenced=True), **SILENCED)
    assert (len(ids), len(set(ids)), "link" in headers) == (1_100, 1_100, False)


def test_r4_a_table_that_no_answer_holds_is_refused_and_comes_in_parts_to_who_asks() -> None:
    stage = crowded(6_000, silenced=True)
    refused = stage.get("/leads.csv", token=MANAGER, **SILENCED)
    assert (refused.status, refused.mistakes) == (422, [("pages", "list_too_long")])
    told = list(parts(stage, **SILENCED, pages="true"))
    assert len(told) > 1
    ids = [one for part in told for one in part]
    assert (len(ids), len(set(ids))) == (6_000, 6_000)


def test_a_table_is_read_for_seconds_only_and_never_looks_whole_then() -> None:
    stage = crowded(300)

    def slow(step: str) -> None:
        stage.world.now += 3 * SECOND_MS if step == "read" else 0

    stage.world.store.before = slow
    assert stage.get("/leads.csv", token=MANAGER).mistakes == [("pages", "list_too_long")]
    assert [len(part) for part in parts(stage, pages="true")] == [200, 100]


def test_a_part_of_another_list_goes_on_nowhere() -> None:
    stage = crowded(6_000)
    headers, _ = table(stage, pages="true")
    cursor = dict(parse_qsl(headers["link"].partition("?")[2].partition(">")[0]))["cursor"]
    for query in ({"cursor": cursor, **SILENCED}, {"cursor": "mine"}):
        assert stage.get("/leads.csv", token=MANAGER, **query).body["code"] == "invalid_cursor"


def test_leads_that_want_attention_are_shown_to_the_last_that_was_counted() -> None:
    stage = crowded(150)
    asked: dict[str, Any] = {"attention": "needs_answer", "limit": 100}
    first = stage.get("/leads", **asked).body
    second = stage.get("/leads", **asked, cursor=first["next"]).body
    shown = [[row["id"] for row in page["leads"]] for page in (first, second)]
    assert ([len(ids) for ids in shown], len({*shown[0], *shown[1]})) == ([100, 50], 150)
    for page in (first, second):
        assert (page["counts"]["needs_answer"], page["looked_at"]) == (150, 150)
    assert second["next"] is None
    other = stage.get("/leads", attention="stuck", cursor=first["next"])
    assert other.body["code"] == "invalid_cursor"


def test_attention_ends_with_the_thousand_that_were_looked_at() -> None:
    stage = crowded(1_300)
    pages, seen = 0, set[str]()
    cursor: dict[str, Any] = {}
    while not pages or cursor:
        body = stage.get("/leads", attention="needs_answer", limit=100, **cursor).body
        pages, cursor = pages + 1, {"cursor": body["next"]} if body["next"] else {}
        seen |= {row["id"] for row in body["leads"]}
    assert (pages, len(seen), body["looked_at"]) == (10, 1_000, 1_000)


@pytest.mark.parametrize(("leads", "limit"), [(1_300, 1), (1_300, 25), (1_300, 100), (100_000, 25)])
@pytest.mark.parametrize("query", [{"country": "ZZ"}, {"channel": "nothing"}])
def test_a_page_that_nobody_fits_costs_the_same_and_says_where_it_stopped(
    leads: int, limit: int, query: dict[str, Any]
) -> None:
    stage = crowded(leads)
    stage.world.store.calls.clear()
    body = stage.get("/leads", limit=limit, **query).body
    assert len(stage.world.store.calls) <= REQUESTS_MAX
    assert (body["leads"], body["looked_at"], bool(body["next"])) == ([], 1_000, True)
    if leads == 1_300:
        rest = stage.get("/leads", limit=limit, **query, cursor=body["next"]).body
        assert (rest["leads"], rest["looked_at"], rest["next"]) == ([], None, None)


def test_a_page_that_is_full_says_nothing_of_how_many_were_looked_at() -> None:
    body = crowded(300).get("/leads", limit=25).body
    assert (len(body["leads"]), body["looked_at"]) == (25, None)
