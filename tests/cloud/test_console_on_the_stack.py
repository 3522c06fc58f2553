"""The whole way in a real browser: a visitor fills in the form and opens the prices, the lead rises
in the console, a rep signs in, reads why, ticks, ends it, and the report changes.

Nothing stands in for anything: website, form route, bus, functions, tables, hosted sign-in, API and
console are those of `make run`.
"""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from infra.local.local_stack import LocalStack
from infra.local.running import console_config
from infra.local.sample_site import sample_site
from infra.local.sign_ins import PASSWORD, REP, make_people
from infra.local.synthesis import LOCAL_PAGES
from infra.local.website import served
from tests.cloud.stack_driving import SOON_SECONDS
from tests.console.conftest import browser
from tests.console.visit import DESK, SCREENS

__all__ = ["browser"]
pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

VISITOR, KEYS_VISITOR = "wanda.browser@example.com", "kamil.keys@example.com"
WAIT_MS = 20_000
TABS_MAX = 200


@pytest.fixture
def day(browser: Browser, stack: LocalStack) -> Iterator[tuple[Page, str, str]]:
    """A page in English, the website's address and the console's; whatever the page complains of
    fails the test.
    """
    make_people(stack)
    with (
        sample_site(stack) as site,
        served(LOCAL_PAGES, console_config(stack)) as console,
        browser.new_context(locale="en-GB", viewport=DESK) as context,
    ):
        context.set_default_timeout(WAIT_MS)
        page, complaints = context.new_page(), list[str]()
        page.on("pageerror", lambda error: complaints.append(str(error)))

        def hear(said: ConsoleMessage) -> None:
            """Of the console's own pages: the hosted sign-in has no icon, for one."""
            if said.type == "error" and said.location["url"].startswith(console):
                complaints.append(said.text)

        page.on("console", hear)
        yield page, site, console
        assert complaints == []


def test_a_visitor_becomes_a_lead_that_a_rep_reads_ticks_and_wins(
    day: tuple[Page, str, str],
) -> None:
    page, site, console = day
    sends_the_form(page, site)
    page.goto(f"{site}/pricing")
    signs_in(page, console)
    finds_the_lead(page, console)
    expect(page.locator("tbody tr")).to_contain_text(re.compile("warm|hot"))
    page.locator("a.who").click()
    reads_why(page)
    for number in range(3):
        group = page.locator("fieldset.tick").nth(number)
        if number == 0:  # a guess said yes already: say no first, then yes
            group.get_by_role("radio", name="no", exact=True).check()
            expect(group).to_contain_text("ticked by sales")
        group.get_by_role("radio", name="yes").check()
        expect(group).to_contain_text("ticked by sales")
        expect(group.get_by_role("radio", name="yes")).to_be_checked()
    page.get_by_role("button", name="How it ended").click()
    page.get_by_role("radio", name="won").check()
    page.get_by_label("amount not known").check()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".head")).to_contain_text("won")
    happened = page.get_by_role("region", name="What happened")
    expect(happened.get_by_text("Sales ticked a criterion").nth(2)).to_be_visible()
    page.screenshot(path=SCREENS / "stack-lead.png", full_page=True)
    page.goto(f"{console}#/quality")
    sold = page.get_by_role("region", name="What sales did with it")
    row = sold.get_by_role("row", name=re.compile("^ads"))
    expect(row).to_contain_text("(1)")
    page.screenshot(path=SCREENS / "stack-quality.png", full_page=True)


