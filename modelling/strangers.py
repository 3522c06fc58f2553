"""What a lead has of whom nothing is known: no answer, no address, and at most one activity.

Such a lead may be anybody. Rules on what is missing, and rules that everybody meets, give points to
strangers too, so a model whose halves stop below hot can still call one hot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.scoring.conditions import compile_condition
from modelling.reach import most_points

Rule = Mapping[str, Any]
HALVES = ("fit", "engagement")


@dataclass(frozen=True, slots=True)
class Stranger:
    """Points in both halves with nothing known and nothing done, and the activity that by itself
    adds most to them (empty where none does).
    """

    fit: int = 0
    engagement: int = 0
    activity: str = ""
    added: int = 0

    @property
    def at_once(self) -> int:
        """The score before anything is done."""
        return self.fit + self.engagement

    @property
    def at_most(self) -> int:
        """The score after that one activity."""
        return self.at_once + self.added


def stranger_of(compiled: Mapping[str, Any], rules: Sequence[Rule]) -> Stranger:
    """Give what these rules of a compiled model make of a stranger, at most."""
    met = [rule for rule in rules if _counts_for_strangers(rule)]
    lasting = [{**rule, "when": None} for rule in met if rule["type"] == "answer"]
    fit, engagement = (_most(compiled, lasting, half) for half in HALVES)
    found = Stranger(fit, engagement)
    for kind in dict.fromkeys(rule["activity"] for rule in met if rule["type"] == "activity"):
        done = [*lasting, *_once(met, kind)]
        added = sum(_most(compiled, done, half) for half in HALVES) - found.at_once
        if added > found.added:
            found = Stranger(fit, engagement, kind, added)
    return found


def _counts_for_strangers(rule: Rule) -> bool:
    return not rule["when"] or compile_condition(rule["when"])({}) is True


def _once(rules: Sequence[Rule], kind: str) -> Iterator[Rule]:
    """The rules on one occurrence of an activity, as if its properties were answers."""
    for rule in rules:
        if rule["type"] == "activity" and rule["activity"] == kind:
            highest = max(points for _, points in rule["steps"])
            yield {**rule, "type": "answer", "when": rule["where"], "points": highest}


def _most(compiled: Mapping[str, Any], rules: Sequence[Rule], half: str) -> int:
    return most_points(rules, compiled["halves"], compiled["groups"], half)
