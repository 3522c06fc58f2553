"""Scores by example: steps, the newest, buckets, bounds, halves and bands."""

from typing import Any

import pytest

from functions.scoring.explanation import says
from functions.scoring.facts import Fact
from functions.scoring.forecast import band_entered, next_changes
from functions.scoring.instants import DAY_MS
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_facts
from tests.builders import (
    MONDAY,
    activity_rule,
    answer_rule,
    compiled_model,
    form_submitted,
    page_viewed,
    quiet_rule,
    unanswered_rule,
)

DECAYING = [[0, 12], [7 * DAY_MS, 8], [14 * DAY_MS, 4], [30 * DAY_MS, 0]]


def total(rules: list[dict[str, Any]], facts: list[Fact], *, at: int, **changes: Any) -> int:
    return score_facts(RuleBook(compiled_model(*rules, **changes)), facts, at=at).total


@pytest.mark.parametrize(
    ("age", "points"),
    [
        (-1, 0), (0, 12), (7 * DAY_MS - 1, 12), (7 * DAY_MS, 8), (14 * DAY_MS, 4),
        (30 * DAY_MS - 1, 4), (30 * DAY_MS, 0),
    ],
)  # fmt: skip
def test_points_step_down_with_age_and_are_gone_at_the_very_instant_their_lifetime_ends(
    age: int, points: int
) -> None:
    rules = [activity_rule(steps=DECAYING)]
    assert total(rules, [page_viewed()], at=MONDAY + age) == points


def test_of_many_occurrences_the_newest_count() -> None:
    rules = [activity_rule(steps=DECAYING, at_most=2)]
    facts = [page_viewed(at=MONDAY + day * DAY_MS) for day in (0, 6, 8)]
    assert total(rules, facts, at=MONDAY + 14 * DAY_MS) == 8 + 12


def test_of_a_day_the_first_occurrence_counts() -> None:
    rules = [activity_rule(steps=[[0, 12], [DAY_MS, 0]], at_most=5, once_per=DAY_MS)]
    facts = [page_viewed(at=MONDAY + minutes * 60_000) for minutes in (0, 5, 60)]
    assert total(rules, facts, at=MONDAY + DAY_MS - 1) == 12
    assert total(rules, facts, at=MONDAY + DAY_MS) == 0


def test_a_week_begins_on_monday() -> None:
    rules = [activity_rule(steps=[[0, 1], [90 * DAY_MS, 0]], at_most=5, once_per=7 * DAY_MS)]
    sunday = MONDAY - 10 * 3_600_000
    facts = [page_viewed(at=sunday), page_viewed(at=MONDAY), page_viewed(at=MONDAY + 6 * DAY_MS)]
    assert total(rules, facts, at=MONDAY + 7 * DAY_MS) == 2


def test_groups_and_halves_have_caps_and_floors_on_sums_never_step_by_step() -> None:
    rules = [
        activity_rule("good", group="web", at_most=5, steps=[[0, 30], [DAY_MS, 0]]),
        activity_rule("bad", group="web", where=None, at_most=9, steps=[[0, -4], [DAY_MS, 0]]),
    ]
    groups = {"web": {"half": "engagement", "cap": 20, "floor": -5}}
    good = [page_viewed(at=MONDAY + step) for step in range(3)]
    assert total(rules, good, at=MONDAY + 9, groups=groups) == 20
    bad = [page_viewed("/careers", at=MONDAY + step) for step in range(3)]
    assert total(rules, bad, at=MONDAY + 9, groups=groups) == -5
    score = score_facts(RuleBook(compiled_model(*rules, groups=groups)), good, at=MONDAY + 9)
    assert [line.points for line in score.lines if line.rule == "cap web"] == [20 - 3 * (30 - 4)]


def test_a_half_without_bounds_is_not_bounded() -> None:
    halves = {half: {"cap": None, "floor": None} for half in ("fit", "engagement")}
    assert total([answer_rule(points=900)], [form_submitted()], at=MONDAY, halves=halves) == 900
    assert total([answer_rule(points=-900)], [form_submitted()], at=MONDAY, halves=halves) == -900


def test_each_half_stops_at_its_own_cap_and_floor() -> None:
    assert total([answer_rule(points=90)], [form_submitted()], at=MONDAY) == 50
    assert total([answer_rule(points=-90)], [form_submitted()], at=MONDAY) == -50