def test_the_same_by_keyboard_alone(day: tuple[Page, str, str]) -> None:
    """Addresses are opened as by a link; from there on nothing but keys."""
    page, site, console = day
    website = page.context.new_page()
    page.add_init_script("addEventListener('pointerdown', () => console.error('a pointer'));")
    page.goto(console)
    press_at(page, page.get_by_role("main").get_by_role("button", name="Sign in"))
    go_by_tab(page, page.locator("input[name=username]"))
    page.keyboard.type(REP.address)
    go_by_tab(page, page.locator("input[name=password]"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation")).to_be_visible(timeout=WAIT_MS)
    english = page.get_by_role("button", name="English")
    if english.count():
        press_at(page, english)
    won = won_of_ads(page)
    website.goto(f"{site}/demo")
    for label, text in {
        "Name": "Kamil Keys", "E-mail": KEYS_VISITOR, "Company": "Keys Sp. z o.o.",
        "Position": "CEO", "How many work there?": "50", "Country": "Poland",
    }.items():  # fmt: skip
        go_by_tab(website, website.get_by_label(label, exact=True))
        website.keyboard.type(text)
    website.keyboard.press("Enter")
    expect(website.locator("#answer")).to_have_text("Thank you, we will call you.")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Call list")
    page.keyboard.press("/")
    page.keyboard.type(KEYS_VISITOR)
    score = searched(page, lambda score: score > 0)
    press_at(website, website.get_by_role("link", name="Pricing"))
    assert searched(page, lambda risen: risen > score) == 65
    page.screenshot(path=SCREENS / "stack-keys-list.png", full_page=True)
    press_at(page, page.locator("a.who"))
    reads_why(page)
    ticks_three(page)
    press_at(page, page.get_by_role("button", name="How it ended"))
    go_by_tab(page, page.get_by_role("radio", name="won"))
    page.keyboard.press("Space")
    go_by_tab(page, page.get_by_label("Amount", exact=True))
    page.keyboard.type("900")
    page.keyboard.press("Enter")
    expect(page.locator(".head")).to_contain_text("won")
    expect(page.locator(".head")).to_contain_text("(900)")
    assert won_of_ads(page) == won + 1


def go_by_tab(page: Page, wanted: Locator) -> None:
    """Press Tab until the wanted element has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(TABS_MAX):
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {wanted}")


def press_at(page: Page, wanted: Locator) -> None:
    go_by_tab(page, wanted)
    page.keyboard.press("Enter")


def searched(page: Page, fits: Callable[[int], bool]) -> int:
    """Press Enter in the search until the lead is there with such a score; gives it."""
    shown = page.locator("td.score strong")
    deadline = time.monotonic() + SOON_SECONDS
    while time.monotonic() < deadline:
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        if shown.count() == 1 and fits(int(shown.inner_text())):
            return int(shown.inner_text())
    raise AssertionError(page.get_by_role("main").inner_text())


def ticks_three(page: Page) -> None:
    """Say yes to three questions by arrows, which go round; a guess that says so first goes on."""
    asked = page.locator("fieldset.tick legend bdi").all_inner_texts()
    for number in range(3):
        group = page.locator("fieldset.tick").nth(number)
        yes = group.get_by_role("radio", name="yes")
        go_by_tab(page, group.locator("input:checked"))
        if yes.is_checked():
            page.keyboard.press("ArrowRight")
            expect(group).to_contain_text("ticked by sales")
            page.keyboard.press("ArrowLeft")
        else:
            page.keyboard.press("ArrowRight")
            if not yes.is_checked():
                page.keyboard.press("ArrowRight")
        expect(group).to_contain_text("ticked by sales")
        expect(yes).to_be_checked()
        expect(yes).to_be_focused()
    assert page.locator("fieldset.tick legend bdi").all_inner_texts() == asked
    happened = page.get_by_role("region", name="What happened")
    expect(happened.get_by_text("Sales ticked a criterion").nth(2)).to_be_visible()


def won_of_ads(page: Page) -> int:
    """Open the report and read how many leads of the channel were won."""
    press_at(page, page.get_by_role("navigation").get_by_role("link", name="Quality"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quality")
    row = page.get_by_role("region", name="What sales did with it").get_by_role(
        "row", name=re.compile("^ads")
    )
    if not row.count():
        return 0
    cell = row.get_by_role("cell").nth(1).inner_text()
    found = re.search(r"\((\d+)\)", cell)
    assert found, cell
    return int(found[1])


def sends_the_form(page: Page, site: str) -> None:
    """Fill in the website's form as a visitor does."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.goto(f"{site}/demo")
    for label, text in {
        "Name": "Wanda Browser", "E-mail": VISITOR, "Company": "Browser Sp. z o.o.",
        "Position": "CEO", "How many work there?": "50", "Country": "Poland",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#answer")).to_have_text("Thank you, we will call you.", timeout=WAIT_MS)


def signs_in(page: Page, console: str) -> None:
    """Sign in at the hosted page, and be back in the console, in English."""
    page.goto(console)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.locator("input[name=username]").fill(REP.address)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"^{re.escape(console)}"), timeout=WAIT_MS)
    expect(page.get_by_role("navigation")).to_be_visible(timeout=WAIT_MS)
    english = page.get_by_role("button", name="English")
    if english.count():
        english.click()


def finds_the_lead(page: Page, console: str) -> None:
    """Look for the visitor until the bus has brought the page it saw."""
    deadline = time.monotonic() + SOON_SECONDS
    while time.monotonic() < deadline:
        page.goto(f"{console}#/leads?email={VISITOR}")
        page.reload()
        expect(page.locator("a.who")).to_have_count(1, timeout=WAIT_MS)
        if "65" in page.locator("tbody tr").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(page.locator("tbody tr").inner_text())


def reads_why(page: Page) -> None:
    """The reasons stand there in words, and add up."""
    why = page.get_by_role("region", name="Why this score")
    expect(why).to_contain_text("Looked at the prices")
    expect(why.locator("tfoot")).to_contain_text("65")
