"""Marketing and sales look at one page: what was delivered, what became of it, and the goals."""

import re

import pytest
from playwright.sync_api import FloatRect, ViewportSize, expect

from tests.console import quality_figures
from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.visit import TELEPHONE, Visit

pytestmark = pytest.mark.xdist_group("console")


@pytest.fixture
def quality(visit: Visit) -> Visit:
    return visit.go("#/quality")


def place(visit: Visit, selector: str) -> FloatRect:
    box = visit.page.locator(selector).bounding_box()
    assert box is not None
    return box


def test_both_sides_are_shown_with_what_chance_may_explain(quality: Visit) -> None:
    """Beside each figure what it was, and whether that is more than chance."""
    marketing = quality.section("What marketing delivered")
    expect(marketing.get_by_role("row").nth(1)).to_contain_text(
        re.compile(
            "ads.*64.*before: 40.*15 % .8.*52 known, 12 unknown.*before: 30 % · within chance"
            ".*0: 8 · 1: 30 · 2: 9 · 3.: 5 · unknown: 12.*mean 1.23.*before: 1.3 · within chance"
            ".*variance 0.75.*before: 0.75 · too few to tell"
            ".*Revenue above a million. . 14.*before: Do they sell to companies. . 14 · more than"
        )
    )
    sales = quality.section("What sales did with it")
    expect(sales.get_by_role("row").nth(1)).to_contain_text(
        re.compile(
            "ads.*19 % .12.*before: 13 % · more than chance.*8 % .5.*before: 5 % · too few"
            ".*24,000.*before: 5,200.*a single sale: within chance"
            ".*a student or a job seeker . 2.*no budget . 1.*42 min.*before: 3 hrs? · more than"
        )
    )


def test_where_nothing_is_known_of_the_ideal_it_is_not_said_to_be_none(quality: Visit) -> None:
    marketing = quality.section("What marketing delivered")
    events = marketing.get_by_role("row").filter(has_text="events")
    expect(events).to_contain_text(re.compile("nothing known.*0 known, 14 unknown"))
    expect(quality.page.locator("figure")).to_contain_text(
        "Nothing is known of the distance of: events"
    )
    expect(quality.page.locator("figure circle")).to_have_count(3)


def test_in_polish_what_is_missing_and_why_sales_complains_are_polish(begin: Begin) -> None:
    with begin(AnsweringApi(language="pl"), language="pl") as visit:
        visit.enter("#/quality")
        expect(visit.page.locator(".sides")).to_contain_text("Przychód powyżej miliona?")
        expect(visit.page.locator(".sides")).to_contain_text("student albo szuka pracy")


def test_the_chart_puts_groups_up_by_the_share_that_is_near_the_ideal(begin: Begin) -> None:
    """Of those whose distance is known."""
    for language, words in (("en", "the share near the ideal"), ("pl", "udział bliskich ideału")):
        with begin(AnsweringApi(language=language), language=language) as visit:
            visit.enter("#/quality")
            chart = visit.page.get_by_role("img", name=re.compile(words))
            expect(chart).to_be_visible()
            ads, newsletter, search = (
                float(str(chart.locator("circle").nth(place).get_attribute("cy")))
                for place in (0, 1, 2)
            )
            zero, whole = (
                float(str(chart.locator("line").nth(1).get_attribute(end))) for end in ("y2", "y1")
            )
            assert (zero - ads) / (zero - whole) == pytest.approx(38 / 52)  # distance 0 or 1
            assert newsletter == whole
            assert (zero - search) / (zero - whole) == pytest.approx(9 / 12)


NAMES = ("ads", "events", "newsletter", "a campaign with a long name", "search", "direct", "-")


