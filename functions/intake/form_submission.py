"""What a person sent by a form, checked and typed: one fact, and where the browser goes next.

A submission is checked against its model as a whole, and every mistake is told at once. What a form
may set is what the model declares; anything else is dropped, so a field named `score` or `owner`
never reaches a lead. An answer that says nothing as its type is left out: a lead with an odd phone
number is worth more than none.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from functions.intake.answer_reading import (
    TEXT_LETTERS_MAX,
    AnswerError,
    Mistake,
    read_again,
    read_answers,
    read_text,
    read_tick,
    read_yes_no,
)
from functions.intake.email_address import Address, AddressError, read_address
from functions.intake.fact_line import REFERRER, UTM_NAMES, read_id, read_touch
from functions.intake.form_request import FormRequest, RequestError
from functions.intake.refusal import Refusal, refusal_of
from functions.scoring.conditions import fold
from functions.scoring.facts import FORM_SUBMITTED, Answer, Fact, canonical_json, short_hash
from functions.scoring.instants import DAY_MS, format_instant

SUBMISSION_ID, TEST, NEXT = "submission_id", "test", "_next"
_EMAIL = "email"
_CONTROLS = frozenset({SUBMISSION_ID, TEST, NEXT, REFERRER, *UTM_NAMES})


@dataclass(frozen=True, slots=True)
class Submission:
    """A validated submission. `received_hash` is of all that was sent, before anything was mapped
    (B4); `ignored` are fields that nobody declared, `unread` declared ones whose answer says
    nothing as their type.
    """

    form: str
    id: str
    received_hash: str
    address: Address
    answers: dict[str, Answer]
    touch: dict[str, str]
    consent: bool | None
    test: bool
    ignored: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def fact(self, *, at: int, lead_id: Callable[[str], str]) -> Fact:
        """Say it as a fact received at this instant."""
        return Fact(
            lead=lead_id(self.address.canonical),
            at=at,
            id=self.id,
            kind=FORM_SUBMITTED,
            email=self.address.canonical,
            properties={"form": self.form},
            answers=self.answers,
            touch=self.touch,
            consent=self.consent,
            test=self.test,
            display_email=self.address.display,
        )


def is_spam(request: FormRequest, model: Mapping[str, Any]) -> bool:
    """Whether the field that no person sees was filled in (B9)."""
    honeypot = model["forms"][request.form].get("honeypot")
    return bool(honeypot) and bool(request.fields.get(honeypot))


def read_submission(request: FormRequest, model: Mapping[str, Any], *, at: int) -> Submission:
    """Check a form's fields against the model (B10, B16, B23-B36, B42).

    `at` is the instant of receipt: without a submission id the same content on the same UTC day is
    the same submission (G7). Raises RequestError 422 with every mistake.
    """
    form = model["forms"][request.form]
    mistakes: list[Mistake] = []
    consent = _consent(request.fields, form, mistakes)
    test = _flag(request.fields, TEST, mistakes)
    stated_id = _stated_id(request.fields, mistakes)
    _check_touch(request.fields, mistakes)
    raw, typed_address = _split(request.fields, form)
    read = read_answers(raw, model)
    address = _address(typed_address, request.fields, read.ignored, mistakes)
    mistakes.extend(read.mistakes)
    if mistakes or address is None:
        raise RequestError(422, "validation_failed", tuple(mistakes))
    received_hash = short_hash(request.form, canonical_json(request.fields))
    return Submission(
        form=request.form,
        id=stated_id or short_hash(received_hash, str(at // DAY_MS)),
        received_hash=received_hash,
        address=address,
        answers=read.answers,
        touch=read_touch(request.fields, always=True) or {},
        consent=consent,
        test=bool(test),
        ignored=tuple(read.ignored),
        unread=tuple(odd.field for odd in read.unread if odd.field not in read.answers),
    )


def next_page(
    fields: Mapping[str, Any], form: Mapping[str, Any], model: Mapping[str, Any]
) -> tuple[str | None, bool]:
    """Where a browser goes after success, and whether another wish for it was refused (B6, B8).

    A wish is granted only where it is the thank-you page of a form of the model, letter by letter.
    """
    thanks, wish = form.get("thanks"), fields.get(NEXT)
    if not wish:
        return thanks, False
    granted = (
        wish in {other.get("thanks") for other in model["forms"].values()}
        if isinstance(wish, str)
        else False
    )
    return (wish if granted else thanks), not granted


def park_message(submission: Submission, *, at: int) -> str:
    """Write a validated submission for the parking queue; `read_parked` reads it."""
    parked = {
        "form": submission.form,
        "id": submission.id,
        "received_hash": submission.received_hash,
        "email": submission.address.canonical,
        "display_email": submission.address.display,
        "answers": submission.answers,
        "touch": submission.touch,
        "consent": submission.consent,
        "test": submission.test,
    }
    return json.dumps({"ingested_at": format_instant(at), "form": parked}, ensure_ascii=True)


def spam_message(request: FormRequest, model: Mapping[str, Any], *, at: int) -> str:
    """Write what a filled honeypot kept away so that sending it on makes a lead of it, where it is
    valid at all.
    """
    try:
        return park_message(read_submission(request, model, at=at), at=at)
    except RequestError:
        raw = {"form": request.form, "fields": request.fields}
        return json.dumps({"ingested_at": format_instant(at), "form": raw}, ensure_ascii=True)


def read_parked(
    parked: object, *, at: int, model: Mapping[str, Any], lead_id: Callable[[str], str]
) -> tuple[Fact, str] | Refusal:
    """Read a parked submission as its fact and its received hash; what is no such thing is refused
    as malformed.

    Answers were typed when it was parked and stand as they are: a model deployed since must not
    refuse them. What nobody could have parked is no submission, however it got here.
    """
    malformed = refusal_of(Mistake("form", "malformed"))
    if not isinstance(parked, dict):
        return malformed
    try:
        submission = Submission(
            form=_kept_text(parked["form"]),
            id=_kept_text(read_id(parked["id"])),
            received_hash=_kept_text(parked["received_hash"]),
            address=Address(
                read_address(parked["email"]).canonical, _kept_text(parked["display_email"])
            ),
            answers={
                name: read_again(value)
                for name, value in parked["answers"].items()
                if name in model["fields"]
            },
            touch=read_touch(parked["touch"], always=True) or {},
            consent=None if parked["consent"] is None else bool(parked["consent"]),
            test=bool(parked["test"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        return malformed
    return submission.fact(at=at, lead_id=lead_id), submission.received_hash


def _kept_text(value: object) -> str:
    text = read_again(value)
    if not isinstance(text, str):
        raise AnswerError("invalid_type")
    return text


def _consent(
    fields: Mapping[str, Any], form: Mapping[str, Any], mistakes: list[Mistake]
) -> bool | None:
    box = form.get("consent")
    if not box:
        return None
    given = _ticked(fields, box["field"], mistakes)
    if box.get("needed") and not given:
        mistakes.append(Mistake(box["field"], "consent_required"))
    return given


def _ticked(fields: Mapping[str, Any], name: str, mistakes: list[Mistake]) -> bool:
    try:
        return read_tick(fields.get(name))
    except AnswerError as error:
        mistakes.append(Mistake(name, error.code))
        return False


def _flag(fields: Mapping[str, Any], name: str, mistakes: list[Mistake]) -> bool | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    try:
        return read_yes_no(value)
    except AnswerError as error:
        mistakes.append(Mistake(name, error.code))
        return None


def _stated_id(fields: Mapping[str, Any], mistakes: list[Mistake]) -> str | None:
    try:
        return read_id(fields.get(SUBMISSION_ID))
    except AnswerError as error:
        mistakes.append(Mistake(SUBMISSION_ID, error.code))
        return None


def _check_touch(fields: Mapping[str, Any], mistakes: list[Mistake]) -> None:
    """A long touch is cut; one that carries control characters is somebody's attempt (B31)."""
    for name in (*UTM_NAMES, REFERRER):
        value = fields.get(name)
        if value is None:
            continue
        try:
            read_text(value)
        except AnswerError as error:
            if error.code != "too_long":
                mistakes.append(Mistake(name, error.code))


def _split(fields: Mapping[str, Any], form: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """What a person answered, and what stands as the e-mail address."""
    box = form.get("consent") or {}
    controls = _CONTROLS | {form.get("honeypot"), box.get("field")}
    raw: dict[str, Any] = {}
    typed = None
    for name, value in fields.items():
        if name in controls:
            continue
        if fold(name[:TEXT_LETTERS_MAX]) == _EMAIL:
            typed = value if typed is None or typed == "" else typed
        else:
            raw[name] = value
    return raw, typed


def _address(
    typed: object, fields: Mapping[str, Any], ignored: list[str], mistakes: list[Mistake]
) -> Address | None:
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        # only forms of services need its patterns, and a cold start should not wait for them
        from functions.intake.found_address import found_address  # noqa: PLC0415

        typed = found_address(fields, ignored)
    if typed is None:
        mistakes.insert(0, Mistake(_EMAIL, "missing_field"))
        return None
    if not isinstance(typed, str):
        mistakes.insert(0, Mistake(_EMAIL, "invalid_type"))
        return None
    try:
        return read_address(typed)
    except AddressError as error:
        mistakes.insert(0, Mistake(_EMAIL, error.code))
        return None
