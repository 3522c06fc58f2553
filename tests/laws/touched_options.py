"""Which options of the model a drawn history really meets.

A law tried on histories that miss an option says little, so what was met is counted and asserted.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.laws.drawn_histories import FactLine
from tests.laws.drawn_models import OPENED, Document
from tests.oracle import brute_force

HOW_OFTEN = 0.05  # of all histories, each option
HOW_OFTEN_AT_AN_EDGE = 0.20  # of all histories, a cap, a tie or a boundary
OPTIONS = """
    at_most at_most-displaces once_per-hour once_per-day once_per-days once_per-merges decays
    half_life holds lasts lasts-forever group where when answer-rule quiet_for quiet-earns
    unanswered unanswered-earns negative-points cap-of-group cap-of-half floor-of-group
    floor-of-half is none_of from below starts_with ends_with contains like missing not any all
    words email_kind machine opens form sales sales-null older-than-retention not-yet-happened
    duplicate same-submission forecast
""".split()  # noqa: SIM905 - a list of sixty quoted words reads worse
AN_EDGE = frozenset({"cap", "tie", "boundary"})


def touched(
    document: Document,
    lines: list[FactLine],
    now: int,
    retention_days: int,
    answers: dict[str, Any],
) -> set[str]:
    """Name every option that this model and these facts together put to the test."""
    world = brute_force.world_of(document, retention_days=retention_days)
    found = set(_of_facts(lines, now, world)) | set(_of_answers(answers, document))
    for lead in answers:
        facts = [
            fact
            for fact in brute_force.of_lead(lead, lines)
            if 0 <= now - fact["at"] < world["retention"]
        ]
        for rule in brute_force.rules(world):
            found |= set(_of_rule(world, rule, facts, now))
    if _has_tie(lines):
        found.add("tie")
    return found | ({"edge"} if found & AN_EDGE else set())


def check_shares(counts: Counter[str], histories: int) -> None:
    """Fail, naming them, where options were met too rarely."""
    rare = {
        name: counts[name] / histories
        for name in sorted(OPTIONS)
        if counts[name] < HOW_OFTEN * histories
    }
    assert not rare, f"options in less than {HOW_OFTEN:.0%} of {histories} histories: {rare}"
    at_an_edge = counts["edge"] / histories
    assert at_an_edge >= HOW_OFTEN_AT_AN_EDGE, (
        f"only {at_an_edge:.0%} of the histories touch an edge"
    )


def _of_facts(lines: list[FactLine], now: int, world: Document) -> Iterator[str]:
    seen: list[FactLine] = []
    for line in lines:
        at = brute_force.milliseconds(line["at"])
        yield {"form_submitted": "form", "sales_answered": "sales", OPENED: "opens"}.get(
            line["kind"], "activity"
        )
        if line.get("machine"):
            yield "machine"
        if line["kind"] == "sales_answered" and None in line["answers"].values():
            yield "sales-null"
        if at > now:
            yield "not-yet-happened"
        if now - at >= world["retention"]:
            yield "older-than-retention"
        if line in seen:
            yield "duplicate"
        elif line["kind"] == "form_submitted" and line["id"] in {other["id"] for other in seen}:
            yield "same-submission"
        seen.append(line)


def _of_answers(answers: dict[str, Any], document: Document) -> Iterator[str]:
    rules = {rule["rule"]: rule for half in ("fit", "engagement") for rule in document[half]}
    for answer in answers.values():
        if answer["forecast"]:
            yield "forecast"
        for line in answer["lines"]:
            bound, _, name = line["rule"].partition(" ")
            if name:
                yield "cap"
                yield f"{bound}-of-{'half' if name in {'fit', 'engagement'} else 'group'}"
                continue
            if line["points"] < 0:
                yield "negative-points"
            for earned in ("quiet_for", "unanswered"):
                if earned in rules[line["rule"]]:
                    yield f"{earned.removesuffix('_for')}-earns"


def _of_rule(world: Document, rule: Document, facts: list[FactLine], now: int) -> Iterator[str]:
    matching = [fact for fact in facts if "activity" in rule and brute_force.matches(rule, fact)]
    sends = [
        fact
        for fact in facts
        if "unanswered" in rule and fact["kind"] == rule["unanswered"]["sent"]
    ]
    if "activity" in rule or "unanswered" in rule:
        if not matching and not sends:
            return
    elif "quiet_for" not in rule:
        yield "answer-rule"
    yield from (
        name
        for name in ("at_most", "decays", "half_life", "holds", "lasts", "group", "where", "when")
        if name in rule
    )
    yield from (name for name in ("quiet_for", "unanswered") if name in rule)
    yield from _operators(rule.get("when", {}))
    yield from _operators(rule.get("where", {}))
    if any(_at_a_boundary(world, rule, fact["at"], now) for fact in (*matching, *sends)):
        yield "boundary"
    if rule.get("lasts") == "forever":
        yield "lasts-forever"
    if len(matching) > rule.get("at_most", 1):
        yield "at_most-displaces"
    if once_per := rule.get("once_per"):
        yield f"once_per-{once_per if once_per in {'hour', 'day'} else 'days'}"
        if len({brute_force.bucket(once_per, fact["at"]) for fact in matching}) < len(matching):
            yield "once_per-merges"


def _operators(condition: Document) -> Iterator[str]:
    for name, wanted in condition.items():
        if name in {"any", "all"}:
            yield name
            for one in wanted:
                yield from _operators(one)
        elif name == "not":
            yield name
            yield from _operators(wanted)
        else:
            yield from wanted if isinstance(wanted, dict) else ["is"]
            if name in {"seniority", "email_kind"}:
                yield "words" if name == "seniority" else name


def _has_tie(lines: list[FactLine]) -> bool:
    distinct = [line for number, line in enumerate(lines) if line not in lines[:number]]
    moments = [(line["lead"], line["at"], line["kind"]) for line in distinct]
    return len(set(moments)) < len(moments)


def _at_a_boundary(world: Document, rule: Document, at: int, now: int) -> bool:
    ages = [age for age, _ in world["steps"].get(rule["rule"], [])]
    if asked := rule.get("unanswered"):
        ages = [brute_force.span(asked["after"]), brute_force.span(asked["within"])]
    return bool({now - at, now - at + 1} & {*ages, world["retention"]})
