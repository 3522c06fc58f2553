"""The compiled model as this code reads it: plain JSON in, the parts of a rule book out.

What people write is checked where it is compiled; here an unknown shape is our own mistake and
crashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from functions.scoring.award import Steps
from functions.scoring.conditions import Condition, Known, compile_condition, fields_named
from functions.scoring.instants import DAY_MS, MONDAY_5_JANUARY_1970_MS

Half = Literal["fit", "engagement"]
Band = Literal["hot", "warm", "cold"]
HALVES: tuple[Half, Half] = ("fit", "engagement")
SENDS_MAX = 50  # sends an `unanswered` rule looks at: fifty mails without an answer say it all

CompiledModel = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Cap and floor of a sum of points; None is no bound."""

    cap: int | None
    floor: int | None

    def clamp(self, points: int) -> int:
        """Bring a sum inside the bounds."""
        if self.cap is not None and points > self.cap:
            return self.cap
        if self.floor is not None and points < self.floor:
            return self.floor
        return points


@dataclass(frozen=True, slots=True)
class Rule:
    """What every rule has: its name, half, group, words for people, and the answers it asks for."""

    name: str
    half: Half
    group: str | None
    stage: str | None
    says: Mapping[str, str]
    when: Condition | None
    asks: frozenset[str]

    def counts(self, known: Known) -> bool:
        """Whether it counts for a lead of whom this is known: only what is true earns."""
        return self.when is None or self.when(known) is True

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of facts it looks at."""
        return frozenset()

    @property
    def needs_ledger(self) -> bool:
        """Whether its occurrences can only be counted together, not one by one."""
        return False


@dataclass(frozen=True, slots=True)
class AnswerRule(Rule):
    """Points while its condition on the answers is true."""

    points: int


@dataclass(frozen=True, slots=True)
class ActivityRule(Rule):
    """Points for the newest `at_most` occurrences of an activity, each for its own lifetime."""

    activity: str
    where: Condition | None
    looks_at: frozenset[str]
    steps: Steps
    at_most: int
    bucket: tuple[int, int] | None

    @property
    def ages(self) -> tuple[int, ...]:
        """Ages at which its points change: at an age it gives `points[bisect_right(ages, age)]`."""
        return tuple(age for age, _ in self.steps)

    @property
    def points(self) -> tuple[int, ...]:
        """Points before the start (none), and from each of these ages on."""
        return (0, *(points for _, points in self.steps))

    @property
    def kinds(self) -> frozenset[str]:
        """The kind of the activity."""
        return frozenset((self.activity,))

    @property
    def needs_ledger(self) -> bool:
        """Whether the first of a bucket has to be found."""
        return self.bucket is not None


@dataclass(frozen=True, slots=True)
class UnansweredRule(Rule):
    """Points while at least so many sends stayed without a reaction (R69)."""

    sent: str
    by: frozenset[str]
    at_least: int
    after: int
    within: int
    points: int

    @property
    def kinds(self) -> frozenset[str]:
        """What is sent, and what is a reaction to it."""
        return self.by | {self.sent}

    @property
    def needs_ledger(self) -> bool:
        """Whether sends have to be compared with reactions: always."""
        return True


@dataclass(frozen=True, slots=True)
class QuietRule(Rule):
    """Points once nothing happened for so long (R8, R69)."""

    quiet_for: int
    points: int


AnyRule = AnswerRule | ActivityRule | UnansweredRule | QuietRule


def read_rule(compiled: CompiledModel) -> AnyRule:
    """Build one rule of the compiled model. Raises KeyError where its shape is not known."""
    when = compiled.get("when")
    shared = {
        "name": compiled["rule"],
        "half": compiled["half"],
        "group": compiled.get("group"),
        "stage": compiled.get("stage"),
        "says": compiled.get("says") or {},
        "when": None if when is None else compile_condition(when),
        "asks": fields_named(when),
    }
    return _READERS[compiled["type"]](shared, compiled)


def _answer(shared: dict[str, Any], compiled: CompiledModel) -> AnyRule:
    return AnswerRule(**shared, points=compiled["points"])


def _activity(shared: dict[str, Any], compiled: CompiledModel) -> AnyRule:
    where = compiled.get("where")
    return ActivityRule(
        **shared,
        activity=compiled["activity"],
        where=None if where is None else compile_condition(where),
        looks_at=fields_named(where),
        steps=tuple((age, points) for age, points in compiled["steps"]),
        at_most=compiled["at_most"],
        bucket=_bucket(compiled.get("once_per")),
    )


def _unanswered(shared: dict[str, Any], compiled: CompiledModel) -> AnyRule:
    names = ("sent", "at_least", "after", "within", "points")
    return UnansweredRule(
        **shared, by=frozenset(compiled["by"]), **{name: compiled[name] for name in names}
    )


def _quiet(shared: dict[str, Any], compiled: CompiledModel) -> AnyRule:
    return QuietRule(**shared, quiet_for=compiled["quiet_for"], points=compiled["points"])


def _bucket(length: int | None) -> tuple[int, int] | None:
    if length is None:
        return None
    return (length, MONDAY_5_JANUARY_1970_MS if length > DAY_MS else 0)


_READERS = {"answer": _answer, "activity": _activity, "unanswered": _unanswered, "quiet": _quiet}
