"""What stands for the API in tests of the console says what the product's own shapes say."""

from functions.entrances.sales_shapes import (
    CompletenessReport,
    GoalsReport,
    Me,
    QualityReport,
    Row,
    WholeLead,
)
from tests.console.answering_api import AnsweringApi, Asked
from tests.console.listed_leads import crowd, people, row_of, strange, torn
from tests.console.quality_figures import completeness_report, goals_report, quality_report


def test_its_leads_have_every_field_of_the_product_and_no_other() -> None:
    for lead in (*people(), *crowd(2), strange(), torn()):
        WholeLead.model_validate(lead, strict=True)
        assert set(lead) == set(WholeLead.model_fields)
        assert set(row_of(lead)) == set(Row.model_fields)


def test_lines_of_its_leads_sum_to_the_score() -> None:
    for lead in (*people(), *crowd(2), strange(), torn()):
        assert sum(line["points"] for line in lead["lines"]) == lead["score"]
        assert lead["fit"] + lead["engagement"] == lead["score"]


def test_its_report_has_every_field_of_the_product() -> None:
    report = quality_report({"from": "2026-11", "to": "2026-11", "by": "channel"})
    QualityReport.model_validate(report)
    assert report["groups"]
    GoalsReport.model_validate(goals_report({"month": "2026-11"}), strict=True)
    told = completeness_report({"from": "2026-11", "to": "2026-11"})
    CompletenessReport.model_validate(told)
    assert set(told) == {"from", "to", "leads", "fields", "distance_unknown"}


def test_it_says_who_asks_as_the_product_does() -> None:
    with AnsweringApi() as api:
        status, told = api.answer(Asked("GET", "/api/me", {}, {}, None))
    assert status == 200
    Me.model_validate(told, strict=True)
    assert set(told) == set(Me.model_fields)
