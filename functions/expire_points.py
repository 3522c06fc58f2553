"""Looks after leads whose time has come: points that expired, bands that changed, alerts still
to send.

The schedule calls four of these every minute, each with four shards. Late, twice at once or off for
a day: it decides nothing but when (G11), for everything it does is computed from facts and
instants.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from functions.leads.lead_table import TryLater
from functions.runtime import telemetry, wiring

STOPS_AFTER_MS = 50_000  # the function may run for 60 s: it ends by itself, the next tick goes on
LEADS_AT_ONCE = 50  # one read fetches so many; their writes follow one by one


def handler(event: Mapping[str, Any], _context: object) -> dict[str, int]:
    """Do what is due in the shards of the event, `{"shards": [0, 1, 2, 3]}`; gives how many
    leads were written.
    """
    started = wiring.clock()
    written = sum(_sweep(shard, started) for shard in event["shards"])
    telemetry.count("sweeps")
    telemetry.count("swept", written)
    telemetry.logger().info("swept", extra={"shards": event["shards"], "written": written})
    telemetry.flush()
    return {"written": written}


def _sweep(shard: int, started: int) -> int:
    """Work through one shard; where it cannot be read, the next tick tries again (K10)."""
    written = 0
    due = wiring.store().due(shard, until=started)
    try:
        while leads := list(islice(due, LEADS_AT_ONCE)):
            written += wiring.move().sweep(leads)
            if wiring.clock() - started > STOPS_AFTER_MS:
                break
    except TryLater:
        telemetry.count("shard_failed")
    return written
