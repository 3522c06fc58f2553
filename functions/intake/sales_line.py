"""What a line must say of what sales did: a contact its result, an outcome how it ended.

A fact is kept for good, so what nobody could read later is refused when it comes.
"""

from collections.abc import Callable, Mapping
from typing import Any

from functions.intake.answer_reading import AnswerError, Mistake, read_text
from functions.intake.email_address import AddressError, read_address
from functions.scoring.facts import (
    SALES_ASSIGNED,
    SALES_CONCLUDED,
    SALES_CONTACTED,
    SALES_POSTPONED,
    SALES_REJECTED,
    SALES_TICKED,
    TEAM_ASSIGNED,
    Scalar,
)
from functions.scoring.ideals import criteria_named, tick_name
from functions.scoring.instants import format_instant, parse_instant

CONTACT_RESULTS = ("reached", "no_answer", "left_message")
OUTCOMES = ("won", "lost", "not_interested", "disqualified")
TICKS = ("yes", "no", "unknown")
_AMOUNT_MAX = 1_000_000_000_000  # of whatever currency the company counts in

Reader = Callable[[Scalar], Scalar]


def read_sales(
    kind: str, properties: Mapping[str, Scalar], model: Mapping[str, Any]
) -> tuple[dict[str, Scalar], list[Mistake]]:
    """Read the properties of a fact of this kind as they are kept, with every mistake at its
    property; other kinds come back as they are.
    """
    needed, readers = _SHAPES.get(kind, ((), {}))
    read = dict(properties)
    mistakes = [Mistake(name, f"missing_{name}") for name in needed if name not in properties]
    for name, reader in readers.items():
        if name not in properties:
            continue
        try:
            read[name] = reader(properties[name])
        except (AnswerError, AddressError, ValueError) as error:
            mistakes.append(Mistake(name, getattr(error, "code", "") or f"invalid_{name}"))
    if kind == SALES_TICKED and not mistakes:
        named = tick_name(read["definition"], read["criterion"])
        if named not in criteria_named(model):
            mistakes.append(Mistake("criterion", "unknown_criterion"))
    return read, mistakes


def _one_of(choices: tuple[str, ...]) -> Reader:
    def read(value: Scalar) -> Scalar:
        if value not in choices or isinstance(value, bool):
            raise AnswerError("invalid_choice")
        return value

    return read


def _tick(value: Scalar) -> Scalar:
    """A tick; an empty text takes it back, and the guess stands again."""
    return "" if value == "" else _one_of(TICKS)(value)


def _outcome(value: Scalar) -> Scalar:
    """An outcome; an empty text takes it back."""
    return "" if value == "" else _one_of(OUTCOMES)(value)


def _amount(value: Scalar) -> Scalar:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value <= _AMOUNT_MAX
    ):
        raise AnswerError("invalid_number")
    return value


def _owner(value: Scalar) -> Scalar:
    """A mail address; an empty text gives the lead back to everybody."""
    if not isinstance(value, str):
        raise AnswerError("invalid_type")
    return read_address(value).canonical if value else ""


def _until(value: Scalar) -> Scalar:
    """An instant; an empty text brings the lead back at once."""
    if not isinstance(value, str):
        raise AnswerError("invalid_time")
    try:
        return format_instant(parse_instant(value)) if value else ""
    except ValueError as error:
        raise AnswerError("invalid_time") from error


def _reason(value: Scalar) -> Scalar:
    """A reason: one line of text as an answer is, so that it weighs no more (G9)."""
    if not isinstance(value, str):
        raise AnswerError("invalid_type")
    text = read_text(value.strip())
    if not text:
        raise AnswerError("invalid_text")
    return text


_SHAPES: Mapping[str, tuple[tuple[str, ...], Mapping[str, Reader]]] = {
    SALES_CONTACTED: (("result",), {"result": _one_of(CONTACT_RESULTS), "by": _owner}),
    SALES_CONCLUDED: (
        ("result",),
        {"result": _outcome, "amount": _amount, "reason": _reason, "by": _owner},
    ),
    SALES_ASSIGNED: (("owner",), {"owner": _owner, "by": _owner}),
    TEAM_ASSIGNED: (("owner",), {"owner": _owner}),
    SALES_POSTPONED: (("until",), {"until": _until, "by": _owner}),
    SALES_REJECTED: (("reason",), {"reason": _reason, "by": _owner}),
    SALES_TICKED: (("definition", "criterion", "answer"), {"answer": _tick, "by": _owner}),
}
