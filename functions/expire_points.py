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
    """
    shards: list[int] = list(event["shards"])
    try:
        written = wiring.sweep_round().go(shards)
        telemetry.count("sweeps")
        telemetry.count("swept", written)
        telemetry.logger().info("swept", extra={"shards": shards, "written": written})
    finally:
        telemetry.flush()
    return {"written": written}
