"""Stand-ins one can read. The store passes the same contract suite as DynamoDB."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.leads.history import Record, read_record, record_item
from functions.leads.hot_alert import Alert
from functions.leads.lead_lists import KEYS, Listed
from functions.leads.lead_scan import Page
from functions.leads.lead_table import Conflict, Item, TryLater, is_key
from functions.leads.listing import own_number
from functions.scoring.instants import DAY_MS

ITEM_BYTES_MAX = 400 * 1024  # DynamoDB's limit
SETS = {"SS", "NS", "BS"}  # none of which may be empty
_Key = tuple[int | None, int | None]  # shard and instant under which the index finds a lead


@dataclass
class MemoryStore:
    """Leads and history in dictionaries, one call at a time however many threads ask.

    `before` and `after` are called with each step's name, outside of the step, and may raise: a
    TryLater before it is a throttle, after it an answer that was lost. While the index `lags` it
    shows leads as they were.
    """

    leads: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    retention: int = 400 * DAY_MS
    calls: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None
    lags: bool = False
    _shown: dict[str, _Key] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def read(self, leads: Sequence[str]) -> dict[str, Item]:
        with _Step(self, "read"):
            if not all(map(is_key, leads)):
                raise TryLater("ValidationException")
            return {lead: dict(self.leads[lead]) for lead in leads if lead in self.leads}

    def write(self, item: Item, *, expected: int) -> None:
        with _Step(self, "write"):
            stored = self.leads.get(item["lead"])
            if (stored["revision"] if stored else 0) != expected:
                raise Conflict(dict(stored) if stored else None)
            checked = _checked(item)
            if self.lags:
                self._shown.setdefault(item["lead"], _due_key(stored or {}))
            self.leads[item["lead"]] = checked

    def remember(self, records: Sequence[Record]) -> None:
        with _Step(self, "remember"):
            for record in records:
                self.facts[record.key] = _checked(record_item(record, retention=self.retention))

    def remember_once(self, record: Record) -> Record:
        with _Step(self, "remember_once"):
            item = _checked(record_item(record, retention=self.retention))
            return read_record(self.facts.setdefault(record.key, item))

    def history(self, lead: str) -> list[Record]:
        with _Step(self, "history"):
            return [read_record(item) for key, item in sorted(self.facts.items()) if key[0] == lead]

    def due(self, shard: int, *, until: int) -> Iterator[str]:
        with _Step(self, "due"):
            shown = {lead: _due_key(item) for lead, item in self.leads.items()} | self._shown
            found = [
                (due_at, lead)
                for lead, (due_shard, due_at) in shown.items()
                if due_shard == shard and due_at is not None and due_at <= until
            ]
        return iter([lead for _, lead in sorted(found)])

    def page(
        self, index: str, key: str, *, after: Listed | None = None, limit: int
    ) -> list[Listed]:
        """See LeadLists.page; these indexes never lag."""
        partition, order = KEYS[index]
        with _Step(self, "page"):
            if not is_key(key):
                raise TryLater("ValidationException")
            found = sorted(
                (str(item[order]) if order else "", lead)
                for lead, item in self.leads.items()
                if item.get(partition) == key and (order is None or order in item)
            )
        begins = (after.order, after.lead) if after else ("", "")
        behind = [Listed(lead, place) for place, lead in found if (place, lead) > begins]
        return behind[:limit]

    def segment(self, segment: int, segments: int, *, after: str | None, limit: int) -> Page:
        """See LeadScan.page."""
        with _Step(self, "scan"):
            found = sorted(lead for lead in self.leads if own_number(lead) % segments == segment)
            behind = [lead for lead in found if after is None or lead > after]
            items: list[Item] = [dict(self.leads[lead]) for lead in behind[:limit]]
        return Page(items, behind[limit - 1] if len(behind) >= limit else None)

    def qualities(self, month: str) -> Iterator[str]:
        with _Step(self, "qualities"):
            found = [
                str(item["quality"])
                for _, item in sorted(self.leads.items())
                if item.get("month") == month and "quality" in item
            ]
        return iter(found)

    def catch_up(self) -> None:
        """Let the index show leads as they are."""
        self.lags = False
        self._shown.clear()


@dataclass
class MemoryScan:
    """Reads the leads of a store in segments, `limit` a page."""

    store: MemoryStore
    limit: int = 7

    def page(self, segment: int, segments: int, *, after: str | None) -> Page:
        return self.store.segment(segment, segments, after=after, limit=self.limit)


@dataclass
class MemoryModels:
    """Models and rescores in a dictionary. Hooks as those of the store."""

    items: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None

    def look_up(self, name: str, part: str) -> Item | None:
        self.before("look_up")
        found = self.items.get((name, part))
        self.after("look_up")
        return dict(found) if found else None

    def put(self, item: Item, *, expected: int) -> None:
        self.before("put")
        key = (item["name"], item["part"])
        stored = self.items.get(key)
        if (stored["revision"] if stored else 0) != expected:
            raise Conflict(None)
        self.items[key] = _checked(item)
        self.after("put")

    def parts(self, name: str) -> Iterator[Item]:
        self.before("parts")
        found = [dict(item) for key, item in sorted(self.items.items()) if key[0] == name]
        self.after("parts")
        return iter(found)


@dataclass
class RecordingTopic:
    """Keeps what was published; `denied` refuses it. Hooks as those of the store."""

    alerts: list[Alert] = field(default_factory=list)
    denied: bool = False
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None

    def publish(self, alert: Alert) -> None:
        self.before("publish")
        if self.denied:
            raise TryLater
        self.alerts.append(alert)
        self.after("publish")


class _Step:
    """One call of the store: told before, alone while it works, told after; faults come from either
    side.
    """

    def __init__(self, store: MemoryStore, name: str) -> None:
        self._store, self._name = store, name

    def __enter__(self) -> None:
        self._store.calls.append(self._name)
        self._store.before(self._name)
        self._store._turn.acquire()

    def __exit__(self, kind: object, *_: object) -> None:
        self._store._turn.release()
        if kind is None:
            self._store.after(self._name)


def item_bytes(item: Mapping[str, Any]) -> int:
    """Weigh an item as DynamoDB does: names and texts in UTF-8, two digits of a number a byte."""
    return sum(len(name.encode()) + _weight(value) for name, value in item.items())


def _weight(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode())
    return len(str(value)) // 2 + 2 if isinstance(value, int) else len(str(value))


def _due_key(item: Mapping[str, Any]) -> _Key:
    return (item.get("due_shard"), item.get("due_at"))


def _checked(item: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse what DynamoDB refuses: a float or None is a mistake of ours, the rest it only says."""
    for name, value in item.items():
        if isinstance(value, bool) or not isinstance(value, str | int | Mapping):
            message = f"{name}: DynamoDB takes no {type(value).__name__} here"
            raise TypeError(message)
        if isinstance(value, Mapping) and any(not value[kind] for kind in SETS & value.keys()):
            raise TryLater("ValidationException")
    if item_bytes(item) > ITEM_BYTES_MAX:
        raise TryLater("ValidationException")
    return dict(item)
