"""Marketing and sales look at one page: what was delivered, what became of it, and the goals."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.visit import Visit

pytestmark = pytest.mark.xdist_group("console")


@pytest.fixture
def quality(visit: Visit) -> Visit:
    return visit.go("#/quality")


def test_both_sides_are_shown_with_what_chance_may_explain(quality: Visit) -> None:
    marketing = quality.section("What marketing delivered")
    expect(marketing.get_by_role("row").nth(1)).to_contain_text(
        re.compile("ads.*64.*before: 40.*13 % .8.*within chance")
    )
    sales = quality.section("What sales did with it")
    expect(sales.get_by_role("row").nth(1)).to_contain_text(
        re.compile("ads.*19 % .12.*more than chance.*24,000.*a student . 3.*42 min")
    )
    expect(quality.page.get_by_role("img", name=re.compile("share of ideal"))).to_be_visible()


def test_goals_say_whether_they_were_reached(quality: Visit) -> None:
    goals = quality.section("Goals of the channels")
    expect(goals.get_by_role("row")).to_have_count(3)
    expect(goals.get_by_role("row").nth(1)).to_contain_text(
        re.compile("ads.*64 reached.*goal: 50.*12.5 % not yet.*goal: 20 %")
    )
    expect(goals.get_by_role("row").nth(2)).to_contain_text(re.compile("newsletter.*31 not yet"))


def test_a_month_and_a_grouping_are_chosen_and_stay_in_the_address(quality: Visit) -> None:
    quality.page.get_by_label("By").select_option(label="campaign")
    expect(quality.page.get_by_label("By")).to_have_value("campaign")
    assert quality.page.url.endswith("#/quality?month=2026-11&by=campaign")
    expect(quality.page.get_by_label("By")).to_be_focused()
    quality.page.locator("input[type=month]").fill("2020-01")
    expect(quality.page.get_by_text("No leads in this month")).to_be_visible()
