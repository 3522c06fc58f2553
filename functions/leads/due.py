"""When the schedule has to look at a lead again.

`due_at` is the earliest of what is coming: the next change of band, the refresh of a stored score,
the end of a publisher's lease, the second rebuild. It may be too early, never later than the next
change of band. Facts only move it earlier; whoever finds it past sets it anew.
"""

import zlib
from dataclasses import dataclass

from functions.leads.lead import Lead
from functions.leads.listing import SHARDS
from functions.scoring.forecast import future
from functions.scoring.instants import DAY_MS, MINUTE_MS
from functions.scoring.rule_book import RuleBook

COLD_REFRESH_DAYS = 7  # nobody looks at cold leads: their stored score may wait a week


@dataclass(frozen=True, slots=True)
class Refresh:
    """How often a stored score is brought up to date when only its points changed.

    `minutes` is the period within which every lead has its own minute; a day unless set.
    """

    minutes: int = DAY_MS // MINUTE_MS

    def next(self, lead: Lead, *, change_at: int) -> int:
        """Give the lead's own minute after a change of points, a period (cold: seven) after the
        last refresh.
        """
        period = self.minutes * MINUTE_MS
        wait = period * (COLD_REFRESH_DAYS if lead.band == "cold" else 1)
        earliest = (
            change_at if lead.refreshed_at is None else max(change_at, lead.refreshed_at + wait)
        )
        own = (_number_of(lead.id) % self.minutes) * MINUTE_MS
        return earliest + (own - earliest) % period


def shard_of(lead_id: str) -> int:
    """Give the shard of the `due` index a lead lies in, 0 to 15."""
    return _number_of(lead_id) % SHARDS


def next_due(lead: Lead, book: RuleBook, *, at: int, refresh: Refresh) -> int | None:
    """Give the `due_at` to store with this lead, computed at an instant; None when nothing will
    change.
    """
    stored = lead.due_at if lead.due_at is not None and lead.due_at > at else None
    change_at, band_at = _changes(lead, book, at=at, until=stored)
    candidates = [stored, band_at, lead.rebuild_at]
    if change_at is not None:
        candidates.append(refresh.next(lead, change_at=change_at))
    if lead.outbox is not None:
        candidates.append(lead.outbox.lease_until)
    coming = [instant for instant in candidates if instant is not None]
    return max(min(coming), at + 1) if coming else None


def _changes(
    lead: Lead, book: RuleBook, *, at: int, until: int | None
) -> tuple[int | None, int | None]:
    """Find the next change of points and the next change of band, looking no further than
    `until`.
    """
    change_at = None
    for instant, totals in future(book, lead.merged.state, at=at):
        if change_at is None:
            change_at = instant
        if until is not None and instant >= until:
            return change_at, None
        if totals.band != lead.band:
            return change_at, instant
    return change_at, None


def _number_of(lead_id: str) -> int:
    return zlib.crc32(lead_id.encode())
