"""Whether enough is known of the leads to judge them by (R13)."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Begin
from tests.console.visit import Visit

pytestmark = pytest.mark.xdist_group("console")


@pytest.fixture
def completeness(visit: Visit) -> Visit:
    return visit.go("#/completeness")


def test_each_field_has_a_bar_and_figures_that_are_a_table(completeness: Visit) -> None:
    table = completeness.page.get_by_role("table", name="What is known of the 117 leads")
    rows = table.get_by_role("row")
    expect(rows).to_have_count(7)
    expect(rows.nth(1)).to_contain_text(re.compile("Name.*117.*100 %"))
    expect(rows.nth(2)).to_contain_text(re.compile("Company.*98.*84 %"))
    expect(rows.last).to_contain_text(re.compile("Message.*0.*0 %"))
    widths = [float(str(bar.get_attribute("width"))) for bar in table.locator("rect.share").all()]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == 100
    expect(completeness.page.get_by_role("main")).to_contain_text("for want of answers: 52 (44 %)")


def test_a_month_is_chosen_and_stays_in_the_address(completeness: Visit) -> None:
    month = completeness.page.locator("input[type=month]")
    month.fill("2026-10")
    expect(month).to_be_focused()
    assert completeness.page.url.endswith("#/completeness?month=2026-10")
    month.fill("2020-01")
    expect(completeness.page.get_by_text("No leads in this month")).to_be_visible()
    expect(completeness.page.get_by_text("Choose another month.")).to_be_visible()


def test_a_report_that_failed_is_tried_again(begin: Begin) -> None:
    with begin() as visit:
        visit.enter()
        visit.failing_loads = True
        visit.api.fail("/api/reports/completeness", 503)
        visit.go("#/completeness")
        visit.page.get_by_role("button", name="Try again").click()
        expect(visit.page.get_by_role("table")).to_be_visible()
