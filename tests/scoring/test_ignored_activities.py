"""Verdicts that come late, by example: what was a scanner's gives no points, and all else does."""

from typing import Any

import pytest

from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_facts, score_state
from tests.builders import (
    ANNA,
    MONDAY,
    activity_rule,
    compiled_model,
    form_submitted,
    page_viewed,
    quiet_rule,
    unanswered_rule,
)

SCANNER: dict[str, Any] = {
    "verdict": "scanner", "says": None, "kinds": None, "domains": None,
    "where": ["contains", "user_agent", ["Barracuda"]], "since": None, "before": None,
}  # fmt: skip
SCANNED = {"path": "/pricing", "user_agent": "Mozilla/5.0 (Barracuda)"}
READ = {"path": "/pricing", "user_agent": "Mozilla/5.0"}


def book(*rules: dict[str, Any], **verdict: Any) -> RuleBook:
    return RuleBook(compiled_model(*rules, ignore=[SCANNER | verdict]))


def seen(at: int = MONDAY, **changes: Any) -> Fact:
    return page_viewed(at=at, **({"properties": SCANNED, "email": ANNA} | changes))


def points(rules: RuleBook, *facts: Fact) -> int:
    """Points straight from facts; a ledger of them gives the same."""
    at = MONDAY + DAY_MS
    total = score_facts(rules, facts, at=at).total
    assert score_state(rules, rules.state(facts), at=at).total == total
    return total


def test_what_a_verdict_covers_earns_nothing_and_all_else_does() -> None:
    rules = book(activity_rule(at_most=2))
    assert points(rules, seen()) == 0
    assert points(rules, seen(), seen(at=MONDAY + 1, properties=READ)) == 12
    assert not rules.rules_met(seen())
    assert rules.ignoring.verdict(seen()) == "scanner"


@pytest.mark.parametrize(
    ("verdict", "earned"),
    [
        ({"kinds": ["email_clicked"]}, 12),
        ({"kinds": ["email_clicked", "page_viewed"]}, 0),
        ({"where": None, "domains": ["example.com"]}, 0),
        ({"where": None, "domains": ["other.com"]}, 12),
        ({"where": None, "domains": ["le.com"]}, 12),
        ({"domains": ["example.com"]}, 0),
        ({"since": MONDAY}, 0),
        ({"since": MONDAY + 1}, 12),
        ({"before": MONDAY}, 12),
        ({"before": MONDAY + 1}, 0),
        ({"where": ["contains", "missing_property", ["x"]]}, 12),
    ],
)
def test_everything_a_verdict_says_must_be_so(verdict: dict[str, Any], earned: int) -> None:
    assert points(book(activity_rule(), **verdict), seen()) == earned


def test_of_whom_no_address_is_known_no_domain_is() -> None:
    assert points(book(activity_rule(), where=None, domains=["example.com"]), seen(email="")) == 12


def test_a_form_always_counts() -> None:
    rules = book(
        activity_rule("form", activity="form_submitted", where=None),
        where=None, domains=["example.com"],
    )  # fmt: skip
    form = form_submitted(email=ANNA)
    assert points(rules, form) == 12
    assert rules.ignoring.verdict(form) is None


def test_what_is_passed_over_breaks_no_quiet_and_is_no_reaction() -> None:
    quiet = book(quiet_rule(quiet_for=DAY_MS // 2), activity_rule())
    late = seen(at=MONDAY + DAY_MS - 1)
    assert points(quiet, seen(at=MONDAY, properties=READ), late) == 12 - 5
    mails = [
        Fact(ANNA, MONDAY - 5 * DAY_MS + number, f"mail-{number}", "email_sent")
        for number in range(2)
    ]
    click = Fact(ANNA, MONDAY - DAY_MS, "click", "email_clicked", properties=SCANNED)
    rules = [unanswered_rule()]
    assert points(book(*rules), *mails, click) == -10
    assert points(book(*rules, kinds=["page_viewed"]), *mails, click) == 0
