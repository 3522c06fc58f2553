"""The open list and the open lead change by themselves, and nothing moves under whoever works."""

import re

import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.listed_leads import KASIA, NOW, anna, crowd, people
from tests.console.visit import Visit

pytestmark = pytest.mark.xdist_group("console")

ANNA = f"#/leads/{anna()['id']}"
SHOWN_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"
HIDE = "Object.defineProperty(document, 'hidden', { value: true, configurable: true })"


def requests(visit: Visit) -> list[str]:
    return [
        f"{asked.method} {asked.path}"
        for asked in visit.api.asked
        if asked.path.startswith("/api")
        and asked.method != "OPTIONS"
        and "counts" not in asked.query
    ]


def look_again(visit: Visit) -> None:
    """Let the time of one refresh pass, and wait for its answer."""
    before = len(requests(visit))
    with visit.page.expect_response(lambda answer: "/api/leads" in answer.url):
        visit.page.evaluate(SHOWN_AGAIN)
    visit.page.wait_for_function("() => new Promise((done) => setTimeout(() => done(true), 60))")
    assert len(requests(visit)) == before + 1


def stands_still(visit: Visit) -> None:
    before = len(requests(visit))
    visit.page.evaluate(SHOWN_AGAIN)
    visit.page.wait_for_timeout(200)
    assert len(requests(visit)) == before


@pytest.mark.parametrize("hash_", ["#/leads", ANNA])
def test_an_open_page_asks_once_in_twenty_seconds_and_only_where_it_is_seen(
    begin: Begin, hash_: str
) -> None:
    with begin() as visit:
        visit.page.clock.install(time=NOW)
        visit.enter(hash_)
        visit.page.wait_for_timeout(100)
        visit.api.asked.clear()
        visit.api.leads[0] |= {"company": "Another Ltd"}
        visit.page.clock.run_for(21_000)
        expect(visit.page.locator("main")).to_contain_text("Another Ltd")
        assert len(requests(visit)) == 1
        for _ in range(2):
            visit.page.clock.run_for(20_000)
            visit.page.wait_for_timeout(100)
        assert len(requests(visit)) == 3
        visit.page.evaluate(HIDE)
        visit.page.clock.run_for(100_000)
        visit.page.wait_for_timeout(100)
        assert len(requests(visit)) == 3


def test_a_lead_rises_in_the_list_and_a_new_hot_one_is_said_aloud(begin: Begin) -> None:
    with begin(AnsweringApi(people()[1:])) as visit:
        visit.enter()
        visit.page.keyboard.press("j")
        expect(visit.page.get_by_role("link", name="Jan Kowalski")).to_be_focused()
        visit.api.leads.insert(0, anna())
        look_again(visit)
        assert visit.names()[0] == "Anna Nowak"
        expect(visit.said()).to_have_text("A new hot lead: Anna Nowak")
        expect(visit.page.get_by_role("link", name="Jan Kowalski")).to_be_focused()
        visit.page.evaluate("document.getElementById('said').textContent = ''")
        visit.api.leads[2] |= {"score": 60}
        look_again(visit)
        expect(visit.page.locator("tbody tr").nth(2)).to_contain_text("60")
        expect(visit.said()).to_have_text("")


def test_what_has_the_focus_keeps_it_and_its_place(begin: Begin) -> None:
    leads = crowd(60)
    with begin(AnsweringApi(leads)) as visit:
        visit.enter()
        visit.page.get_by_role("button", name="Show more").click()
        contact = visit.page.get_by_role("button", name="Mark Lead 30 as contacted")
        contact.focus()
        visit.page.wait_for_timeout(100)
        top = contact.evaluate("(one) => one.getBoundingClientRect().top")
        leads[:0] = [anna(), anna() | {"id": "another", "name": "Another"}]
        look_again(visit)
        expect(contact).to_be_focused()
        assert abs(contact.evaluate("(one) => one.getBoundingClientRect().top") - top) < 2
        assert len(visit.names()) == 50
        more = visit.page.get_by_role("button", name="Show more")
        more.focus()
        leads[3] |= {"company": "Another Ltd"}
        look_again(visit)
        expect(more).to_be_focused()
        leads[:] = [one for one in leads if one["name"] != "Lead 4"]
        visit.page.get_by_role("link", name="Lead 4", exact=True).focus()
        look_again(visit)
        expect(visit.page.get_by_role("link", name="Lead 5", exact=True)).to_be_focused()


def test_a_list_of_more_than_a_hundred_is_refreshed_by_one_request(begin: Begin) -> None:
    leads = crowd(160)
    with begin(AnsweringApi(leads)) as visit:
        visit.enter()
        for number in range(2, 7):
            visit.page.get_by_role("button", name="Show more").click()
            expect(visit.page.locator("a.who")).to_have_count(25 * number)
        leads[7] |= {"company": "Another Ltd"}
        look_again(visit)
        expect(visit.page.locator("tbody tr").nth(7)).to_contain_text("Another Ltd")
        assert len(visit.names()) == 150
        visit.page.get_by_role("button", name="Show more").click()
        expect(visit.page.locator("a.who")).to_have_count(160)