@pytest.mark.parametrize(
    ("number", "band"),
    [
        (29, "cold"), (29.99, "cold"), (30, "warm"), (70, "warm"), (70.01, "hot"), (71, "hot"),
    ],
)  # fmt: skip
def test_bands_r76_r77_r78(number: float, band: str) -> None:
    book = RuleBook(compiled_model(bands={"hot_above": 70, "cold_below": 30}))
    assert book.band(number) == band


@pytest.mark.parametrize(
    ("points", "band"), [(29, "cold"), (30, "warm"), (70, "warm"), (71, "hot")]
)
def test_whole_leads_at_the_thresholds_r76_r77_r78(points: int, band: str) -> None:
    halves = {half: {"cap": 100, "floor": -50} for half in ("fit", "engagement")}
    bands = {"hot_above": 70, "cold_below": 30}
    model = compiled_model(answer_rule(points=points), halves=halves, bands=bands)
    assert score_facts(RuleBook(model), [form_submitted()], at=MONDAY).band == band


def test_opens_and_machines_earn_nothing_whatever_a_rule_says() -> None:
    rules = [
        activity_rule("opens", activity="email_opened", where=None),
        activity_rule("clicks", activity="email_clicked", where=None),
    ]
    opened = page_viewed(kind="email_opened")
    clicked = page_viewed(kind="email_clicked", machine=True)
    assert total(rules, [opened, clicked], at=MONDAY) == 0
    assert total(rules, [page_viewed(kind="email_clicked")], at=MONDAY) == 12


def test_true_is_not_one_for_a_rule_on_a_property() -> None:
    rules = [activity_rule(where=["is", "times", [1]])]
    assert total(rules, [page_viewed(properties={"times": True})], at=MONDAY) == 0
    assert total(rules, [page_viewed(properties={"times": 1})], at=MONDAY) == 12


def test_quiet_begins_at_the_newest_activity_of_any_rule_and_a_lead_without_one_earns_none() -> (
    None
):
    rules = [activity_rule(steps=[[0, 1], [DAY_MS, 0]]), quiet_rule()]
    facts = [page_viewed(), page_viewed("/about", at=MONDAY + DAY_MS)]
    assert total(rules, facts, at=MONDAY + 60 * DAY_MS - 1) == 0
    assert total(rules, facts, at=MONDAY + 60 * DAY_MS) == -5
    assert total(rules, [form_submitted()], at=MONDAY + 90 * DAY_MS) == 0
    assert total([quiet_rule(quiet_for=500 * DAY_MS)], facts, at=MONDAY + 390 * DAY_MS) == 0


def test_mails_stay_unanswered_until_a_reaction_and_only_once_they_are_old_enough() -> None:
    sends = [
        page_viewed(kind="email_sent", id=str(day), at=MONDAY + day * DAY_MS) for day in (0, 1, 2)
    ]
    rules = [unanswered_rule()]
    assert total(rules, sends, at=MONDAY + 4 * DAY_MS - 1) == 0
    assert total(rules, sends, at=MONDAY + 4 * DAY_MS) == -10
    click = page_viewed(kind="email_clicked", at=MONDAY + 2 * DAY_MS)
    assert total(rules, [*sends, click], at=MONDAY + 6 * DAY_MS) == 0
    assert total(rules, sends, at=MONDAY + 91 * DAY_MS) == 0
    apart = [sends[0], sends[1], page_viewed(kind="email_sent", id="x", at=MONDAY + 95 * DAY_MS)]
    assert total(rules, apart, at=MONDAY + 99 * DAY_MS) == 0


def test_sales_are_believed_before_forms_until_they_take_their_answer_back() -> None:
    said = page_viewed(kind="sales_answered", origin="sales", answers={"job_title": "CEO"})
    form = form_submitted(at=MONDAY + 5, answers={"job_title": "Intern"})
    back = page_viewed(
        kind="sales_answered", origin="sales", answers={"job_title": None}, at=MONDAY + 9
    )
    rules = [answer_rule()]
    assert total(rules, [said, form], at=MONDAY + 6) == 20
    assert total(rules, [said, form, back], at=MONDAY + 9) == 0
    assert total(rules, [said, form, back], at=MONDAY + 8) == 20


def test_of_equal_answers_at_one_instant_the_greater_id_stands_whatever_the_order() -> None:
    one = form_submitted(id="a", answers={"job_title": "Intern"})
    two = form_submitted(id="b", answers={"job_title": "CEO"})
    for facts in ([one, two], [two, one]):
        assert total([answer_rule()], facts, at=MONDAY) == 20


def test_an_answer_counts_as_long_as_its_fact() -> None:
    assert total([answer_rule()], [form_submitted()], at=MONDAY + 400 * DAY_MS - 1) == 20
    assert total([answer_rule()], [form_submitted()], at=MONDAY + 400 * DAY_MS) == 0


