"""Reads fact files: all of their lines, or none.

A line that cannot be read is told with its number and what to do; nothing is scored or sent without
it, for a score that misses facts looks like any other. A `lead` may also be a lead id, as in a file
without persons; rules on the address then know nothing of it.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cli.problem import ProblemError
from cli.progress import progress
from functions.intake.answer_reading import Mistake
from functions.intake.fact_line import read_fact
from functions.intake.refusal import Refusal
from functions.intake.strict_json import UnreadableJsonError, parse_strictly
from functions.scoring.facts import Fact

SOURCE = "lead-scoring.cli"  # takes part in the id of a line without one, here and on the bus
STANDARD_INPUT = "-"
_DEPTH_MAX = 32  # as on the bus
_SHOWN_MAX = 20  # bad lines told one by one: a file of another kind has a million
_LEAD_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_PLACEHOLDER = "nobody@example.com"  # stands in for a person whom the file does not name

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FactLine:
    """One line of a fact file: where it stands, the JSON object as written, and the fact it is."""

    file: str
    number: int
    written: Line
    fact: Fact

    @property
    def names_nobody(self) -> bool:
        """Whether it has a lead id in place of an address."""
        return not self.fact.email


def read_fact_files(
    names: Sequence[str],
    model: Mapping[str, Any],
    *,
    rewrite: Callable[[Line], Line] = lambda line: line,
) -> list[FactLine]:
    """Read the facts of files, of any instant. Raises ProblemError that lists the bad lines.

    `rewrite` may change each JSON object before it is read.
    """
    facts: list[FactLine] = []
    bad: list[str] = []
    reader = _Reader(model, rewrite)
    with progress("reading facts") as advance:
        for file, number, text in _lines(names):
            advance(1)
            try:
                facts.append(reader.read(file, number, text))
            except _BadLineError as error:
                bad.append(f"{file} line {number}: {error}")
    if bad:
        raise ProblemError(_told(bad))
    return facts


class _BadLineError(Exception):
    """A line that is no fact; the message says what to do."""


@dataclass(frozen=True, slots=True)
class _Reader:
    model: Mapping[str, Any]
    rewrite: Callable[[Line], Line]

    def read(self, file: str, number: int, text: str) -> FactLine:
        """Read one line. Raises _BadLineError."""
        written = self.rewrite(_object(text))
        lead = written.get("lead")
        by_id = isinstance(lead, str) and _LEAD_ID.fullmatch(lead) is not None
        fact = self._fact(written | {"lead": _PLACEHOLDER} if by_id else written)
        if isinstance(fact, Refusal):
            told = "; ".join(_advice(mistake, written, self.model) for mistake in fact.mistakes)
            raise _BadLineError(told)
        if by_id:
            fact = replace(fact, lead=str(lead), email="", display_email="")
        return FactLine(file, number, written, fact)

    def _fact(self, line: Line) -> Fact | Refusal:
        try:
            return read_fact(
                line,
                received_at=None,
                model=self.model,
                lead_id=lambda address: address,
                source=SOURCE,
            )
        except OverflowError as error:  # the first or the last day of the calendar
            raise _BadLineError(_ADVICE["invalid_time"]) from error


def _lines(names: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    for name in names:
        shown = "standard input" if name == STANDARD_INPUT else name
        for number, raw in enumerate(_raw_lines(name), start=1):
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise ProblemError(
                    f"{shown} line {number}: this is not UTF-8; save the file as UTF-8"
                ) from error
            if text.strip():
                yield shown, number, text


def _raw_lines(name: str) -> Iterable[bytes]:
    if name == STANDARD_INPUT:
        yield from sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as file:
            yield from file
    except OSError as error:
        raise ProblemError(
            f"{name}: {error.strerror or error}; name a fact file, or - for standard input"
        ) from error


def _object(text: str) -> Line:
    try:
        value = parse_strictly(text, depth_max=_DEPTH_MAX)
    except UnreadableJsonError as error:
        raise _BadLineError(_JSON_ADVICE[error.code]) from error
    if not isinstance(value, dict):
        raise _BadLineError(_JSON_ADVICE["not_an_object"])
    return value


def _told(bad: Sequence[str]) -> str:
    if len(bad) == 1:
        return bad[0]
    shown = [f"  {one}" for one in bad[:_SHOWN_MAX]]
    more = len(bad) - len(shown)
    return "\n".join(
        [f"{len(bad)} lines cannot be read:", *shown, *([f"  and {more} more"] if more else [])]
    )


def _advice(mistake: Mistake, written: Line, model: Mapping[str, Any]) -> str:
    if mistake.code == "unknown_kind":
        return _kind_advice(written.get("kind"), model["kinds"])
    if mistake.code == "invalid_id" and not isinstance(written.get("id"), str):
        return '`id` is no text; write it in quotes, "id": "1", or leave it out'
    if mistake.code == "invalid_number" and mistake.field == "property":
        return "a number is too large, or is NaN; shorten it, or write it in quotes"
    advice = _ADVICE.get(mistake.code, f"it is refused as {mistake.code}")
    declared = model["fields"].get(mistake.field)
    return f"{mistake.field} ({declared['type']}): {advice}" if declared else advice


def _kind_advice(kind: object, known: Sequence[str]) -> str:
    use = "one of " + ", ".join(known)
    if not isinstance(kind, str):
        fault = "missing" if kind is None else "no text"
        return f'`kind` is {fault}; write what happened, such as "kind": "page_viewed": {use}'
    near = get_close_matches(kind.lower(), known, n=1, cutoff=0.6)
    name = f"did you mean {near[0]}? Name" if near else "name"
    return (
        f"`{kind[:60]}` is no kind of activity this model knows; "
        f"{name} it under `activities:` in the model, or use {use}"
    )


_JSON_ADVICE = {
    "invalid_json": "this is no JSON; write one object a line",
    "duplicate_key": "a key stands twice; keep one of them",
    "too_deep": "nested too deep; write properties flat, beside `kind`",
    "not_an_object": "this is no JSON object; write {...}, one a line",
}
_ADVICE = {
    "invalid_lead": '`lead` is no e-mail address; write "lead": "anna@example.com"',
    "invalid_time": '`at` is no instant with its time zone; write "at": "2026-11-23T10:00:00Z"',
    "unsupported_version": '`v` is a version of the format nobody knows; write "v": 1',
    "invalid_id": "`id` has over 128 characters or is not plain ASCII; shorten it or leave it out",
    "invalid_number": "this is no number, or too large a one; write it with digits",
    "invalid_text": "a text holds control characters; take them out",
    "control_character": "a line break stands inside; take it out",
    "too_long": "the text is too long; shorten it",
    "too_many_fields": "more than 50 properties; keep those that rules look at",
    "invalid_type": "the value is of another type; write it as the field's type",
    "invalid_country": "this is no country; write its name or code, such as PL",
    "invalid_url": "this is no web address; write https://...",
    "invalid_phone": "this is no phone number; write it with digits",
    "invalid_date": "this is no date; write 2026-11-23",
    "invalid_yes_no": "this is neither yes nor no; write true or false",
}
