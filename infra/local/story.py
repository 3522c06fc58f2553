"""The story of one lead, told on a running stack: form, warm, pricing page, hot, one alert, points
expire, warm.

Every figure is read from the stack; what does not happen in time ends the story with the name
of the step. Only the date of the visit is chosen: such that, under the stack's own model, its
points fade while somebody watches.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.leads.lead import read_lead
from functions.leads.lead_table import decode
from functions.scoring.facts import Fact
from functions.scoring.instants import SECOND_MS, format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_state
from functions.scoring.state import State
from infra.local.lead_reading import StoredLead, rule_book, stored_lead
from infra.local.local_stack import LocalStack
from infra.local.mailbox import Mail, Mailbox
from infra.local.visitors import post_form, put_activity

ADDRESS = "maria.nowak@example.com"
ANSWERS: Mapping[str, Any] = {
    "email": ADDRESS,
    "name": "Maria Nowak",
    "company": "Example Sp. z o.o.",
    "phone": "+48 22 555 01 23",
    "job_title": "Prezeska",
    "company_size": "11-50",
    "country": "Polska",
    "industry": "Software",
    "revenue": "2 000 000",
    "utm_source": "google",
    "utm_medium": "cpc",
    "utm_campaign": "autumn",
}
VISIT: Mapping[str, Any] = {"kind": "page_viewed", "path": "/pricing"}
EARLIER: tuple[Mapping[str, Any], ...] = (
    {"kind": "page_viewed", "path": "/customers/example"},
    {"kind": "webinar_attended"},
    {"kind": "page_viewed", "path": "/product"},
)
FADES_IN_SECONDS = 25  # long enough to be hot first, short enough to wait for
SOON_SECONDS = 20  # what a step may take, cold starts included
SWEEP_SECONDS = 100  # a schedule of every minute, and what it needs


class StepMissing(RuntimeError):
    """A step of the story did not happen; the message names it and says what the stack showed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is put on the bus: visits that leave the lead warm, then the one that makes it hot for
    a while.
    """

    earlier: tuple[Mapping[str, Any], ...]
    visit: Mapping[str, Any]
    fades_at: int


def tell(stack: LocalStack, mailbox: Mailbox, say: Callable[[str], None]) -> None:
    """Raises StepMissing. `say` gets the story sentence by sentence."""
    form = _form(stack)
    say(f"1. {ANSWERS['name']} sends the form `{form}`.")
    status, answer = post_form(stack, form, {**ANSWERS, "submission_id": _name("form")})
    if status != 201:
        raise StepMissing(f"the form: it was answered {status} {answer}")
    lead = _until(stack, "the form makes a warm lead", lambda lead: lead.band == "warm")
    say(f"   She is {_figures(lead)}.")

    plan = _plan(stack)
    for activity in plan.earlier:
        put_activity(stack, activity)
        say(f"   Before, she did this: {_words(activity)}.")
    say(f"2. She looks at the prices ({_words(plan.visit)}).")
    put_activity(stack, plan.visit)
    lead = _until(stack, "the pricing page makes her hot", lambda lead: lead.band == "hot")
    say(f"   She is {_figures(lead)}.")

    say("3. Sales hears of it:")
    _wait("one alert arrives", lambda: bool(_hers(mailbox)), SOON_SECONDS, "none came")
    say("\n".join(f"   | {line}" for line in _hers(mailbox)[0].as_mail().splitlines()))
    put_activity(stack, plan.visit)
    say("   The same message comes again; nothing changes.")

    say(f"4. At {_clock(plan.fades_at)} the visit's points fade; the schedule looks every minute.")
    seconds = max(0, plan.fades_at - _now()) / SECOND_MS + SWEEP_SECONDS
    lead = _until(stack, "points expire", lambda lead: lead.band == "warm", seconds)
    say(f"   She is {_figures(lead)}.")
    if (came := len(_hers(mailbox))) != 1:
        raise StepMissing(f"one alert: {came} came")
    say("   One alert in all.")


def _hers(mailbox: Mailbox) -> list[Mail]:
    return [mail for mail in mailbox.mails if ADDRESS in mail.text]


def _plan(stack: LocalStack) -> Plan:
    """The earliest date of the visit at which the story can be seen, by trying the model's own
    steps.
    """
    book, state, now = rule_book(stack.model), _state(stack), _now()
    for count in range(len(EARLIER) + 1):
        earlier = tuple(_dated(activity, now - 60 * SECOND_MS) for activity in EARLIER[:count])
        before = book.merge(state, [_fact(activity) for activity in earlier])
        if score_state(book, before, at=now).band != "warm":
            continue
        for visit in _visits(book, now):
            after = book.merge(before, [_fact(visit)])
            fades_at = now + FADES_IN_SECONDS * SECOND_MS
            bands = [score_state(book, after, at=at).band for at in (now, fades_at - 1, fades_at)]
            if bands == ["hot", "hot", "warm"]:
                return Plan(earlier, visit, fades_at)
    raise StepMissing(
        "the pricing page: under this model no visit makes her hot for a while and then warm again"
    )


def _visits(book: RuleBook, now: int) -> Iterator[Mapping[str, Any]]:
    rules = book.rules_met(_fact(_dated(VISIT, now)))
    ages = sorted({age for rule in rules for age, _ in rule.steps if age})
    for age in ages:
        yield _dated(VISIT, now + FADES_IN_SECONDS * SECOND_MS - age)


def _dated(activity: Mapping[str, Any], at: int) -> Mapping[str, Any]:
    name = _name(str(activity["kind"]))
    return {"id": name, "lead": ADDRESS, "at": format_instant(at), **activity}


def _fact(activity: Mapping[str, Any]) -> Fact:
    known = {"id", "lead", "at", "kind"}
    return Fact(
        lead=ADDRESS,
        at=round(datetime.fromisoformat(activity["at"]).timestamp() * SECOND_MS),
        id=activity["id"],
        kind=activity["kind"],
        email=ADDRESS,
        properties={name: value for name, value in activity.items() if name not in known},
    )


def _form(stack: LocalStack) -> str:
    forms: dict[str, Any] = rule_book(stack.model).model["forms"]
    for name in ("demo", *forms):
        if name in forms and forms[name]["open"]:
            return name
    raise StepMissing("the form: the model has no open form")


def _state(stack: LocalStack) -> State:
    for page in (
        stack.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=stack.leads_table, ConsistentRead=True)
    ):
        for item in map(decode, page["Items"]):
            if item.get("email") == ADDRESS:
                return read_lead(item).merged.state
    raise StepMissing("the form: the stack has no such lead")


def _until(
    stack: LocalStack,
    step: str,
    happened: Callable[[StoredLead], bool],
    seconds: float = SOON_SECONDS,
) -> StoredLead:
    seen: list[StoredLead] = []

    def look() -> bool:
        lead = stored_lead(stack, ADDRESS, at=_now())
        seen.extend([lead] if lead else [])
        return lead is not None and happened(lead)

    _wait(
        step, look, seconds, lambda: f"she is {_figures(seen[-1])}" if seen else "no lead is there"
    )
    return seen[-1]


def _wait(
    step: str, look: Callable[[], bool], seconds: float, shown: str | Callable[[], str]
) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise StepMissing(f"{step}: {shown if isinstance(shown, str) else shown()}")
        time.sleep(0.2)


def _figures(lead: StoredLead) -> str:
    return f"{lead.band}: {lead.score} (fit {lead.fit}, engagement {lead.engagement})"


def _words(activity: Mapping[str, Any]) -> str:
    what = [str(value) for name, value in activity.items() if name in {"kind", "path"}]
    return f"{' '.join(what)} at {activity['at']}"


def _now() -> int:
    return time.time_ns() // 1_000_000


def _name(kind: str) -> str:
    return f"{kind}-{time.time_ns()}"


def _clock(at: int) -> str:
    return datetime.fromtimestamp(at / SECOND_MS, UTC).astimezone().strftime("%H:%M:%S")
