"""Tells one story through the real code and keeps all that it stores and sends.

The samples beside it were written by the tree of commit 7424e39, whose story this was:

    git worktree add /tmp/first 7424e39
    cd /tmp/first && PYTHONPATH=. python CHECKOUT/tests/stored/stored_story.py CHECKOUT/tests/stored

It uses nothing of the other tests, so that the code of another commit can tell it too. Clock,
chance and key are its own: the same code tells it letter by letter the same.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

import boto3
from moto import mock_aws

from cli.fact_files import read_fact_files
from cli.send_facts import send
from functions.entrances.activity_recorder import ActivityRecorder
from functions.entrances.form_capture import FormCapture
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.apply_facts import Move
from functions.leads.due import Refresh, next_due
from functions.leads.hot_alert import Alert
from functions.leads.lead import Lead, read_lead
from functions.leads.lead_identity import keyed_id
from functions.leads.lead_table import LeadTable, TryLater, decode, encode
from functions.leads.surroundings import Surroundings
from functions.leads.sweep import Sweep
from functions.runtime.wiring import Topic
from functions.scoring.instants import DAY_MS, MINUTE_MS, format_instant, parse_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_state
from functions.scoring.touches import Naming
from modelling.compile import compile_model_file

HERE = Path(__file__).resolve().parent
REQUEST = HERE.parents[1] / "events" / "form_posted_by_a_script.json"
MONDAY = parse_instant("2026-11-23T09:00:00Z")
ASKED_AT = tuple(MONDAY + days * DAY_MS for days in (0, 1, 8, 15, 25, 40, 100))
KEY = b"a key of the stored samples only"
ACCOUNT = "111122223333"
SOURCE = "example.website"
OTHER_MODEL = "  - {rule: webinar-twice, activity: webinar_attended, points: 1, lasts: 90 days}\n"
NEWER = {  # what a version to come might have written beside ours
    "owner": {"S": "rep-7"},
    "outcome": {"M": {"kind": {"S": "won"}, "value": {"N": "1200.50"}}},
    "tags": {"SS": ["north", "south"]},
    "ratio": {"N": "1.5"},
    "seen": {"BOOL": True},
    "criteria": {"L": [{"N": "1"}, {"NULL": True}]},
}
PEOPLE = {
    "hot": "Anna.Nowak@Example.com",
    "waiting": "jan@example.com",
    "silenced": "ola@example.com",
    "unsubscribed": "iga@example.com",
    "test": "ewa@example.com",
    "erased": "adam@example.com",
    "reopened": "maria@example.com",
    "newer": "piotr@example.com",
    "rebuilt": "kasia@example.com",
    "swept": "tomek@example.com",
    "imported": "zoe@bücher.example",
}


class Story:
    """The system as it stood: its tables in moto, its queues as lists, its clock set by hand."""

    def __init__(self, client: Any) -> None:
        self.now = MONDAY
        self.denied = self.away = False
        self.refused: list[str] = []
        self.parked: list[str] = []
        self.published: list[dict[str, Any]] = []
        self.queued: list[str] = []
        self.put: list[dict[str, Any]] = []
        self.model = stored_model()
        self.table = LeadTable(client, "leads", "facts", self.model["retention"])

    def around(self) -> Surroundings:
        return Surroundings(
            store=cast("Any", _Away() if self.away else self.table),
            publisher=self,
            book=RuleBook(self.model),
            naming=Naming(self.model),
            clock=lambda: self.now,
            pause=lambda _: None,
            count=lambda *_: None,
            gauge=lambda *_: None,
            chance=lambda low, _: low,
            refresh=Refresh(),
            lead_url="https://leads.example.com/",
        )

    def publish(self, alert: Alert) -> None:
        """Publish through the real topic, whose client keeps what it was asked."""
        if self.denied:
            raise TryLater
        client: Any = SimpleNamespace(publish=lambda **asked: self.published.append(asked))
        Topic(client, "arn:aws:sns:eu-central-1:111122223333:alerts").publish(alert)

    def form(self, email: str, *, form: str = "demo", **fields: Any) -> None:
        """Post a form as a website does."""
        event = json.loads(REQUEST.read_text("utf-8"))
        event["pathParameters"] = {"form": form}
        event["body"] = json.dumps({"email": email, **fields})
        capture = FormCapture(
            model=self.model,
            move=Move(self.around()),
            lead_id=lead_id,
            parking=_Queue(self.parked),
            refusals=_Queue(self.refused),
            clock=lambda: self.now,
            count=lambda *_: None,
            tell=lambda *_, **__: None,
        )
        assert capture.answer(event)["statusCode"] in {201, 202}

    def happen(self, detail: Mapping[str, Any], *, source: str = SOURCE, **more: Any) -> None:
        """Let the bus rule hand an event over."""
        event = {
            "version": "0", "id": "7bf73129-1428-4cd3-a780-95db273d1602", "detail-type": "facts",
            "source": source, "account": ACCOUNT, "time": format_instant(self.now),
            "region": "eu-central-1", "resources": [], "detail": detail,
        }  # fmt: skip
        body = {"ingested_at": format_instant(self.now), "event": event, **more}
        self.record(json.dumps(body))

    def record(self, body: str) -> None:
        """Record one message of the queue."""
        self.queued.append(body)
        recorder = ActivityRecorder(
            reader=MessageReader(self.model, Doors(), lead_id),
            move=Move(self.around()),
            refusals=_Queue(self.refused),
            put_off=lambda *_: None,
            count=lambda *_: None,
            chance=lambda low, _: low,
            clock=lambda: self.now,
        )
        record = {"messageId": f"message-{len(self.queued)}", "body": body, "attributes": {}}
        assert recorder.record({"Records": [record]}) == {"batchItemFailures": []}

    def send(self, folder: Path, *lines: Mapping[str, Any], silent: bool) -> None:
        """Put facts on the bus as `lead-scoring send` does, and let them arrive."""
        file = folder / "facts.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        stack: Any = SimpleNamespace(bus="lead-scoring-prod", client=lambda _: self)
        facts = read_fact_files([str(file)], self.model)
        send(stack, facts, silent=silent, wait=lambda _: None)
        for entry in self.put:
            self.happen(json.loads(entry["Detail"]), source=entry["Source"])

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Stand in for the bus."""
        self.put += Entries
        return {"Entries": [{"EventId": "1"} for _ in Entries]}


