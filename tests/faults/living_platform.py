"""What AWS and people do around the handlers: visitors send again, queues redeliver, the schedule
ticks.

One step after another on a clock of its own, and only as far as anything can still happen: a minute
of the schedule in which nothing is due would read the index and go. Whatever a handler promises is
looked at the moment it promises it (G6).
"""

import contextlib
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from functions import capture_form, expire_points, record_activity
from functions.entrances.activity_recorder import NothingRecordedError
from functions.leads.history import Record, read_record
from functions.leads.lead import Lead, read_lead
from functions.leads.lead_table import decode
from functions.leads.listing import ALERT_SHARD, SHARDS
from functions.runtime import wiring
from functions.scoring.instants import MINUTE_MS, SECOND_MS
from tests.faults.answering_cloud import VISIBILITY_MS, AnsweringCloud, Message
from tests.faults.fault_injector import FaultInjector, ProcessKilledError, SetClock
from tests.handlers.lambda_stage import sample

TRIES_AGAIN_MS = 5 * SECOND_MS  # a visitor whose request failed, or who heard nothing
RETRY_AFTER_MS = 30 * SECOND_MS  # and one who was told when
GROUPS = tuple(tuple(range(first, first + 4)) for first in range(0, SHARDS, 4))
STEPS_MAX = 400  # of one run: what is not quiet by then never is
BATCH = 50
MAY_TAKE_MS = {"form": 10_000, "activities": 30_000, "sweep": 60_000}  # the functions' time-outs
Handler = Callable[[dict[str, Any], Any], Any]


class Mark(NamedTuple):
    """A fact somebody sent, by what names it: its lead, and its id or the form's submission id."""

    lead: str
    id: str


class Fate(Enum):
    """What has to become of a form: its success is never said too early."""

    KEPT = "kept as a fact"
    SPAM = "kept aside"
    REUSED = "refused, for its id stands for other content"


@dataclass
class Visitor:
    """Somebody who sends one form until it is answered: what it marks, and what came back."""

    event: dict[str, Any]
    mark: Mark
    fate: Fate
    next_at: int
    answers: list[int] = field(default_factory=list)
    done: bool = False


@dataclass
class Sent:
    """What one message of the bus holds: facts we have to keep, and how many we have to refuse."""

    body: str
    marks: tuple[Mark, ...] = ()
    refused: int = 0