@pytest.mark.parametrize("width", [360, 900, 1280])
def test_a_name_in_the_chart_stands_beside_its_dot_or_a_line_leads_to_it(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Groups that lie close together: no name covers another, nor floats alone."""
    crowd = {
        name: {"leads": 20 + place, "by_distance": {"0": 9, "2": 3}, "missing_most": None}
        for place, name in enumerate(NAMES)
    }
    monkeypatch.setattr(quality_figures, "_CHANNELS", crowd)
    with begin(size={"width": width, "height": 900}) as visit:
        visit.enter("#/quality")
        visit.screen(f"quality-crowded-{width}")
        groups = visit.page.locator("figure g").all()
        assert len(groups) == len(NAMES)
        boxes = []
        for group in groups:
            name, dot = group.locator("text").bounding_box(), group.locator("circle").bounding_box()
            assert name
            assert dot
            boxes.append(name)
            beside = abs(name["y"] + name["height"] / 2 - dot["y"] - dot["height"] / 2) < 3
            assert beside or group.locator("line").count() == 1
        for place, one in enumerate(boxes):
            assert not any(covers(one, other) for other in boxes[place + 1 :])


def covers(one: FloatRect, other: FloatRect) -> bool:
    return (
        abs(one["x"] - other["x"]) < (one if one["x"] < other["x"] else other)["width"]
        and abs(one["y"] - other["y"]) < one["height"] * 0.7  # a letter's box is higher than it
    )


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
    expect(goals.get_by_role("row")).to_have_count(5)
    expect(goals.get_by_role("row").nth(1)).to_contain_text(
        re.compile("ads.*64 reached.*goal: 50.*15.38 % not yet.*goal: 20 %.*52 known, 12 unknown")
    )
    expect(goals.get_by_role("row").nth(2)).to_contain_text(
        re.compile("events.*14nothing known goal: 10 %.*0 known, 14 unknown")
    )
    expect(goals.get_by_role("row").nth(3)).to_contain_text(re.compile("newsletter.*31 not yet"))
    expect(goals.get_by_role("row").nth(4)).to_contain_text(
        re.compile("search.*75 % reached.*goal: 40 %.*too few known to tell.*12 known")
    )


def test_a_month_and_a_grouping_are_chosen_and_stay_in_the_address(quality: Visit) -> None:
    quality.page.get_by_label("By").select_option(label="campaign")
    expect(quality.page.get_by_label("By")).to_have_value("campaign")
    assert quality.page.url.endswith("#/quality?month=2026-11&by=campaign")
    expect(quality.page.get_by_label("By")).to_be_focused()
    quality.page.locator("input[type=month]").fill("2020-01")
    expect(quality.page.get_by_text("No leads in this month")).to_be_visible()


def test_by_month_six_months_are_shown(quality: Visit) -> None:
    quality.page.get_by_label("By").select_option(label="month")
    expect(quality.page.get_by_text("6 months up to this one")).to_be_visible()
    (asked,) = [one.query for one in quality.api.asked if one.path == "/api/reports/quality"][-1:]
    assert (asked["from"], asked["to"], asked["by"]) == ("2026-06", "2026-11", "month")


@pytest.mark.parametrize("page", ["quality", "completeness"])
@pytest.mark.parametrize("month", ["2026-99", "2026-00", "November"])
def test_a_month_that_is_none_is_named_and_nothing_is_asked_for(
    visit: Visit, page: str, month: str
) -> None:
    visit.go(f"#/{page}?month={month}")
    expect(visit.page.get_by_text(f"{month} is no month")).to_be_visible()
    expect(visit.page.get_by_text("Choose another month.")).to_be_visible()
    assert not [one for one in visit.api.asked if "/reports/" in one.path]
    visit.page.locator("input[type=month]").fill("2026-10")
    expect(visit.page.get_by_text("is no month")).to_have_count(0)


def test_on_a_telephone_every_column_is_seen_without_scrolling(begin: Begin) -> None:
    with begin(size=TELEPHONE) as visit:
        visit.enter("#/quality")
        hidden = "all => all.some((one) => one.scrollWidth > one.clientWidth)"
        assert not visit.page.locator(".wide").evaluate_all(hidden)
        for cell in visit.page.locator(".wide td").all():
            box = cell.bounding_box()
            assert box
            assert 0 <= box["x"] <= box["x"] + box["width"] <= TELEPHONE["width"]
        head = "(one) => getComputedStyle(one, '::before').content"
        assert "Until contact" in visit.page.locator(".sides td").last.evaluate(head)
