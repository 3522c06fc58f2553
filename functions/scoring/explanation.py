"""Why a score is what it is: one line an award, one line a bound, and they add up.

A rep trusts a number that can be added up by hand, so nothing is rounded, merged or left out.
"""

from typing import NamedTuple

from functions.scoring.award import Award
from functions.scoring.model import HALVES
from functions.scoring.rule_book import ALWAYS, RuleBook
from functions.scoring.state import State


class Line(NamedTuple):
    """Points and where they come from: a rule's name, or "cap web" for a bound.

    `since` and `until` are UTC ms; None where there is no such instant.
    """

    rule: str
    points: int
    since: int | None
    until: int | None


def explain(book: RuleBook, state: State, *, at: int) -> list[Line]:
    """List what is alive at an instant: fit before engagement, as in the model, bounds last."""
    alive = sorted(award for award in book.awards(state, at=at) if award.points(at=at))
    bounds = list(book.adding.bounded(book.adding.sums(alive, at=at)))
    lines: list[Line] = []
    for half in HALVES:
        lines += [_line(book, award, at) for award in alive if book.rules[award.rule].half == half]
        lines += [Line(name, points, None, None) for of, name, points in bounds if of == half]
    return lines


def says(book: RuleBook, rule: str, *, language: str) -> str:
    """What a rule says to people: its own words, or its name with spaces."""
    words = book.rules[book.place[rule]].says
    return words.get(language) or words.get("en") or rule.replace("-", " ").replace("_", " ")


def _line(book: RuleBook, award: Award, at: int) -> Line:
    since = None if award.start == ALWAYS else award.start
    return Line(book.rules[award.rule].name, award.points(at=at), since, award.until)
