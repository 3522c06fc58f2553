"""Brings all leads under the deployed model, after a deployment that changed it or when asked.

The schedule calls four of these every minute, each with a segment of the leads; where the newest
rescore is over and the model the same, they read one item and end. Called twice, late or killed:
each segment goes on at the place that is kept.
"""

from collections.abc import Mapping
from typing import Any

import functions.runtime.garbage  # noqa: F401  first, as it makes what follows quicker
from functions.runtime import telemetry, wiring


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Do one of two things.

    `{"segments": [0]}` works through these segments for a while, `{"begin": true}` begins a rescore
    of all leads; the schedule does the rest. Raises TryLater; then it is called again.
    """
    try:
        rescoring = wiring.rescoring()
        if event.get("begin"):
            run = rescoring.begin()
            told: dict[str, Any] = {"run": run.id, "starts_at": run.starts_at}
        else:
            done = rescoring.go(list(event["segments"]))
            told = done._asdict()
        telemetry.logger().info("rescore", extra=told)
    finally:
        telemetry.flush()
    return told
