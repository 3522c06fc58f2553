"""One round of the schedule: the leads that are due, shard by shard, at a pace the table bears.

Alerts that wait come first, in a shard of their own. A round stops by itself before its function
does, and the next one goes on: the index is its own cursor (K10, D3).
"""

from collections.abc import Sequence
from itertools import islice

from functions.leads.lead_table import TryLater
from functions.leads.listing import ALERT_SHARD
from functions.leads.surroundings import Surroundings
from functions.leads.sweep import Sweep
from functions.scoring.instants import SECOND_MS

STOPS_AFTER_MS = 50 * SECOND_MS  # the function may run for 60 s
LEADS_AT_ONCE = 50  # one read fetches so many; their writes follow one by one
LEADS_PER_SECOND = 100  # of each of four: a million due at once must not throttle the forms
LEADS_PER_SECOND_MIN = 5


class Round:
    """One call of the schedule: some of the shards, within a minute; `failed` says how many of
    them it could not read to the end.
    """

    def __init__(self, around: Surroundings, sweep: Sweep | None = None) -> None:
        """Begin now."""
        self._around = around
        self._sweep = sweep or Sweep(around)
        self._started = around.clock()
        self._per_second = LEADS_PER_SECOND
        self.failed = 0

    def go(self, shards: Sequence[int]) -> int:
        """Do what is due in these shards (0 to 15); gives how many leads were written.

        Whoever has the first shard sends waiting alerts before anything else.
        """
        first = [ALERT_SHARD] if 0 in shards else []
        return sum(self._shard(shard) for shard in (*first, *shards))

    def _shard(self, shard: int) -> int:
        """Work through one shard; where it cannot be read, the next round tries again (K10)."""
        written = 0
        try:
            due = self._around.store.due(shard, until=self._started)
            while not self._is_over() and (leads := list(islice(due, LEADS_AT_ONCE))):
                since = self._around.clock()
                swept = self._sweep.sweep(leads)
                written += swept.written
                self._rest(since, len(leads), swept.put_off)
        except TryLater:
            self._around.count("shard_failed", 1)
            self.failed += 1
        return written

    def _is_over(self) -> bool:
        return self._around.clock() - self._started >= STOPS_AFTER_MS

    def _rest(self, since: int, leads: int, put_off: int) -> None:
        """Wait until so many leads may be done; slower where the store puts some off (K11)."""
        if put_off:
            self._per_second = max(LEADS_PER_SECOND_MIN, self._per_second // 2)
        if leads == LEADS_AT_ONCE or put_off:
            ends = since + leads * SECOND_MS // self._per_second
            self._around.pause(max(0, ends - self._around.clock()))
