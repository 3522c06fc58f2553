"""Tells managers once a week how leads stand: the schedule calls it on Monday morning.

It reads what the call list and the reports read, writes nothing, and publishes one message of kind
`summary`. Called again after a failure, it says the same under the same id.
"""

from collections.abc import Mapping
from typing import Any

import functions.runtime.garbage  # noqa: F401  first, as it makes what follows quicker
from functions.runtime import telemetry, wiring
from functions.sales.summary import summary


def handler(_event: Mapping[str, Any], _context: object) -> dict[str, str]:
    """Publish the summary of now; gives its id. Raises TryLater; then it is called again."""
    try:
        desk = wiring.sales_desk()
        console = wiring.settings().console_url
        told = summary(desk.standing(), desk.team, wiring.model()["alerts"], console_url=console)
        wiring.topic().publish(told)
        telemetry.count("summaries", 1)
        telemetry.logger().info("summary told", extra={"summary": told.alert_id})
    finally:
        telemetry.flush()
    return {"summary": told.alert_id}
