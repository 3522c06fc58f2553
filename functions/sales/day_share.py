"""Today's share of the call list: the leads somebody is to call before the day is over.

The first of their own list, as many as they call in a day less those they have called already.
Today begins at midnight in the time zone of the alerts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
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
    now: int,
) -> DayShare:
    """Choose among the leads of an owner's list that fit what is asked for, in their order, those
    to call today. Calls are counted over the whole list; a lead that has left it since is not.

    Nobody is chosen for who is away; without a number of calls everybody is who was not called.
    """
    away = member is not None and member.is_away(now)
    calls = None if member is None else member.calls_a_day
    began = _day_began(views, now)
    called = [view for view in views if _was_called(view, since=began)]
    left = [] if away else [view for view in fitting if view not in called]
    own = sum(_by(view) == owner for view in called)
    chosen = left if calls is None else left[: max(0, calls - own)]
    return DayShare(owner, [view.row() for view in chosen], calls, own, away)


def _day_began(views: Iterable[LeadView], now: int) -> int:
    """Give the last midnight (UTC ms)."""
    book = next((view.book for view in views), None)
    zone = ZoneInfo(book.model["alerts"]["time_zone"]) if book else UTC
    local = datetime.fromtimestamp(now / SECOND_MS, zone)
    return round(datetime.combine(local.date(), time(), zone).timestamp() * SECOND_MS)


def _was_called(view: LeadView, *, since: int) -> bool:
    contacted = view.merged.dealings.contacted
    return contacted is not None and contacted.at >= since


def _by(view: LeadView) -> Any:
    contacted = view.merged.dealings.contacted
    return contacted and contacted.get("by")
