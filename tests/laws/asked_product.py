"""The product's answer in the shape of the oracle's, so that the two compare as they are."""

from collections.abc import Iterable
from typing import Any

from functions.scoring.facts import FORM, FORM_SUBMITTED, SALES, SALES_ANSWERED, Fact
from functions.scoring.instants import format_instant, parse_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_facts
from modelling.compile import compile_document
from tests.laws.drawn_histories import FactLine

Answer = dict[str, Any]
NO_PROPERTY = {"lead", "at", "id", "kind", "answers", "machine"}


def rule_book(document: dict[str, Any], *, retention_days: int = 400) -> RuleBook:
    return RuleBook(compile_document(document, retention_days=retention_days))


def as_fact(line: FactLine) -> Fact:
    return Fact(
        lead=line["lead"],
        at=parse_instant(line["at"]),
        id=line["id"],
        kind=line["kind"],
        email=line["lead"],
        properties={name: value for name, value in line.items() if name not in NO_PROPERTY},
        answers=line.get("answers", {}),
        origin=SALES if line["kind"] == SALES_ANSWERED else FORM,
        touch={} if line["kind"] == FORM_SUBMITTED else None,
        machine=line.get("machine", False),
    )


def by_lead(lines: Iterable[FactLine]) -> dict[str, list[Fact]]:
    facts: dict[str, list[Fact]] = {}
    for line in lines:
        facts.setdefault(line["lead"], []).append(as_fact(line))
    return facts


def answer(score: Score) -> Answer:
    return {
        "score": score.total,
        "fit": score.fit,
        "engagement": score.engagement,
        "band": score.band,
        "lines": [
            {
                "rule": line.rule,
                "points": line.points,
                "since": _text(line.since),
                "until": _text(line.until),
            }
            for line in score.lines
        ],
        "forecast": [
            {"at": _text(step.at), "score": step.score, "band": step.band}
            for step in score.forecast
        ],
    }


def ask(book: RuleBook, lines: Iterable[FactLine], *, at: int) -> dict[str, Answer]:
    """Every lead's answer at an instant, by address."""
    facts = by_lead(lines)
    return {lead: answer(score_facts(book, facts[lead], at=at)) for lead in sorted(facts)}


def _text(at: int | None) -> str | None:
    return None if at is None else format_instant(at)