@dataclass(frozen=True, slots=True)
class _Queue:
    bodies: list[str]

    def send(self, body: str) -> None:
        self.bodies.append(body)


class _Away:
    """A table that does not answer."""

    def __getattr__(self, _: str) -> Callable[..., Any]:
        def away(*_: object, **__: object) -> Any:
            raise TryLater

        return away


@dataclass(frozen=True, slots=True)
class Told:
    """What a story left: items as DynamoDB holds them, messages as they were sent."""

    leads: dict[str, dict[str, Any]]
    facts: list[dict[str, Any]]
    messages: dict[str, Any]
    seen: dict[str, Any] = field(default_factory=dict)


def lead_id(address: str) -> str:
    return keyed_id(KEY, address)


@cache
def stored_model(*, other: bool = False) -> dict[str, Any]:
    """The model of the samples; `other` is the one under which one lead was rebuilt."""
    text = (HERE / "stored_model.yaml").read_text("utf-8")
    if other:
        text = text.replace("channels:\n", OTHER_MODEL + "channels:\n")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "scoring-model.yaml"
        file.write_text(text, "utf-8")
        return dict(compile_model_file(file, retention_days=400))


def book_of(name: str) -> RuleBook:
    return RuleBook(stored_model(other=name == "rebuilt"))


def tell_story(folder: Path) -> Told:
    """Tell it, with a folder for a fact file."""
    with _tables() as client:
        story = Story(client)
        for chapter in _CHAPTERS:
            story.now = MONDAY
            chapter(story, folder)
        items = client.scan(TableName="leads", ConsistentRead=True)["Items"]
        by_id = {item["lead"]["S"]: item for item in items}
        leads = {name: by_id[_id_of(address)] for name, address in PEOPLE.items()}
        facts = client.scan(TableName="facts", ConsistentRead=True)["Items"]
        facts.sort(key=lambda item: (item["lead"]["S"], item["fact"]["S"]))
    messages = {
        "activity_queue": story.queued,
        "parking_queue": story.parked,
        "refused_queue": story.refused,
        "alerts": story.published,
        "put_events": story.put,
    }
    seen = {name: seen_of(name, read_lead(decode(item))) for name, item in leads.items()}
    return Told(leads, facts, messages, seen)


