"""Nobody is kept from using the console: by axe, in both languages, light and dark, and on a
telephone of 360 pixels. Each view is kept as a picture under `.local/screens/`.
"""

import pytest
from playwright.sync_api import expect

from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.listed_leads import anna, people, strange, torn, won
from tests.console.visit import TELEPHONE, Visit

pytestmark = pytest.mark.xdist_group("console")

ANNA = f"#/leads/{anna()['id']}"
LANGUAGES = ("en", "pl")


def look(visit: Visit, name: str) -> None:
    """Keep a picture, and ask for barriers and sideways scroll."""
    visit.screen(name)
    assert not visit.is_too_wide(), name
    assert visit.barriers() == [], name


def look_at_both(visit: Visit, name: str) -> None:
    """The same in the light and in the dark, where nothing but colours differs."""
    look(visit, f"{name}-light")
    visit.page.emulate_media(color_scheme="dark")
    visit.screen(f"{name}-dark")
    assert visit.barriers("color-contrast") == [], name
    visit.page.emulate_media(color_scheme="light")


def unfolded(visit: Visit, place: int) -> None:
    """Open whatever can be opened; of the acts, which close each other, one."""
    visit.page.locator(".folds button").nth(place).click()
    visit.page.locator("details").evaluate_all(
        "(all) => all.forEach((one) => { one.open = true; })"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_view_has_a_barrier(begin: Begin, language: str) -> None:
    leads = [torn(), *people()[1:], won()]
    with begin(AnsweringApi(leads, language=language), language=language) as visit:
        visit.open()
        look_at_both(visit, f"sign-in-{language}")
        visit.sign_in()
        look_at_both(visit, f"list-{language}")
        visit.page.keyboard.press("j")
        visit.page.keyboard.press("c")
        look_at_both(visit, f"contact-{language}")
        visit.page.keyboard.press("Escape")
        visit.page.keyboard.press("?")
        look_at_both(visit, f"keys-{language}")
        visit.page.keyboard.press("Escape")
        visit.go(ANNA)
        look_at_both(visit, f"lead-{language}")
        unfolded(visit, 0)
        look_at_both(visit, f"lead-unfolded-{language}")
        visit.go("#/quality")
        look_at_both(visit, f"quality-{language}")
        visit.go("#/completeness")
        look_at_both(visit, f"completeness-{language}")
        visit.go("#/leads?owner=today")
        look_at_both(visit, f"today-{language}")
        visit.go("#/leads?do_not_contact=true")
        look_at_both(visit, f"not-to-mail-{language}")
        visit.go("#/leads?email=won@example.com")
        look_at_both(visit, f"found-{language}")
        visit.go("#/new")
        look_at_both(visit, f"new-lead-{language}")
        visit.page.locator("details").evaluate("(one) => { one.open = true; }")
        look_at_both(visit, f"new-lead-unfolded-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_has_a_barrier(begin: Begin, language: str) -> None:
    with begin(AnsweringApi([], language=language), language=language) as visit:
        visit.failing_loads = True
        visit.sign_in()
        look_at_both(visit, f"empty-{language}")
        visit.go("#/leads?band=hot")
        look_at_both(visit, f"empty-filtered-{language}")
        visit.api.fail("/api/leads", 500)
        visit.go("#/leads?band=warm")
        look_at_both(visit, f"failed-{language}")
        visit.go("#/leads/there-is-none")
        look_at_both(visit, f"not-found-{language}")
        visit.go("#/quality?month=2020-01")
        look_at_both(visit, f"no-quality-{language}")
        visit.go("#/completeness?month=2020-01")
        look_at_both(visit, f"nothing-known-{language}")
        visit.go("#/leads?do_not_contact=true")
        look_at_both(visit, f"all-may-be-mailed-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_waits_or_was_refused_has_a_barrier(begin: Begin, language: str) -> None:
    with begin(AnsweringApi(language=language), language=language) as visit:
        visit.failing_loads = True
        visit.enter(ANNA)
        visit.api.fail("/api/leads", 0)
        visit.page.locator("[data-keep=contacted-reached]").click()
        expect(visit.page.locator("#unsent")).to_be_visible()
        look_at_both(visit, f"unsent-{language}")
        visit.go("#/new")
        visit.page.keyboard.type("nobody")
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("[aria-invalid]")).to_have_count(1)
        look_at_both(visit, f"new-lead-refused-{language}")
        visit.api.fail("/api/leads", 0, "POST")
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator(".trouble button").first).to_be_focused()
        look_at_both(visit, f"new-lead-not-answered-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_scrolls_sideways_on_a_telephone(begin: Begin, language: str) -> None:
    long = anna() | {
        "name": "Konstantynopolitańczykowianeczka" * 3,
        "email": f"{'a' * 64}@{'b' * 60}.example.com",
        "company": "W" * 80,
        "owner": f"{'o' * 60}@example.com",
    }
    leads = [*people(), strange() | {"outcome": None}, long | {"id": "long"}]
    api = AnsweringApi(leads, role="manager", language=language)
    with begin(api, language=language, size=TELEPHONE) as visit:
        visit.open()
        look(visit, f"telephone-sign-in-{language}")
        visit.sign_in()
        look(visit, f"telephone-list-{language}")
        for place, hash_ in enumerate((ANNA, "#/leads/long", f"#/leads/{strange()['id']}")):
            visit.go(hash_)
            unfolded(visit, place)
            look(visit, f"telephone-lead-{place}-{language}")
        for name in ("quality", "completeness", "new"):
            visit.go(f"#/{name}")
            look(visit, f"telephone-{name}-{language}")
        visit.failing_loads = True
        visit.go("#/leads/long")
        visit.api.fail("/api/leads", 0)
        visit.page.locator("[data-keep=contacted-reached]").click()
        expect(visit.page.locator("#unsent")).to_be_visible()
        look(visit, f"telephone-unsent-{language}")
        visit.page.keyboard.press("?")
        look(visit, f"telephone-keys-{language}")


def test_a_keyboard_skips_to_the_content_and_sees_where_it_is(visit: Visit) -> None:
    expect(visit.heading()).to_be_focused()
    visit.page.get_by_role("link", name="Skip to content").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("main")).to_be_focused()
    visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_role("link", name="Enter a lead")).to_be_focused()
    visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_role("radio", name="All").first).to_be_focused()
    outline = "getComputedStyle(document.activeElement.nextElementSibling).outlineStyle"
    assert visit.page.evaluate(outline) == "solid"


def test_each_page_has_its_landmarks_and_one_first_heading(visit: Visit) -> None:
    for hash_ in ("#/leads", ANNA, "#/quality", "#/completeness", "#/new"):
        visit.go(hash_)
        expect(visit.heading()).to_have_count(1)
        expect(visit.page.get_by_role("banner")).to_have_count(1)
        expect(visit.page.get_by_role("main")).to_have_count(1)
        expect(visit.page.get_by_role("navigation")).to_have_count(1)
