"""When the schedule has to look at a lead again.

`due_at` is the earliest of what is coming: the next change of band, the refresh of a stored score,
the end of a publisher's lease, the second rebuild. It may be too early, never later than the next
change of band. Facts only move it earlier; whoever finds it past sets it anew.
"""

from dataclasses import dataclass

from functions.leads.lead import Lead
from functions.leads.listing import own_number
from functions.scoring.forecast import next_changes
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
        own = (own_number(lead.id) % self.minutes) * MINUTE_MS
        return earliest + (own - earliest) % period


def next_due(lead: Lead, book: RuleBook, *, at: int, now: int, refresh: Refresh) -> int | None:
    """Give the `due_at` to store with this lead; None when nothing will change.

    Points are looked at from `at`, the instant it was scored for, which a fact from the near future
    moves ahead of `now`; leases and rebuilds wait by `now`.
    """
    stored = lead.due_at if lead.due_at is not None and lead.due_at > now else None
    state = lead.merged.state
    band = book.totals(state, at=at).band
    change_at, band_at = next_changes(book, state, at=at, band=band, until=stored)
    if band != lead.band:
        band_at = at  # it changed while the alert was on its way
    candidates = [stored, band_at, lead.rebuild_at]
    if (later := lead.merged.dealings.later) is not None and later > now:
        candidates.append(later)  # then it stands in the call lists again
    if change_at is not None:
        candidates.append(refresh.next(lead, change_at=change_at))
    if lead.escalate_at is not None and not lead.merged.untold:
        candidates.append(lead.escalate_at)
    if lead.outbox is not None:
        candidates.append(lead.outbox.lease_until)
    coming = [instant for instant in candidates if instant is not None]
    return max(min(coming), now + 1) if coming else None
