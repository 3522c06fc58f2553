"""A rep enters a lead after a call: whatever the model may ask, and what was said (R31)."""

import pytest
from playwright.sync_api import expect

from tests.console.answering_api import FIELDS, AnsweringApi
from tests.console.conftest import Begin
from tests.console.listed_leads import KASIA
from tests.console.visit import Visit

pytestmark = pytest.mark.xdist_group("console")

EWA = "ewa@example.com"
LOST = "This did not get through."


@pytest.fixture
def entry(visit: Visit) -> Visit:
    """The form, opened from the list by its key."""
    visit.page.keyboard.press("n")
    expect(visit.heading()).to_have_text("Enter a lead after a call")
    return visit


def save(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Save and open the lead").click()


def keys(visit: Visit) -> list[str]:
    return [
        asked.headers["idempotency-key"]
        for asked in visit.api.asked
        if (asked.method, asked.path) == ("POST", "/api/leads")
    ]


def test_a_lead_is_entered_by_keyboard_alone_and_opens(entry: Visit) -> None:
    keyboard = entry.page.keyboard
    expect(entry.page.get_by_label("E-mail")).to_be_focused()
    typed = (f" {EWA} ", "Ewa Lis", "Lis sp. z o.o.", "CEO", "+48 600 700 800", "Poland")
    for text in typed:
        keyboard.type(text)
        keyboard.press("Tab")
    expect(entry.page.get_by_label("What was said")).to_be_focused()
    keyboard.type("Wants an offer")
    keyboard.press("Enter")
    keyboard.type("by Friday")
    for _ in range(4):  # more answers, how the call went, whose the lead is
        keyboard.press("Tab")
    keyboard.press("Enter")
    expect(entry.heading()).to_have_text("Ewa Lis")
    expect(entry.heading()).to_be_focused()
    expect(entry.said()).to_have_text("Saved: here is the lead.")
    written, *call = entry.api.writes()
    assert call == [
        ("POST", "contacted", {"result": "reached"}),
        ("PUT", "owner", {"owner": KASIA}),
    ]
    assert written == (
        "POST",
        "leads",
        {
            "email": EWA,
            "answers": {
                "name": "Ewa Lis",
                "company": "Lis sp. z o.o.",
                "job_title": "CEO",
                "phone": "+48 600 700 800",
                "country": "Poland",
                "message": "Wants an offer\nby Friday",
            },
        },
    )


def test_without_a_call_and_for_nobody_the_lead_alone_is_written(entry: Visit) -> None:
    entry.page.get_by_label("E-mail").fill(EWA)
    entry.page.get_by_role("radio", name="there was no call").check()
    entry.page.get_by_role("radio", name="Nobody's").check()
    save(entry)
    expect(entry.heading()).to_have_text(EWA)
    assert entry.api.writes() == [("POST", "leads", {"email": EWA, "answers": {}})]


def test_a_lead_that_was_entered_keeps_its_call_though_that_was_not_answered(entry: Visit) -> None:
    entry.failing_loads = True
    entry.page.get_by_label("E-mail").fill(EWA)
    entry.api.fail("/api/leads/", 503, "POST")
    save(entry)
    expect(entry.heading()).to_have_text(EWA)
    waiting = entry.page.get_by_role("region", name="Not saved yet")
    expect(waiting).to_contain_text(f"{EWA}: Contact")
    waiting.get_by_role("button", name="Try again").click()
    expect(entry.page.locator(".head")).to_contain_text("reached today")


def test_the_list_leads_to_the_form_and_back(visit: Visit) -> None:
    visit.page.get_by_role("link", name="Enter a lead").click()
    expect(visit.heading()).to_have_text("Enter a lead after a call")
    visit.page.get_by_role("link", name="Back to the list").click()
    expect(visit.heading()).to_contain_text("Call list")


def test_every_field_of_the_model_can_be_filled_in(entry: Visit) -> None:
    entry.page.get_by_text("More answers").click()
    names = entry.page.locator("form [name]").evaluate_all("(all) => all.map((one) => one.name)")
    assert {name for name in names if not name.startswith("-")} == {"email", *FIELDS}
    entry.page.get_by_label("E-mail").fill(EWA)
    entry.page.get_by_label("reseller").select_option(label="yes")
    entry.page.get_by_label("first call").fill("2026-11-24")
    save(entry)
    expect(entry.heading()).to_have_text(EWA)
    answers = {"reseller": "yes", "first_call": "2026-11-24"}
    assert entry.api.writes()[0] == ("POST", "leads", {"email": EWA, "answers": answers})


def test_nothing_is_sent_without_an_address(entry: Visit) -> None:
    entry.page.get_by_label("Name", exact=True).fill("Ewa")
    save(entry)
    address = entry.page.get_by_label("E-mail")
    expect(address).to_be_focused()
    expect(address).to_have_accessible_description(
        "The address is what a lead is known by. missing"
    )
    expect(entry.said()).to_have_text("This was not taken: E-mail: missing")
    assert entry.api.writes() == []


def test_each_mistake_stands_at_its_field_and_goes_when_it_is_mended(entry: Visit) -> None:
    entry.failing_loads = True
    page = entry.page
    page.get_by_label("E-mail").fill("ewa")
    page.get_by_label("Phone").fill("none")
    page.get_by_text("More answers").click()
    page.get_by_label("Revenue").fill("much")
    page.get_by_text("More answers").click()
    save(entry)
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("this is no e-mail address", exact=True)).to_be_visible()
    expect(page.locator("#new-phone-wrong")).to_contain_text("no telephone number")
    entry.screen("new-lead-mistakes")
    assert entry.barriers() == []
    page.get_by_label("E-mail").fill(EWA)
    page.get_by_label("Phone").fill("600 700 800")
    save(entry)
    expect(page.get_by_label("Revenue")).to_be_focused()
    expect(page.get_by_label("E-mail")).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("Revenue").fill("1200000")
    save(entry)
    expect(entry.heading()).to_have_text(EWA)
    assert len(set(keys(entry))) == 3, "what is mended is another lead to enter"


