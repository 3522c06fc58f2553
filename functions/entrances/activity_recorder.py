"""What leads did comes in by the queue: read, kept per lead in one move, refused or put off.

A permanent fault is refused at first sight, so that only passing ones come back; those back off
each by itself. What was received before runs alone, and later the more often it was, so that a
record that kills the process, or meets a bug of ours, does not take its neighbours with it (G18,
D11, D12).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from functions.entrances.outgoing import Outgoing
from functions.intake.activity_event import MessageReader, ReadMessage, Taken
from functions.intake.answer_reading import Mistake
from functions.intake.refusal import Received, Refusal, refused_message
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.lead import LeadUnreadableError
from functions.leads.lead_table import TryLater
from functions.leads.surroundings import place_of

_WAIT_SECONDS, _WAIT_SECONDS_MAX = 30, 900  # 30 receives last five hours: an outage of four passes
_JITTER_PERCENT_MAX = 20  # full jitter would halve those five hours

# what comes again tries no longer than this; a table that fails slowly would use up the thirty
# seconds of the function, and then nothing was put off at all (G22)
_TRIES_MS = 10_000
_SHUFFLED = 1_000_000

_REFUSED_BY_MOVE = (Verdict.REUSED, Verdict.ERASED)

Record = Mapping[str, Any]
Outcome = list[Verdict] | Exception


class ManyLeads(Protocol):
    """What applies facts to leads, each on its own."""

    def apply_many(self, arrivals: Mapping[str, list[Arrival]]) -> Mapping[str, Outcome]: ...


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
    clock: Callable[[], int]
    tell: Callable[..., None] = field(default=lambda *_, **__: None)

    def record(self, batch: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
        """Record a batch of SQS records; gives the ids of those that must come again (K7).

        Raises KeyError where a record has no messageId (C25), NothingRecordedError where all
        failed.
        """
        records = batch["Records"]
        started = self.clock()
        failed: list[_Pending] = []
        for wave in self._waves(records):
            late = _receives(wave[0]) > 1 and self.clock() - started >= _TRIES_MS
            again = [self._untried(record) for record in wave] if late else self._wave(wave)
            for pending in again:
                self._put_off(pending)
            failed.extend(again)
        self.tell("batch recorded", records=len(records), failed=len(failed))
        if failed and len(failed) == len(records):
            raise NothingRecordedError
        return {"batchItemFailures": [{"itemIdentifier": pending.id} for pending in failed]}

    def _waves(self, records: Sequence[Record]) -> Iterator[Sequence[Record]]:
        """All that is new at once; then each that was received before by itself, in the order of
        chance where they are equal: whatever kills the process, its neighbours come first in turn.
        """
        if new := [record for record in records if _receives(record) == 1]:
            yield new
        again = [record for record in records if _receives(record) > 1]
        for record in sorted(again, key=lambda one: (_receives(one), self.chance(0, _SHUFFLED))):
            yield [record]

    def _pending(self, record: Record) -> _Pending:
        name, receives, body = record["messageId"], _receives(record), record["body"]
        try:
            return _Pending(name, receives, record, self.reader.read(body))
        except Exception as bug:  # noqa: BLE001  ours: told, put off, and never its neighbours' (decision 7)
            self.count("bug", 1)
            self.count("received", int(receives == 1))
            self._tell_bug(bug)
            return self._untried(record)

    def _untried(self, record: Record) -> _Pending:
        return _Pending(record["messageId"], _receives(record), record, ReadMessage(), failed=True)

    def _wave(self, records: Sequence[Record]) -> list[_Pending]:
        wave = [self._pending(record) for record in records]
        self._apply(wave)
        for pending in wave:
            self._refuse(pending)
            self._count(pending)
        return [pending for pending in wave if pending.failed]

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
            if not isinstance(outcome, TryLater | LeadUnreadableError):
                self._tell_bug(outcome)
            for pending, _ in entries:
                pending.failed = True
            return
        for (pending, _), verdict in zip(entries, outcome, strict=True):
            pending.verdicts[verdict] += 1

    def _tell_bug(self, bug: Exception) -> None:
        """Tell what a bug is and where, never what it says: that may be what a person typed."""
        self.tell("bug", kind=type(bug).__name__, place=place_of(bug))

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


def _receives(record: Record) -> int:
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))


def _arrival(pending: _Pending, taken: Taken) -> Arrival:
    read = pending.read
    return Arrival(taken.fact, read.received_at, read.silent, taken.received_hash, read.source)


def _conflicting(entries: Sequence[tuple[_Pending, Taken]]) -> int:
    """How many facts of a lead share an id with another of the same wave that they are not (C4)."""
    activities = [taken.fact for _, taken in entries if not taken.fact.is_form]
    return len({fact.identity for fact in activities}) - len({fact.id for fact in activities})
