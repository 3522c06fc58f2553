"""Ideal leads: a few yes/no criteria each, and how far a lead is from the nearest.

What a person ticked outranks what a criterion guesses from answers, also that nobody knows. What
nobody knows is neither yes nor no: a distance is known once every criterion is (R88-R99).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, get_args

from functions.scoring.conditions import Condition, Known, compile_condition
from functions.scoring.model import CompiledModel

Answer = Literal["yes", "no", "unknown"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
_TOLD: Mapping[bool | None, Answer] = {True: "yes", False: "no", None: "unknown"}


class Judged(NamedTuple):
    """One criterion: its answer, and whether a tick or a guess gave it."""

    criterion: str
    answer: Answer
    origin: Literal["tick", "guess"] | None


class Measured(NamedTuple):
    """A lead against one definition of the ideal."""

    definition: str
    judged: tuple[Judged, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Criteria it is known not to meet."""
        return tuple(one.criterion for one in self.judged if one.answer == "no")

    @property
    def unknown(self) -> int:
        """How many criteria nobody knows of."""
        return sum(one.answer == "unknown" for one in self.judged)

    @property
    def distance(self) -> int | None:
        """How many criteria are missing; None while one is unknown."""
        return None if self.unknown else len(self.missing)


class Ideals:
    """The definitions of one model."""

    def __init__(self, compiled: CompiledModel) -> None:
        """Build what guesses, once."""
        self._definitions: list[tuple[str, list[tuple[str, Condition | None]]]] = [
            (ideal["ideal"], [_criterion(one) for one in ideal["criteria"]])
            for ideal in compiled["ideal_leads"]
        ]
        self.names = frozenset(
            tick_name(ideal, name) for ideal, criteria in self._definitions for name, _ in criteria
        )

    def measured(self, known: Known, ticks: Mapping[str, object]) -> list[Measured]:
        """Measure a lead against each definition; first the one it may be nearest to (R99), of
        equals the one that is known best, then the first of the model.

        `ticks` are yes, no or unknown by definition and criterion; an empty one was taken back.
        """
        measured = [
            Measured(name, tuple(_judged(one, name, known, ticks) for one in criteria))
            for name, criteria in self._definitions
        ]
        return sorted(measured, key=lambda one: (len(one.missing) + one.unknown, one.unknown))

    def nearest(self, known: Known, ticks: Mapping[str, object]) -> Measured | None:
        """Measure a lead against the nearest definition; None where the model defines no ideal."""
        return next(iter(self.measured(known, ticks)), None)


def tick_name(definition: object, criterion: object) -> str:
    """Name a tick by its definition and criterion."""
    return f"{definition}/{criterion}"


def _criterion(compiled: Mapping[str, Any]) -> tuple[str, Condition | None]:
    guess = compiled.get("guess")
    return compiled["criterion"], None if guess is None else compile_condition(guess)


def _judged(
    criterion: tuple[str, Condition | None],
    definition: str,
    known: Known,
    ticks: Mapping[str, object],
) -> Judged:
    name, guess = criterion
    ticked = ticks.get(tick_name(definition, name))
    for answer in ANSWERS:
        if ticked == answer:
            return Judged(name, answer, "tick")
    guessed = None if guess is None else guess(known)
    return Judged(name, _TOLD[guessed], None if guessed is None else "guess")


def criteria_named(compiled: CompiledModel) -> Iterable[str]:
    """Name every tick a model knows."""
    for ideal in compiled["ideal_leads"]:
        for criterion in ideal["criteria"]:
            yield tick_name(ideal["ideal"], criterion["criterion"])
