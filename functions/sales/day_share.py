"""Today's share of the call list: the leads somebody is to call before the day is over.

The first of their own list, as many as they call in a day less those they have called already.
Today begins at midnight in the time zone of the alerts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from functions.leads.team import Member
from functions.sales.lead_view import LeadView
from functions.scoring.instants import SECOND_MS


@dataclass(frozen=True, slots=True)
class DayShare:
    """Rows to call today, of whom; `called` counts leads of their list that they called today."""

    owner: str
    rows: list[dict[str, Any]]
    calls_a_day: int | None
    called: int
    away: bool


def day_share(
    owner: str,
    member: Member | None,
    views: Sequence[LeadView],
    fitting: Sequence[LeadView],
    *,
    now: int,
    began: int,
) -> DayShare:
    """Choose among the leads of an owner's list that fit what is asked for, in their order, those
    to call today. Calls are counted over the whole list since the day `began` (UTC ms, as `now`); a
    lead that has left it since is not.

    Nobody is chosen for who is away; without a number of calls everybody is who was not called.
    """
    away = member is not None and member.is_away(now)
    calls = None if member is None else member.calls_a_day
    left = [] if away else [view for view in fitting if _caller(view, since=began) is None]
    own = sum(_caller(view, since=began) == owner for view in views)
    chosen = left if calls is None else left[: max(0, calls - own)]
    return DayShare(owner, [view.row() for view in chosen], calls, own, away)


def midnight(now: int, zone: ZoneInfo) -> int:
    """Give the last midnight of a time zone (UTC ms)."""
    local = datetime.fromtimestamp(now / SECOND_MS, zone)
    return round(datetime.combine(local.date(), time(), zone).timestamp() * SECOND_MS)


def _caller(view: LeadView, *, since: int) -> str | None:
    """Who called a lead last, "" where nobody knows; None where it was not called since."""
    contacted = view.merged.dealings.contacted
    if contacted is None or contacted.at < since:
        return None
    return contacted.get("by") or ""
