"""A rep writes to a lead that does something at that moment, or that somebody else writes to: the
first keeps nobody from anything, the second is said and stays said. Over the product's own API.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.builders import ANNA, form_submitted, page_viewed
from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.listed_leads import KASIA, NOW, anna
from tests.console.product_api import ProductApi
from tests.console.visit import Visit
from tests.sales.sales_stage import IDEAL, OLEK, SalesStage

pytestmark = pytest.mark.xdist_group("console")

LATER = int(NOW.timestamp() * 1000)


@pytest.fixture
def api() -> ProductApi:
    stage = SalesStage()
    stage.world.model["ideal_leads"] = [IDEAL]
    stage.world.happen(form_submitted(), page_viewed())
    stage.world.now = LATER
    return ProductApi(stage)


@pytest.fixture
def day(begin: Begin, api: ProductApi) -> Iterator[Visit]:
    """A hot lead on the list; what is refused by the way is the page's own business."""
    with begin(api) as visit:
        visit.failing_loads = True
        yield visit.enter()


def conflict(visit: Visit) -> Locator:
    return visit.page.get_by_role("region", name="Not saved, for somebody else wrote")


def looks_at_a_page(api: ProductApi, number: int = 0) -> None:
    before = api.lead(ANNA)
    api.meanwhile(page_viewed(at=LATER + number, id=f"meanwhile-{number}"))
    after = api.lead(ANNA)
    assert after["revision"] > before["revision"]
    assert after["score"] == before["score"]


def test_a_lead_that_looks_at_a_page_keeps_nobody_from_marking_the_contact(
    day: Visit, api: ProductApi
) -> None:
    day.page.keyboard.press("j")
    looks_at_a_page(api)
    day.page.keyboard.press("c")
    day.page.keyboard.press("2")
    expect(day.page.locator("tbody tr")).to_contain_text("no answer today 10:30")
    day.page.locator("a.who").click()
    expect(day.section("After the call")).to_be_visible()
    looks_at_a_page(api, 1)
    day.page.get_by_role("button", name="reached").click()
    expect(day.page.locator(".head")).to_contain_text("reached today 10:30")
    expect(day.said()).to_have_text("Saved")
    assert api.lead(ANNA)["contacted"]["result"] == "reached"
    posts = [asked for asked in api.asked if asked.method == "POST" and "/api" in asked.path]
    assert ["if-match" in asked.headers for asked in posts] == [False, False]


def ticks(page: Page) -> None:
    group = page.get_by_role("group", name="Does it sell to companies?")
    group.get_by_role("radio", name="yes").click()


def takes(page: Page) -> None:
    page.get_by_role("button", name="Take this lead").click()


def loses(page: Page) -> None:
    page.get_by_role("button", name="How it ended").click()
    page.get_by_role("radio", name="lost").click()
    page.get_by_label("Reason").first.fill("too dear")
    page.get_by_role("button", name="Save").first.click()


def answers(page: Page) -> None:
    page.get_by_text("Add or correct an answer").click()
    page.get_by_label("Field").select_option(label="Country")
    page.get_by_label("Value").fill("DE")
    page.locator("[data-fold=correct]").get_by_role("button", name="Save").click()


def complains(page: Page) -> None:
    page.get_by_role("button", name="Complain", exact=True).click()
    page.get_by_label("Reason").last.fill("a competitor")
    page.get_by_role("button", name="Complain of this lead").click()


@pytest.mark.parametrize("act", [ticks, takes, loses, answers, complains])
def test_a_lead_that_looks_at_a_page_keeps_nobody_from_writing(
    day: Visit, api: ProductApi, act: Callable[[Page], None]
) -> None:
    day.page.locator("a.who").click()
    expect(day.section("After the call")).to_be_visible()
    looks_at_a_page(api)
    act(day.page)
    expect(day.said()).to_have_text("Saved")
    expect(conflict(day)).to_have_count(0)
    lead = api.lead(ANNA)
    (criterion,) = [one for one in lead["quality"]["criteria"] if one["criterion"] == "b2b"]
    said: dict[Callable[[Page], None], object] = {
        ticks: criterion["from"] == "tick",
        takes: lead["owner"] == KASIA,
        loses: lead["outcome"] and lead["outcome"]["reason"] == "too dear",
        answers: lead["country"] == "DE",
        complains: lead["rejected"] and lead["rejected"]["reason"] == "competitor",
    }
    assert said[act]


