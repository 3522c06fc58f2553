"""A rep reads one lead: who, why, what becomes of it; and says what they did with it."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.console.answering_api import AnsweringApi
from tests.console.conftest import Begin
from tests.console.listed_leads import (
    KASIA,
    MARKUP,
    NOW,
    OLEK,
    anna,
    answer,
    band_of,
    happening,
    instant,
    people,
    strange,
    torn,
)
from tests.console.visit import Visit

pytestmark = pytest.mark.xdist_group("console")

MINUS = "\N{MINUS SIGN}"
ANNA = f"#/leads/{anna()['id']}"
LAYLA = f"#/leads/{people()[2]['id']}"


@pytest.fixture
def page_of_anna(visit: Visit) -> Visit:
    return opened(visit, ANNA, "Anna Nowak")


def opened(visit: Visit, hash_: str, name: str) -> Visit:
    visit.go(hash_)
    expect(visit.heading()).to_have_text(name)
    return visit


def numbers(cells: Locator) -> list[int]:
    return [int(text.replace(MINUS, "-")) for text in cells.all_inner_texts()]


def test_the_top_says_who_and_how_to_reach_them(page_of_anna: Visit) -> None:
    page = page_of_anna.page
    expect(page.get_by_role("link", name="+48 600 100 200")).to_have_attribute(
        "href", "tel:+48600100200"
    )
    expect(page.get_by_role("link", name="anna@example.com")).to_have_attribute(
        "href", "mailto:anna@example.com"
    )
    for words in (
        "CEO · Example Ltd · Poland",
        "ready",
        "cools Thu 14:00 · hot since Sat 10:30",
        "not contacted · alert 3 hr ago · owner: nobody · from ads / spring",
    ):
        expect(page.locator(".head")).to_contain_text(words)
    expect(page).to_have_title("Anna Nowak · Leads")


def test_reasons_add_up_to_each_half_and_to_the_score(page_of_anna: Visit) -> None:
    bars = page_of_anna.section("Why this score")
    parts = bars.locator("tbody")
    totals = []
    for place in range(parts.count()):
        half, *lines = numbers(parts.nth(place).locator(".points"))
        assert half == sum(lines)
        totals.append(half)
    assert totals == [38, 40]
    assert numbers(bars.locator("tfoot .points")) == [78]
    expect(bars.get_by_role("row").filter(has_text="Looked at the prices")).to_contain_text(
        "until Thu 14:00"
    )
    expect(bars.get_by_role("row").filter(has_text="CEO of a small")).to_contain_text("no end")
    expect(bars.get_by_role("row").filter(has_text="Limit of “web”")).to_contain_text(f"{MINUS}4")


def test_the_forecast_is_a_picture_a_sentence_and_a_table(page_of_anna: Visit) -> None:
    forecast = page_of_anna.section("If nothing happens")
    sentence = "Score 78 now, hot. Turns warm Thu 14:00."
    expect(forecast).to_contain_text(sentence)
    expect(forecast.get_by_role("img", name=sentence)).to_be_visible()
    forecast.get_by_text("All changes as a table").click()
    expect(forecast.get_by_role("row")).to_have_count(4)
    expect(forecast.get_by_role("row").nth(1)).to_contain_text(re.compile("26 Nov 14:00.*63.*warm"))


@pytest.mark.parametrize(
    ("steps", "turns", "rest"),
    [
        (
            [(2, 63), (20, 25), (400, 0)],
            2,
            "picture ends 17 Dec. Later changes: 1, the last 29 Dec",
        ),
        ([(2, 63), (40, 50), (400, 40)], 1, "ends 22 Feb 2027. Later changes: 1, the last 29 Dec"),
        ([(2, 63), (40, 50)], 1, None),
        ([(60, 65), (80, 50), (400, 0)], 1, "ends 22 Feb 2027. Later changes: 1, the last 29 Dec"),
        (
            [(150, 60), (200, 20), (380, 10)],
            2,
            "ends 12 Jul 2027. Later changes: 1, the last 9 Dec",
        ),
    ],
)
def test_the_picture_ends_where_it_stops_to_matter_and_the_table_does_not(
    begin: Begin, steps: list[tuple[int, int]], turns: int, rest: str | None
) -> None:
    forecast = [
        {"at": instant(days=days), "score": score, "band": band_of(score)} for days, score in steps
    ]
    with begin(AnsweringApi([anna() | {"forecast": forecast}])) as visit:
        visit.enter(ANNA)
        section = visit.section("If nothing happens")
        expect(section.locator("circle")).to_have_count(turns + 1)
        if rest is None:
            expect(section).not_to_contain_text("The picture ends")
        else:
            expect(section).to_contain_text(rest)
        section.get_by_text("All changes as a table").click()
        expect(section.get_by_role("row")).to_have_count(len(steps) + 1)
        places = [float(str(dot.get_attribute("cx"))) for dot in section.locator("circle").all()]
        assert max(places) < 520


def test_what_would_make_it_hot_is_said_with_its_points(visit: Visit) -> None:
    opened(visit, LAYLA, "ليلى حداد")
    expect(visit.section("What would make it hot")).to_contain_text(
        "Asked for a demo +29 points, then 74"
    )


def test_answers_say_who_gave_them_and_what_happened_is_newest_first(page_of_anna: Visit) -> None:
    answers = page_of_anna.section("What they answered")
    expect(answers).to_contain_text(re.compile("Company size120.*form, Sat 10:30"))
    expect(answers).to_contain_text(re.compile("IndustrySoftware.*sales, Sat"))
    items = page_of_anna.section("What happened").get_by_role("listitem")
    expect(items.first).to_contain_text(re.compile("today 07:30.*Viewed a page.*/pricing"))
    expect(items.nth(2)).to_contain_text("Opened a mail (by a machine)")
    expect(items.last).to_contain_text("Sent a form")


def test_whoever_was_given_a_lead_is_named_in_its_history(begin: Begin) -> None:
    told = [
        happening("team_assigned", -1, owner=KASIA),
        happening("sales_assigned", -2, owner="gone@example.com"),
        happening("sales_assigned", -3, owner=""),
        happening("page_viewed", -4, owner=KASIA),
    ]
    with begin(AnsweringApi([anna() | {"happened": told}])) as visit:
        visit.enter(ANNA)
        items = visit.section("What happened").get_by_role("listitem")
        expect(items.nth(0).locator("small")).to_have_text("Kasia Nowak")
        expect(items.nth(0)).to_contain_text("The team's list gave it an owner")
        expect(items.nth(1).locator("small")).to_have_text("gone@example.com")
        expect(items.nth(2).locator("small")).to_have_text("taken back")
        expect(items.nth(3).locator("small")).to_have_text(f"owner: {KASIA}")


def test_a_long_history_is_shown_by_and_by(begin: Begin) -> None:
    long = anna() | {"happened": [happening("page_viewed", -day) for day in range(40)]}
    with begin(AnsweringApi([long])) as visit:
        visit.enter(ANNA)
        items = visit.section("What happened").get_by_role("listitem")
        expect(items).to_have_count(12)
        visit.page.get_by_role("button", name="Show older ones").click()
        expect(items).to_have_count(40)
        expect(items.nth(12)).to_be_focused()


def test_a_contact_is_one_click_and_the_page_shows_the_answer(page_of_anna: Visit) -> None:
    page_of_anna.page.get_by_role("button", name="no answer").click()
    expect(page_of_anna.page.locator(".head")).to_contain_text("no answer today 10:30")
    expect(page_of_anna.said()).to_have_text("Saved")
    expect(page_of_anna.page.get_by_role("button", name="no answer")).to_be_focused()
    expect(page_of_anna.section("What happened")).to_contain_text("Sales made contact")
    (asked,) = [a for a in page_of_anna.api.asked if a.method == "POST" and "/api" in a.path]
    assert "if-match" not in asked.headers
    assert asked.headers["idempotency-key"]


def test_c_asks_how_the_contact_went(page_of_anna: Visit) -> None:
    page_of_anna.page.keyboard.press("c")
    page_of_anna.page.keyboard.press("3")
    expect(page_of_anna.page.locator(".head")).to_contain_text("left a message today")


def test_a_rep_goes_on_to_the_next_lead_without_the_list(page_of_anna: Visit) -> None:
    page_of_anna.page.keyboard.press("j")
    expect(page_of_anna.heading()).to_have_text("Jan Kowalski")
    page_of_anna.page.keyboard.press("j")
    expect(page_of_anna.heading()).to_have_text("ليلى حداد")
    page_of_anna.page.keyboard.press("k")
    expect(page_of_anna.heading()).to_have_text("Jan Kowalski")
    page_of_anna.page.keyboard.press("b")
    expect(page_of_anna.page.get_by_role("link", name="Jan Kowalski")).to_be_focused()


def test_a_tick_is_one_click_and_the_distance_follows(page_of_anna: Visit) -> None:
    criteria = page_of_anna.section("Is it an ideal lead?")
    expect(criteria).to_contain_text("Missing: 0 of 3, unknown: 2")
    expect(criteria).to_contain_text("guessed from the answers")
    criteria.get_by_role("group", name="Does it sell").get_by_role(
        "radio", name="no", exact=True
    ).click()
    expect(criteria).to_contain_text("Missing: 1 of 3, unknown: 1")
    group = criteria.get_by_role("group", name="Does it sell")
    expect(group.get_by_role("radio", name="no", exact=True)).to_be_checked()
    expect(group.get_by_role("radio", name="no", exact=True)).to_be_focused()
    assert page_of_anna.api.writes() == [
        ("PUT", "ticks", {"definition": "b2b-ceo", "ticks": {"b2b": "no"}})
    ]


@pytest.mark.parametrize("by", ["mouse", "Space"])
def test_a_guess_is_confirmed_once_by_what_it_has_checked(page_of_anna: Visit, by: str) -> None:
    group = page_of_anna.page.get_by_role("group", name="Is it the CEO?")
    expect(group).to_contain_text("guessed from the answers")
    checked = group.get_by_role("radio", name="yes")
    for _ in range(2):  # the second time the rep's own tick says so already
        if by == "mouse":
            checked.click()
        else:
            checked.focus()
            page_of_anna.page.keyboard.press("Space")
        expect(group).to_contain_text("ticked by sales")
        expect(checked).to_be_checked()
        expect(checked).to_be_focused()
    group.get_by_role("radio", name="no", exact=True).click()
    expect(group.get_by_role("radio", name="no", exact=True)).to_be_focused()
    expect(page_of_anna.section("Is it an ideal lead?")).to_contain_text("Missing: 1 of 3")
    assert [body["ticks"] for _, _, body in page_of_anna.api.writes()] == [
        {"ceo": "yes"},
        {"ceo": "no"},
    ]


def test_the_questions_stay_while_a_rep_ticks_though_another_ideal_is_nearer(
    begin: Begin,
) -> None:
    with begin(AnsweringApi([torn()])) as visit:
        visit.enter(ANNA)
        criteria = visit.section("Is it an ideal lead?")
        measured = criteria.get_by_label("Measured against")
        expect(measured).to_have_value("b2b-ceo")
        expect(criteria).not_to_contain_text("Nearest by now")
        asked = criteria.locator("legend bdi").all_inner_texts()
        for name in ("Is it the CEO?", "Does it sell"):
            group = criteria.get_by_role("group", name=name)
            group.get_by_role("radio", name="no", exact=True).click()
            expect(group.get_by_role("radio", name="no", exact=True)).to_be_focused()
            expect(group).to_contain_text("ticked by sales")
        expect(criteria.locator("legend bdi")).to_have_text(asked)
        expect(measured).to_have_value("b2b-ceo")
        expect(criteria).to_contain_text(
            "Nearest by now: A CEO of an online shop (Missing: 0 of 3, unknown: 2)."
        )
        visit.screen("nearer-ideal")
        criteria.get_by_role("button", name="Ask its questions").click()
        expect(criteria.get_by_role("group", name="Is there an online shop?")).to_be_visible()
        expect(criteria).not_to_contain_text("Nearest by now")
        with visit.page.expect_response(lambda answer: answer.request.method == "PUT"):
            criteria.get_by_role("radio", name="yes").nth(1).click()
        expect(visit.said()).to_have_text("Saved")
        assert [body["definition"] for _, _, body in visit.api.writes()] == [
            "b2b-ceo",
            "b2b-ceo",
            "shop-ceo",
        ]
        measured.select_option(label="A CEO who sells to companies")
        expect(criteria.get_by_role("group", name="Does it sell")).to_be_visible()
        visit.page.reload()
        expect(measured).to_have_value("shop-ceo")


def test_quick_clicks_wait_for_each_other_instead_of_colliding(page_of_anna: Visit) -> None:
    criteria = page_of_anna.section("Is it an ideal lead?")
    page_of_anna.page.evaluate(
        """() => document.querySelectorAll('.tick input[value="yes"]:not(:checked)')
             .forEach((radio) => radio.click())"""
    )
    expect(criteria).to_contain_text("An ideal lead")
    matches = [a.headers["if-match"] for a in page_of_anna.api.asked if a.method == "PUT"]
    assert matches == ['"7"', '"8"']


def test_a_sale_has_an_amount_and_can_be_taken_back(page_of_anna: Visit) -> None:
    acts = page_of_anna.section("After the call")
    acts.get_by_role("button", name="How it ended").click()
    acts.get_by_role("radio", name="won").click()
    expect(acts.get_by_label("Reason").first).to_be_hidden()
    acts.get_by_label("Amount", exact=True).fill("12000.5")
    acts.get_by_role("button", name="Save").click()
    expect(page_of_anna.page.locator(".head")).to_contain_text("won today 10:30 (12,000.5)")
    acts.get_by_role("button", name="Take it back").click()
    expect(page_of_anna.page.locator(".head")).not_to_contain_text("won")
    assert page_of_anna.api.writes() == [
        ("PUT", "outcome", {"result": "won", "amount": 12000.5}),
        ("PUT", "outcome", {"result": None}),
    ]


def test_how_it_ended_never_slips_in(page_of_anna: Visit) -> None:
    """Saved is what was chosen: a sale with its amount, or without on purpose; a loss with why."""
    acts = page_of_anna.section("After the call")
    save = acts.get_by_role("button", name="Save")
    acts.get_by_role("button", name="How it ended").click()
    for radio in acts.get_by_role("radio").all():
        expect(radio).not_to_be_checked()
    expect(acts.get_by_label("Amount", exact=True)).to_be_hidden()
    save.click()
    acts.get_by_role("radio", name="lost").click()
    save.click()
    expect(acts.get_by_label("Reason").first).to_be_focused()
    acts.get_by_role("radio", name="won").click()
    save.click()
    expect(acts.get_by_label("Amount", exact=True)).to_be_focused()
    assert page_of_anna.api.writes() == []
    page_of_anna.screen("won-without-amount")
    acts.get_by_label("amount not known").check()
    save.click()
    expect(page_of_anna.page.locator(".head")).to_contain_text("won today 10:30")
    assert page_of_anna.api.writes() == [("PUT", "outcome", {"result": "won"})]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["about 30", "1,500,000", "2.5", "yes", "Attended a webinar"]),
        ("pl", ["około 30", "1\u00a0500\u00a0000", "2,5", "tak", "Był(a) na webinarze"]),
    ],
)
def test_what_was_answered_and_done_is_said_in_words(
    begin: Begin, language: str, words: list[str]
) -> None:
    values = {"company_size": 30.5, "revenue": 1500000, "rating": 2.5, "reseller": True}
    lead = anna() | {
        "answers": [answer(field, value) for field, value in values.items()],
        "happened": [happening("webinar_attended", -1)],
    }
    with begin(AnsweringApi([lead], language=language), language=language) as visit:
        visit.enter(ANNA)
        for text in words:
            expect(visit.page.locator(".columns")).to_contain_text(text)
        expect(visit.page.locator(".answers")).not_to_contain_text("30.5")


def test_what_was_lost_has_a_reason(page_of_anna: Visit) -> None:
    acts = page_of_anna.section("After the call")
    acts.get_by_role("button", name="How it ended").click()
    acts.get_by_role("radio", name="lost").click()
    expect(acts.get_by_label("Amount", exact=True)).to_be_hidden()
    acts.get_by_label("Reason").first.fill(" too dear ")
    acts.get_by_role("button", name="Save").click()
    expect(page_of_anna.page.locator(".head")).to_contain_text("lost today 10:30: too dear")
    assert page_of_anna.api.writes() == [
        ("PUT", "outcome", {"result": "lost", "reason": "too dear"})
    ]


def test_a_call_is_put_off_to_a_day_by_one_click_or_by_date(page_of_anna: Visit) -> None:
    acts = page_of_anna.section("After the call")
    acts.get_by_role("button", name="Call later").click()
    acts.get_by_role("button", name="Tomorrow 9:00").click()
    expect(page_of_anna.page.locator(".head")).to_contain_text("call again tomorrow 09:00")
    acts.get_by_label("Day").fill("2026-12-03")
    acts.get_by_label("Time").fill("15:30")
    acts.get_by_role("button", name="Put off").click()
    expect(page_of_anna.page.locator(".head")).to_contain_text("call again 3 Dec")
    acts.get_by_role("button", name="Back on the list now").click()
    expect(page_of_anna.page.locator(".head")).not_to_contain_text("call again")
    assert page_of_anna.api.writes() == [
        ("PUT", "later", {"until": "2026-11-25T08:00:00.000Z"}),
        ("PUT", "later", {"until": "2026-12-03T14:30:00.000Z"}),
        ("PUT", "later", {"until": None}),
    ]


def test_a_complaint_says_why(page_of_anna: Visit) -> None:
    acts = page_of_anna.section("After the call")
    acts.get_by_role("button", name="Complain", exact=True).click()
    acts.get_by_role("button", name="Complain of this lead").click()
    assert page_of_anna.api.writes() == [], "without a reason nothing is sent"
    acts.get_by_label("Reason").last.fill("a competitor")
    acts.get_by_role("button", name="Complain of this lead").click()
    expect(page_of_anna.page.locator(".head")).to_contain_text(
        "complaint today 10:30: a competitor"
    )
    assert page_of_anna.api.writes() == [("POST", "reject", {"reason": "competitor"})]


def test_a_chosen_complaint_is_sent_by_its_code_and_free_words_as_they_are(begin: Begin) -> None:
    """So that the same choice is the same reason, whatever language the rep reads."""
    with begin(AnsweringApi(language="pl"), language="pl") as visit:
        visit.enter(f"#/leads/{anna()['id']}")
        visit.page.get_by_role("button", name="Reklamuj", exact=True).click()
        for typed in (" student albo szuka pracy ", "Nie odbiera"):
            visit.page.locator("input[name=why]").fill(typed)
            visit.page.get_by_role("button", name="Reklamuj tego leada").click()
            expect(visit.page.locator(".head")).to_contain_text(f"10:30: {typed.strip()}")
        assert [body for _, what, body in visit.api.writes() if what == "reject"] == [
            {"reason": "student"},
            {"reason": "Nie odbiera"},
        ]


def test_a_rep_takes_a_lead_and_gives_it_back(page_of_anna: Visit) -> None:
    page_of_anna.page.get_by_role("button", name="Take this lead").click()
    expect(page_of_anna.page.locator(".head")).to_contain_text("owner: Kasia Nowak")
    page_of_anna.page.get_by_role("button", name="Give it back").click()
    expect(page_of_anna.page.locator(".head")).to_contain_text("owner: nobody")
    expect(page_of_anna.page.get_by_role("button", name="Take this lead")).to_be_focused()
    expect(page_of_anna.page.get_by_label("Give to")).to_have_count(0)


def test_a_manager_gives_a_lead_to_a_rep(begin: Begin) -> None:
    with begin(AnsweringApi(role="manager", person="boss@example.com")) as visit:
        visit.enter(LAYLA)
        colleague = visit.page.get_by_label("Give to")
        assert colleague.get_by_role("option").all_inner_texts() == ["", "Kasia Nowak"]
        give = visit.page.get_by_role("button", name="Give", exact=True)
        give.click()
        assert visit.api.writes() == [], "without a name nothing is sent"
        colleague.focus()
        visit.page.keyboard.type("Kasia")
        visit.page.keyboard.press("Tab")
        expect(give).to_be_focused()
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator(".head")).to_contain_text("owner: Kasia Nowak")
        expect(give).to_be_focused()
        expect(colleague).to_have_value("")
        assert colleague.get_by_role("option").all_inner_texts() == ["", "Olek Lis (away)"]
        assert visit.api.writes() == [("PUT", "owner", {"owner": KASIA})]


def test_a_colleague_who_was_chosen_stays_chosen_after_a_click_elsewhere(begin: Begin) -> None:
    with begin(AnsweringApi(role="manager", person="boss@example.com")) as visit:
        visit.enter(ANNA)
        visit.page.get_by_label("Give to").select_option(label="Olek Lis (away)")
        visit.page.get_by_role("button", name="reached").click()
        expect(visit.said()).to_have_text("Saved")
        expect(visit.page.get_by_label("Give to")).to_have_value(OLEK)


def test_where_no_team_is_known_a_manager_gives_a_lead_to_an_address(begin: Begin) -> None:
    with begin(AnsweringApi(role="manager", person="boss@example.com", team=[])) as visit:
        visit.enter(LAYLA)
        visit.page.get_by_label("Give to (e-mail)").fill(KASIA)
        visit.page.get_by_role("button", name="Give", exact=True).click()
        expect(visit.page.locator(".head")).to_contain_text(f"owner: {KASIA}")


def test_another_reps_lead_is_read_and_not_written(visit: Visit) -> None:
    visit.api.leads[2] |= {name: anna()[name] for name in ("quality", "definitions")}
    opened(visit, LAYLA, "ليلى حداد")
    expect(visit.section("After the call")).to_contain_text("another rep's lead")
    expect(visit.page.get_by_role("button", name="reached")).to_have_count(0)
    for radio in visit.section("Is it an ideal lead?").get_by_role("radio").all():
        expect(radio).to_be_disabled()
    visit.page.keyboard.press("c")
    expect(visit.said()).to_contain_text("another rep's lead")
    expect(visit.page.get_by_role("dialog")).to_have_count(0)


def test_what_a_rep_learned_is_written_as_an_answer(page_of_anna: Visit) -> None:
    answers = page_of_anna.section("What they answered")
    answers.get_by_text("Add or correct an answer").click()
    answers.get_by_label("Field").select_option(label="Company size")
    answers.get_by_label("Value").fill("140")
    answers.get_by_role("button", name="Save").click()
    expect(answers).to_contain_text(re.compile("Company size140.*sales, today"))
    assert page_of_anna.api.writes() == [("PATCH", "answers", {"answers": {"company_size": "140"}})]


def test_a_tick_that_did_not_get_through_is_not_shown_as_if_it_had(page_of_anna: Visit) -> None:
    page_of_anna.failing_loads = True
    page_of_anna.api.fail("/api/leads", 503)
    group = page_of_anna.page.get_by_role("group", name="Does it sell")
    group.get_by_role("radio", name="yes").click()
    expect(page_of_anna.said()).to_contain_text("This did not get through")
    expect(group.get_by_role("radio", name="unknown")).to_be_checked()


def test_half_typed_words_outlive_a_click_elsewhere(page_of_anna: Visit) -> None:
    acts = page_of_anna.section("After the call")
    acts.get_by_role("button", name="How it ended").click()
    acts.get_by_role("radio", name="lost").click()
    acts.get_by_label("Reason").first.fill("half a sentence")
    group = page_of_anna.page.get_by_role("group", name="Does it sell")
    group.get_by_role("radio", name="yes").click()
    expect(page_of_anna.said()).to_have_text("Saved")
    expect(acts.get_by_label("Reason").first).to_have_value("half a sentence")
    expect(acts.get_by_role("radio", name="lost")).to_be_checked()


def test_words_stay_in_the_readers_language_after_a_write(begin: Begin) -> None:
    with begin(AnsweringApi(language="en")) as visit:
        visit.enter(ANNA)
        visit.page.get_by_role("button", name="Polski").click()
        expect(visit.page.get_by_role("heading", name="Skąd ten wynik")).to_be_visible()
        visit.page.get_by_role("button", name="rozmowa").click()
        expect(visit.said()).to_have_text("Zapisano")
        last = visit.api.asked[-1]
        assert (last.method, last.query["language"]) == ("GET", "pl")


def test_a_link_to_a_lead_that_was_erased_leads_back_to_the_list(visit: Visit) -> None:
    visit.failing_loads = True
    visit.go("#/leads/there-is-none")
    expect(visit.page.get_by_text("There is no such lead")).to_be_visible()
    visit.page.get_by_role("button", name="Back to the list").click()
    expect(visit.heading()).to_contain_text("Call list")


def test_what_people_typed_is_text_on_the_page(begin: Begin) -> None:
    with begin(AnsweringApi([strange()])) as visit:
        visit.enter(f"#/leads/{strange()['id']}")
        expect(visit.heading()).to_have_text(MARKUP)
        assert visit.page.locator("main img, main b").count() == 0
        for part in ("Why this score", "What would make it hot", "Is it an ideal lead?",
                     "What they answered", "What happened"):  # fmt: skip
            expect(visit.section(part)).to_contain_text(MARKUP)
        head = visit.page.locator(".head")
        for words in (f"from {MARKUP} / {MARKUP}", f"lost yesterday 10:30: {MARKUP}",
                      f"complaint yesterday 10:30: {MARKUP}"):  # fmt: skip
            expect(head).to_contain_text(words)
        assert visit.page.locator('a[href^="tel:"]').count() == 0
        expect(visit.page).to_have_title(f"{MARKUP} · Leads")
        visit.page.keyboard.press("c")
        expect(visit.page.get_by_role("dialog")).to_contain_text(MARKUP)


def test_an_admin_takes_what_is_stored_of_a_person(begin: Begin) -> None:
    with begin(AnsweringApi(role="admin")) as visit:
        visit.enter(ANNA)
        with visit.page.expect_download() as loaded:
            visit.page.get_by_role("button", name="Download all that is stored").click()
        stored = json.loads(Path(loaded.value.path()).read_text("utf-8"))
        assert stored["lead"]["email"] == "anna@example.com"


def test_an_admin_forgets_a_person_after_being_asked(begin: Begin) -> None:
    with begin(AnsweringApi(role="admin")) as visit:
        visit.enter(ANNA)
        visit.page.get_by_role("button", name="Forget this person").click()
        dialog = visit.page.get_by_role("dialog", name="Forget Anna Nowak for good?")
        expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        visit.screen("erase")
        assert visit.barriers() == []
        visit.page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        assert len(visit.api.leads) == 5
        visit.page.get_by_role("button", name="Forget this person").click()
        dialog.get_by_role("button", name="Forget for good").click()
        expect(visit.heading()).to_contain_text("Call list")
        expect(visit.said()).to_have_text("Anna Nowak is being forgotten.")
        expect(visit.page.get_by_role("link", name="Anna Nowak")).to_have_count(0)


def test_only_admins_are_offered_a_persons_rights(page_of_anna: Visit) -> None:
    expect(page_of_anna.section("The person's rights")).to_have_count(0)


def test_the_clock_of_these_tests_stands_still(visit: Visit) -> None:
    assert visit.page.evaluate("Date.now()") == NOW.timestamp() * 1000