def seen_of(name: str, lead: Lead) -> dict[str, Any]:
    """What this tree makes of a stored lead: its score at some instants, and when it is due."""
    book = book_of(name)
    scores = {}
    for at in ASKED_AT:
        score = score_state(book, lead.merged.state, at=at)
        scores[format_instant(at)] = [score.fit, score.engagement, score.total, score.band]
    anew = replace(lead, due_at=None)
    due = next_due(anew, book, at=MONDAY + DAY_MS, now=MONDAY + DAY_MS, refresh=Refresh())
    return {"scores": scores, "due": due}


def _id_of(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return lead_id(f"{local.lower()}@{domain.lower().encode('idna').decode()}")


@contextmanager
def _tables() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client(
            "dynamodb",
            region_name="eu-central-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        for name, keys in (("leads", ["lead"]), ("facts", ["lead", "fact"])):
            client.create_table(
                TableName=name,
                KeySchema=[
                    {"AttributeName": key, "KeyType": cast("Any", kind)}
                    for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
                ],
                AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in keys],
                BillingMode="PAY_PER_REQUEST",
            )
        yield client


def _page(story: Story, name: str, *, path: str = "/pricing", **more: Any) -> None:
    at = more.pop("at", story.now)
    told = {"id": f"page-{name}-{at}", "lead": PEOPLE[name], "at": format_instant(at)}
    story.happen({**told, "kind": "page_viewed", "path": path, **more})


def _mail(story: Story, name: str, kind: str, *, days: int, **more: Any) -> None:
    at = story.now - days * DAY_MS
    told = {"id": f"{kind}-{name}-{days}", "lead": PEOPLE[name], "at": format_instant(at)}
    story.happen({**told, "kind": kind, **more})


def _make_hot(story: Story, name: str) -> None:
    story.form(
        PEOPLE[name], submission_id=f"form-{name}", name="Anna Nowak", company="Żółw Sp. z o.o.",
        phone="+48 601 234 567", job_title="Prezeska", company_size="11-50", country="Polska",
        message="Proszę o ofertę.\nPilne!", trial="yes", marketing_consent=True,
        utm_source="google", utm_medium="cpc", utm_campaign="autumn", utm_content="b",
        referrer="https://www.google.com/",
    )  # fmt: skip
    for minutes in (1, 2, 3):
        story.now = MONDAY + minutes * MINUTE_MS
        _page(story, name)


def _hot(story: Story, _: Path) -> None:
    for days in (12, 11, 10):
        _mail(story, "hot", "email_sent", days=days)
    _mail(story, "hot", "email_clicked", days=13)
    _make_hot(story, "hot")
    answers = {"company_size": 40, "phone": None, "job_title": "CEO"}
    told = {"id": "call-1", "lead": PEOPLE["hot"], "at": format_instant(story.now)}
    story.happen({**told, "kind": "sales_answered", "answers": answers})
    told = {"id": "webinar-1", "lead": PEOPLE["hot"], "at": format_instant(story.now)}
    story.happen({**told, "kind": "webinar_attended", "utm_medium": "email"})


def _waiting(story: Story, _: Path) -> None:
    story.denied = True
    _make_hot(story, "waiting")
    story.denied = False


def _silenced(story: Story, _: Path) -> None:
    story.form(PEOPLE["silenced"], submission_id="form-silenced", marketing_consent=False)
    for kind in ("email_subscribed", "email_unsubscribed", "email_complained"):
        story.now += MINUTE_MS
        _mail(story, "silenced", kind, days=0)
    story.now += MINUTE_MS
    _mail(story, "silenced", "email_bounced", days=0, bounce_type="permanent")
    story.now += MINUTE_MS
    story.form(PEOPLE["silenced"], submission_id="form-silenced-2", marketing_consent=True)


def _unsubscribed(story: Story, _: Path) -> None:
    story.form(PEOPLE["unsubscribed"], submission_id="form-unsubscribed")
    story.now += MINUTE_MS
    _mail(story, "unsubscribed", "email_unsubscribed", days=0)


def _test(story: Story, _: Path) -> None:
    story.form(PEOPLE["test"], submission_id="form-test", name="Test", test=True)


def _erased(story: Story, _: Path) -> None:
    _erase(story, "erased")
    _page(story, "erased", at=story.now + MINUTE_MS)


def _reopened(story: Story, _: Path) -> None:
    story.form(PEOPLE["reopened"], submission_id="form-before", company="Before Ltd")
    _erase(story, "reopened")
    story.now += 2 * MINUTE_MS
    story.form(PEOPLE["reopened"], submission_id="form-after", country="DE")


def _erase(story: Story, name: str) -> None:
    """Leave what this commit's tests hold to be a tombstone; nothing erased anybody yet."""
    key = _id_of(PEOPLE[name])
    numbers = {"revision": 9, "layout": 1, "erased": 1, "erased_at": story.now + 1}
    texts = {"answers": "{}", "ledger": "[{},{}]", "touches": "[null,null]", "contact": "[]"}
    item = encode({"lead": key, **numbers, **texts})
    story.table.client.put_item(TableName="leads", Item=item)


def _newer(story: Story, _: Path) -> None:
    story.form(PEOPLE["newer"], submission_id="form-newer", country="PL")
    key = {"lead": {"S": _id_of(PEOPLE["newer"])}}
    item = story.table.client.get_item(TableName="leads", Key=key)["Item"]
    story.table.client.put_item(TableName="leads", Item=cast("Any", {**item, **NEWER}))
    story.now += MINUTE_MS
    _page(story, "newer")


def _rebuilt(story: Story, _: Path) -> None:
    story.form(PEOPLE["rebuilt"], submission_id="form-rebuilt", job_title="CEO")
    _page(story, "rebuilt")
    story.model = stored_model(other=True)
    story.now += MINUTE_MS
    told = {"id": "webinar-2", "lead": PEOPLE["rebuilt"], "at": format_instant(story.now)}
    story.happen({**told, "kind": "webinar_attended"})
    story.model = stored_model()


def _swept(story: Story, _: Path) -> None:
    story.form(PEOPLE["swept"], submission_id="form-swept", country="DE")
    _page(story, "swept", path="/blog")
    story.now = MONDAY + 31 * DAY_MS
    assert Sweep(story.around()).sweep([_id_of(PEOPLE["swept"])]).written == 1


def _imported(story: Story, folder: Path) -> None:
    at = format_instant(story.now - DAY_MS)
    person = {"lead": PEOPLE["imported"], "at": at}
    story.send(
        folder,
        {"id": "i-1", **person, "kind": "page_viewed", "path": "/pricing", "utm_medium": "cpc"},
        {"id": "i-2", **person, "kind": "form_submitted", "form": "demo",
         "answers": {"job_title": "CEO", "company": "Bücher GmbH"}},
        {"id": "i-3", **person, "kind": "email_clicked", "machine": True},
        silent=True,
    )  # fmt: skip
    story.happen({"id": "i-4", **person, "kind": "page_viewed", "path": "/"}, replayed=True)


def _refused(story: Story, _: Path) -> None:
    story.happen({"id": "r-1", "lead": "r@example.com", "kind": "never_heard_of"})
    story.form("robot@example.com", submission_id="form-spam", fax_extension="x")
    story.away = True
    story.form(
        "parked@example.com", submission_id="form-parked", country="PL", marketing_consent=True,
        utm_medium="cpc", test=True,
    )  # fmt: skip
    story.away = False
    story.record(story.parked[0])


_CHAPTERS = (
    _hot, _waiting, _silenced, _unsubscribed, _test, _erased, _reopened, _newer, _rebuilt, _swept,
    _imported, _refused,
)  # fmt: skip


@cache
def sample(name: str) -> Any:
    """Read what the first version left: leads, facts, messages, or what it saw in its leads."""
    return json.loads((HERE / "samples" / f"{name}.json").read_text("utf-8"))


def write_told(told: Told, folder: Path) -> None:
    """Write it as the samples are written."""
    folder.mkdir(exist_ok=True)
    for name in ("leads", "facts", "messages", "seen"):
        text = json.dumps(getattr(told, name), indent=1, ensure_ascii=False, sort_keys=True)
        (folder / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        write_told(tell_story(Path(scratch)), Path(sys.argv[1]) / "samples")