def test_what_another_rep_wrote_meanwhile_is_shown_until_it_is_dismissed(
    day: Visit, api: ProductApi
) -> None:
    day.page.locator("a.who").click()
    expect(day.section("After the call")).to_be_visible()
    api.wrote(OLEK, "PUT", f"/leads/{ANNA}/outcome", {"result": "lost", "reason": "no budget"})
    body = {"ticks": {"ceo": "no"}, "definition": "b2b-ceo"}
    api.wrote(OLEK, "PUT", f"/leads/{ANNA}/ticks", body)
    loses(day.page)
    told = conflict(day)
    expect(told).to_contain_text("“How it ended” was not saved for Anna Nowak")
    expect(told).to_contain_text(f"How it ended: lost today 10:30: no budget, {OLEK}")
    expect(told).to_contain_text("Is it the CEO? no")
    expect(day.said()).to_contain_text("somebody else of sales wrote meanwhile")
    expect(day.page.locator(".head")).to_contain_text("lost today 10:30: no budget")
    expect(day.page.get_by_label("Reason").first).to_have_value("too dear")
    day.screen("meanwhile")
    assert day.barriers() == []
    day.go("#/leads")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Close").click()
    expect(told).to_have_count(0)
    assert api.lead(ANNA)["outcome"]["reason"] == "no budget"
    day.go(f"#/leads/{ANNA}")
    loses(day.page)
    expect(day.page.locator(".head")).to_contain_text("lost today 10:30: too dear")


def test_a_lead_that_never_stands_still_is_not_chased_for_ever(visit: Visit) -> None:
    visit.failing_loads = True
    visit.go(f"#/leads/{anna()['id']}")
    for _ in range(9):
        visit.api.fail("/api/leads", 412, "PUT")
    visit.page.get_by_role("button", name="Take this lead").click()
    expect(conflict(visit)).to_contain_text("the lead changes all the time just now")
    assert len(visit.api.writes()) == 5


def test_a_write_that_waited_is_sent_though_the_lead_moved_and_counts_once(begin: Begin) -> None:
    with begin(AnsweringApi()) as visit:
        visit.failing_loads = True
        visit.enter(f"#/leads/{anna()['id']}")
        visit.api.fail("/api/leads", 0, "PUT")
        visit.page.get_by_role("button", name="Take this lead").click()
        visit.api.leads[0] |= {"revision": 9, "owner": KASIA}  # the first try had got through
        visit.page.get_by_role("button", name="Try again").click()
        expect(visit.page.locator(".head")).to_contain_text("owner: Kasia Nowak")
        expect(conflict(visit)).to_have_count(0)
        puts = [asked for asked in visit.api.asked if asked.method == "PUT"]
        assert len({asked.headers["idempotency-key"] for asked in puts}) == 1


@pytest.mark.parametrize("language", ["en", "pl"])
def test_what_others_wrote_is_readable_on_a_telephone(begin: Begin, language: str) -> None:
    with begin(
        AnsweringApi(language=language), language=language, size={"width": 360, "height": 740}
    ) as visit:
        visit.failing_loads = True
        visit.enter(f"#/leads/{anna()['id']}")
        visit.api.leads[0] |= {"revision": 8, "later": anna()["as_of"]}
        visit.page.locator("[data-keep=owner]").click()
        expect(visit.page.locator("#meanwhile")).to_be_visible()
        visit.screen(f"telephone-meanwhile-{language}")
        assert not visit.is_too_wide()
        assert visit.barriers() == []
