"""What one more activity would make of a lead, as what would make it hot is told."""

from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS
from functions.scoring.model import ActivityRule
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_state
from tests.builders import (
    MONDAY,
    activity_rule,
    compiled_model,
    page_viewed,
    quiet_rule,
    unanswered_rule,
)


def points_after(book: RuleBook, name: str, *facts: Fact) -> int:
    state = book.state(facts)
    rule = book.rules[book.place[name]]
    assert isinstance(rule, ActivityRule)
    return score_state(book, book.one_more(state, rule, at=MONDAY), at=MONDAY).total


def test_it_counts_as_often_as_the_rule_lets_it() -> None:
    book = RuleBook(compiled_model(activity_rule(at_most=2, once_per=DAY_MS)))
    earlier = page_viewed(at=MONDAY - 2 * DAY_MS)
    assert points_after(book, "pricing-page", page_viewed()) == 12
    assert points_after(book, "pricing-page", earlier) == 24
    assert points_after(book, "pricing-page", page_viewed(at=MONDAY - 40 * DAY_MS), earlier) == 24


def test_rules_that_ask_nothing_or_the_same_of_it_come_with_it_and_no_other() -> None:
    same = activity_rule("same", steps=[[0, 5], [DAY_MS, 0]])
    any_page = activity_rule("any-page", where=None, steps=[[0, -3], [DAY_MS, 0]])
    other = activity_rule("jobs", where=["is", "path", ["/jobs"]], steps=[[0, -9], [DAY_MS, 0]])
    book = RuleBook(compiled_model(activity_rule(), same, any_page, other))
    assert points_after(book, "pricing-page") == 12 + 5 - 3
    assert points_after(book, "any-page") == -3


def test_it_ends_a_silence_and_what_waited_for_a_reaction() -> None:
    clicked = activity_rule("clicked", activity="email_clicked", where=None)
    book = RuleBook(compiled_model(clicked, activity_rule(), quiet_rule(), unanswered_rule()))
    sent = [
        page_viewed(kind="email_sent", id=f"sent-{day}", at=MONDAY - day * DAY_MS)
        for day in (10, 20)
    ]
    seen = page_viewed(at=MONDAY - 70 * DAY_MS)
    assert score_state(book, book.state([*sent, seen]), at=MONDAY).total == -10 - 5
    assert points_after(book, "clicked", *sent, seen) == 12
    assert points_after(book, "pricing-page", *sent, seen) == 12 - 10


def test_c30_an_open_counts_nothing() -> None:
    opened = activity_rule("opened", activity="email_opened", where=None)
    assert points_after(RuleBook(compiled_model(opened)), "opened") == 0
