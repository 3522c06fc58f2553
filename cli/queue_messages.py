"""Reads the messages of a queue once over, and moves them, so that none is ever lost.

Reading hides a message for a while and takes nothing away; at the end all of them can be seen
again, and where this command is killed they show themselves. A message is deleted only after its
copy was taken by another queue: what fails between the two leaves it twice, which changes nothing,
because facts are idempotent.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

BATCH = 10  # messages of one call, SQS's limit
BATCH_BYTES_MAX = 200_000  # one call takes 256 KB everywhere, 1 MiB in most Regions
HIDDEN_SECONDS = 120  # a pass over READ_MAX messages ends before
READ_MAX = 10_000  # messages set aside in one pass; a minute or so
POLL_SECONDS = 1  # a long poll asks all servers of a queue, a short one may overlook messages
STALE_BATCHES_MAX = 3  # one after the other that bring nothing new: the pass has come round
_VISIBLE, _HIDDEN, _DELAYED = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as SQS gives it; `sent_at` is UTC ms."""

    id: str
    body: str
    handle: str
    sent_at: int
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many messages SQS tells of, about right: to be received, and hidden (being worked on,
    backing off, or delayed).
    """

    waiting: int
    hidden: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.hidden


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of messages sent again: the new id of each that was taken, by its own id, and
    why others were not.
    """

    new_ids: dict[str, str] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)

    def add(self, other: "Sent") -> None:
        """Take in another call's result."""
        self.new_ids.update(other.new_ids)
        self.faults.update(other.faults)


def count_messages(client: Any, url: str) -> Numbers:
    """Ask how many messages are in a queue."""
    told = client.get_queue_attributes(QueueUrl=url, AttributeNames=[_VISIBLE, _HIDDEN, _DELAYED])
    numbers = {name: int(number) for name, number in told["Attributes"].items()}
    hidden = numbers.get(_HIDDEN, 0) + numbers.get(_DELAYED, 0)
    return Numbers(numbers.get(_VISIBLE, 0), hidden)


@dataclass(slots=True)
class QueueReading:
    """One pass over a queue. Every message comes once, and stays unless it is deleted."""

    client: Any
    url: str
    is_whole: bool = True
    _held: dict[str, str] = field(default_factory=dict)  # receipt handles, by id

    def batches(self, most: int | None = None) -> Iterator[list[Message]]:
        """Give the messages, at most so many; without a number until there are no more, or
        READ_MAX are set aside.
        """
        seen = stale = 0
        while (most is None or seen < most) and stale < STALE_BATCHES_MAX:
            if len(self._held) >= READ_MAX:
                self.is_whole = False
                return
            found = self._receive(BATCH if most is None else min(BATCH, most - seen))
            if not found:
                return
            new = [message for message in found if message.id not in self._held]
            self._held.update({message.id: message.handle for message in found})
            stale = 0 if new else stale + 1
            seen += len(new)
            if new:
                yield new

    def delete(self, ids: Sequence[str]) -> None:
        """Delete messages whose copies another queue has taken."""
        for entries in _tens(self._entries(ids)):
            answer = self.client.delete_message_batch(QueueUrl=self.url, Entries=entries)
            for done in answer.get("Successful", []):
                del self._held[ids[int(done["Id"])]]

    def put_back(self) -> None:
        """Let others see at once what was read and not deleted."""
        for entries in _tens(self._entries(list(self._held))):
            visible = [entry | {"VisibilityTimeout": 0} for entry in entries]
            with suppress(ClientError, BotoCoreError):  # they show themselves, a little later
                self.client.change_message_visibility_batch(QueueUrl=self.url, Entries=visible)

    def _entries(self, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """One entry for each, called by its place in `ids`."""
        for place, id_ in enumerate(ids):
            yield {"Id": str(place), "ReceiptHandle": self._held[id_]}

    def _receive(self, most: int) -> list[Message]:
        answer = self.client.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=most,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=POLL_SECONDS,
            AttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        return [
            Message(
                id=raw["MessageId"],
                body=raw["Body"],
                handle=raw["ReceiptHandle"],
                sent_at=int(raw.get("Attributes", {}).get("SentTimestamp", 0)),
                attributes=raw.get("MessageAttributes", {}),
            )
            for raw in answer.get("Messages", [])
        ]


@contextmanager
def reading(client: Any, url: str) -> Iterator[QueueReading]:
    """Read a queue while the block runs; what it did not delete is there again afterwards."""
    pass_ = QueueReading(client, url)
    try:
        yield pass_
    finally:
        pass_.put_back()


def send_again(client: Any, url: str, bodies: Sequence[tuple[Message, str]]) -> Sent:
    """Send messages to a queue, each with the body given for it and its own attributes."""
    sent = Sent()
    for together in _calls(bodies):
        entries = [
            {
                "Id": str(number),
                "MessageBody": body,
                "MessageAttributes": _attributes(message.attributes),
            }
            for number, (message, body) in enumerate(together)
        ]
        answer = client.send_message_batch(QueueUrl=url, Entries=entries)
        taken = {
            together[int(one["Id"])][0].id: one["MessageId"] for one in answer.get("Successful", [])
        }
        sent.add(Sent(taken, {failure["Code"] for failure in answer.get("Failed", [])}))
    return sent


def _calls(bodies: Sequence[tuple[Message, str]]) -> Iterator[list[tuple[Message, str]]]:
    group: list[tuple[Message, str]] = []
    size = 0
    for message, body in bodies:
        length = len(body.encode(errors="replace")) + len(str(message.attributes))
        if group and (len(group) == BATCH or size + length > BATCH_BYTES_MAX):
            yield group
            group, size = [], 0
        group.append((message, body))
        size += length
    if group:
        yield group


def _attributes(received: Mapping[str, Any]) -> dict[str, Any]:
    """What SQS gave, as SQS takes it: without the lists it does not implement."""
    kept = ("DataType", "StringValue", "BinaryValue")
    return {
        name: {part: value[part] for part in kept if part in value}
        for name, value in received.items()
    }


def _tens(entries: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while ten := list(islice(entries, BATCH)):
        yield ten
