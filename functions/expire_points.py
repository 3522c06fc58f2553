"""Looks after leads whose time has come: points that expired, bands that changed, alerts to send.

The schedule calls four of these every minute, each with four shards. Late, twice at once or off
for a day: it decides nothing but when (G11), for all it does is computed from facts and instants.
"""

from collections.abc import Mapping
from typing import Any

import functions.runtime.garbage  # noqa: F401  first, as it makes what follows quicker
from functions.runtime import telemetry, wiring


def handler(event: Mapping[str, Any], _context: object) -> dict[str, int]:
    """Do what is due in the shards of the event, `{"shards": [0, 1, 2, 3]}`; gives how many leads
    were written.

    A round that could not read all its shards counts as no sweep: where that is so for ever, the
    alarm NoSweep has to ring.
    """
    shards: list[int] = list(event["shards"])
    try:
        one = wiring.sweep_round()
        written = one.go(shards)
        telemetry.count("sweeps", 0 if one.failed else 1)
        telemetry.count("swept", written)
        told = {"shards": shards, "written": written, "failed": one.failed}
        telemetry.logger().info("swept", extra=told)
    finally:
        telemetry.flush()
    return {"written": written}
