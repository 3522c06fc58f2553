"""What the linter calls impossible never happens, for any model, history and instant."""

from typing import Any

from hypothesis import given

from modelling.compile import compile_reading
from modelling.draft import Draft, why_never
from modelling.reading import Reading
from tests.laws.asked_product import ask, rule_book
from tests.laws.drawn_histories import Case, cases
from tests.laws.law_profile import law

TRIES = 300
HALVES = ("fit", "engagement")


def draft_of(document: dict[str, Any], retention_days: int) -> Draft:
    """The document's draft, with every form that a drawn history sends."""
    forms = {
        name: {"thanks": "https://www.example.com/"} for name in ("demo", "contact", "newsletter")
    }
    reading = Reading(content={**document, "forms": forms})
    return Draft(compile_reading(reading, retention_days=retention_days), reading)


@law(TRIES)
@given(cases())
def test_a_rule_that_can_never_earn_is_in_no_explanation(case: Case) -> None:
    document, retention, lines, now = case
    draft = draft_of(document, retention)
    impossible = {
        rule["rule"] for rule in draft.rules if why_never(draft, rule) and rule["group"] is None
    }
    bounded = {
        name
        for half in HALVES
        for name, limit in draft.compiled["halves"][half].items()
        if limit == 0
    }

    for told in ask(rule_book(document, retention_days=retention), lines, at=now).values():
        assert bounded or not impossible & {line["rule"] for line in told["lines"]}


@law(TRIES)
@given(cases())
def test_no_lead_has_more_points_in_a_half_than_the_linter_thinks_possible(case: Case) -> None:
    document, retention, lines, now = case
    draft = draft_of(document, retention)

    for told in ask(rule_book(document, retention_days=retention), lines, at=now).values():
        assert told["fit"] <= draft.most["fit"]
        assert told["engagement"] <= draft.most["engagement"]
