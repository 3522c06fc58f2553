"""What was refused, as it lies on the refused queue, and where its body belongs.

The body is what a stranger sent and may hold personal data: it is told only to who asks for it, and
never as a control sequence of the terminal.
"""

import json
from dataclasses import dataclass
from typing import Any

from cli.queue_messages import Message
from functions.intake.form_submission import read_parked
from functions.intake.refusal import SPAM, Refusal
from functions.scoring.instants import parse_instant

UNREADABLE = "unreadable"  # what somebody else put on the queue
ID_LETTERS_MIN = 8  # so many of an id's first letters stand for it
ACTIVITIES, PARKING = "ActivityQueue", "ParkingQueue"  # outputs of the stack


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """One message of the refused queue; `received_at` (UTC ms) is when its body first came."""

    message: Message
    reason: str
    received_at: int
    body: str
    told: dict[str, Any]

    @property
    def id(self) -> str:
        """Its id on the refused queue."""
        return self.message.id

    @property
    def came_as(self) -> str:
        """Id of the message or request its body came in, empty where it is not known."""
        return str(self.told.get("message_id") or self.told.get("request_id") or "")

    @property
    def destination(self) -> str:
        """The output that names the queue its body belongs to."""
        told = _object(self.body)
        return PARKING if "form" in told and "event" not in told else ACTIVITIES

    def is_meant(self, wanted: str) -> bool:
        """Whether a reason, an id, the beginning of one, or the id it came as means this one."""
        if wanted in {self.reason, self.id} or (wanted and wanted == self.came_as):
            return True
        return len(wanted) >= ID_LETTERS_MIN and self.id.startswith(wanted)

    def why_not_sendable(self) -> str | None:
        """Say why sending it again can do nothing; None where it can."""
        if not self.body:
            return "too long to have been kept"
        if self.reason == SPAM and not _is_parked_form(self.body):
            return "spam that was not filled in as its form wants: no lead can be made of it"
        return None


def read_refused(message: Message) -> RefusedMessage:
    """Read one message of the refused queue; raises nothing."""
    told = _object(message.body)
    reason, body = told.get("reason"), told.get("body", "")
    if not isinstance(reason, str) or not isinstance(body, str):
        return RefusedMessage(message, UNREADABLE, message.sent_at, "", {})
    return RefusedMessage(
        message, reason, _instant(told.get("received_at"), message.sent_at), body, told
    )


def readable_body(body: str) -> str:
    """Write a body for people: JSON over several lines, anything else as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def harmless(text: str) -> str:
    """Write what no terminal should obey as its code."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else f"\\u{ord(letter):04x}"
        for letter in text
    )


def _is_parked_form(body: str) -> bool:
    form = _object(body).get("form")
    read = read_parked(form, at=0, model={"fields": {}}, lead_id=lambda address: address)
    return not isinstance(read, Refusal)


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _instant(text: object, otherwise: int) -> int:
    try:
        return parse_instant(text if isinstance(text, str) else "")
    except ValueError:
        return otherwise
