"""What was written and not answered is lost neither to a fault nor to a session that is over."""

import pytest
from playwright.sync_api import Locator, expect

from tests.console.conftest import Begin
from tests.console.listed_leads import anna
from tests.console.visit import Visit

pytestmark = pytest.mark.xdist_group("console")

ANNA = f"#/leads/{anna()['id']}"


def waiting(visit: Visit) -> Locator:
    return visit.page.get_by_role("region", name="Not saved yet")


def keys(visit: Visit) -> list[str]:
    return [
        asked.headers["idempotency-key"]
        for asked in visit.api.asked
        if asked.method in {"POST", "PUT"} and asked.path.startswith("/api")
    ]


@pytest.mark.parametrize("status", [0, 503])
def test_a_write_without_an_answer_is_tried_again_as_the_same(visit: Visit, status: int) -> None:
    visit.failing_loads = True
    visit.go(ANNA)
    visit.api.fail("/api/leads", status)
    acts = visit.section("After the call")
    acts.get_by_role("button", name="How it ended").click()
    acts.get_by_role("radio", name="lost").click()
    acts.get_by_label("Reason").first.fill("too dear")
    acts.get_by_role("button", name="Save").click()
    expect(waiting(visit)).to_contain_text("Anna Nowak: How it ended")
    expect(visit.said()).to_contain_text("This did not get through. It is kept here")
    expect(acts.get_by_label("Reason").first).to_have_value("too dear")
    signs_in = waiting(visit).get_by_role("button", name="Sign in again")
    expect(signs_in).to_have_count(int(status == 0))
    visit.screen(f"unsent-{status}")
    assert visit.barriers() == []
    waiting(visit).get_by_role("button", name="Try again").click()
    expect(visit.page.locator(".head")).to_contain_text("lost today 10:30: too dear")
    expect(waiting(visit)).to_have_count(0)
    expect(acts.get_by_label("Reason").first).to_have_value("")
    first, second = keys(visit)
    assert first == second


def test_the_way_back_to_what_was_written_leads_over_the_sign_in(begin: Begin) -> None:
    with begin() as visit:
        visit.sign_in(ANNA)
        visit.failing_loads = True
        acts = visit.section("After the call")
        acts.get_by_role("button", name="Complain", exact=True).click()
        acts.get_by_label("Reason").last.fill("half a sentence")
        visit.api.end_sessions()
        visit.page.get_by_role("button", name="left a message").click()
        expect(waiting(visit)).to_contain_text("Your session is over. What you wrote is kept")
        expect(waiting(visit)).to_contain_text("Anna Nowak: Contact")
        visit.screen("unsent-401")
        waiting(visit).get_by_role("button", name="Sign in again").click()
        expect(visit.heading()).to_have_text("Anna Nowak")
        expect(acts.get_by_label("Reason").last).to_have_value("half a sentence")
        expect(waiting(visit)).to_contain_text("This is not saved yet.")
        visit.page.keyboard.press("t")
        expect(visit.page.locator(".head")).to_contain_text("left a message today")
        expect(visit.said()).to_have_text("Saved")
        expect(acts.get_by_label("Reason").last).to_have_value("half a sentence")
        assert len(set(keys(visit))) == 1


def test_several_wait_in_their_order_and_stand_on_each_other(visit: Visit) -> None:
    visit.failing_loads = True
    visit.go(ANNA)
    for _ in range(2):
        visit.api.fail("/api/leads", 0)
    visit.page.get_by_role("button", name="reached").click()
    expect(waiting(visit).get_by_role("listitem")).to_have_count(1)
    visit.page.get_by_role("button", name="Take this lead").click()
    expect(waiting(visit).get_by_role("listitem")).to_have_text(
        ["Anna Nowak: Contact", "Anna Nowak: Owner"]
    )
    waiting(visit).get_by_role("button", name="Try again").click()
    expect(waiting(visit)).to_have_count(0)
    expect(visit.page.locator(".head")).to_contain_text("reached today 10:30 · owner: Kasia Nowak")


def test_a_contact_of_the_list_waits_too_and_can_be_thrown_away(visit: Visit) -> None:
    visit.failing_loads = True
    visit.api.fail("/api/leads", 503)
    visit.page.keyboard.press("j")
    visit.page.keyboard.press("c")
    visit.page.keyboard.press("1")
    expect(waiting(visit)).to_contain_text("Anna Nowak: Contact")
    visit.go("#/quality")
    expect(waiting(visit)).to_be_visible()
    visit.page.reload()
    waiting(visit).get_by_role("button", name="Throw away").click()
    expect(waiting(visit)).to_have_count(0)
    visit.page.reload()
    expect(visit.heading()).to_contain_text("Quality")
    expect(waiting(visit)).to_have_count(0)


def test_who_signs_out_leaves_nothing_behind(begin: Begin) -> None:
    with begin() as visit:
        visit.sign_in(ANNA)
        visit.failing_loads = True
        visit.api.fail("/api/leads", 503)
        visit.page.get_by_role("button", name="reached").click()
        expect(waiting(visit)).to_be_visible()
        visit.page.get_by_role("button", name="Sign out").click()
        expect(visit.heading()).to_have_text("Sign in to see your leads")
        assert "Anna" not in str(visit.page.evaluate("JSON.stringify(sessionStorage)"))


def test_what_is_said_aloud_is_a_region_that_is_there_and_is_filled(visit: Visit) -> None:
    """One that appears with its words is not read; nor are the same words twice in a breath."""
    said = visit.said()
    expect(said).to_have_text("")
    shows = "(one) => { const s = getComputedStyle(one); return `${s.display} ${s.visibility}`; }"
    before = said.evaluate(shows)
    assert "none" not in before
    assert "hidden" not in before
    visit.page.evaluate("""() => {
        window.heard = [];
        const said = document.getElementById("said");
        new MutationObserver(() => window.heard.push(said.textContent))
          .observe(said, { childList: true, characterData: true, subtree: true });
    }""")
    visit.go(ANNA)
    for name in ("reached", "no answer"):
        visit.page.get_by_role("button", name=name).click()
        expect(visit.page.locator(".head")).to_contain_text(f"{name} today")
        expect(said).to_have_text("Saved")
    assert said.evaluate(shows) == before
    assert visit.page.evaluate("window.heard") == ["Saved", "", "Saved"]