def test_a_field_the_model_does_not_declare_is_dropped() -> None:
    assert (
        total(
            [answer_rule(when=["is", "shoe", [44]])],
            [form_submitted(answers={"shoe": 44})],
            at=MONDAY,
        )
        == 0
    )


def test_of_two_forms_with_one_id_the_earlier_stands() -> None:
    early, late = form_submitted(), form_submitted(at=MONDAY + 1, answers={"job_title": "Intern"})
    for facts in ([early, late], [late, early]):
        assert total([answer_rule()], facts, at=MONDAY + 2) == 20


def test_the_explanation_shows_a_floor_and_sums_to_the_total() -> None:
    book = RuleBook(compiled_model(answer_rule(points=-90), activity_rule()))
    score = score_facts(book, [form_submitted(), page_viewed()], at=MONDAY)
    assert [(line.rule, line.points) for line in score.lines] == [
        ("ceo", -90), ("floor fit", 40), ("pricing-page", 12),
    ]  # fmt: skip
    assert sum(line.points for line in score.lines) == score.total == -38


def test_a_reason_is_no_older_than_the_mails_that_still_count() -> None:
    rule = unanswered_rule(at_least=1, after=DAY_MS, within=30 * DAY_MS)
    book = RuleBook(compiled_model(rule, retention=60 * DAY_MS))
    days = (0, 29, 58)  # each while the one before still counts
    sends = [
        page_viewed(kind="email_sent", at=MONDAY + day * DAY_MS, properties={}) for day in days
    ]
    (reason,) = score_facts(book, sends, at=MONDAY + 59 * DAY_MS).lines
    assert reason.since == MONDAY + DAY_MS
    (reason,) = score_facts(book, sends, at=MONDAY + 60 * DAY_MS).lines
    assert reason.since == MONDAY + 30 * DAY_MS


def test_the_forecast_tells_when_a_lead_cools_and_when_answers_end() -> None:
    book = RuleBook(compiled_model())
    score = score_facts(book, [form_submitted(), page_viewed()], at=MONDAY)
    assert score.forecast == [
        (MONDAY + 30 * DAY_MS, 20, "warm"),
        (MONDAY + 400 * DAY_MS, 0, "cold"),
    ]
    first = MONDAY + 30 * DAY_MS
    assert next_changes(book, score.state, at=MONDAY) == (first, first)
    assert next_changes(book, score.state, at=MONDAY, until=first) == (first, None)
    assert next_changes(book, score.state, at=MONDAY + 401 * DAY_MS) == (None, None)


@pytest.mark.parametrize(
    ("days", "began"), [(0, 0), (1, 0), (29, 0), (30, 30), (399, 30), (400, 400), (9000, 400)]
)
def test_r9_a_band_began_with_the_last_fact_or_when_points_ended_after_it(
    days: int, began: int
) -> None:
    book = RuleBook(compiled_model())
    state = score_facts(book, [form_submitted(), page_viewed()], at=MONDAY).state
    found = band_entered(book, state, since=MONDAY, at=MONDAY + days * DAY_MS)
    assert found == MONDAY + began * DAY_MS


def test_r9_points_that_end_within_a_band_do_not_begin_it_anew() -> None:
    fading = activity_rule(steps=[[0, 12], [10 * DAY_MS, 11], [30 * DAY_MS, 0]])
    book = RuleBook(compiled_model(answer_rule(), fading))
    score = score_facts(book, [form_submitted(), page_viewed()], at=MONDAY)
    assert [band for _, _, band in score.forecast] == ["hot", "warm", "cold"]
    found = band_entered(book, score.state, since=MONDAY, at=MONDAY + 29 * DAY_MS)
    assert found == MONDAY


def test_a_rule_without_words_speaks_its_name() -> None:
    book = RuleBook(compiled_model(activity_rule(), quiet_rule()))
    assert says(book, "gone-quiet", language="pl") == "gone quiet"
    assert says(book, "pricing-page", language="pl") == "Ogląda cennik"
    assert says(book, "pricing-page", language="de") == "Looked at prices"


def test_a_state_says_from_when_on_it_is_that_of_every_instant() -> None:
    book = RuleBook(compiled_model(answer_rule(), activity_rule(), quiet_rule()))
    assert book.state([]).latest == 0
    assert book.state([form_submitted(at=MONDAY)]).latest == MONDAY
    later = page_viewed(at=MONDAY + 5)
    assert book.state([form_submitted(at=MONDAY), later]).latest == MONDAY + 5
