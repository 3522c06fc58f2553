"""The Lambda behind the form route: one request of a website in, one answer out."""

from functools import cache
from typing import Any

import functions.runtime.garbage  # noqa: F401  first, as it makes what follows quicker
from functions.entrances.form_capture import FormCapture
from functions.runtime import wiring
from functions.runtime.telemetry import count, flush, logger


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Entry of the Lambda: one request of the HTTP API, payload 2.0."""
    try:
        return _capture().answer(event)
    finally:
        flush()


@cache
def _capture() -> FormCapture:
    return FormCapture(
        model=wiring.model(),
        move=wiring.move(hasty=True),
        lead_id=wiring.lead_id,
        parking=wiring.parking(hasty=True),
        refusals=wiring.refusals(hasty=True),
        clock=wiring.clock,
        count=count,
        tell=lambda message, **told: logger().info(message, extra=told),
    )