@dataclass
class Platform:
    """Visitors, queues and the schedule around the handlers."""

    cloud: AnsweringCloud
    injector: FaultInjector
    clock: SetClock
    visitors: list[Visitor] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    died: int = 0
    unheard: int = 0
    ticked_at: int = 0
    back_at: int | None = None
    was_back_at: int = 0
    receives_before: int = 0
    whole_rounds: bool = True  # False: a tick asks only for shards in which something is due

    def visit(self, event: dict[str, Any], mark: Mark, fate: Fate = Fate.KEPT) -> None:
        """Let somebody send a form now."""
        self.visitors.append(Visitor(event, mark, fate, self.clock.now))

    def put_events(self, *sent: Sent, receives: int = 0) -> None:
        """Let the bus put messages into the activity queue; some were received before."""
        for one in sent:
            message = self.cloud.put_message("activities", one.body)
            message.receives = receives
            self.receives_before += receives
            self.sent[message.id] = one

    def take_away(self, milliseconds: int, *services: str) -> None:
        """Let these services answer with errors only, for so long."""
        self.cloud.away = frozenset(services)
        self.back_at = self.clock.now + milliseconds

    def run(self) -> None:
        """Let happen what can, in its order, until all is quiet."""
        for _ in range(STEPS_MAX):
            if not self.step():
                return
        raise AssertionError("something goes on for ever")

    def step(self) -> bool:
        """Let the next thing happen; False where all is quiet."""
        steps = [step for step in self._steps() if step is not None]
        if not steps:
            return False
        at, act = min(steps, key=lambda step: step[0])
        self.clock.now = max(self.clock.now, at)
        act()
        return True

    def leads(self) -> dict[str, Lead]:
        """Every stored lead, read as our own code reads it."""
        return {name: read_lead(decode(raw)) for name, raw in self.cloud.leads.items()}

    def history(self) -> dict[str, list[Record]]:
        """The history of every lead."""
        found: dict[str, list[Record]] = {}
        for raw in self.cloud.facts.values():
            record = read_record(decode(raw))
            found.setdefault(record.fact.lead, []).append(record)
        return found

    def sweep(self, groups: Sequence[Sequence[int]] = GROUPS) -> None:
        """One tick of the schedule: these groups of shards, each a call of its own."""
        self.ticked_at = self.clock.now
        for shards in groups:
            self._call("sweep", expire_points.handler, {"shards": list(shards)})

    def _steps(self) -> list[tuple[int, Callable[[], None]] | None]:
        return [
            *(self._visit_of(visitor) for visitor in self.visitors if not visitor.done),
            *(self._poll_of(queue) for queue in ("activities", "parked")),
            self._tick(),
            None if self.back_at is None else (self.back_at, self._come_back),
        ]

    def _come_back(self) -> None:
        self.cloud.away, self.back_at = frozenset(), None
        self.was_back_at = self.clock.now

    def _visit_of(self, visitor: Visitor) -> tuple[int, Callable[[], None]]:
        return visitor.next_at, lambda: self._send_form(visitor)

    def _send_form(self, visitor: Visitor) -> None:
        answer = self._call("form", capture_form.handler, visitor.event)
        if answer is not None:
            self._check_promise(visitor, answer)
            lost = self.injector.loses_answer()
            self.unheard += lost
            answer = None if lost else answer
        if answer is None:
            visitor.next_at = self.clock.now + TRIES_AGAIN_MS
            return
        visitor.answers.append(answer["statusCode"])
        visitor.done = answer["statusCode"] < 500
        visitor.next_at = self.clock.now + RETRY_AFTER_MS

    def _check_promise(self, visitor: Visitor, answer: Mapping[str, Any]) -> None:
        """2xx and 303 are said only of what is committed, parked or kept aside (G6)."""
        status, fate = answer["statusCode"], visitor.fate
        parked = self._holds("parked", visitor.mark.id)
        if status == 503 or (status in {202, 303} and parked):
            return
        if fate is Fate.SPAM:
            assert status == 201
            assert self._holds("refused", visitor.mark.id)
        else:
            assert status in ({201, 303} if fate is Fate.KEPT else {422})
            self._assert_kept(visitor.mark)

    def _holds(self, queue: str, name: str) -> bool:
        return any(name in message.body for message in self.cloud.queues[queue])

    def _assert_kept(self, mark: Mark) -> None:
        """The fact is in the history and in its lead, which it would not change any more."""
        (record,) = [
            record for record in self.history().get(mark.lead, []) if record.fact.id == mark.id
        ]
        merged = self.leads()[mark.lead].merged
        assert merged.merge([record.fact], wiring.book()) == merged

    def _poll_of(self, queue: str) -> tuple[int, Callable[[], None]] | None:
        held = self.cloud.queues[queue]
        if not held:
            return None
        return min(message.visible_at for message in held), lambda: self._poll(queue)

    def _poll(self, queue: str) -> None:
        now = self.clock.now
        received = [one for one in self.cloud.queues[queue] if one.visible_at <= now][:BATCH]
        for message in received:
            message.receives += 1
            message.visible_at = now + VISIBILITY_MS
        batch = {"Records": [_record(message, queue) for message in received]}
        try:
            answer = self._call("activities", record_activity.handler, batch)
        except NothingRecordedError:
            return
        if answer is None:
            return
        again = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        mine = {message.id for message in received}
        assert len(set(again)) == len(again)  # K7
        assert mine.issuperset(again)
        for name in mine.difference(again):
            self._check_acknowledged(name)
        if self.injector.loses_answer():
            self.unheard += 1
            return
        held = self.cloud.queues[queue]
        self.cloud.queues[queue] = [m for m in held if m.id not in mine.difference(again)]

    def _check_acknowledged(self, name: str) -> None:
        """A message goes only when all of it is committed or kept aside as refused (G6)."""
        sent = self.sent.get(name)
        if sent is None:  # a parked form: its visitor is looked at in the end
            return
        for mark in sent.marks:
            self._assert_kept(mark)
        told = [json.loads(message.body) for message in self.cloud.queues["refused"]]
        assert sum(one.get("message_id") == name for one in told) >= sent.refused

    def _tick(self) -> tuple[int, Callable[[], None]] | None:
        """The next minute at which the schedule will find anything, nothing where it will not."""
        waiting = [
            int(raw["due_at"]["N"])
            for raw in self.cloud.leads.values()
            if "due_at" in raw
            and ("alert" in raw or "rebuild_at" in raw or self._is_due(raw, self.clock.now))
        ]
        if not waiting:
            return None
        at = max(min(waiting), self.clock.now, self.ticked_at + 1)
        return -(-at // MINUTE_MS) * MINUTE_MS, self._sweep_what_is_due

    def _sweep_what_is_due(self) -> None:
        """Of a tick only the calls that find anything: the others read an index and go."""
        now = self.clock.now
        due = {
            int(raw["due_shard"]["N"])
            for raw in self.cloud.leads.values()
            if self._is_due(raw, now)
        }
        if ALERT_SHARD in due:
            due.add(0)  # whoever has the first shard sends waiting alerts
        asked = [[one for one in shards if self.whole_rounds or one in due] for shards in GROUPS]
        self.sweep([shards for shards in asked if due.intersection(shards)])

    @staticmethod
    def _is_due(raw: Mapping[str, Any], now: int) -> bool:
        return "due_at" in raw and int(raw["due_at"]["N"]) <= now

    def _call(self, name: str, handler: Handler, event: dict[str, Any]) -> Any:
        """Call a handler; None where its process died. Its metrics die with it."""
        began = self.clock.now
        out = io.StringIO()
        died = False
        try:
            with contextlib.redirect_stdout(out):
                return handler(event, None)
        except ProcessKilledError:
            died = True
            return None
        finally:
            assert self.clock.now - began <= MAY_TAKE_MS[name], "the function ran out of time"
            self.died += died
            if not died:
                self._add_counts(out.getvalue())

    def _add_counts(self, lines: str) -> None:
        for line in lines.splitlines():
            told = json.loads(line)
            for directive in told.get("_aws", {}).get("CloudWatchMetrics", []):
                for metric in directive["Metrics"]:
                    self.counts[metric["Name"]] += int(sum(told[metric["Name"]]))


def _record(message: Message, queue: str) -> dict[str, Any]:
    record: dict[str, Any] = sample("page_viewed")["Records"][0]
    return record | {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receives),
            "SentTimestamp": str(message.sent_at),
        },
        "eventSourceARN": f"arn:aws:sqs:eu-central-1:111122223333:{queue}",
    }
