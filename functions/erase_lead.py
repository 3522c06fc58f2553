"""Forgets people: one when asked, all that were to be forgotten after a restore, and once an hour
what has to be looked after again.

The only function that deletes. It is asked by lead id, never by address.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import functions.runtime.garbage  # noqa: F401  first, as it makes what follows quicker
from functions.leads.erased_table import ErasedTable
from functions.leads.erasure import Erasure
from functions.runtime import telemetry, wiring

_LEAD_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class NoLeadError(ValueError):
    """What was asked for is no lead id."""


class ErasuresUnfinishedError(Exception):
    """A round could not finish every erasure that is due: it is called again, then an alarm
    rings.
    """


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Do one of three things.

    `{"lead": ID}` erases one lead, `{"restored": true}` erases again after a restore (go on with
    the `after` it gave), anything else is a round of the schedule.
    """
    try:
        told = _told(event)
        telemetry.logger().info("erasure", extra=told)
    finally:
        telemetry.flush()
    return told


def _told(event: Mapping[str, Any]) -> dict[str, Any]:
    erasure = _erasure()
    if "lead" in event:
        return asdict(erasure.erase(_lead(event["lead"])))
    if event.get("restored"):
        after = event.get("after")
        return asdict(erasure.after_restore(after=after and _lead(after)))
    rounded = erasure.round()
    telemetry.count("erasure_rounds")
    if rounded.failed:
        raise ErasuresUnfinishedError
    return asdict(rounded)


def _lead(given: object) -> str:
    if not isinstance(given, str) or not _LEAD_ID.fullmatch(given):
        raise NoLeadError
    return given


@cache
def _erasure() -> Erasure:
    leads = wiring.store()
    return Erasure(
        leads=leads,
        register=ErasedTable(leads.client, wiring.settings().erased_table, leads),
        clock=wiring.clock,
        pause=wiring.pause,
        chance=random.randint,
        count=telemetry.count,
    )
