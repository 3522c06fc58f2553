"""Both entrances over the real move, on an in-memory store: what is tried thousands of times."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from functions.entrances.activity_recorder import ActivityRecorder
from functions.entrances.form_capture import FormCapture
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.apply_facts import Move
from functions.leads.lead_table import TryLater
from functions.leads.surroundings import Surroundings
from functions.scoring.instants import parse_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming
from tests.fakes import MemoryStore, RecordingTopic
from tests.handlers.lambda_stage import MODEL, NOW
from tests.handlers.told_lines import check_told


@dataclass
class Shelf:
    """A queue that keeps what is sent, as SQS would take it: text that UTF-8 can hold."""

    bodies: list[str] = field(default_factory=list)
    away: bool = False

    def send(self, body: str) -> None:
        if self.away:
            raise TryLater
        assert body.encode()
        self.bodies.append(body)


@dataclass
class Entrances:
    """A clock to set, a store to look into, and all that was counted, told, parked and refused."""

    model: Mapping[str, Any] = field(default_factory=lambda: MODEL)
    doors: Doors = field(default_factory=Doors)
    now: int = parse_instant(NOW)
    store: MemoryStore = field(default_factory=MemoryStore)
    topic: RecordingTopic = field(default_factory=RecordingTopic)
    parking: Shelf = field(default_factory=Shelf)
    refused: Shelf = field(default_factory=Shelf)
    counts: Counter[str] = field(default_factory=Counter)

    def capture(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request."""
        return self._form.answer(event)

    def record(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Record one batch."""
        return self._activities.record(event)

    def reasons(self) -> list[str]:
        """Why messages were refused so far."""
        return [json.loads(body)["reason"] for body in self.refused.bodies]

    @cached_property
    def _form(self) -> FormCapture:
        return FormCapture(
            model=self.model,
            move=self._move,
            lead_id=str,
            parking=self.parking,
            refusals=self.refused,
            clock=lambda: self.now,
            count=self._count,
            tell=self._tell,
        )

    @cached_property
    def _activities(self) -> ActivityRecorder:
        return ActivityRecorder(
            reader=MessageReader(self.model, self.doors, str),
            move=self._move,
            refusals=self.refused,
            put_off=lambda _record, _seconds: None,
            count=self._count,
            chance=min,
            clock=lambda: self.now,
            tell=self._tell,
        )

    @cached_property
    def _move(self) -> Move:
        return Move(
            Surroundings(
                store=self.store,
                publisher=self.topic,
                book=RuleBook(dict(self.model)),
                naming=Naming(dict(self.model)),
                clock=lambda: self.now,
                pause=lambda _: None,
                count=self._count,
                gauge=lambda _name, _number: None,
                chance=min,
                tell=self._tell,
            )
        )

    def _count(self, name: str, number: int) -> None:
        self.counts[name] += number

    def _tell(self, message: str, **told: Any) -> None:
        check_told({"message": message} | told)
