"""A queue as SQS keeps one: hidden while somebody works on it, back when nobody deleted it.

What was received too often, by the settings of the template, lies with the dead letters; what was
kept too long is gone. The age of a message counts from its first sending, also as a dead letter.
"""

import heapq
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from functions.scoring.instants import DAY_MS, SECOND_MS


@dataclass
class Message:
    """One message; instants are UTC ms."""

    id: str
    body: str
    sent_at: int
    visible_at: int
    receives: int = 0


@dataclass
class StandingQueue:
    """One queue and its dead letters, with the settings of the template unless told otherwise."""

    hidden_ms: int = 181 * SECOND_MS
    receives_max: int = 30
    kept_ms: int = 4 * DAY_MS
    dead_kept_ms: int = 14 * DAY_MS
    name: str = "activities"
    dead: list[Message] = field(default_factory=list)
    lost: list[Message] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    _turns: list[tuple[int, int, str]] = field(default_factory=list)
    _sent: int = 0

    def send(self, body: str, *, at: int) -> None:
        """Take one message."""
        self._sent += 1
        self._put(Message(f"{self.name}-{self._sent}", body, at, at))

    def receive(self, number: int, *, at: int) -> list[dict[str, Any]]:
        """Give up to so many records, hidden from others from now on."""
        received: list[dict[str, Any]] = []
        while len(received) < number and self._turns and self._turns[0][0] <= at:
            visible_at, _, name = heapq.heappop(self._turns)
            message = self.messages.get(name)
            if message is None or message.visible_at != visible_at:
                continue
            if at - message.sent_at >= self.kept_ms:
                self.lost.append(self.messages.pop(name))
            elif message.receives >= self.receives_max:
                self.dead.append(self.messages.pop(name))
            else:
                message.receives += 1
                self._hide(message, until=at + self.hidden_ms)
                received.append(_record(message, self.name))
        return received

    def settle(self, records: Collection[dict[str, Any]], failed: Collection[str]) -> None:
        """Delete what was received, but for what failed."""
        for record in records:
            if record["messageId"] not in failed:
                self.messages.pop(record["messageId"], None)

    def hide(self, record: dict[str, Any], seconds: int, *, at: int) -> None:
        """Let a message that somebody works on come back after so many seconds."""
        message = self.messages.get(record["messageId"])
        if message is not None:
            self._hide(message, until=at + seconds * SECOND_MS)

    def redrive(self, *, at: int) -> None:
        """Bring dead letters back as new messages; those kept too long are gone."""
        dead, self.dead = self.dead, []
        for message in dead:
            if at - message.sent_at >= self.dead_kept_ms:
                self.lost.append(message)
            else:
                self.send(message.body, at=at)

    def next_at(self) -> int | None:
        """Say when the next message can be received, None while there is none."""
        while self._turns:
            visible_at, _, name = self._turns[0]
            message = self.messages.get(name)
            if message is not None and message.visible_at == visible_at:
                return visible_at
            heapq.heappop(self._turns)
        return None

    def _put(self, message: Message) -> None:
        self.messages[message.id] = message
        self._hide(message, until=message.visible_at)

    def _hide(self, message: Message, *, until: int) -> None:
        message.visible_at = until
        self._sent += 1  # ties are received in the order in which they began to wait
        heapq.heappush(self._turns, (until, self._sent, message.id))


def _record(message: Message, queue: str) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receives),
            "SentTimestamp": str(message.sent_at),
        },
        "eventSourceARN": f"arn:aws:sqs:eu-central-1:123456789012:{queue}",
    }
