"""What we will never accept, kept aside with its reason.

A refusal names what is wrong and where, never the value. The message on the refused queue keeps the
body it came with, so that it can be sent again after a fix and mean the same as on the first day.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.intake.answer_reading import Mistake
from functions.scoring.instants import format_instant

_MESSAGE_BYTES_MAX = (
    1_000_000  # SQS takes 1 MiB; a longer body is told by its hash and length alone
)
SPAM = "spam"
ERASED = "erased"
REUSED = "submission_id_reused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not accepted. `reason` is the first mistake's code, `body` what would have
    to be sent again, `number` how many facts it would be.
    """

    reason: str
    mistakes: tuple[Mistake, ...] = ()
    body: str = ""
    source: str = ""
    account: str = ""
    number: int = 1


def refusal_of(*mistakes: Mistake) -> Refusal:
    """Refuse with every mistake; the first gives the reason."""
    return Refusal(mistakes[0].code, mistakes)


@dataclass(frozen=True, slots=True)
class Received:
    """Where and when a refused body came in: the id of its message or request, its instant (UTC
    ms).
    """

    received_at: int
    message_id: str = ""
    request_id: str = ""


def refused_message(refusal: Refusal, received: Received) -> str:
    """Write the message for the refused queue (section C), as JSON."""
    told = {
        "reason": refusal.reason,
        "mistakes": [mistake._asdict() for mistake in refusal.mistakes],
        "body_sha256": hashlib.sha256(refusal.body.encode(errors="surrogatepass")).hexdigest(),
        "source": refusal.source,
        "account": refusal.account,
        "message_id": received.message_id,
        "request_id": received.request_id,
        "received_at": format_instant(received.received_at),
        "body": refusal.body,
    }
    message = _without_empty(told)
    if len(message) > _MESSAGE_BYTES_MAX:
        message = _without_empty(told | {"body": "", "body_length": len(refusal.body)})
    return message


def _without_empty(told: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in told.items() if value != ""}
    return json.dumps(kept, ensure_ascii=True)
