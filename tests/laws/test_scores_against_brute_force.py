"""Score, halves, band, lines and forecast are those of a slow and plain second scoring.

Models are drawn over every option of the model document, histories around the instants where such
a model steps, caps, ties and ends; what was met is counted, and too little of anything fails.
"""

from collections import Counter
from typing import Any

from hypothesis import given

from tests.laws.asked_product import ask, rule_book
from tests.laws.drawn_histories import HOUR, Case, FactLine, cases
from tests.laws.law_profile import HISTORIES, law
from tests.laws.touched_options import check_shares, touched
from tests.oracle import brute_force


def test_a_score_is_what_brute_force_makes_of_the_same_facts() -> None:
    counts: Counter[str] = Counter()

    @law(HISTORIES)
    @given(cases())
    def holds(case: Case) -> None:
        document, retention, lines, now = case
        book = rule_book(document, retention_days=retention)
        expected = brute_force.score(
            document, lines, brute_force.text_of(now), retention_days=retention
        )
        assert ask(book, lines, at=now) == expected
        counts.update(["histories", *touched(document, lines, now, retention, expected)])
        for instant in sorted(telling_instants(expected, lines)):
            plain = brute_force.score(
                document, lines, brute_force.text_of(instant), retention_days=retention, ahead=False
            )
            assert {
                lead: without_forecast(one) for lead, one in ask(book, lines, at=instant).items()
            } == plain

    holds()
    assert counts["histories"] >= HISTORIES
    check_shares(counts, counts["histories"])


def test_of_very_many_mails_without_an_answer_the_newest_fifty_are_looked_at() -> None:
    unanswered = {"sent": "email_sent", "by": ["email_replied"], "at_least": 50}
    spans = {"after": "1 day", "within": "30 days"}
    rule = {"rule": "ignores", "unanswered": {**unanswered, **spans}, "points": -5}
    document = {"bands": {"hot": "above 70", "cold": "below 30"}, "engagement": [rule]}
    first = brute_force.milliseconds("2026-11-01T00:00:00.000Z")
    mails: list[FactLine] = [
        {"id": f"m{hour}", "lead": "anna@example.com", "kind": "email_sent"}
        | {"at": brute_force.text_of(first + hour * HOUR)}
        for hour in range(60)
    ]
    scores = set()
    for hour in (49, 50, 59, 73, 74, 83, 84, 24 * 30 + 9, 24 * 30 + 10):
        at = first + hour * HOUR
        expected = brute_force.score(document, mails, brute_force.text_of(at))
        assert ask(rule_book(document), mails, at=at) == expected
        scores.add((hour, expected["anna@example.com"]["score"]))
    assert {hour for hour, score in scores if score} == {83, 84, 24 * 30 + 9}


def telling_instants(expected: dict[str, Any], lines: list[FactLine]) -> set[int]:
    """Two instants of the forecast, two facts' own, and a millisecond before each."""
    facts = [brute_force.milliseconds(line["at"]) for line in lines]
    steps = [
        brute_force.milliseconds(step["at"])
        for answer in expected.values()
        for step in answer["forecast"][:2]
    ]
    return {instant - before for instant in (*steps, min(facts), facts[-1]) for before in (0, 1)}


def without_forecast(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "forecast"}
