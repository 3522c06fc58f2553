"""The Lambda behind the queues of activities and parked forms: a batch in, what comes again out."""

import random
from functools import cache
from typing import Any

import functions.runtime.garbage  # noqa: F401  first, as it makes what follows quicker
from functions.entrances.activity_recorder import ActivityRecorder, Record
from functions.intake.activity_event import Doors, MessageReader
from functions.runtime import wiring
from functions.runtime.telemetry import count, flush, logger


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:  # noqa: ARG001
    """Entry of the Lambda: one batch of a queue; answers with the records to bring again."""
    try:
        return _recorder().record(event)
    finally:
        flush()


@cache
def _recorder() -> ActivityRecorder:
    settings = wiring.settings()
    return ActivityRecorder(
        reader=MessageReader(
            wiring.model(), Doors(settings.senders, settings.mail_sources), wiring.lead_id
        ),
        move=wiring.move(),
        refusals=wiring.refusals(),
        put_off=_put_off,
        count=count,
        chance=random.randint,
        clock=wiring.clock,
        tell=lambda message, **told: logger().info(message, extra=told),
    )


def _put_off(record: Record, seconds: int) -> None:
    settings = wiring.settings()
    name = str(record["eventSourceARN"]).rpartition(":")[2]
    is_parked = settings.parking_queue.rpartition("/")[2] == name
    url = settings.parking_queue if is_parked else settings.activity_queue
    wiring.queue(url).hide(record["receiptHandle"], seconds=seconds)
