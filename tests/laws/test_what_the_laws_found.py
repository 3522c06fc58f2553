"""Examples that once broke a law, kept small and by name."""

from functions.scoring.conditions import fold
from functions.scoring.instants import parse_instant
from functions.scoring.score import score_facts
from tests.laws.asked_product import as_fact, rule_book


def test_before_a_leads_first_fact_its_address_is_unknown_to_every_condition() -> None:
    elsewhere = {"not": {"email": {"ends_with": "@example.org"}}}
    rules = [{"rule": "elsewhere", "when": elsewhere, "points": 5}]
    book = rule_book({"fit": rules})
    line = {
        "id": "1",
        "lead": "anna@example.com",
        "at": "2026-11-02T00:00:00.000Z",
        "kind": "email_sent",
    }
    first = parse_instant(line["at"])
    assert score_facts(book, [as_fact(line)], at=first - 1).total == 0
    assert score_facts(book, [as_fact(line)], at=first).total == 5


def test_a_letter_with_two_marks_loses_both() -> None:
    assert fold("ǿ") == fold("Ø") == "o"
