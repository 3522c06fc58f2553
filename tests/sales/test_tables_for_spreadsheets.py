"""B35: a list or report for a spreadsheet shows what people typed and runs none of it."""

import csv
import io
from typing import Any

import pytest

from functions.sales.table_file import LEAD_COLUMNS, QUALITY_COLUMNS, table_file
from tests.builders import ANNA, MONDAY, form_submitted, page_viewed
from tests.sales.sales_stage import KASIA, SalesStage, envelope

MANAGER = {"cognito:groups": "[managers]"}


def table(stage: SalesStage, path: str, token: dict[str, Any] | None = MANAGER) -> tuple[int, Any]:
    answer = stage.answer(envelope("GET", path, token=token))
    if answer["statusCode"] != 200:
        return answer["statusCode"], None
    assert answer["headers"]["content-type"] == "text/csv; charset=utf-8"
    assert answer["body"].startswith("\ufeff")
    return 200, list(csv.DictReader(io.StringIO(answer["body"][1:], newline="")))


def stage_of(**answers: Any) -> SalesStage:
    stage = SalesStage()
    said = {"job_title": "CEO", "name": "Anna"} | answers
    stage.world.happen(form_submitted(answers=said), page_viewed())
    return stage


def test_a_list_holds_each_lead_of_the_call_list_in_its_order() -> None:
    stage = stage_of()
    stage.world.happen(form_submitted(id="f2", lead="jan@example.com", email="jan@example.com"))
    stage.ask("PUT", f"/leads/{ANNA}/owner", {"owner": KASIA})
    status, rows = table(stage, "/leads.csv")
    assert (status, [row["id"] for row in rows]) == (200, [ANNA, "jan@example.com"])
    assert tuple(rows[0]) == LEAD_COLUMNS
    assert (rows[0]["score"], rows[0]["owner"], rows[0]["outcome"]) == ("32", KASIA, "")


def test_a_report_stands_beside_the_period_before() -> None:
    stage = stage_of()
    stage.ask("PUT", f"/leads/{ANNA}/outcome", {"result": "won", "amount": 900.5})
    _, (row,) = table(stage, "/reports/quality.csv")
    assert tuple(row) == QUALITY_COLUMNS
    assert (row["group"], row["leads"], row["won"], row["won_value"]) == (
        "direct",
        "1",
        "1",
        "900.5",
    )
    assert row["leads_before"] == "0"


def test_a_report_has_every_figure_of_both_periods_each_verdict_and_the_reasons() -> None:
    stage = stage_of()
    stage.ask("PUT", f"/leads/{ANNA}/ticks", {"ticks": {"b2b": "no"}})
    stage.ask("POST", f"/leads/{ANNA}/reject", {"reason": "student"})
    event = envelope("GET", "/reports/quality.csv", token=MANAGER, query={"language": "pl"})
    text = stage.answer(event)["body"]
    (row,) = csv.DictReader(io.StringIO(text[1:], newline=""))
    (group,) = stage.get("/reports/quality").body["groups"]
    for name in ("distance_known", "distance_unknown", "ideal_percent", "distance_variance", "hot"):
        assert float(row[name]) == group[name], name
        assert f"{name}_before" in row
    asks = ("distance_0", "distance_1", "distance_2", "distance_3_or_more", "missing_most")
    assert [row[name] for name in asks] == ["0", "1", "0", "0", "Does it sell to companies?"]
    assert (row["rejected_for"], row["rejected_for_before"]) == ("student albo szuka pracy (1)", "")
    judged = {f"{name}_differs" for name in group["differs"]}
    assert judged == {name for name in row if name.endswith("_differs")}
    assert {row[name] for name in judged} == {"too few to tell"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\0", "\r"])
def test_b35_a_text_that_begins_like_a_formula_is_no_formula(start: str) -> None:
    text = f'{start}HYPERLINK("http://x.example","a, b")\r\nnext'
    written = table_file(("name", "score"), [{"name": text, "score": -5}])
    (row,) = csv.DictReader(io.StringIO(written[1:], newline=""))
    assert row == {"name": f"'{text}", "score": "-5"}


def test_what_people_typed_comes_back_as_it_was() -> None:
    stage = stage_of(name='=1+1;"x"', company="Łódź, Sp. z o.o.")
    _, (row,) = table(stage, "/leads.csv")
    assert (row["name"], row["company"]) == ('\'=1+1;"x"', "Łódź, Sp. z o.o.")


def test_each_table_has_a_name_of_its_own() -> None:
    stage = stage_of()
    for path, name in (("/leads.csv", "leads.csv"), ("/reports/quality.csv", "quality.csv")):
        headers = stage.answer(envelope("GET", path, token=MANAGER))["headers"]
        assert headers["content-disposition"] == f'attachment; filename="{name}"'


def test_a_rep_takes_no_table_away_and_others_are_written_down() -> None:
    stage = stage_of()
    for path in ("/leads.csv", "/reports/quality.csv"):
        assert table(stage, path, None) == (403, None)
        assert table(stage, path)[0] == 200
    assert stage.counts["audit_table"] == 2
    assert stage.world.now == MONDAY
