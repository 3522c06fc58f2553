"""Row 11: from a posted form to a readable score and a received alert, on one machine, warm.

The whole template runs on the local cloud. Each lead looked at the prices before; its form then
makes it hot, one lead after the other. The clock starts before the form is posted; the score is
read by the lead's key, as a list would, and the alert comes to a subscriber of the topic.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.figure import Figure
from infra.local.cloud import stop_cloud
from infra.local.local_stack import LocalStack, bring_up
from infra.local.mailbox import Mailbox, open_mailbox
from infra.local.visitors import post_form, put_activity

ROW = "11"
FORMS = 120
_WARM_UP = 10
_SOON_SECONDS = 30
_LOOK_SECONDS = 0.005
_ANSWERS = {
    "name": "Maria Nowak",
    "company": "Example Sp. z o.o.",
    "job_title": "CEO",
    "company_size": "11-50",
    "country": "Polska",
    "industry": "Software",
    "revenue": "2000000",
}


def measure() -> list[Figure]:
    """Post so many forms, and wait for the alert of each."""
    with _stack() as stack, open_mailbox(stack, folder=None) as mailbox:
        leads = _known_leads(stack)
        taken = [_taken(stack, mailbox, address, lead) for address, lead in leads.items()]
    readable, received = zip(*taken[_WARM_UP:], strict=True)
    return [
        _at_most(1, "form posted, score readable, p99", readable),
        _at_most(5, "form posted, alert received, p99", received),
        Figure(ROW, "form posted, score readable, median", percentile(readable, 50), "s"),
        Figure(ROW, "form posted, alert received, median", percentile(received, 50), "s"),
    ]


def percentile(values: Iterable[float], percent: float) -> float:
    """The least of the values that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(percent / 100 * len(ordered)) - 1]


@contextmanager
def _stack() -> Iterator[LocalStack]:
    stack = bring_up()
    try:
        yield stack
    finally:
        stop_cloud(stack.cloud)


def _known_leads(stack: LocalStack) -> dict[str, str]:
    """Let leads look at the prices; gives their keys by address."""
    addresses = [f"maria.nowak.{number}@example.com" for number in range(_WARM_UP + FORMS)]
    for address in addresses:
        put_activity(stack, {"lead": address, "kind": "page_viewed", "path": "/pricing"})
    known: dict[str, str] = {}

    def all_known() -> bool:
        known.update(_keys(stack))
        return len(known) == len(addresses)

    _wait(all_known, "not every visit was recorded", pause=0.2)
    return {address: known[address] for address in addresses}


def _keys(stack: LocalStack) -> Iterator[tuple[str, str]]:
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.leads_table)
    for page in pages:
        for item in page["Items"]:
            yield item["email"]["S"], item["lead"]["S"]


def _taken(stack: LocalStack, mailbox: Mailbox, address: str, lead: str) -> tuple[float, float]:
    """Seconds until the score was readable, and until the alert was here."""
    began = time.perf_counter()
    status, answer = post_form(stack, "demo", _ANSWERS | {"email": address})
    if status != 201:
        raise RuntimeError(f"the form was answered {status} {answer}")
    readable = _wait(lambda: _band(stack, lead) == "hot", "the lead is not hot") - began
    received = _wait(lambda: any(address in mail.text for mail in mailbox.mails), "no alert came")
    return readable, received - began


def _band(stack: LocalStack, lead: str) -> str:
    asked: dict[str, Any] = {"TableName": stack.leads_table, "Key": {"lead": {"S": lead}}}
    band: str = stack.client("dynamodb").get_item(**asked)["Item"]["band"]["S"]
    return band


def _wait(happened: Callable[[], bool], missing: str, *, pause: float = _LOOK_SECONDS) -> float:
    """Look until it happened; gives the instant of the clock."""
    ends = time.perf_counter() + _SOON_SECONDS
    while not happened():
        if time.perf_counter() > ends:
            raise RuntimeError(missing)
        time.sleep(pause)
    return time.perf_counter()


def _at_most(goal: float, what: str, seconds: Iterable[float]) -> Figure:
    value = percentile(seconds, 99)
    return Figure(ROW, what, value, "s", f"<= {goal}", value <= goal)
