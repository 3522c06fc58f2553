"""Reads one message of the queue: an event of the bus, or a form parked while the table was away.

Every fact of a message stands for itself: what can be accepted is, the rest is refused with a body
that holds only what was refused, so that sending it again repeats nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from functions.intake.answer_reading import Mistake
from functions.intake.fact_line import read_fact
from functions.intake.refusal import Refusal, refusal_of
from functions.intake.sender import Sender
from functions.intake.strict_json import UnreadableJsonError, parse_strictly
from functions.scoring.facts import Fact, canonical_json, short_hash
from functions.scoring.instants import SECOND_MS, parse_instant

_DEPTH_MAX = 32  # a mail record has eight levels
_DETAIL_BYTES_MAX = 64 * 1024  # EventBridge takes 1 MB; nothing one lead does is that long
_MISTAKES_MAX = 50  # of a message with a thousand bad activities the first ones say it all
_SKEW_MS = 2 * SECOND_MS  # the bus states whole seconds, so one second says nothing
_NOT_CONTENT = frozenset({"id", "at", "lead", "email"})
_COMMAND = "lead-scoring.cli"  # source of `lead-scoring send`, which nobody has to name


@dataclass(frozen=True, slots=True)
class Doors:
    """Whom the bus lets in: senders (none named: anybody on it), and sources of mail events.

    Where none is named only our own command may import; where some are, it is named like them.
    """

    senders: tuple[Sender, ...] = ()
    mail_sources: frozenset[str] = frozenset({"aws.ses"})

    def sender(self, source: str, account: str) -> Sender:
        """Who sent it. Raises _WholeRefusedError where senders are named and this is none (C26)."""
        if source in self.mail_sources or not self.senders:
            return Sender(source, account, may_import=not self.senders and source == _COMMAND)
        for sender in self.senders:
            if sender.source == source and sender.account in {None, account}:
                return sender
        raise _WholeRefusedError("source_not_allowed")


class Taken(NamedTuple):
    """A fact that can be accepted; `received_hash` of a form is of how it came, before anything was
    mapped (B4).
    """

    fact: Fact
    received_hash: str = ""


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """What one message holds: facts, refusals, and whether it belongs to nobody.

    `silent`: an import or a replay, which never alerts. `skewed`: facts later than their ingestion.
    """

    received_at: int = 0
    source: str = ""
    taken: list[Taken] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    passed_over: bool = False
    silent: bool = False

    @property
    def facts(self) -> list[Fact]:
        """The facts that can be accepted, in their order."""
        return [taken.fact for taken in self.taken]

    @property
    def number(self) -> int:
        """How many facts came in this message, whatever becomes of them."""
        refused = sum(refusal.number for refusal in self.refusals)
        return len(self.taken) + refused + self.passed_over

    @property
    def skewed(self) -> int:
        """How many facts state an instant more than two seconds after their ingestion (C8)."""
        return sum(fact.at > self.received_at + _SKEW_MS for fact in self.facts)


@dataclass(frozen=True, slots=True)
class MessageReader:
    """Reads messages under a compiled model; `lead_id` turns canonical addresses into lead ids."""

    model: Mapping[str, Any]
    doors: Doors
    lead_id: Callable[[str], str]

    def read(self, body: str) -> ReadMessage:
        """Read the body of one queue message (section C). Raises nothing a sender could cause."""
        source = account = ""
        received_at = 0
        try:
            message = _envelope(body)
            received_at = _instant(message["ingested_at"])
            if "event" not in message:
                return self._parked_form(message, body, received_at)
            event = _object(message["event"])
            source, account = _name(event.get("source")), _name(event.get("account"))
            return self._event(message, body, received_at, self.doors.sender(source, account))
        except _WholeRefusedError as error:
            refusal = _whole(error.code, body, source, account)
            return ReadMessage(received_at, source, refusals=[refusal])

    def _parked_form(self, message: dict[str, Any], body: str, received_at: int) -> ReadMessage:
        # 4 ms of a start, and only what an outage parked needs it
        from functions.intake.form_submission import read_parked  # noqa: PLC0415

        parked = read_parked(
            message.get("form"), at=received_at, model=self.model, lead_id=self.lead_id
        )
        if isinstance(parked, Refusal):
            return ReadMessage(received_at, "forms", refusals=[replace(parked, body=body)])
        return ReadMessage(received_at, "forms", [Taken(*parked)])

    def _event(
        self, message: dict[str, Any], body: str, received_at: int, sender: Sender
    ) -> ReadMessage:
        event = message["event"]
        detail = _detail(event.get("detail"), body)
        lines = _lines(event, detail, self.doors)
        imported = sender.may_import and detail.get("import") is True
        read = ReadMessage(
            received_at,
            sender.source,
            passed_over=not lines,
            silent=imported or bool(message.get("replayed")),
        )
        bad: list[tuple[Any, Refusal]] = []
        for line in lines:
            fact = self._fact(line, sender, received_at)
            if isinstance(fact, Refusal):
                bad.append((line, fact))
            else:
                read.taken.append(Taken(fact, _received_hash(line) if fact.is_form else ""))
        read.refusals.extend(_refusals(bad, message, body, sender, whole=len(bad) == len(lines)))
        return read

    def _fact(self, line: object, sender: Sender, received_at: int) -> Fact | Refusal:
        if not isinstance(line, dict):
            return refusal_of(Mistake("activities", "not_an_object"))
        if sender.kinds is not None and line.get("kind") not in sender.kinds:
            return refusal_of(Mistake("kind", "type_not_allowed"))
        return read_fact(
            line,
            received_at=received_at,
            model=self.model,
            lead_id=self.lead_id,
            source=sender.source,
        )


class _WholeRefusedError(Exception):
    """Nothing of a message can be accepted; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _envelope(body: str) -> dict[str, Any]:
    try:
        message = parse_strictly(body, depth_max=_DEPTH_MAX)
    except UnreadableJsonError as error:
        code = "malformed" if error.code == "invalid_json" else error.code
        raise _WholeRefusedError(code) from error
    if not isinstance(message, dict) or "ingested_at" not in message:
        raise _WholeRefusedError("malformed")
    return message


