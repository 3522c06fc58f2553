"""Watches whether the model still tells who buys: counts all leads once a week, by band and rule.

The schedule calls it every hour. The first call of a week begins to count, later ones go on where
one stopped, and each says the newest figures again: the alarms look at those of a day.
"""

from collections.abc import Mapping
from typing import Any

import functions.runtime.garbage  # noqa: F401  first, as it makes what follows quicker
from functions.runtime import telemetry, wiring


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Watch for a while; `{"anew": true}` counts this week from the beginning.

    Raises TryLater; then it is called again.
    """
    try:
        watched = wiring.watching().go(anew=bool(event.get("anew")))._asdict()
        telemetry.logger().info("watched", extra=watched)
    finally:
        telemetry.flush()
    return watched
