"""What a lead keeps of its facts, by brute force: per rule the instants that count, and the rest.

Two sets of facts with the same summary make the same lead.
"""

# mypy: disable-error-code="no-any-return"

import json
from collections.abc import Iterable
from typing import Any

from tests.oracle import brute_force
from tests.oracle.brute_force import Document, Fact, Facts, World

FORM = "form_submitted"
BARRED, UNSUBSCRIBED = "email_complained", "email_unsubscribed"


def summary(world: World, facts: Iterable[Fact]) -> dict[str, Any]:
    """All that a lead keeps; equal where one more fact changes nothing."""
    own = in_order(facts)
    forms = [(fact["at"], fact["id"]) for fact in own if fact["kind"] == FORM]
    seeking = _of(world, "activity")
    told = brute_force.heard(world, own)
    quiet = [one["at"] for one in told for rule in seeking if brute_force.matches(rule, one)]
    return {
        "ledger": ledger(world, own),
        "answers": {(n, f["kind"]): (f["at"], f["id"]) for f in own for n in f.get("answers", {})},
        "newest": {f["kind"]: f["at"] for f in own if f["kind"] in {BARRED, UNSUBSCRIBED, FORM}},
        "touches": (min(forms, default=None), max(forms, default=None)),
        "quiet": max(quiet, default=None) if _of(world, "quiet_for") else None,
        "first_seen": own[0]["at"] if own else None,
    }


def ledger(world: World, facts: Iterable[Fact]) -> dict[str, list[int]]:
    """Per rule the instants of the occurrences that can still count, newest first."""
    heard = brute_force.heard(world, in_order(facts))
    own = [fact for fact in heard if brute_force.counts(fact)]
    found = {}
    for rule in _of(world, "activity"):
        at = [fact["at"] for fact in own if brute_force.matches(rule, fact)]
        if "once_per" in rule:
            firsts = {brute_force.bucket(rule["once_per"], one): one for one in reversed(at)}
            at = sorted(firsts.values())
        found[rule["rule"]] = at[::-1][: rule.get("at_most", 1)]
    for rule in _of(world, "unanswered"):
        asked = rule["unanswered"]
        last = max((fact["at"] for fact in own if fact["kind"] in asked["by"]), default=-1)
        at = [fact["at"] for fact in own if fact["kind"] == asked["sent"] and fact["at"] > last]
        found[rule["rule"]] = at[::-1][: brute_force.SENDS_MAX]
    return {rule: at for rule, at in found.items() if at}


def suppressed(facts: Iterable[Fact]) -> bool:
    """Silenced, and the lead itself has not written since."""
    said = [fact for fact in facts if not fact.get("machine")]
    silenced = [fact["at"] for fact in said if fact["kind"] in {BARRED, UNSUBSCRIBED}]
    wrote = [fact["at"] for fact in said if fact["kind"] == FORM]
    return bool(silenced) and max(wrote, default=-1) <= max(silenced)


def in_order(facts: Iterable[Fact]) -> Facts:
    """Oldest first; of one instant by id."""
    return sorted(facts, key=lambda fact: (fact["at"], fact["id"]))


def identity(fact: Fact) -> str:
    """What makes two deliveries the same fact: all it says; of a form its submission id."""
    form = fact["kind"] == FORM
    return "form " + fact["id"] if form else json.dumps(fact, sort_keys=True)


def by_identity(facts: Facts) -> dict[str, Fact]:
    return {identity(fact): fact for fact in facts}


def _of(world: World, sort: str) -> list[Document]:
    return [rule for rule in brute_force.rules(world) if sort in rule]
