"""The Lambda behind the sales API: a request of a rep, the console or a CRM in, one answer out."""

from functools import cache
from typing import Any

import functions.runtime.garbage  # noqa: F401  first, as it makes what follows quicker
from functions.entrances.sales_api import SalesApi
from functions.runtime import wiring
from functions.runtime.telemetry import count, flush, logger


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Entry of the Lambda: one request of the HTTP API, payload 2.0, its token verified."""
    try:
        return _api().answer(event, context)
    finally:
        flush()


@cache
def _api() -> SalesApi:
    return SalesApi(
        wiring.sales_desk(),
        key=wiring.settings().lead_id_key,
        count=count,
        tell=lambda message, **told: logger().info(message, extra=told),
    )
