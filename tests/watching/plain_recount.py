"""The count once more, the plain way: from every lead's whole history, one after the other."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_facts

Numbers = tuple[int, ...]  # leads, contacted, won, lost, other
RESULTS = ("won", "lost")


def recounted(
    model: dict[str, Any], facts: Iterable[Fact], *, at: int
) -> tuple[dict[str, Numbers], dict[str, Numbers], int]:
    """Bands, rules, and how many ended longer than 90 days ago, or before anything was known."""
    book = RuleBook(model)
    own: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        own[fact.lead].append(fact)
    bands: dict[str, list[Numbers]] = defaultdict(list)
    rules: dict[str, list[Numbers]] = defaultdict(list)
    former = 0
    for known in own.values():
        end = outcome(known)
        unknown = end and min(fact.at for fact in known) >= end.at
        if end and (end.at <= at - 90 * DAY_MS or unknown):
            former += 1
            continue
        then = end.at - 1 if end else at
        score = score_facts(book, known, at=then)
        numbers = told_of(known, end)
        bands[score.band].append(numbers)
        for rule in {line.rule for line in score.lines if line.points}:
            rules[rule].append(numbers)
    return summed(bands), summed(rules), former


def outcome(facts: list[Fact]) -> Fact | None:
    """The newest that sales said, unless who was not interested has sent a form since."""
    ends = [fact for fact in facts if fact.kind == "sales_concluded"]
    if not ends:
        return None
    newest = max(fact.at for fact in ends)
    end = next(fact for fact in newest_first(ends) if fact.at == newest)
    wrote = [fact.at for fact in facts if fact.kind == "form_submitted"]
    again = end.properties["result"] == "not_interested" and max(wrote, default=0) > end.at
    return None if again else end


def newest_first(ends: list[Fact]) -> list[Fact]:
    return sorted(ends, key=lambda fact: fact.at, reverse=True)


def told_of(facts: list[Fact], end: Fact | None) -> Numbers:
    contacted = any(fact.kind == "sales_contacted" for fact in facts)
    result = end.properties["result"] if end else None
    other = end is not None and result not in RESULTS
    return (1, int(contacted), *(int(result == one) for one in RESULTS), int(other))


def summed(groups: dict[str, list[Numbers]]) -> dict[str, Numbers]:
    return {name: tuple(map(sum, zip(*numbers, strict=True))) for name, numbers in groups.items()}
