"""Looks after leads whose time has come: points that expired, bands that changed, alerts to send.

The schedule calls four of these every minute, each with four shards. Late, twice at once or off
for a day: it decides nothing but when (G11), for everything it does is computed from facts and
instants.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from functions.leads.lead_table import TryLater
from functions.leads.listing import ALERT_SHARD
from functions.runtime import telemetry, wiring

STOPS_AFTER_MS = 50_000  # the function may run for 60 s: it ends by itself, the next tick goes on
LEADS_AT_ONCE = 50  # one read fetches so many; their writes follow one by one
LEADS_PER_SECOND = 100  # of each of four: a million due at once must not throttle the forms (D3)
SLOWEST_PER_SECOND = 5


def handler(event: Mapping[str, Any], _context: object) -> dict[str, int]:
    """Do what is due in the shards of the event, `{"shards": [0, 1, 2, 3]}`; gives how many leads
    were written. Whoever has the first shard sends waiting alerts before anything else.
    """
    shards: list[int] = list(event["shards"])
    rounds = _Rounds(wiring.clock())
    written = sum(
        _sweep(shard, rounds) for shard in ([ALERT_SHARD] if 0 in shards else []) + shards
    )
    telemetry.count("sweeps")
    telemetry.count("swept", written)
    telemetry.logger().info("swept", extra={"shards": shards, "written": written})
    telemetry.flush()
    return {"written": written}


class _Rounds:
    """Keeps the pace of one invocation: halved where the store puts leads off (K11)."""

    def __init__(self, started: int) -> None:
        self.started = started
        self._per_second = LEADS_PER_SECOND

    @property
    def over(self) -> bool:
        """Whether the next tick should go on."""
        return wiring.clock() - self.started > STOPS_AFTER_MS

    def rest(self, since: int, leads: int, put_off: int) -> None:
        """Wait as long as so many leads may take at today's pace."""
        if put_off:
            self._per_second = max(SLOWEST_PER_SECOND, self._per_second // 2)
        wiring.pause(max(0, since + leads * 1000 // self._per_second - wiring.clock()))


def _sweep(shard: int, rounds: _Rounds) -> int:
    """Work through one shard; where it cannot be read, the next tick tries again (K10)."""
    written = 0
    due = wiring.store().due(shard, until=rounds.started)
    try:
        while not rounds.over and (leads := list(islice(due, LEADS_AT_ONCE))):
            since = wiring.clock()
            swept = wiring.sweep().sweep(leads)
            written += swept.written
            if len(leads) == LEADS_AT_ONCE or swept.put_off:
                rounds.rest(since, len(leads), swept.put_off)
    except TryLater:
        telemetry.count("shard_failed")
    return written
