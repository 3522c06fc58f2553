"""Marketing and sales look at one page: what was delivered, what became of it, and the goals."""

import re

import pytest
from playwright.sync_api import FloatRect, ViewportSize, expect

from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.visit import Visit

pytestmark = pytest.mark.xdist_group("console")


@pytest.fixture
def quality(visit: Visit) -> Visit:
    return visit.go("#/quality")


def place(visit: Visit, selector: str) -> FloatRect:
    box = visit.page.locator(selector).bounding_box()
    assert box is not None
    return box


def test_both_sides_are_shown_with_what_chance_may_explain(quality: Visit) -> None:
    marketing = quality.section("What marketing delivered")
    expect(marketing.get_by_role("row").nth(1)).to_contain_text(
        re.compile("ads.*64.*before: 40.*13 % .8.*before: 15 %.*within chance")
    )
    sales = quality.section("What sales did with it")
    expect(sales.get_by_role("row").nth(1)).to_contain_text(
        re.compile(
            "ads.*19 % .12.*before: 13 %.*more than chance.*8 % .5.*before: 5 %.*too few.*24,000"
            ".*a student . 3.*42 min"
        )
    )


def test_the_chart_puts_groups_up_by_the_share_that_is_near_the_ideal(begin: Begin) -> None:
    for language, words in (("en", "the share near the ideal"), ("pl", "udział bliskich ideału")):
        with begin(AnsweringApi(language=language), language=language) as visit:
            visit.enter("#/quality")
            chart = visit.page.get_by_role("img", name=re.compile(words))
            expect(chart).to_be_visible()
            ads, newsletter = (
                float(str(chart.locator("circle").nth(place).get_attribute("cy")))
                for place in (0, 1)
            )
            zero, whole = (
                float(str(chart.locator("line").nth(1).get_attribute(end))) for end in ("y2", "y1")
            )
            assert (zero - ads) / (zero - whole) == pytest.approx(38 / 64)  # distance 0 or 1
            assert (zero - newsletter) / (zero - whole) == pytest.approx(14 / 31)


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("width", [1000, 1280])
def test_marketing_stands_left_of_sales_and_the_chart_below(
    begin: Begin, language: str, width: int
) -> None:
    size: ViewportSize = {"width": width, "height": 900}
    with begin(AnsweringApi(language=language), language=language, size=size) as visit:
        visit.enter("#/quality")
        left, right = (place(visit, f".sides > :nth-child({number})") for number in (1, 2))
        chart, page = place(visit, "figure .chart"), place(visit, ".quality")
        assert left["y"] == right["y"]
        assert left["x"] + left["width"] <= right["x"]
        assert chart["y"] >= max(side["y"] + side["height"] for side in (left, right))
        assert chart["width"] > page["width"] * 0.9
        inside = "all => all.some((one) => one.scrollWidth > one.clientWidth)"
        assert not visit.page.locator(".sides .wide").evaluate_all(inside), "a side is cut off"
        visit.screen(f"quality-{width}-{language}")
        assert visit.barriers() == []


def test_below_that_width_sales_stand_under_marketing(begin: Begin) -> None:
    with begin(size={"width": 999, "height": 900}) as visit:
        visit.enter("#/quality")
        marketing, sales = (place(visit, f".sides > :nth-child({number})") for number in (1, 2))
        assert marketing["x"] == sales["x"]
        assert marketing["y"] + marketing["height"] <= sales["y"]


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
