"""A website's form comes in: checked, kept as a fact of its lead, answered.

Success is said only of what is committed, parked or kept aside (G6). The table has four seconds;
after that the checked submission waits on the parking queue, and only when that is away too is the
visitor asked to try again. A mistake of ours loses no form either: what was checked is parked until
it is mended, and nothing leaves here that could carry a visitor's words into a log (decision 12).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from functions.entrances.outgoing import Outgoing
from functions.intake.answer_reading import Mistake
from functions.intake.form_answer import failed, succeeded
from functions.intake.form_request import FormRequest, RequestError, form_of, is_page, read_request
from functions.intake.form_submission import (
    Submission,
    is_spam,
    next_page,
    park_message,
    read_submission,
    spam_message,
)
from functions.intake.refusal import REUSED, SPAM, Received, Refusal, refused_message
from functions.leads.arrivals import WEBSITE, Arrival, Verdict
from functions.leads.lead import LeadUnreadableError
from functions.leads.lead_table import TryLater
from functions.leads.surroundings import place_of

_TABLE_MS = 4000  # a visitor waits no longer; the parking queue needs a second of what is left
_ATTEMPTS = 4
_UNAVAILABLE = "temporarily_unavailable"
_REQUEST_ID = re.compile(r"[A-Za-z0-9=+/_-]{1,64}")


class OneLead(Protocol):
    """What applies facts to a lead."""

    def apply(
        self, lead: str, arrivals: list[Arrival], *, attempts: int, deadline: int | None
    ) -> list[Verdict]: ...


@dataclass(frozen=True, slots=True)
class FormCapture:
    """Answers form requests under one model, with what the wiring chose."""

    model: Mapping[str, Any]
    move: OneLead
    lead_id: Callable[[str], str]
    parking: Outgoing
    refusals: Outgoing
    clock: Callable[[], int]
    count: Callable[[str, int], None]
    tell: Callable[..., None]

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request (rows B1-B47). Raises nothing (G17)."""
        name, request_id, page = form_of(event, self.model), _request_id(event), is_page(event)
        form = self.model["forms"].get(name) if name else None
        self.count("received", 1)
        try:
            status, answer = self._taken(event, form or {}, request_id, is_page=page)
        except RequestError as refused:
            error = refused
        except Exception as bug:  # noqa: BLE001  ours: told without its words (decision 12)
            self.count("bug", 1)
            self._tell_bug(bug)
            error = RequestError(503, _UNAVAILABLE)
        else:
            self.tell("form taken", form=name, outcome=status, request_id=request_id)
            return answer
        self._count_failure(error)
        self.tell("form refused", form=name, code=error.code, request_id=request_id)
        return failed(error, request_id=request_id, is_page=page, form=form)

    def _taken(
        self, event: Mapping[str, Any], form: Mapping[str, Any], request_id: str, *, is_page: bool
    ) -> tuple[str, dict[str, Any]]:
        """What became of a request that is taken, and its answer. Raises RequestError."""
        at = self.clock()
        request = read_request(event, self.model)
        target, wish_refused = next_page(request.fields, form, self.model)
        status, ignored = self._keep(request, at, request_id)
        self.count("redirect_refused", int(wish_refused))
        return status, succeeded(page=target, is_page=is_page, status=status, ignored=ignored)

    def _keep(self, request: FormRequest, at: int, request_id: str) -> tuple[str, tuple[str, ...]]:
        if is_spam(request, self.model):
            self._keep_aside(request, at, request_id)
            return "accepted", ()
        submission = read_submission(request, self.model, at=at)
        self.count("fields_dropped", len(submission.ignored))
        self.count("answer_unread", len(submission.unread))
        ignored = (*submission.ignored, *submission.unread) if submission.test else ()
        return self._commit(submission, at), ignored

    def _commit(self, submission: Submission, at: int) -> str:
        fact = submission.fact(at=at, lead_id=self.lead_id)
        arrival = Arrival(fact, at, received_hash=submission.received_hash, source=WEBSITE)
        try:
            deadline = at + _TABLE_MS
            (verdict,) = self.move.apply(
                fact.lead, [arrival], attempts=_ATTEMPTS, deadline=deadline
            )
        except (TryLater, LeadUnreadableError):
            return self._park(submission, at)
        except Exception as bug:  # noqa: BLE001  counted by the move; mended, it is kept (decision 12)
            self._tell_bug(bug)
            return self._park(submission, at)
        if verdict is Verdict.REUSED:
            raise RequestError(422, REUSED, (Mistake("submission_id", REUSED),))
        self.count("accepted", 1)
        self.count(verdict.value, 1)
        return "accepted"

    def _park(self, submission: Submission, at: int) -> str:
        self._send(self.parking, park_message(submission, at=at))
        self.count("parked", 1)
        return "queued"

    def _keep_aside(self, request: FormRequest, at: int, request_id: str) -> None:
        body = spam_message(request, self.model, at=at)
        refusal = Refusal(SPAM, body=body, source=WEBSITE)
        self._send(self.refusals, refused_message(refusal, Received(at, request_id=request_id)))
        self.count("spam", 1)

    def _send(self, queue: Outgoing, body: str) -> None:
        for _ in range(2):  # an answer may be lost; a duplicate is harmless (K3)
            try:
                queue.send(body)
            except TryLater:
                continue
            return
        raise RequestError(503, _UNAVAILABLE)

    def _tell_bug(self, bug: Exception) -> None:
        """Tell what a bug is and where, never what it says: that may be what a person typed."""
        self.tell("bug", kind=type(bug).__name__, place=place_of(bug))

    def _count_failure(self, error: RequestError) -> None:
        kind = "unavailable" if error.status == 503 else "refused"
        self.count(kind, 1)
        self.count(f"{kind}_{error.code}", 1)


def _request_id(event: Mapping[str, Any]) -> str:
    """Give the id of a request, which AWS made; it goes into log lines, so nothing else passes."""
    context = event.get("requestContext")
    name = context.get("requestId") if isinstance(context, dict) else None
    return name if isinstance(name, str) and _REQUEST_ID.fullmatch(name) else ""