def _instant(text: object) -> int:
    try:
        return parse_instant(text if isinstance(text, str) else "")
    except ValueError as error:
        raise _WholeRefusedError("malformed") from error


def _object(event: object) -> dict[str, Any]:
    if not isinstance(event, dict):
        raise _WholeRefusedError("malformed")
    return event


def _detail(detail: object, body: str) -> dict[str, Any]:
    if isinstance(detail, str):  # EventBridge Scheduler may give it as a text
        try:
            detail = parse_strictly(detail, depth_max=_DEPTH_MAX)
        except UnreadableJsonError as error:
            raise _WholeRefusedError(error.code) from error
    if not isinstance(detail, dict):
        raise _WholeRefusedError("not_an_object")
    if _size(body) > _DETAIL_BYTES_MAX and _size(canonical_json(detail)) > _DETAIL_BYTES_MAX:
        raise _WholeRefusedError("too_large")
    return detail


def _lines(event: dict[str, Any], detail: dict[str, Any], doors: Doors) -> Sequence[Any]:
    if "kind" not in detail and "activities" not in detail:
        mapped = _mapped(event, detail, doors)
        if mapped is not None:
            return mapped
    lines = detail.get("activities", [detail])
    defaults = {"kind": event.get("detail-type"), "at": event.get("time"), "v": detail.get("v")}
    return [
        defaults | line if isinstance(line, dict) else line
        for line in (lines if isinstance(lines, list) else [lines])
    ]


def _mapped(event: dict[str, Any], detail: dict[str, Any], doors: Doors) -> Sequence[Any] | None:
    """Lines of an event that is not of our own shape; None where its source has no mapping."""
    from functions.intake import mapping  # noqa: PLC0415 - what is of our own shape does without

    source, detail_type = _name(event.get("source")), _name(event.get("detail-type"))
    if source in doors.mail_sources:
        lines = mapping.map_mail_event(detail_type, detail, time=event.get("time"))
    elif source in mapping.mapped_sources():
        file = mapping.mapped_sources()[source]
        lines = mapping.map_event(file, detail_type, detail, time=event.get("time"))
    else:
        return None
    if lines is None:
        raise _WholeRefusedError("unknown_kind")
    return lines


def _refusals(
    bad: list[tuple[Any, Refusal]],
    message: dict[str, Any],
    body: str,
    sender: Sender,
    *,
    whole: bool,
) -> Iterator[Refusal]:
    """One refusal per reason; its body holds only the activities refused for it."""
    by_reason: dict[str, list[tuple[Any, Refusal]]] = {}
    for line, refusal in bad:
        by_reason.setdefault(refusal.reason, []).append((line, refusal))
    for reason, together in by_reason.items():
        mistakes = [mistake for _, refusal in together for mistake in refusal.mistakes]
        is_all = whole and len(by_reason) == 1
        yield Refusal(
            reason,
            tuple(mistakes[:_MISTAKES_MAX]),
            body if is_all else _only([line for line, _ in together], message),
            sender.source,
            _name(message["event"].get("account")),
            len(together),
        )


def _only(lines: list[Any], message: dict[str, Any]) -> str:
    event = message["event"]
    detail = event["detail"] if isinstance(event["detail"], dict) else {}
    event = event | {"detail": detail | {"activities": lines}}
    return json.dumps(message | {"event": event}, ensure_ascii=True)


def _whole(code: str, body: str, source: str = "", account: str = "") -> Refusal:
    return Refusal(code, (Mistake("message", code),), body, source, account)


def _received_hash(line: Mapping[str, Any]) -> str:
    return short_hash(
        canonical_json({name: line[name] for name in line if name not in _NOT_CONTENT})
    )


def _size(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _name(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 256 else ""