def test_what_was_not_answered_is_kept_and_sent_again_as_the_same(entry: Visit) -> None:
    entry.failing_loads = True
    entry.api.fail("/api/leads", 0, "POST")
    entry.page.get_by_label("E-mail").fill(EWA)
    entry.page.get_by_label("What was said").fill("Call on Friday")
    save(entry)
    expect(entry.page.locator(".trouble")).to_contain_text(LOST)
    expect(entry.page.get_by_role("button", name="Sign in again")).to_be_visible()
    expect(entry.page.get_by_role("button", name="Try again")).to_be_focused()
    entry.page.keyboard.press("Enter")
    expect(entry.heading()).to_have_text(EWA)
    first, second = keys(entry)
    assert first == second


def test_a_session_that_is_over_costs_no_word(begin: Begin) -> None:
    with begin() as visit:
        visit.sign_in("#/new")
        visit.failing_loads = True
        visit.api.end_sessions()
        visit.page.get_by_label("E-mail").fill(EWA)
        visit.page.get_by_label("What was said").fill("Call on Friday")
        save(visit)
        expect(visit.page.get_by_text("Your session is over.").first).to_be_visible()
        visit.page.get_by_role("button", name="Sign in again").click()
        expect(visit.page.get_by_label("What was said")).to_have_value("Call on Friday")
        save(visit)
        expect(visit.heading()).to_have_text(EWA)
        first, *_, last = keys(visit)
        assert first == last
        visit.go("#/new")
        expect(visit.page.get_by_label("E-mail")).to_have_value("")


def test_what_is_typed_outlives_a_look_elsewhere_until_it_is_cleared(entry: Visit) -> None:
    entry.page.get_by_label("Company", exact=True).fill("Lis sp. z o.o.")
    entry.page.get_by_label("Company", exact=True).blur()
    entry.go("#/leads").go("#/new")
    expect(entry.page.get_by_label("Company", exact=True)).to_have_value("Lis sp. z o.o.")
    entry.page.get_by_role("button", name="Clear all").click()
    expect(entry.page.get_by_label("Company", exact=True)).to_have_value("")


def test_half_a_lead_is_nobody_elses(begin: Begin) -> None:
    with begin() as visit:
        visit.sign_in("#/new")
        visit.page.get_by_label("Company", exact=True).fill("Lis sp. z o.o.")
        visit.api.person = "olek@example.com"
        visit.page.reload()
        expect(visit.page.get_by_label("E-mail")).to_be_focused()
        expect(visit.page.get_by_label("Company", exact=True)).to_have_value("")
        assert KASIA not in str(visit.page.evaluate("JSON.stringify(sessionStorage)"))


def test_an_address_that_is_known_is_said_so_while_one_types(entry: Visit) -> None:
    entry.page.get_by_label("E-mail").fill("anna@example.com")
    entry.page.keyboard.press("Tab")
    known = entry.page.locator(".known")
    expect(known).to_have_text("Known already: Anna Nowak. What you enter is added to this lead.")
    entry.screen("new-lead-known")
    known.get_by_role("link", name="Anna Nowak").click()
    expect(entry.heading()).to_have_text("Anna Nowak")


def test_another_reps_lead_is_not_written_and_can_be_found(entry: Visit) -> None:
    entry.failing_loads = True
    entry.page.get_by_label("E-mail").fill("layla@example.net")
    save(entry)
    expect(entry.page.locator(".trouble")).to_contain_text("another rep's lead")
    entry.page.get_by_role("link", name="Find it in the list").click()
    expect(entry.page.locator("a.who")).to_have_text(["ليلى حداد"])


def test_a_search_that_finds_nobody_leads_to_the_form(begin: Begin) -> None:
    with begin(AnsweringApi([])) as visit:
        visit.enter(f"#/leads?email={EWA}")
        visit.page.get_by_role("main").get_by_role("link", name="Enter a lead").last.click()
        expect(visit.page.get_by_label("E-mail")).to_have_value(EWA)
