"""Activities that a later verdict passes over: several of them told what one alone did not.

A link scanner looks like a person until its clicks of a week lie side by side. A verdict stands in
the model, so it holds for what came and for what comes, is scored like every other change of the
model, and taken back by taking it out. It takes points only: what a lead answered, which address it
has and whether it may be written to stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.scoring.conditions import Condition, compile_condition
from functions.scoring.facts import ANSWERING, SALES_DID, Fact

NEVER_IGNORED = ANSWERING | SALES_DID  # what people wrote themselves is no scanner's


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is passed over: activities of these `kinds` (None: of all), of leads at these mail
    `domains`, that `where` is true of, from `since` until before `before` (UTC ms).
    """

    name: str
    kinds: frozenset[str] | None = None
    domains: frozenset[str] | None = None
    where: Condition | None = None
    since: int | None = None
    before: int | None = None

    def covers(self, fact: Fact) -> bool:
        """Whether this activity is meant. Of whom no address is known no domain is."""
        return (
            fact.kind not in NEVER_IGNORED
            and (self.kinds is None or fact.kind in self.kinds)
            and (self.since is None or fact.at >= self.since)
            and (self.before is None or fact.at < self.before)
            and (self.domains is None or fact.email.rpartition("@")[2] in self.domains)
            and (self.where is None or self.where(fact.properties) is True)
        )


class Ignoring:
    """All verdicts of a model."""

    def __init__(self, compiled: Sequence[Mapping[str, Any]]) -> None:
        """Build them from the `ignore` of a compiled model."""
        self.verdicts = tuple(read_verdict(one) for one in compiled)

    def verdict(self, fact: Fact) -> str | None:
        """Name the first verdict that passes over this fact, None where it counts."""
        return next((one.name for one in self.verdicts if one.covers(fact)), None)

    def heard(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Give the facts that no verdict passes over; the same object where there is none."""
        if not self.verdicts:
            return facts
        return [fact for fact in facts if self.verdict(fact) is None]


def read_verdict(compiled: Mapping[str, Any]) -> Verdict:
    """Build one verdict. Raises KeyError where the compiled model has another layout."""
    kinds, domains, where = (compiled[name] for name in ("kinds", "domains", "where"))
    return Verdict(
        compiled["verdict"],
        None if kinds is None else frozenset(kinds),
        None if domains is None else frozenset(domains),
        None if where is None else compile_condition(where),
        compiled["since"],
        compiled["before"],
    )
