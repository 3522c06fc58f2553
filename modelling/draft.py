"""A valid model as the linter sees it: compiled, as written, and what its rules can reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from modelling.compile import Compiled
from modelling.mistakes import Path
from modelling.reach import can_match, most_points
from modelling.reading import Reading
from modelling.strangers import Stranger, stranger_of

OPENED = "email_opened"
HALVES = ("fit", "engagement")

Level = Literal["error", "warning"]
Rule = Mapping[str, Any]
Remark = tuple[Level, Path | Rule, str, str]  # about a place or a rule: the sentence, the row


@dataclass(frozen=True)
class Draft:
    """A valid model as the checks see it: compiled, and as it was written."""

    compiled: Compiled
    reading: Reading

    @cached_property
    def rules(self) -> list[Rule]:
        """The compiled rules, in the order of the document."""
        return list(self.compiled["rules"])

    @cached_property
    def places(self) -> dict[str, Path]:
        """Where each rule stands in the document."""
        return {
            entry["rule"]: (half, index)
            for half in HALVES
            for index, entry in enumerate(self.reading.content.get(half, []))
        }

    def written(self, rule: Rule) -> Mapping[str, Any]:
        """Give the rule as it was written."""
        half, index = self.places[rule["rule"]]
        return dict(self.reading.content[half][index])

    def activities(self, *kinds: str) -> list[Rule]:
        """Give the rules on activities, of these kinds or of all."""
        return [
            rule
            for rule in self.rules
            if rule["type"] == "activity" and (not kinds or rule["activity"] in kinds)
        ]

    @cached_property
    def counting(self) -> list[Rule]:
        """The rules that can ever earn anything."""
        return [rule for rule in self.rules if why_never(self, rule) is None]

    @cached_property
    def stranger(self) -> Stranger:
        """What a lead has of whom nothing is known."""
        return stranger_of(self.compiled, self.counting)

    @cached_property
    def most(self) -> dict[str, int]:
        """The most points a lead can have in each half."""
        return {
            half: most_points(self.counting, self.compiled["halves"], self.compiled["groups"], half)
            for half in HALVES
        }


def worth(rule: Rule) -> int:
    """Give the points of a rule while they are fresh."""
    return int(rule["steps"][0][1] if rule["type"] == "activity" else rule["points"])


def why_never(draft: Draft, rule: Rule) -> str | None:
    """Say why a rule can never earn anything; None where it can."""
    if not can_match(rule["when"], _known_values(draft)):
        return "This rule can never match: the conditions of its `when` exclude each other."
    if rule["type"] == "activity" and (why := _why_no_activity(draft, rule)):
        return why
    if rule.get("sent") == OPENED:
        return (
            "This rule can never match: opens are recorded and count for nothing, name what "
            "was sent."
        )
    if rule["type"] == "quiet" and not [
        one for one in draft.activities() if one["activity"] != OPENED
    ]:
        return (
            "This rule can never match: quiet is what comes after an activity, and no rule is "
            "about one."
        )
    return _why_worthless(draft, rule)


def _known_values(draft: Draft) -> dict[str, list[Any]]:
    """Give the only values that derived fields can have; None is no value."""
    return {
        name: [None, *entry["words"]] if "words" in entry else ["business", "free", "disposable"]
        for name, entry in draft.compiled["derived"].items()
    }


def _why_no_activity(draft: Draft, rule: Rule) -> str | None:
    if rule["activity"] == OPENED:
        return "Opens count for nothing."
    if rule["activity"] != "form_submitted":
        return (
            None
            if can_match(rule["where"])
            else "This rule can never match: the conditions of its `where` exclude each other."
        )
    forms = list(draft.compiled["forms"])
    if can_match(rule["where"], {"form": forms}) and forms:
        return None
    return f"This rule can never match: the model's forms are {', '.join(forms) or 'none'}."


def _why_worthless(draft: Draft, rule: Rule) -> str | None:
    heights = (
        [points for _, points in rule["steps"]] if rule["type"] == "activity" else [rule["points"]]
    )
    if not any(heights):
        return "This rule never counts: it gives 0 points."
    half = [one for one in draft.rules if one["half"] == rule["half"]]
    if (why := _why_bounded(draft.compiled["halves"][rule["half"]], heights, half)) or not rule[
        "group"
    ]:
        return why
    group = [one for one in half if one["group"] == rule["group"]]
    return _why_bounded(draft.compiled["groups"][rule["group"]], heights, group)


def _why_bounded(
    bound: Mapping[str, Any], heights: Sequence[int], rules: Sequence[Rule]
) -> str | None:
    """Say why points that go one way only have no effect: nothing else under the bound makes room
    for them.
    """
    worths = [worth(rule) for rule in rules]
    if bound["cap"] == 0 and min(heights) >= 0 and min(worths) >= 0:
        return "This rule never counts: the cap it lies under is 0."
    if bound["floor"] == 0 and max(heights) <= 0 and max(worths) <= 0:
        return "This rule never counts: the floor it lies on is 0."
    return None
