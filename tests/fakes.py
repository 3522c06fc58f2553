"""Stand-ins one can read. The store passes the same contract suite as DynamoDB."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.leads.history import Record, read_record, record_item
from functions.leads.hot_alert import Alert
from functions.leads.lead_table import Conflict, Item, TryLater
from functions.scoring.instants import DAY_MS

ITEM_BYTES_MAX = 400 * 1024  # DynamoDB's limit


@dataclass
class MemoryStore:
    """Leads and history in dictionaries. `before` is called with each step's name and may raise."""

    leads: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    retention: int = 400 * DAY_MS
    calls: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None

    def read(self, leads: Sequence[str]) -> dict[str, Item]:
        with _Step(self, "read"):
            return {lead: dict(self.leads[lead]) for lead in leads if lead in self.leads}

    def write(self, item: Item, *, expected: int) -> None:
        with _Step(self, "write"):
            stored = self.leads.get(item["lead"])
            if (stored["revision"] if stored else 0) != expected:
                raise Conflict(dict(stored) if stored else None)
            self.leads[item["lead"]] = _checked(item)

    def remember(self, records: Sequence[Record]) -> None:
        with _Step(self, "remember"):
            for record in records:
                self.facts[record.key] = _checked(record_item(record, retention=self.retention))

    def remember_form(self, record: Record) -> Record:
        with _Step(self, "remember_form"):
            item = _checked(record_item(record, retention=self.retention))
            return read_record(self.facts.setdefault(record.key, item))

    def history(self, lead: str) -> list[Record]:
        with _Step(self, "history"):
            return [read_record(item) for key, item in sorted(self.facts.items()) if key[0] == lead]

    def due(self, shard: int, *, until: int) -> Iterator[str]:
        with _Step(self, "due"):
            found = [
                (item["due_at"], lead)
                for lead, item in self.leads.items()
                if item.get("due_shard") == shard and item.get("due_at", until + 1) <= until
            ]
        return iter([lead for _, lead in sorted(found)])


@dataclass
class RecordingTopic:
    """Keeps what was published; `denied` refuses it."""

    alerts: list[Alert] = field(default_factory=list)
    denied: bool = False

    def publish(self, alert: Alert) -> None:
        if self.denied:
            raise TryLater
        self.alerts.append(alert)


class _Step:
    """One call of the store: told before, told after, faults come from either."""

    def __init__(self, store: MemoryStore, name: str) -> None:
        self._store, self._name = store, name

    def __enter__(self) -> None:
        self._store.calls.append(self._name)
        self._store.before(self._name)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._store.after(self._name)


def _checked(item: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in item.items():
        if isinstance(value, float | set) or value is None:
            message = f"{name}: DynamoDB takes no {type(value).__name__} here"
            raise TypeError(message)
    if len(json.dumps(item, default=str).encode()) > ITEM_BYTES_MAX:
        raise TryLater
    return dict(item)
