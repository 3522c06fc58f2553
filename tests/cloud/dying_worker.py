"""Put beside the handler in a copy of the asset: a record can end the process that reads it.

No exception: the process is gone, as when memory or time is out. A record that is marked names a
folder, where each death leaves a file; what is put off waits a second, not half a minute and more.
"""

import os
import re
import time
from typing import Any

from functions import record_activity
from functions.entrances import activity_recorder
from functions.intake.activity_event import MessageReader, ReadMessage

MARK = re.compile(r"ends the process, told in ([\w/.-]+)")

_read = MessageReader.read


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Entry of the copied Lambda."""
    return record_activity.handler(event, context)


def _read_or_die(reader: MessageReader, body: str) -> ReadMessage:
    if marked := MARK.search(body):
        with open(f"{marked[1]}/{time.time_ns()}", "x", encoding="utf-8"):  # noqa: PTH123
            os._exit(1)
    return _read(reader, body)


setattr(MessageReader, "read", _read_or_die)  # noqa: B010
setattr(activity_recorder, "_WAIT_SECONDS", 1)  # noqa: B010
setattr(activity_recorder, "_WAIT_SECONDS_MAX", 1)  # noqa: B010
