"""Nobody is kept from using the console: by axe, in both languages, light and dark, and on a
telephone of 360 pixels. Each view is kept as a picture under `.local/screens/`.
"""

import pytest
from playwright.sync_api import expect

from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.listed_leads import anna, people, strange, torn, won
from tests.console.visit import TELEPHONE, Scheme, Visit

pytestmark = pytest.mark.xdist_group("console")

ANNA = f"#/leads/{anna()['id']}"
LANGUAGES, SCHEMES = ("en", "pl"), ("light", "dark")


def look(visit: Visit, name: str) -> None:
    """Keep a picture, and ask for barriers and sideways scroll."""
    visit.screen(name)
    assert not visit.is_too_wide(), name
    assert visit.barriers() == [], name


def unfolded(visit: Visit, place: int) -> None:
    """Open whatever can be opened; of the acts, which close each other, one."""
    visit.page.locator(".folds button").nth(place).click()
    visit.page.locator("details").evaluate_all(
        "(all) => all.forEach((one) => { one.open = true; })"
    )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_view_has_a_barrier(begin: Begin, language: str, scheme: Scheme) -> None:
    leads = [torn(), *people()[1:], won()]
    with begin(AnsweringApi(leads, language=language), language=language, scheme=scheme) as visit:
        suffix = f"{language}-{scheme}"
        visit.open()
        look(visit, f"sign-in-{suffix}")
        visit.sign_in()
        look(visit, f"list-{suffix}")
        visit.page.keyboard.press("j")
        visit.page.keyboard.press("c")
        look(visit, f"contact-{suffix}")
        visit.page.keyboard.press("Escape")
        visit.page.keyboard.press("?")
        look(visit, f"keys-{suffix}")
        visit.page.keyboard.press("Escape")
        visit.go(ANNA)
        look(visit, f"lead-{suffix}")
        unfolded(visit, 0)
        look(visit, f"lead-unfolded-{suffix}")
        visit.go("#/quality")
        look(visit, f"quality-{suffix}")
        visit.go("#/completeness")
        look(visit, f"completeness-{suffix}")
        visit.go("#/leads?owner=today")
        look(visit, f"today-{suffix}")
        visit.go("#/leads?do_not_contact=true")
        look(visit, f"not-to-mail-{suffix}")
        visit.go("#/leads?email=won@example.com")
        look(visit, f"found-{suffix}")
        visit.go("#/new")
        look(visit, f"new-lead-{suffix}")
        visit.page.locator("details").evaluate("(one) => { one.open = true; }")
        look(visit, f"new-lead-unfolded-{suffix}")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_has_a_barrier(begin: Begin, language: str, scheme: Scheme) -> None:
    with begin(AnsweringApi([], language=language), language=language, scheme=scheme) as visit:
        suffix = f"{language}-{scheme}"
        visit.failing_loads = True
        visit.sign_in()
        look(visit, f"empty-{suffix}")
        visit.go("#/leads?band=hot")
        look(visit, f"empty-filtered-{suffix}")
        visit.api.fail("/api/leads", 500)
        visit.go("#/leads?band=warm")
        look(visit, f"failed-{suffix}")
        visit.go("#/leads/there-is-none")
        look(visit, f"not-found-{suffix}")
        visit.go("#/quality?month=2020-01")
        look(visit, f"no-quality-{suffix}")
        visit.go("#/completeness?month=2020-01")
        look(visit, f"nothing-known-{suffix}")
        visit.go("#/leads?do_not_contact=true")
        look(visit, f"all-may-be-mailed-{suffix}")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_waits_or_was_refused_has_a_barrier(
    begin: Begin, language: str, scheme: Scheme
) -> None:
    with begin(AnsweringApi(language=language), language=language, scheme=scheme) as visit:
        suffix = f"{language}-{scheme}"
        visit.failing_loads = True
        visit.enter(ANNA)
        visit.api.fail("/api/leads", 0)
        visit.page.locator("[data-keep=contacted-reached]").click()
        expect(visit.page.locator("#unsent")).to_be_visible()
        look(visit, f"unsent-{suffix}")
        visit.go("#/new")
        visit.page.keyboard.type("nobody")
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("[aria-invalid]")).to_have_count(1)
        look(visit, f"new-lead-refused-{suffix}")
        visit.api.fail("/api/leads", 0, "POST")
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator(".trouble button").first).to_be_focused()
        look(visit, f"new-lead-not-answered-{suffix}")


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
