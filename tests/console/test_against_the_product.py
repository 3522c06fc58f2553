"""A rep's day in the console over the product's own sales API, in memory: what stands for the API
elsewhere in these tests cannot have taught the console a contract that the product does not keep.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.builders import form_submitted, page_viewed
from tests.console.conftest import Begin
from tests.console.listed_leads import KASIA, NOW
from tests.console.product_api import ProductApi
from tests.console.visit import Visit
from tests.sales.sales_stage import IDEAL, SalesStage

pytestmark = pytest.mark.xdist_group("console")

SHOP = {
    "ideal": "shop-ceo",
    "says": {"en": "A CEO of an online shop"},
    "criteria": [
        {"criterion": "ceo", "asks": "Is it the CEO?", "guess": ["is", "job_title", ["CEO"]]},
        {"criterion": "shop", "asks": "Is there an online shop?"},
    ],
}


@pytest.fixture
def day(begin: Begin) -> Iterator[Visit]:
    """A list with Anna on it, who is hot since yesterday."""
    stage = SalesStage()
    stage.world.model["fields"]["message"] = {"type": "message"}
    stage.world.model["ideal_leads"] = [IDEAL, SHOP]
    stage.world.happen(form_submitted(), page_viewed())
    stage.world.now = int(NOW.timestamp() * 1000)
    with begin(ProductApi(stage)) as visit:
        yield visit.enter()


def test_the_list_is_shown_searched_and_a_contact_marked(day: Visit) -> None:
    expect(day.page.locator("a.who")).to_have_count(1)
    row = day.page.locator("tbody tr")
    expect(row).to_contain_text("32")
    expect(row).to_contain_text("hot")
    day.page.keyboard.press("j")
    day.page.keyboard.press("c")
    day.page.keyboard.press("2")
    expect(row).to_contain_text("no answer today 10:30")
    day.page.get_by_role("radio", name="no response 1").click()
    expect(day.page.locator("a.who")).to_have_count(1)
    day.page.get_by_role("radio", name="hot, not contacted 0").click()
    expect(day.page.get_by_text("No lead fits these filters")).to_be_visible()
    day.page.get_by_label("Find by e-mail").fill("anna@example.com")
    day.page.keyboard.press("Enter")
    expect(day.said()).to_have_text("Leads: 1")
    day.failing_loads = True
    day.page.get_by_label("Find by e-mail").fill("anna@example")
    day.page.keyboard.press("Enter")
    expect(day.page.get_by_text("Nobody has this address")).to_be_visible()
    day.page.get_by_role("button", name="Show all leads").click()
    day.page.get_by_label("Days", exact=True).fill("30")
    day.page.keyboard.press("Enter")
    expect(day.page.locator("a.who")).to_have_count(1)
    expect(day.page.get_by_role("radio", name="stuck 0")).to_be_visible()


def test_one_lead_is_read_and_everything_that_can_be_written_is_taken(day: Visit) -> None:
    page, head = day.page, day.page.locator(".head")
    page.locator("a.who").click()
    bars = day.section("Why this score")
    expect(bars.locator("tfoot")).to_contain_text("32")
    page.get_by_role("button", name="Take this lead").click()
    expect(head).to_contain_text(f"owner: {KASIA}")
    page.get_by_role("button", name="left a message").click()
    expect(head).to_contain_text("left a message today")
    group = page.get_by_role("group", name="Does it sell to companies?")
    group.get_by_role("radio", name="yes").click()
    expect(group.get_by_role("radio", name="yes")).to_be_checked()
    expect(day.said()).to_have_text("Saved")
    page.get_by_role("button", name="Call later").click()
    page.get_by_role("button", name="In a week 9:00").click()
    expect(head).to_contain_text("call again 1 Dec")
    page.get_by_role("button", name="Complain", exact=True).click()
    page.get_by_label("Reason").last.fill("a competitor")
    page.get_by_role("button", name="Complain of this lead").click()
    expect(head).to_contain_text("complaint today 10:30: a competitor")
    answers = day.section("What they answered")
    answers.get_by_text("Add or correct an answer").click()
    answers.get_by_label("Field").select_option(label="Country")
    answers.get_by_label("Value").fill("DE")
    answers.get_by_role("button", name="Save").click()
    expect(answers).to_contain_text("Germany")
    page.get_by_role("button", name="How it ended").click()
    page.get_by_role("radio", name="won").click()
    page.get_by_label("Amount", exact=True).fill("900")
    page.get_by_role("button", name="Save").first.click()
    expect(head).to_contain_text("won today 10:30 (900)")
    page.get_by_role("button", name="Take it back").click()
    expect(head).not_to_contain_text("won")
    happened = day.section("What happened")
    expect(happened).to_contain_text("left a message")
    expect(happened).to_contain_text("taken back")
    expect(happened).to_contain_text("1 Dec 09:00")
    day.screen("product-lead")


def test_a_lead_is_entered_mended_and_not_entered_twice(day: Visit) -> None:
    page = day.page
    day.failing_loads = True
    page.keyboard.press("n")
    page.get_by_label("E-mail").fill("ewa@example")
    page.get_by_label("Phone").fill("none")
    page.get_by_label("Country").fill("Atlantis")
    page.get_by_label("What was said").fill("Wants an offer\nby Friday")
    save = page.get_by_role("button", name="Save and open the lead")
    save.click()
    expect(page.get_by_text("this is no e-mail address", exact=True)).to_be_visible()
    page.get_by_label("E-mail").fill("ewa@example.com")
    save.click()
    expect(page.locator("#new-phone-wrong")).to_contain_text("no telephone number")
    expect(page.locator("#new-country-wrong")).to_contain_text("no country that we know")
    page.get_by_label("Phone").fill("+48 600 700 800")
    page.get_by_label("Country").fill("pl")
    save.click()
    expect(day.heading()).to_have_text("ewa@example.com")
    answers = day.section("What they answered")
    expect(answers).to_contain_text("Wants an offer")
    expect(answers).to_contain_text("Poland")
    expect(day.section("What happened").get_by_role("listitem")).to_have_count(3)
    expect(page.locator(".head")).to_contain_text(f"reached today 10:30 · owner: {KASIA}")
    day.screen("product-entered")


def test_questions_stay_while_another_ideal_gets_nearer(day: Visit) -> None:
    page, criteria = day.page, day.section("Is it an ideal lead?")
    page.locator("a.who").click()
    group = criteria.get_by_role("group", name="Does it sell to companies?")
    criteria.get_by_role("group", name="Is it the CEO?").get_by_role(
        "radio", name="no", exact=True
    ).click()
    expect(criteria).to_contain_text("Nearest by now: A CEO of an online shop")
    group.get_by_role("radio", name="no", exact=True).click()
    expect(group).to_contain_text("ticked by sales")
    criteria.get_by_role("button", name="Ask its questions").click()
    expect(criteria.get_by_role("group", name="Is there an online shop?")).to_be_visible()


def test_who_must_not_be_mailed_is_found_with_the_reason_and_the_outcome(day: Visit) -> None:
    page = day.page
    page.locator("a.who").click()
    page.get_by_role("button", name="How it ended").click()
    page.get_by_role("radio", name="not interested").click()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".head")).to_contain_text("not interested today")
    page.keyboard.press("b")
    expect(page.get_by_text("No leads yet")).to_be_visible()
    page.get_by_role("radio", name="not to be mailed").click()
    row = page.locator("tbody tr")
    expect(row).to_contain_text("Do not mail: not interested")
    expect(row).to_contain_text("not interested today 10:30")


def test_completeness_is_reported(day: Visit) -> None:
    day.go("#/completeness?month=2026-11")
    rows = day.page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(7)
    expect(rows.filter(has_text="Name")).to_contain_text("100 %")
    expect(rows.filter(has_text="Phone")).to_contain_text("0 %")


def test_quality_is_reported(day: Visit) -> None:
    day.go("#/quality?month=2026-11")
    expect(day.section("What marketing delivered").first).to_be_visible()