def test_leads_that_were_found_far_down_the_list_stay(begin: Begin) -> None:
    """A filter that few fit finds them behind many others, more than one page looks at."""
    leads = crowd(8)
    for number in (0, 1, 3, 5):
        leads[number] |= {"owner": KASIA}
    with begin(AnsweringApi(leads, looks_at=2)) as visit:
        visit.enter("#/leads?owner=me")
        for number in (3, 4):
            visit.page.get_by_role("button", name="Show more").click()
            expect(visit.page.locator("a.who")).to_have_count(number)
        look_again(visit)
        assert visit.names() == ["Lead 0", "Lead 1", "Lead 3", "Lead 5"]
        leads[1] |= {"company": "Another Ltd"}
        leads[0] |= {"owner": None}
        look_again(visit)
        expect(visit.page.locator("tbody tr").first).to_contain_text("Another Ltd")
        assert visit.names() == ["Lead 1", "Lead 3", "Lead 5"]
        leads[1] |= {"owner": None}
        look_again(visit)
        assert visit.names() == ["Lead 3", "Lead 5"]
        leads[7] |= {"owner": KASIA}
        visit.page.get_by_role("button", name="Show more").click()
        expect(visit.page.locator("a.who").last).to_have_text("Lead 7")
        look_again(visit)
        assert visit.names() == ["Lead 3", "Lead 5", "Lead 7"]
        expect(visit.page.get_by_role("button", name="Show more")).to_have_count(0)


def test_who_rises_past_the_place_of_many_takes_none_of_them_away(begin: Begin) -> None:
    leads = crowd(160)
    with begin(AnsweringApi(leads)) as visit:
        visit.enter()
        for number in range(2, 6):
            visit.page.get_by_role("button", name="Show more").click()
            expect(visit.page.locator("a.who")).to_have_count(25 * number)
        leads.insert(0, leads.pop(120))
        leads.insert(0, anna())
        look_again(visit)
        assert visit.names()[:2] == ["Anna Nowak", "Lead 120"]
        assert len(set(visit.names())) == len(visit.names()) == 126


def test_nothing_moves_in_the_list_while_somebody_works(visit: Visit) -> None:
    channel = visit.page.get_by_label("Channel")
    channel.fill("sea")
    stands_still(visit)
    channel.fill("")
    look_again(visit)
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("link", name="Anna Nowak").focus()
    visit.page.keyboard.press("c")
    stands_still(visit)
    visit.page.keyboard.press("Escape")
    look_again(visit)
    visit.page.evaluate("getSelection().selectAllChildren(document.querySelector('td.person'))")
    stands_still(visit)
    visit.page.evaluate("getSelection().removeAllRanges()")
    visit.failing_loads = True
    visit.api.fail("/api/leads", 503, "POST")
    visit.page.keyboard.press("c")
    visit.page.keyboard.press("1")
    expect(visit.page.get_by_role("region", name="Not saved yet")).to_be_visible()
    stands_still(visit)
    visit.page.get_by_role("button", name="Throw away").click()
    look_again(visit)


def test_a_contact_that_is_marked_while_a_refresh_is_under_way_stays_marked(visit: Visit) -> None:
    """The answer that comes late tells of the lead as it was before."""
    late: list[tuple[Route, APIResponse]] = []
    row = visit.page.get_by_role("row").filter(has_text="Anna Nowak")
    expect(row).to_contain_text("not contacted")
    visit.page.keyboard.press("j")
    visit.page.route(re.compile(r"/api/leads\?"), lambda route: late.append((route, route.fetch())))
    visit.page.evaluate(SHOWN_AGAIN)
    while not late:
        visit.page.wait_for_timeout(20)
    visit.page.keyboard.press("c")
    visit.page.keyboard.press("1")
    expect(row).to_contain_text("reached today")
    route, answer = late[0]
    route.fulfill(response=answer)
    visit.page.wait_for_timeout(200)
    expect(row).to_contain_text("reached today")
    visit.page.unroute_all(behavior="ignoreErrors")


def test_an_open_lead_is_kept_as_it_is_now_and_so_is_the_reader(visit: Visit) -> None:
    visit.go(ANNA)
    visit.page.get_by_text("All changes as a table").click()
    visit.page.get_by_role("button", name="Call later").click()
    lead = visit.api.leads[0]
    for focused in (visit.heading(), visit.page.get_by_role("button", name="reached")):
        focused.focus()
        lead |= {"score": lead["score"] + 1, "revision": lead["revision"] + 1}
        look_again(visit)
        expect(visit.page.locator(".big")).to_contain_text(str(lead["score"]))
        expect(focused).to_be_focused()
        expect(visit.page.get_by_role("button", name="Tomorrow 9:00")).to_be_visible()
        expect(visit.page.locator("details").first).to_have_attribute("open", "")
    visit.page.get_by_role("button", name="reached").click()
    expect(visit.said()).to_have_text("Saved")


def test_nothing_moves_on_a_lead_while_somebody_works(visit: Visit) -> None:
    visit.go(ANNA)
    look_again(visit)
    visit.page.get_by_role("button", name="How it ended").click()
    look_again(visit)
    visit.page.get_by_role("radio", name="lost").check()
    stands_still(visit)
    visit.page.reload()
    expect(visit.heading()).to_have_text("Anna Nowak")
    visit.page.get_by_role("button", name="Complain", exact=True).click()
    visit.page.get_by_label("Reason").last.focus()
    stands_still(visit)
    visit.page.get_by_label("Reason").last.fill("half a sentence")
    visit.heading().focus()
    stands_still(visit)


@pytest.mark.parametrize("hash_", ["#/leads", ANNA])
def test_a_refresh_that_fails_only_says_since_when(visit: Visit, hash_: str) -> None:
    visit.failing_loads = True
    visit.go(hash_)
    visit.api.fail("/api/leads", 503)
    look_again(visit)
    expect(visit.page.locator(".stale")).to_have_text("not refreshed since 10:30")
    expect(visit.said()).to_have_text("")
    visit.screen(f"stale-{'list' if hash_ == '#/leads' else 'lead'}")
    assert visit.barriers() == []
    look_again(visit)
    expect(visit.page.locator(".stale")).to_have_text("")
