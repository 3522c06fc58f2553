"""Consumers of a queue on a clock of their own: the real recorder on a table that takes its time.

A call of the table costs what it costs in AWS; while the table is away it fails, at once or after
the SDK has tried for as long as it does. Four invocations run at a time, each with up to fifty
messages, gathered for a second.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from functions.entrances.activity_recorder import (
    ActivityRecorder,
    ManyLeads,
    NothingRecordedError,
    Record,
)
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.lead_table import TryLater
from functions.scoring.facts import Fact
from functions.scoring.instants import SECOND_MS, format_instant, parse_instant
from tests.builders import World
from tests.simulations.standing_queue import StandingQueue

BATCH, WINDOW_MS, AT_ONCE = 50, SECOND_MS, 4  # the event source of the template
CALL_MS = {"read": 5, "remember": 12, "remember_once": 8, "write": 8, "history": 8, "due": 5}
FAILS_AT_ONCE_MS, FAILS_SLOWLY_MS = 50, 6 * SECOND_MS  # three attempts of two seconds


@dataclass
class Outage:
    """The table does not answer from `since` until `until` (UTC ms); each try takes `costs` ms."""

    since: int
    until: int
    costs: int = FAILS_AT_ONCE_MS

    def has_begun(self, at: int) -> bool:
        return self.since <= at < self.until


@dataclass
class Consumers:
    """The functions behind one queue; `world.now` is the clock of whichever runs."""

    world: World
    queue: StandingQueue = field(default_factory=StandingQueue)
    outage: Outage | None = None
    chance: Callable[[int, int], int] = lambda low, _: low
    move: ManyLeads | None = None
    refused: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    minutes: Counter[int] = field(default_factory=Counter)  # messages received in each
    receives_most: int = 0
    _free_at: list[int] = field(default_factory=lambda: [0] * AT_ONCE)

    def __post_init__(self) -> None:
        """Let calls cost time, and fail while the table is away."""
        self.world.store.before = self._call

    def run(self, *, until: int) -> None:
        """Work off what can be received before `until`."""
        while (following := self.queue.next_at()) is not None:
            worker = min(range(AT_ONCE), key=self._free_at.__getitem__)
            at = max(self._free_at[worker], following)
            if at >= until:
                break
            self.world.now = at
            records = self.queue.receive(BATCH, at=at)
            if len(records) < BATCH:
                self.world.now += WINDOW_MS
                records += self.queue.receive(BATCH - len(records), at=self.world.now)
            if records:
                self._invoke(records)
            self._free_at[worker] = self.world.now
        self.world.now = max(self.world.now, until)

    def _invoke(self, records: list[dict[str, Any]]) -> None:
        self.minutes[self.world.now // (60 * SECOND_MS)] += len(records)
        received = (int(one["attributes"]["ApproximateReceiveCount"]) for one in records)
        self.receives_most = max(self.receives_most, *received)
        self.queue.settle(records, set(self._failed(records)))

    def _failed(self, records: list[dict[str, Any]]) -> Iterator[str]:
        try:
            answer = self._recorder().record({"Records": records})
        except NothingRecordedError:
            yield from (record["messageId"] for record in records)
            return
        yield from (entry["itemIdentifier"] for entry in answer["batchItemFailures"])

    def _recorder(self) -> ActivityRecorder:
        return ActivityRecorder(
            reader=MessageReader(self.world.model, Doors(), str),
            move=self.move or self.world.move(),
            refusals=_Kept(self.refused),
            put_off=self._put_off,
            count=self._count,
            chance=self.chance,
            clock=lambda: self.world.now,
        )

    def _put_off(self, record: Record, seconds: int) -> None:
        self.queue.hide(dict(record), seconds, at=self.world.now)

    def _count(self, name: str, number: int) -> None:
        self.counts[name] += number

    def _call(self, step: str) -> None:
        if self.outage is not None and self.outage.has_begun(self.world.now):
            self.world.now += self.outage.costs
            raise TryLater
        self.world.now += CALL_MS[step]


@dataclass
class _Kept:
    """A queue that only takes."""

    bodies: list[str]

    def send(self, body: str) -> None:
        self.bodies.append(body)


def message(fact: Fact, *, at: int, replayed: bool = False) -> str:
    """Write what a bus rule puts on the queue for one fact, ingested at an instant (UTC ms)."""
    line: dict[str, Any] = {
        "id": fact.id, "lead": fact.email, "at": format_instant(fact.at), "kind": fact.kind,
        **fact.properties,
    }  # fmt: skip
    if fact.is_form:
        line["answers"] = dict(fact.answers)
    event = {"source": "website", "account": "111122223333", "detail-type": "x", "detail": line}
    told = {"ingested_at": format_instant(at), "event": event}
    return json.dumps(told | ({"replayed": True} if replayed else {}))


def sent_at(body: str) -> int:
    """Read when a message was ingested (UTC ms)."""
    return parse_instant(json.loads(body)["ingested_at"])
