"""A rep works the call list: reads it, narrows it, and goes through it by keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.listed_leads import (
    MARKUP,
    anna,
    crowd,
    instant,
    people,
    row_of,
    strange,
    won,
)
from tests.console.visit import TELEPHONE, Visit

pytestmark = pytest.mark.xdist_group("console")

ALL = ["Anna Nowak", "Jan Kowalski", "ليلى حداد", "Piotr Lis", "info@shop.example"]


def test_a_row_says_who_how_good_and_what_to_do(visit: Visit) -> None:
    assert visit.names() == ALL
    row = visit.page.get_by_role("row").filter(has_text="Anna Nowak")
    for words in (
        "78", "hot", "fit 38 · engagement 40", "CEO · Example Ltd · Poland", "ready",
        "cools Thu 14:00", "to ask: 2", "not contacted · alert 3 hr ago", "nobody", "ads / spring",
    ):  # fmt: skip
        expect(row).to_contain_text(words)
    expect(row.get_by_role("link", name="+48 600 100 200")).to_have_attribute(
        "href", "tel:+48600100200"
    )
    expect(visit.page.get_by_role("row").filter(has_text="Jan")).to_contain_text("moved since")
    expect(visit.page.get_by_role("row").filter(has_text="Piotr")).to_contain_text(
        "Do not mail: unsubscribed"
    )
    shop = visit.page.get_by_role("row").filter(has_text="info@shop")
    expect(shop).to_contain_text("test")
    expect(shop).to_contain_text("call again Mon 10:30")


def test_a_hot_lead_that_was_contacted_before_its_alert_still_waits(begin: Begin) -> None:
    earlier = {"at": instant(days=-2), "result": "no_answer", "by": None}
    later = earlier | {"at": instant(hours=-1)}
    leads = [
        anna() | {"id": "waits", "contacted": earlier},
        anna() | {"id": "answered", "contacted": later},
        anna() | {"id": "cooled", "contacted": earlier, "band": "warm"},
    ]
    with begin(AnsweringApi(leads)) as visit:
        visit.enter()
        rows = visit.page.locator("tbody tr")
        expect(rows.nth(0)).to_contain_text("no answer Sun 10:30 · alert 3 hr ago")
        for place in (1, 2):
            expect(rows.nth(place)).to_contain_text("no answer")
            expect(rows.nth(place)).not_to_contain_text("alert")
        visit.page.get_by_role("radio", name="hot, not contacted 1").click()
        expect(rows).to_have_count(1)
        visit.go("#/leads/waits")
        expect(visit.page.locator(".head")).to_contain_text("no answer Sun 10:30 · alert 3 hr ago")


def test_names_keep_their_own_direction(visit: Visit) -> None:
    for name in ALL:
        expect(visit.page.locator("a.who bdi", has_text=name)).to_have_count(1)


def test_bands_and_owners_are_filtered_by_one_click_and_stay_in_the_address(visit: Visit) -> None:
    visit.page.get_by_role("radio", name="warm", exact=True).click()
    expect(visit.page.locator("a.who")).to_have_text(ALL[2:])
    assert visit.page.url.endswith("#/leads?band=warm")
    visit.page.get_by_role("radio", name="Nobody's").click()
    expect(visit.page.locator("a.who")).to_have_text(ALL[3:])
    visit.page.reload()
    expect(visit.page.locator("a.who")).to_have_text(ALL[3:])
    expect(visit.page.get_by_role("radio", name="warm", exact=True)).to_be_checked()
    visit.page.get_by_role("button", name="Clear all").click()
    expect(visit.page.locator("a.who")).to_have_text(ALL)
    assert visit.page.url.endswith("#/leads")


def test_channel_and_country_are_typed(visit: Visit) -> None:
    visit.page.get_by_label("Channel").fill("search")
    visit.page.get_by_label("Channel").press("Enter")
    expect(visit.page.locator("a.who")).to_have_text(["ليلى حداد", "Piotr Lis"])
    visit.page.get_by_label("Country").fill("cz")
    visit.page.get_by_label("Country").press("Enter")
    expect(visit.page.locator("a.who")).to_have_text(["Piotr Lis"])
    expect(visit.page.get_by_label("Country")).to_be_focused()
    expect(visit.said()).to_have_text("Leads: 1")


def test_leads_that_want_attention_are_counted_and_one_click_away(visit: Visit) -> None:
    waiting = visit.page.get_by_role("radio", name="hot, not contacted 1")
    waiting.click()
    expect(visit.page.locator("a.who")).to_have_text(ALL[:1])
    assert visit.page.url.endswith("#/leads?attention=waiting")
    visit.page.get_by_role("radio", name="stuck 0").click()
    expect(visit.page.get_by_text("No lead fits these filters")).to_be_visible()
    visit.page.get_by_role("radio", name="an answer missing 1").click()
    visit.page.get_by_role("radio", name="warm", exact=True).click()
    expect(visit.page.get_by_role("radio", name="an answer missing 0")).to_be_checked()


def test_a_manager_takes_list_and_report_as_tables_and_a_rep_does_not(begin: Begin) -> None:
    with begin(AnsweringApi(role="manager")) as visit:
        visit.enter("#/leads?band=hot")
        for hash_ in ("#/leads?band=hot", "#/quality"):
            visit.go(hash_)
            with visit.page.expect_download() as loaded:
                visit.page.get_by_role("button", name="Take as a table").click()
            assert Path(loaded.value.path()).read_text("utf-8-sig").startswith("name,score")
        tables = [asked for asked in visit.api.asked if asked.path.endswith(".csv")]
        assert [dict(asked.query) for asked in tables if asked.method == "GET"] == [
            {"band": "hot", "pages": "true"},
            {"from": "2026-11", "to": "2026-11", "by": "channel", "language": "en"},
        ]
    with begin() as visit:
        visit.enter()
        expect(visit.page.get_by_role("button", name="Take as a table")).to_have_count(0)


def test_a_table_that_comes_in_parts_is_followed_to_its_end(begin: Begin) -> None:
    with begin(AnsweringApi(role="manager", parts=3)) as visit:
        visit.enter()
        with visit.page.expect_download() as loaded:
            visit.page.get_by_role("button", name="Take as a table").click()
        taken = Path(loaded.value.path()).read_bytes().decode("utf-8")
        assert taken == "\ufeffname,score\r\n" + "Anna Nowak,78\r\n" * 3


def test_a_table_is_offered_only_where_it_has_the_leads_on_the_screen(begin: Begin) -> None:
    with begin(AnsweringApi(role="manager")) as visit:
        visit.enter()
        table = visit.page.get_by_role("button", name="Take as a table")
        expect(table).to_have_count(1)
        visit.page.get_by_role("radio", name="hot, not contacted").click()
        expect(visit.page.locator("a.who")).to_have_text(ALL[:1])
        expect(table).to_have_count(0)
        visit.page.get_by_role("button", name="Clear all").click()
        expect(table).to_have_count(1)
        visit.page.get_by_role("radio", name="Today").click()
        expect(visit.page.locator(".count")).to_contain_text("Called today")
        expect(table).to_have_count(0)


def test_a_search_by_address_finds_cold_leads_too(begin: Begin) -> None:
    cold = anna() | {"id": "cold", "email": "cold@example.com", "name": "Cold", "band": "cold"}
    with begin(AnsweringApi([*people(), cold])) as visit:
        visit.enter()
        assert visit.names() == ALL
        visit.page.keyboard.press("/")
        visit.page.keyboard.type("cold@example.com")
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("a.who")).to_have_text(["Cold"])
        visit.page.get_by_label("Find by e-mail").fill("nobody@example.com")
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_text("Nobody has this address")).to_be_visible()
        visit.page.get_by_role("button", name="Show all leads").click()
        expect(visit.page.locator("a.who")).to_have_text(ALL)


def test_a_lead_found_by_its_address_says_how_it_ended(begin: Begin) -> None:
    lost = anna() | {"id": "lost", "email": "lost@example.com"}
    lost["outcome"] = won()["outcome"] | {"result": "lost", "amount": None, "reason": "too dear"}
    with begin(AnsweringApi([won(), lost])) as visit:
        visit.enter("#/leads?email=won@example.com")
        expect(visit.page.locator("tbody tr")).to_contain_text("won yesterday 10:30 (12,000.5)")
        visit.go("#/leads?email=lost@example.com")
        expect(visit.page.locator("tbody tr")).to_contain_text("lost yesterday 10:30: too dear")


def test_whom_not_to_mail_is_a_filter_with_its_reason_and_its_table(begin: Begin) -> None:
    gone = won() | {"id": "gone", "name": "Gone", "band": "cold", "do_not_contact": "bounced"}
    with begin(AnsweringApi([*people(), gone], role="manager")) as visit:
        visit.enter()
        visit.page.get_by_role("radio", name="not to be mailed").click()
        expect(visit.page.locator("a.who")).to_have_text(["Piotr Lis", "Gone"])
        assert visit.page.url.endswith("#/leads?do_not_contact=true")
        rows = visit.page.locator("tbody tr")
        expect(rows.first).to_contain_text("Do not mail: unsubscribed")
        expect(rows.last).to_contain_text("Do not mail: mailbox is gone")
        with visit.page.expect_download():
            visit.page.get_by_role("button", name="Take as a table").click()
        table = next(asked for asked in visit.api.asked if asked.path.endswith(".csv"))
        assert dict(table.query) == {"do_not_contact": "true", "pages": "true"}
        visit.page.get_by_role("button", name="Clear all").click()
        expect(visit.page.locator("a.who")).to_have_text(ALL)


def test_a_list_is_fetched_anew_by_a_key_and_by_the_same_search(visit: Visit) -> None:
    visit.page.keyboard.press("j")
    visit.page.keyboard.press("j")
    visit.api.leads[1] |= {"company": "Another Ltd"}
    visit.page.keyboard.press("r")
    expect(visit.page.locator("tbody")).to_contain_text("Another Ltd")
    expect(visit.page.get_by_role("link", name="Jan Kowalski")).to_be_focused()
    visit.page.get_by_label("Find by e-mail").fill("anna@example.com")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("a.who")).to_have_text(ALL[:1])
    visit.api.leads[0] |= {"company": "Third Ltd"}
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("tbody")).to_contain_text("Third Ltd")


def test_half_an_address_is_nobodys_and_no_fault(visit: Visit) -> None:
    visit.failing_loads = True
    visit.api.fail("/api/leads", 422)
    visit.page.get_by_label("Find by e-mail").fill("anna@")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_text("the whole address is needed")).to_be_visible()


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("kowalski", ["Jan Kowalski"]),
        ("EXAMPLE LTD", ["Anna Nowak"]),
        ("22 1002030", ["Jan Kowalski"]),
        ("+48 600", ["Anna Nowak"]),
        ("info", ["info@shop.example"]),
        ("ليلى", ["ليلى حداد"]),
    ],
)
def test_a_name_a_company_or_a_number_is_found_among_the_leads_of_the_list(
    visit: Visit, sought: str, found: list[str]
) -> None:
    find = visit.page.get_by_label("Find by e-mail")
    expect(find).to_have_attribute("placeholder", "Whole e-mail, or a name")
    asked = len(visit.api.asked)
    find.fill(sought)
    find.press("Enter")
    expect(visit.page.locator("a.who")).to_have_text(found)
    expect(visit.page.locator(".count")).to_have_text(
        "Found: 1 among the leads of this list so far (5)"
    )
    expect(visit.said()).to_have_text("Found: 1 among the leads of this list so far (5)")
    assert [one.path for one in visit.api.asked[asked:] if "counts" not in one.query] == []
    visit.page.keyboard.press("Tab")
    visit.page.reload()
    expect(visit.page.locator("a.who")).to_have_text(found)
    assert all("find" not in one.query for one in visit.api.asked)
    visit.page.get_by_role("button", name="Clear all").click()
    expect(visit.page.locator("a.who")).to_have_text(ALL)


def test_accents_and_capitals_are_no_matter_and_what_is_not_there_says_where_it_was_sought(
    begin: Begin,
) -> None:
    with begin(AnsweringApi([anna() | {"name": "Łucja Żółć"}], role="manager")) as visit:
        visit.enter()
        find = visit.page.get_by_label("Find by e-mail")
        find.fill("lucja zolc")
        find.press("Enter")
        expect(visit.page.locator("a.who")).to_have_text(["Łucja Żółć"])
        expect(visit.page.get_by_role("button", name="Take as a table")).to_have_count(0)
        find.fill("kowalski")
        find.press("Enter")
        expect(visit.page.get_by_text("Nobody of this list")).to_be_visible()
        expect(visit.page.locator(".results")).to_contain_text(
            "among the leads of this list so far (1)"
        )
        visit.screen("nobody-of-this-list")
        assert visit.barriers() == []
        visit.page.get_by_role("button", name="Show all leads").click()
        expect(visit.page.locator("a.who")).to_have_text(["Łucja Żółć"])


def test_what_is_found_grows_with_the_list_that_is_shown(begin: Begin) -> None:
    with begin(AnsweringApi(crowd(60))) as visit:
        visit.enter("#/leads?find=lead%204")
        expect(visit.page.locator("a.who")).to_have_text(["Lead 4"])
        visit.page.get_by_role("button", name="Show more").click()
        expect(visit.page.locator("a.who")).to_have_count(11)
        visit.page.keyboard.press("j")
        visit.page.keyboard.press("j")
        expect(visit.page.get_by_role("link", name="Lead 40")).to_be_focused()


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Poland", "PL"), ("polska", "PL"), ("Niemcy", "DE"), ("cz", "CZ"), ("Czech", "CZ")],
)
def test_a_country_is_typed_by_name_or_by_letters(visit: Visit, typed: str, code: str) -> None:
    field = visit.page.get_by_label("Country")
    field.fill(typed)
    field.press("Enter")
    expect(visit.page.locator("a.who")).not_to_have_count(5)
    expect(visit.page.locator("a.who")).not_to_have_count(0)
    assert visit.page.url.endswith(f"#/leads?country={code}")
    name = {"PL": "Poland", "DE": "Germany", "CZ": "Czechia"}[code]
    expect(field).to_have_value(name)
    visit.page.reload()
    expect(field).to_have_value(name)
    assert visit.page.locator(f'#countrys option[value="{name}"]').count() == 1


def test_what_is_no_country_is_said_so_and_not_asked_for(visit: Visit) -> None:
    asked = len(visit.api.asked)
    visit.page.get_by_label("Country").fill("Atlantis")
    visit.page.get_by_label("Country").press("Enter")
    wrong = visit.page.get_by_label("Country").evaluate("(one) => one.validationMessage")
    assert wrong == "no country that we know: write its name or two letters"
    assert all("country" not in one.query for one in visit.api.asked[asked:])
    expect(visit.page.locator("a.who")).to_have_text(ALL)


def test_the_days_of_the_questions_stand_in_the_address_and_are_kept(visit: Visit) -> None:
    days = visit.page.get_by_label("Days", exact=True)
    expect(days).to_have_value("14")
    visit.page.get_by_role("radio", name="stuck 0").click()
    expect(visit.page.get_by_text("No lead fits these filters")).to_be_visible()
    days.fill("3")
    days.press("Enter")
    expect(visit.page.locator("a.who")).to_have_text(ALL)
    expect(visit.page.get_by_role("radio", name="stuck 5")).to_be_checked()
    assert visit.page.url.endswith("#/leads?attention=stuck&days=3")
    visit.page.get_by_role("link", name="Anna Nowak").click()
    expect(visit.heading()).to_have_text("Anna Nowak")
    visit.page.get_by_role("link", name="Call list").click()
    expect(days).to_have_value("3")
    assert visit.page.url.endswith("#/leads?days=3")
    expect(visit.page.get_by_role("radio", name="stuck 5")).to_be_visible()
    lists = [one.query for one in visit.api.asked if one.path == "/api/leads"]
    assert all(("days" in one) <= ("attention" in one or "counts" in one) for one in lists)
    days.fill("91")
    days.press("Enter")
    assert days.evaluate("(one) => one.validity.rangeOverflow")


def test_an_answer_of_more_than_a_page_says_of_how_many_and_goes_on(begin: Begin) -> None:
    with begin(AnsweringApi(crowd(150))) as visit:
        visit.enter("#/leads?attention=stuck&days=3")
        expect(visit.page.get_by_role("radio", name="stuck 150")).to_be_checked()
        expect(visit.page.locator(".count")).to_have_text("Leads shown: 100 of 150")
        visit.page.get_by_role("button", name="Show more").click()
        expect(visit.page.locator("a.who")).to_have_count(150)
        expect(visit.page.locator(".count")).to_have_text("Leads: 150")
        expect(visit.page.get_by_role("button", name="Show more")).to_have_count(0)


def test_more_leads_come_by_the_cursor(begin: Begin) -> None:
    with begin(AnsweringApi(crowd(60))) as visit:
        visit.enter()
        assert len(visit.names()) == 25
        visit.page.get_by_role("button", name="Show more").click()
        expect(visit.page.locator("a.who")).to_have_count(50)
        expect(visit.page.get_by_role("link", name="Lead 25")).to_be_focused()
        visit.page.get_by_role("button", name="Show more").click()
        expect(visit.page.locator("a.who")).to_have_count(60)
        expect(visit.page.get_by_role("button", name="Show more")).to_have_count(0)


def test_more_of_whom_a_question_is_about_come_by_the_cursor(begin: Begin) -> None:
    leads = [one | {"unknown": ["b2b"]} for one in crowd(130)]
    with begin(AnsweringApi(leads)) as visit:
        visit.enter("#/leads?attention=needs_answer")
        expect(visit.page.locator("a.who")).to_have_count(100)
        visit.page.get_by_role("button", name="Show more").click()
        expect(visit.page.locator("a.who")).to_have_count(130)
        expect(visit.page.get_by_role("button", name="Show more")).to_have_count(0)


def test_who_comes_back_from_a_lead_finds_the_place_again(begin: Begin) -> None:
    with begin(AnsweringApi(crowd(60))) as visit:
        visit.enter()
        visit.page.get_by_role("button", name="Show more").click()
        visit.page.get_by_role("link", name="Lead 40").click()
        expect(visit.heading()).to_have_text("Lead 40")
        visit.page.get_by_role("link", name="Back to the list").click()
        expect(visit.page.get_by_role("link", name="Lead 40")).to_be_focused()
        assert len(visit.names()) == 50


def test_who_comes_back_from_a_lead_that_left_the_list_stands_at_the_next(visit: Visit) -> None:
    visit.page.get_by_role("link", name="Jan Kowalski").click()
    expect(visit.heading()).to_have_text("Jan Kowalski")
    visit.api.leads[1]["outcome"] = won()["outcome"]
    visit.page.keyboard.press("b")
    expect(visit.page.get_by_role("link", name="ليلى حداد")).to_be_focused()


def test_a_telephone_folds_what_narrows_the_list_until_it_is_wanted(begin: Begin) -> None:
    with begin(size=TELEPHONE) as visit:
        visit.enter()
        expect(visit.page.get_by_label("Channel")).to_be_hidden()
        visit.page.get_by_role("button", name="Filters").click()
        visit.page.get_by_label("Channel").fill("search")
        visit.page.get_by_label("Channel").press("Enter")
        expect(visit.page.locator("a.who")).to_have_text(["ليلى حداد", "Piotr Lis"])
        visit.page.reload()
        expect(visit.page.get_by_label("Channel")).to_have_value("search")
        expect(visit.page.get_by_label("Channel")).to_be_visible()


def test_a_telephone_always_shows_whose_leads_are_listed(begin: Begin) -> None:
    with begin(size=TELEPHONE) as visit:
        visit.enter()
        channel = visit.page.get_by_label("Channel")
        expect(visit.page.get_by_label("Find by e-mail")).to_be_visible()
        for owner in ("Today", "Mine", "Nobody's"):
            visit.page.get_by_role("radio", name=owner).click()
            expect(visit.page.locator(".results:not([aria-busy])")).to_be_visible()
            expect(visit.page.get_by_role("radio", name=owner)).to_be_checked()
            expect(channel).to_be_hidden()
            assert not visit.is_too_wide()
        visit.page.reload()
        expect(visit.page.get_by_role("radio", name="Nobody's")).to_be_checked()
        expect(channel).to_be_hidden()
        visit.screen("telephone-nobodys")
        visit.go("#/leads?owner=olek@example.com")
        expect(visit.page.get_by_label("Colleague")).to_be_visible()


def test_a_lead_is_opened_and_left_by_keyboard_alone(visit: Visit) -> None:
    keyboard = visit.page.keyboard
    keyboard.press("j")
    expect(visit.page.get_by_role("link", name="Anna Nowak")).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.press("j")
    keyboard.press("k")
    expect(visit.page.get_by_role("link", name="Jan Kowalski")).to_be_focused()
    keyboard.press("Enter")
    expect(visit.heading()).to_have_text("Jan Kowalski")
    expect(visit.heading()).to_be_focused()
    keyboard.press("b")
    expect(visit.page.get_by_role("link", name="Jan Kowalski")).to_be_focused()


def test_c_asks_how_the_contact_went_and_marks_it(visit: Visit) -> None:
    keyboard = visit.page.keyboard
    keyboard.press("j")
    keyboard.press("c")
    expect(visit.page.get_by_role("dialog")).to_contain_text("Anna Nowak")
    expect(visit.page.get_by_role("button", name="reached")).to_be_focused()
    keyboard.press("Enter")
    row = visit.page.get_by_role("row").filter(has_text="Anna Nowak")
    expect(row).to_contain_text("reached today 10:30")
    expect(visit.said()).to_have_text("Saved")
    expect(visit.page.get_by_role("link", name="Anna Nowak")).to_be_focused()
    keyboard.press("j")
    keyboard.press("c")
    keyboard.press("3")
    jan = visit.page.get_by_role("row").filter(has_text="Jan Kowalski")
    expect(jan).to_contain_text("left a message today")
    assert visit.api.writes() == [
        ("POST", "contacted", {"result": "reached"}),
        ("POST", "contacted", {"result": "left_message"}),
    ]


def test_escape_marks_nothing(visit: Visit) -> None:
    visit.page.keyboard.press("j")
    visit.page.keyboard.press("c")
    expect(visit.page.get_by_role("dialog")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
    assert visit.api.writes() == []


def test_a_telephone_marks_a_contact_by_a_button_of_the_row(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Mark Anna Nowak as contacted").click()
    visit.page.get_by_role("button", name="no answer").click()
    row = visit.page.get_by_role("row").filter(has_text="Anna Nowak")
    expect(row).to_contain_text("no answer today")


def test_a_rep_is_told_that_another_reps_lead_is_not_theirs(visit: Visit) -> None:
    visit.failing_loads = True
    visit.page.get_by_role("link", name="ليلى حداد").focus()
    visit.page.keyboard.press("c")
    visit.page.keyboard.press("1")
    expect(visit.said()).to_contain_text("another rep's lead")


def test_a_question_mark_shows_the_keys(visit: Visit) -> None:
    visit.page.keyboard.press("?")
    dialog = visit.page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("mark as contacted")
    visit.page.keyboard.press("j")
    expect(dialog).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_keys_are_letters_while_somebody_types(visit: Visit) -> None:
    visit.page.get_by_label("Channel").focus()
    visit.page.keyboard.type("cj?b")
    expect(visit.page.get_by_label("Channel")).to_have_value("cj?b")
    expect(visit.page.get_by_role("dialog")).to_have_count(0)


def test_an_empty_list_says_how_to_send_the_first_lead(begin: Begin) -> None:
    with begin(AnsweringApi([])) as visit:
        visit.enter()
        expect(visit.page.get_by_text("No leads yet")).to_be_visible()
        command = visit.page.locator("pre")
        expect(command).to_contain_text("curl https://forms.example.com/forms/demo")
        visit.screen("empty")
    with begin(AnsweringApi([]), form=None) as visit:
        visit.enter()
        expect(visit.page.get_by_text("fill in a form of your website")).to_be_visible()
        expect(visit.page.locator("pre")).to_have_count(0)


def test_filters_that_nobody_fits_can_be_taken_away(visit: Visit) -> None:
    visit.page.get_by_label("Country").fill("fr")
    visit.page.get_by_label("Country").press("Enter")
    expect(visit.page.get_by_text("No lead fits these filters")).to_be_visible()
    visit.page.get_by_role("button", name="Show all leads").click()
    expect(visit.page.locator("a.who")).to_have_text(ALL)
    expect(visit.page.get_by_label("Country")).to_have_value("")


def test_a_filter_that_failed_is_tried_again_in_its_place(visit: Visit) -> None:
    visit.failing_loads = True
    visit.api.fail("/api/leads", 503)
    visit.page.get_by_role("radio", name="hot", exact=True).click()
    expect(visit.page.get_by_text("This could not be loaded")).to_be_visible()
    expect(visit.page.get_by_role("radio", name="hot", exact=True)).to_be_checked()
    visit.page.get_by_role("button", name="Try again").click()
    expect(visit.page.locator("a.who")).to_have_text(ALL[:2])


def test_what_people_typed_is_text_in_the_list(begin: Begin) -> None:
    with begin(AnsweringApi([strange() | {"outcome": None}])) as visit:
        visit.enter()
        assert visit.names() == [MARKUP]
        assert visit.page.locator("main img, main b, datalist img").count() == 0
        row = visit.page.locator("tbody tr")
        expect(row).to_contain_text(f"{MARKUP} · {MARKUP} · {MARKUP}")
        assert row_of(strange())["channel"] == MARKUP
        expect(row.locator(".source")).to_contain_text(f"{MARKUP} / {MARKUP}")
        expect(visit.page).to_have_title(re.compile("Call list"))


def test_todays_share_is_one_click_away_and_says_how_much_of_it_is_done(visit: Visit) -> None:
    visit.api.called = 2
    visit.page.get_by_role("radio", name="Today").click()
    expect(visit.page.locator("a.who")).to_have_count(1)
    expect(visit.page.locator(".count")).to_have_text("Called today: 2 of 3")
    assert visit.page.url.endswith("#/leads?owner=today")
    (asked,) = [one.query for one in visit.api.asked if "today" in one.query]
    assert (asked["today"], asked["owner"]) == ("true", "me")
    visit.page.reload()
    expect(visit.page.get_by_role("radio", name="Today")).to_be_checked()
    visit.screen("today")


@pytest.mark.parametrize(
    ("called", "away", "said"),
    [(3, False, "All calls of the day are made"), (0, True, "this is a day off")],
    ids=["done", "away"],
)
def test_a_day_that_is_done_says_so(visit: Visit, called: int, away: bool, said: str) -> None:
    visit.api.called = called
    visit.api.team[0]["away"] = away
    visit.page.get_by_role("radio", name="Today").click()
    expect(visit.page.get_by_text("Nobody is left to call today")).to_be_visible()
    expect(visit.page.locator(".results")).to_contain_text(said)
    visit.page.get_by_role("button", name="Show all leads").click()
    expect(visit.page.locator("a.who")).to_have_text(ALL)


def test_a_question_is_asked_of_the_whole_of_ones_own_list(visit: Visit) -> None:
    visit.page.get_by_role("radio", name="Today").click()
    visit.page.get_by_role("radio", name="cooling soon").click()
    expect(visit.page.get_by_role("radio", name="Mine")).to_be_checked()
    assert visit.page.url.endswith("#/leads?owner=me&attention=cooling")


def test_the_leads_of_a_colleague_are_chosen_by_name(visit: Visit) -> None:
    visit.page.get_by_label("Colleague").select_option(label="Olek Lis (away)")
    expect(visit.page.locator("a.who")).to_have_count(1)
    assert visit.page.url.endswith("#/leads?owner=olek%40example.com")
    visit.page.get_by_role("radio", name="Mine").click()
    expect(visit.page.get_by_label("Colleague")).to_have_value("")
    assert visit.page.url.endswith("#/leads?owner=me")
