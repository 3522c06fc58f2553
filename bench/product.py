"""The product as its wiring builds it, on tables in memory and with a clock that is set.

Forms and batches come in the envelopes that a Lambda gets and go through the real entrances; what
goes out is counted. Only AWS is missing.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bench.metered_tables import FACTS, LEADS, MeteredTables
from functions.entrances.activity_recorder import ActivityRecorder
from functions.entrances.form_capture import FormCapture
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.apply_facts import Move
from functions.leads.hot_alert import Alert
from functions.leads.lead_identity import keyed_id
from functions.leads.lead_table import LeadTable
from functions.leads.rounds import Round
from functions.leads.surroundings import Surroundings
from functions.scoring.instants import format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming
from modelling.compile import compile_model_file

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "scoring-model.yaml"
RETENTION_DAYS = 400
_KEY = b"a key for the bench"


@cache
def model() -> dict[str, Any]:
    """The model this project comes with, compiled."""
    return compile_model_file(MODEL, retention_days=RETENTION_DAYS)


def lead_id(address: str) -> str:
    return keyed_id(_KEY, address)


@dataclass(slots=True)
class Outside:
    """The topic and the queues: counts what leaves."""

    sent: Counter[str] = field(default_factory=Counter)

    def publish(self, alert: Alert) -> None:
        self.sent[f"alert {alert.attributes['kind']}"] += 1

    def send(self, body: str) -> None:
        self.sent["message"] += len(body) > 0


class Product:
    """Entrances and sweep on one pair of tables; `now` is UTC ms."""

    def __init__(self, tables: MeteredTables, *, now: int) -> None:
        self.tables, self.now = tables, now
        self.outside = Outside()
        self.counts: Counter[str] = Counter()
        self._around = self._surroundings(RuleBook(model()))
        self._forms = self._form_capture()
        self._activities = self._recorder()

    def post(self, form: str, fields: Mapping[str, Any]) -> int:
        """Post a form; gives the status of the answer."""
        status: int = self._forms.answer(form_request(form, fields))["statusCode"]
        return status

    def record(self, details: Sequence[Mapping[str, Any]]) -> None:
        """Bring activities in one batch."""
        self._activities.record(batch_of(details, at=self.now))

    def sweep(self, shards: Sequence[int] = range(16)) -> int:
        """Do what is due now; gives how many leads were written."""
        return Round(self._around).go(shards)

    def _surroundings(self, book: RuleBook) -> Surroundings:
        client: Any = self.tables
        return Surroundings(
            store=LeadTable(client, LEADS, FACTS, book.retention),
            publisher=self.outside,
            book=book,
            naming=Naming(model()),
            clock=lambda: self.now,
            pause=lambda _: None,
            count=self._count,
            gauge=lambda *_: None,
            chance=lambda low, _: low,
        )

    def _form_capture(self) -> FormCapture:
        return FormCapture(
            model=model(),
            move=Move(self._around),
            lead_id=lead_id,
            parking=self.outside,
            refusals=self.outside,
            clock=lambda: self.now,
            count=self._count,
            tell=lambda *_, **__: None,
        )

    def _recorder(self) -> ActivityRecorder:
        return ActivityRecorder(
            reader=MessageReader(model(), Doors(), lead_id),
            move=Move(self._around),
            refusals=self.outside,
            put_off=lambda *_: None,
            count=self._count,
            chance=lambda low, _: low,
            clock=lambda: self.now,
        )

    def _count(self, name: str, number: int = 1) -> None:
        self.counts[name] += number


@cache
def _sample(name: str) -> str:
    return (ROOT / "events" / f"{name}.json").read_text(encoding="utf-8")


def form_request(form: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A form as the HTTP API hands it over."""
    event: dict[str, Any] = json.loads(_sample("form_posted_by_a_script"))
    return event | {"pathParameters": {"form": form}, "body": json.dumps(fields)}


def batch_of(details: Sequence[Mapping[str, Any]], *, at: int) -> dict[str, Any]:
    """Activities as the queue hands them over, one a message, ingested at an instant (UTC ms)."""
    record = json.loads(_sample("page_viewed"))["Records"][0]
    event = json.loads(record["body"])["event"]
    bodies = (
        {"ingested_at": format_instant(at), "event": event | {"detail": dict(detail)}}
        for detail in details
    )
    return {
        "Records": [
            record | {"messageId": f"message-{number}", "body": json.dumps(body)}
            for number, body in enumerate(bodies)
        ]
    }
