"""What leads did comes in by the queue: read, kept per lead in one move, refused or put off.

A permanent fault is refused at first sight, so that only passing ones come back; those back off
each by itself, and a record that was received more often runs later, so that a bad one never stands
in its neighbours' way (G18).
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any, Protocol

from functions.intake.activity_event import Doors, MessageReader, ReadMessage, Sender, Taken
from functions.intake.answer_reading import Mistake
from functions.intake.refusal import Received, Refusal, refused_message
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.lead import LeadUnreadableError
from functions.leads.lead_table import TryLater
from functions.runtime import wiring
from functions.runtime.telemetry import count, flush, logger

_WAIT_SECONDS, _WAIT_SECONDS_MAX = 30, 900  # 30 receives last five hours: an outage of four passes
_JITTER_PERCENT_MAX = 20  # full jitter would halve those five hours

_REFUSED_BY_MOVE = (Verdict.REUSED, Verdict.ERASED)

Record = Mapping[str, Any]
Outcome = list[Verdict] | Exception


class ManyLeads(Protocol):
    """What applies facts to leads, each on its own."""

    def apply_many(self, arrivals: Mapping[str, list[Arrival]]) -> Mapping[str, Outcome]: ...


class Outgoing(Protocol):
    """A queue that takes texts. Raises TryLater where it does not answer."""

    def send(self, body: str) -> None: ...


class NothingRecordedError(Exception):
    """Not one record of a batch could be recorded: the poller slows down when a batch raises."""


@dataclass(slots=True)
class _Pending:
    """One record of the queue, what it holds, and whether it has to come again."""

    id: str
    receives: int
    record: Record
    read: ReadMessage
    failed: bool = False
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    def refusals(self) -> Iterator[Refusal]:
        """Everything of this record that is not accepted, one per reason."""
        yield from self.read.refusals
        for verdict in _REFUSED_BY_MOVE:
            if number := self.verdicts[verdict]:
                mistakes = (Mistake("message", verdict.value),)
                body, source = self.record["body"], self.read.source
                yield Refusal(verdict.value, mistakes, body, source, number=number)


@dataclass(frozen=True, slots=True)
class ActivityRecorder:
    """Records batches of messages, with what the wiring chose."""

    reader: MessageReader
    move: ManyLeads
    refusals: Outgoing
    put_off: Callable[[Record, int], None]
    count: Callable[[str, int], None]
    chance: Callable[[int, int], int]
    tell: Callable[..., None] = field(default=lambda *_, **__: None)

    def record(self, batch: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
        """Record a batch of SQS records; gives the ids of those that must come again (K7).

        Raises KeyError where a record has no messageId (C25), NothingRecordedError where all
        failed.
        """
        records = sorted(batch["Records"], key=_receives)
        failed = []
        for _, wave in groupby(records, key=_receives):
            failed.extend(self._wave([self._pending(record) for record in wave]))
        self.tell("batch recorded", records=len(records), failed=len(failed))
        if failed and len(failed) == len(records):
            raise NothingRecordedError
        return {"batchItemFailures": [{"itemIdentifier": pending.id} for pending in failed]}

    def _pending(self, record: Record) -> _Pending:
        return _Pending(
            record["messageId"], _receives(record), record, self.reader.read(record["body"])
        )

    def _wave(self, wave: Sequence[_Pending]) -> list[_Pending]:
        self._apply(wave)
        for pending in wave:
            self._refuse(pending)
            self._count(pending)
        failed = [pending for pending in wave if pending.failed]
        for pending in failed:
            self._put_off(pending)
        return failed

    def _apply(self, wave: Sequence[_Pending]) -> None:
        leads: dict[str, list[tuple[_Pending, Taken]]] = {}
        for pending in wave:
            for taken in pending.read.taken:
                leads.setdefault(taken.fact.lead, []).append((pending, taken))
        if not leads:
            return
        outcomes = self.move.apply_many(
            {lead: [_arrival(*entry) for entry in entries] for lead, entries in leads.items()}
        )
        for lead, entries in leads.items():
            self._note(entries, outcomes[lead])
        self.count("id_conflict", sum(_conflicting(entries) for entries in leads.values()))

    def _note(self, entries: Sequence[tuple[_Pending, Taken]], outcome: Outcome) -> None:
        if isinstance(outcome, Exception):
            self.count("lead_unreadable", int(isinstance(outcome, LeadUnreadableError)))
            for pending, _ in entries:
                pending.failed = True
            return
        for (pending, _), verdict in zip(entries, outcome, strict=True):
            pending.verdicts[verdict] += 1

    def _refuse(self, pending: _Pending) -> None:
        """Keep aside what is refused; a record that comes again anyway is refused then (K6)."""
        sent_at = int(pending.record.get("attributes", {}).get("SentTimestamp", 0))
        received = Received(pending.read.received_at or sent_at, message_id=pending.id)
        for refusal in pending.refusals():
            if pending.failed:
                return
            try:
                self.refusals.send(refused_message(refusal, received))
            except TryLater:
                pending.failed = True
                return

    def _count(self, pending: _Pending) -> None:
        """Count so that what was received adds up to what became of it (G20)."""
        read = pending.read
        if pending.receives == 1:
            self.count("received", read.number)
            self.count("clock_skew", read.skewed)
        if pending.failed:
            return
        self.count("passed_over", int(read.passed_over))
        for refusal in pending.refusals():
            self.count("refused", refusal.number)
            self.count(f"refused_{refusal.reason}", refusal.number)
        for verdict, number in pending.verdicts.items():
            if verdict not in _REFUSED_BY_MOVE:
                self.count("accepted", number)
                self.count(verdict.value, number)

    def _put_off(self, pending: _Pending) -> None:
        doubled = min(_WAIT_SECONDS << min(pending.receives - 1, 10), _WAIT_SECONDS_MAX)
        wait = doubled * (100 - self.chance(0, _JITTER_PERCENT_MAX)) // 100
        self.count("put_off", 1)
        try:
            self.put_off(pending.record, wait)
        except TryLater:  # the queue's own visibility time-out brings it back
            self.count("put_off_failed", 1)


@cache
def _recorder() -> ActivityRecorder:
    settings = wiring.settings()
    senders = tuple(
        Sender(sender.source, sender.account, sender.kinds, sender.imports)
        for sender in settings.senders
    )
    return ActivityRecorder(
        reader=MessageReader(wiring.model(), Doors(senders, settings.mail_sources), wiring.lead_id),
        move=wiring.move(),
        refusals=wiring.refusals(),
        put_off=_put_off,
        count=count,
        chance=random.randint,
        tell=lambda message, **told: logger().info(message, extra=told),
    )


def _put_off(record: Record, seconds: int) -> None:
    settings = wiring.settings()
    name = str(record["eventSourceARN"]).rpartition(":")[2]
    is_parked = settings.parking_queue.rpartition("/")[2] == name
    url = settings.parking_queue if is_parked else settings.activity_queue
    wiring.queue(url).hide(record["receiptHandle"], seconds=seconds)


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:  # noqa: ARG001
    """Entry of the Lambda: one batch of a queue; answers with the records to bring again."""
    try:
        return _recorder().record(event)
    finally:
        flush()


def _receives(record: Record) -> int:
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))


def _arrival(pending: _Pending, taken: Taken) -> Arrival:
    read = pending.read
    return Arrival(taken.fact, read.received_at, read.silent, taken.received_hash, read.source)


def _conflicting(entries: Sequence[tuple[_Pending, Taken]]) -> int:
    """How many facts of a lead share an id with another one they are not (C4)."""
    activities = [taken.fact for _, taken in entries if not taken.fact.is_form]
    return len({fact.identity for fact in activities}) - len({fact.id for fact in activities})
