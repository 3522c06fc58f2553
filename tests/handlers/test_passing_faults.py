"""Rows K1-K7 and B44-B45: what the handlers do while a table or a queue does not answer."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.entrances.activity_recorder import (
    ActivityRecorder,
    NothingRecordedError,
    Outcome,
    Record,
)
from functions.entrances.form_capture import FormCapture
from functions.intake.activity_event import Doors, MessageReader, ReadMessage
from functions.intake.sender import Sender
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.lead import LeadUnreadableError
from functions.leads.lead_table import TryLater
from functions.scoring.instants import parse_instant
from tests.handlers.lambda_stage import MODEL, NOW, Stage, batch, message, request, sample

PAGE = {"id": "visit-1", "at": "2026-11-23T09:59:00Z", "kind": "page_viewed", "path": "/"}
GOOD = {"email": "anna@example.com", "name": "Anna", "submission_id": "1"}


@dataclass
class Box:
    """A queue that fails so many times before it takes a text."""

    failures: int = 0
    bodies: list[str] = field(default_factory=list)

    def send(self, body: str) -> None:
        if self.failures:
            self.failures -= 1
            raise TryLater
        self.bodies.append(body)


@dataclass
class Leads:
    """A move that remembers what it was given; some leads do not answer."""

    away: frozenset[str] = frozenset()
    fault: Exception = field(default_factory=TryLater)
    verdict: Verdict = Verdict.APPLIED
    moves: list[dict[str, list[Arrival]]] = field(default_factory=list)
    deadlines: list[int | None] = field(default_factory=list)

    def apply(
        self, lead: str, arrivals: list[Arrival], *, attempts: int, deadline: int | None
    ) -> list[Verdict]:
        self.deadlines.append(deadline)
        if lead in self.away:
            raise self.fault
        self.moves.append({lead: arrivals})
        return [self.verdict] * len(arrivals)

    def apply_many(self, arrivals: Mapping[str, list[Arrival]]) -> dict[str, Outcome]:
        self.moves.append(dict(arrivals))
        return {
            lead: self.fault if lead in self.away else [self.verdict] * len(arrived)
            for lead, arrived in arrivals.items()
        }


@dataclass
class Scene:
    leads: Leads = field(default_factory=Leads)
    parking: Box = field(default_factory=Box)
    refused: Box = field(default_factory=Box)
    counts: Counter[str] = field(default_factory=Counter)
    waits: dict[str, int] = field(default_factory=dict)
    visibility: bool = True
    chance: Callable[[int, int], int] = min
    reader: MessageReader | None = None
    now: int = parse_instant(NOW)
    told: list[dict[str, Any]] = field(default_factory=list)

    def capture(self, event: dict[str, Any]) -> dict[str, Any]:
        return FormCapture(
            model=MODEL,
            move=self.leads,
            lead_id=str,
            parking=self.parking,
            refusals=self.refused,
            clock=lambda: parse_instant(NOW),
            count=self._count,
            tell=lambda *_, **__: None,
        ).answer(event)

    def record(self, event: dict[str, Any], doors: Doors | None = None) -> dict[str, Any]:
        return ActivityRecorder(
            reader=self.reader or MessageReader(MODEL, doors or Doors(), str),
            move=self.leads,
            refusals=self.refused,
            put_off=self._put_off,
            count=self._count,
            chance=self.chance,
            clock=lambda: self.now,
            tell=lambda message, **told: self.told.append({"message": message} | told),
        ).record(event)

    def _count(self, name: str, number: int) -> None:
        self.counts[name] += number

    def _put_off(self, record: Record, seconds: int) -> None:
        if not self.visibility:
            raise TryLater
        self.waits[record["messageId"]] = seconds


ANNA = frozenset({"anna@example.com"})


def page(lead: str, **more: Any) -> dict[str, Any]:
    return message(PAGE | {"lead": lead} | more)


def test_k1_a_form_is_parked_while_the_table_does_not_answer() -> None:
    scene = Scene(Leads(away=ANNA))
    answer = scene.capture(request(GOOD))
    assert (answer["statusCode"], json.loads(answer["body"])) == (202, {"status": "queued"})
    assert scene.leads.deadlines == [parse_instant(NOW) + 4000]
    assert scene.counts["parked"] == 1


def test_b44_a_parked_form_comes_back_as_the_fact_it_would_have_been() -> None:
    scene = Scene()
    scene.capture(request(GOOD))
    parked = Scene(Leads(away=ANNA))
    parked.capture(request(GOOD))
    scene.record(batch(parked.parking.bodies[0]))
    at_once, later = (move["anna@example.com"] for move in scene.leads.moves)
    assert at_once == later


def test_b44_a_browser_is_thanked_for_a_parked_form() -> None:
    event = sample("form_posted_by_a_browser")
    scene = Scene(Leads(away=frozenset({"jan.zielinski@example.org"})))
    assert scene.capture(event)["headers"]["location"] == "https://www.example.com/thanks"
    assert len(scene.parking.bodies) == 1


def test_k3_parking_is_tried_twice() -> None:
    scene = Scene(Leads(away=ANNA), parking=Box(failures=1))
    assert scene.capture(request(GOOD))["statusCode"] == 202


def test_b45_when_table_and_queue_are_away_the_visitor_is_asked_to_try_again() -> None:
    scene = Scene(Leads(away=ANNA), parking=Box(failures=2))
    answer = scene.capture(request(GOOD))
    assert answer["statusCode"] == 503
    assert answer["headers"]["retry-after"] == "30"
    assert json.loads(answer["body"])["code"] == "temporarily_unavailable"
    assert scene.counts["accepted"] == scene.counts["parked"] == 0


def test_b45_a_browser_gets_a_page_that_keeps_what_was_written() -> None:
    event = sample("form_posted_by_a_browser")
    away = Leads(away=frozenset({"jan.zielinski@example.org"}))
    answer = Scene(away, parking=Box(failures=2)).capture(event)
    assert answer["statusCode"] == 503
    assert "still there" in answer["body"]


def test_b9_a_honeypot_that_cannot_be_kept_aside_is_not_called_a_success() -> None:
    scene = Scene(refused=Box(failures=2))
    assert scene.capture(request(GOOD | {"fax_extension": "x"}))["statusCode"] == 503


def test_d15_a_form_of_a_damaged_lead_is_parked() -> None:
    scene = Scene(Leads(away=ANNA, fault=LeadUnreadableError()))
    assert scene.capture(request(GOOD))["statusCode"] == 202


def test_k5_only_the_records_of_a_lead_that_does_not_answer_come_again() -> None:
    scene = Scene(Leads(away=ANNA))
    answer = scene.record(batch(page("anna@example.com"), page("ewa@example.com")))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert scene.waits == {"message-1": 30}
    assert scene.counts["accepted"] == 1


def test_k7_a_record_of_several_failing_leads_is_named_once() -> None:
    scene = Scene(Leads(away=ANNA | {"jan@example.com"}))
    both = {"activities": [PAGE | {"lead": lead} for lead in sorted(scene.leads.away)]}
    answer = scene.record(batch(message(both), page("ewa@example.com")))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}


def test_a_batch_of_which_nothing_was_recorded_raises() -> None:
    with pytest.raises(NothingRecordedError):
        Scene(Leads(away=ANNA)).record(batch(page("anna@example.com")))


@pytest.mark.parametrize(("receives", "seconds"), [(1, 30), (2, 60), (5, 480), (6, 900), (30, 900)])
def test_waiting_doubles_from_half_a_minute_to_a_quarter_of_an_hour(
    receives: int, seconds: int
) -> None:
    scene = Scene(Leads(away=ANNA))
    with pytest.raises(NothingRecordedError):
        scene.record(batch(page("anna@example.com"), receives=receives))
    assert scene.waits == {"message-1": seconds}


def test_jitter_takes_off_at_most_a_fifth() -> None:
    scene = Scene(Leads(away=ANNA), chance=max)
    with pytest.raises(NothingRecordedError):
        scene.record(batch(page("anna@example.com"), receives=6))
    assert scene.waits == {"message-1": 720}


def test_thirty_receives_outlast_an_outage_of_four_hours() -> None:
    waited = 0
    for receives in range(1, 30):
        scene = Scene(Leads(away=ANNA), chance=max)
        with pytest.raises(NothingRecordedError):
            scene.record(batch(page("anna@example.com"), receives=receives))
        waited += scene.waits["message-1"]
    assert waited > 4 * 3600


def test_a_wait_that_cannot_be_set_leaves_the_record_to_the_queue() -> None:
    scene = Scene(Leads(away=ANNA), visibility=False)
    answer = scene.record(batch(page("anna@example.com"), page("ewa@example.com")))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert scene.counts["put_off_failed"] == 1


def test_k6_what_cannot_be_kept_aside_is_not_acknowledged() -> None:
    scene = Scene(refused=Box(failures=1))
    answer = scene.record(batch("rubbish", page("ewa@example.com")))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert scene.counts["refused"] == 0


def test_k6_a_record_that_comes_again_anyway_is_refused_then_and_not_twice() -> None:
    scene = Scene(Leads(away=ANNA))
    mixed = {"activities": [PAGE | {"lead": "anna@example.com"}, PAGE | {"lead": "nobody"}]}
    scene.record(batch(message(mixed), page("ewa@example.com")))
    assert scene.refused.bodies == []


def received(*leads: tuple[str, int]) -> dict[str, Any]:
    """A batch with a page of each lead, received so many times."""
    event = batch(*(page(f"{lead}@example.com") for lead, _ in leads))
    for record, (_, receives) in zip(event["Records"], leads, strict=True):
        record["attributes"]["ApproximateReceiveCount"] = str(receives)
    return event


def waves(scene: Scene) -> list[list[str]]:
    return [[lead.partition("@")[0] for lead in move] for move in scene.leads.moves]


def test_g18_d11_what_was_received_before_runs_alone_and_later() -> None:
    scene = Scene()
    scene.record(received(("often", 7), ("once", 1), ("again", 2), ("new", 1), ("anew", 2)))
    assert waves(scene) == [["once", "new"], ["again"], ["anew"], ["often"]]


def test_d11_equals_run_in_the_order_of_chance() -> None:
    drawn = iter([3, 1, 2])
    scene = Scene(chance=lambda _low, _high: next(drawn))
    scene.record(received(("a", 2), ("b", 2), ("c", 2)))
    assert waves(scene) == [["b"], ["c"], ["a"]]


class ProcessKilledError(BaseException):
    """Memory or time ran out: nothing in the process can catch it."""


@dataclass
class Deadly(Leads):
    """A move that the facts of one lead kill."""

    def apply_many(self, arrivals: Mapping[str, list[Arrival]]) -> dict[str, Outcome]:
        if "killer@example.com" in arrivals:
            raise ProcessKilledError
        return super().apply_many(arrivals)


def test_d11_neighbours_of_a_record_that_kills_the_process_commit_before_it() -> None:
    scene = Scene(Deadly())
    with pytest.raises(ProcessKilledError):
        scene.record(received(("killer", 3), ("anna", 2), ("ewa", 2), ("new", 1)))
    assert waves(scene) == [["new"], ["anna"], ["ewa"]]


@dataclass
class Slow(Leads):
    """A table that takes its time to fail."""

    scene: Scene | None = None

    def apply_many(self, arrivals: Mapping[str, list[Arrival]]) -> dict[str, Outcome]:
        assert self.scene is not None
        self.scene.now += 6000
        return super().apply_many(arrivals)


def test_g22_records_for_which_no_time_is_left_are_put_off_untried() -> None:
    names = [f"lead{number}" for number in range(50)]
    scene = Scene(slow := Slow(away=frozenset(f"{name}@example.com" for name in names)))
    slow.scene = scene
    with pytest.raises(NothingRecordedError):
        scene.record(received(*((name, 4) for name in names)))
    assert len(scene.leads.moves) == 2
    assert set(scene.waits.values()) == {240}
    assert len(scene.waits) == scene.counts["put_off"] == 50


class Stumbling(MessageReader):
    """A reader with a bug that one message meets."""

    def read(self, body: str) -> ReadMessage:
        if "stumble" in body:
            raise ZeroDivisionError("anna@example.com")
        return super().read(body)


def test_d12_a_bug_in_reading_one_message_stops_no_neighbour() -> None:
    scene = Scene(reader=Stumbling(MODEL, Doors(), str))
    event = batch(page("anna@example.com", path="stumble"), page("ewa@example.com"))
    assert scene.record(event) == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert scene.waits == {"message-1": 30}
    assert (scene.counts["bug"], scene.counts["accepted"], scene.counts["received"]) == (1, 1, 2)
    (told,) = [told for told in scene.told if told["message"] == "bug"]
    assert told["kind"] == "ZeroDivisionError"
    assert told["place"].startswith("test_passing_faults.py:")
    assert "anna" not in json.dumps(scene.told)


def test_d12_a_bug_on_one_lead_stops_no_neighbour() -> None:
    scene = Scene(Leads(away=ANNA, fault=ZeroDivisionError("anna@example.com")))
    event = batch(page("anna@example.com"), page("ewa@example.com"))
    assert scene.record(event) == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert scene.counts["accepted"] == 1
    assert [told["kind"] for told in scene.told if told["message"] == "bug"] == [
        "ZeroDivisionError"
    ]
    assert "anna" not in json.dumps(scene.told)


def test_activities_of_one_lead_in_a_batch_are_one_move() -> None:
    scene = Scene()
    scene.record(batch(page("anna@example.com"), page("ANNA@example.com", id="visit-2")))
    (move,) = scene.leads.moves
    assert [arrival.fact.id for arrival in move["anna@example.com"]] == ["visit-1", "visit-2"]


@pytest.mark.parametrize("verdict", [Verdict.ERASED, Verdict.REUSED])
def test_c32_what_the_move_will_not_have_is_refused(verdict: Verdict) -> None:
    scene = Scene(Leads(verdict=verdict))
    scene.record(batch(page("anna@example.com")))
    (refused,) = scene.refused.bodies
    assert json.loads(refused)["reason"] == verdict.value
    assert scene.counts["accepted"] == 0


IMPORTER = Doors((Sender("example.website", "111122223333", may_import=True),))


@pytest.mark.parametrize(
    ("body", "doors", "silent"),
    [
        (message(PAGE | {"lead": "anna@example.com"}), Doors(), False),
        (message(PAGE | {"lead": "anna@example.com", "import": True}), Doors(), False),
        (message(PAGE | {"lead": "anna@example.com", "import": True}), IMPORTER, True),
        (message(PAGE | {"lead": "anna@example.com", "import": "yes"}), IMPORTER, False),
        (message(PAGE | {"lead": "anna@example.com"}) | {"replayed": True}, Doors(), True),
    ],
)
def test_c33_c34_replays_and_allowed_imports_are_silent(
    body: dict[str, Any], doors: Doors, silent: bool
) -> None:
    scene = Scene()
    scene.record(batch(body), doors)
    ((arrival,),) = scene.leads.moves[0].values()
    assert arrival.silent is silent


def test_g20_everything_received_is_accounted_for() -> None:
    scene = Scene(Leads(away=ANNA))
    lines = [PAGE | {"lead": lead} for lead in ("anna@example.com", "ewa@example.com", "nobody")]
    bodies = (message({"activities": lines}), "rubbish", page("nobody"), page("ewa@example.com"))
    scene.record(batch(*bodies))
    assert scene.counts["received"] == 6
    assert scene.counts["accepted"] + scene.counts["refused"] == 3

    scene.leads.away = frozenset()
    scene.record(batch(bodies[0], receives=2))
    assert scene.counts["received"] == 6 == scene.counts["accepted"] + scene.counts["refused"]
    assert scene.counts["refused_invalid_lead"] == 2


@pytest.mark.parametrize("queue", ["activities", "parked"])
def test_d15_a_record_of_a_damaged_lead_is_put_off_on_its_own_queue(
    stage: Stage, queue: str
) -> None:
    stage.record(batch(page("anna@example.com")))
    (damaged,) = stage.leads()
    stage.dynamodb.update_item(
        TableName="leads",
        Key={"lead": {"S": damaged}},
        UpdateExpression="SET layout = :layout",
        ExpressionAttributeValues={":layout": {"N": "999"}},
    )
    before = stage.leads()[damaged]
    url = stage.queues[queue]
    stage.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(page("anna@example.com", id="2")))
    (received,) = stage.sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    event = batch(received["Body"], page("ewa@example.com"))
    event["Records"][0]["receiptHandle"] = received["ReceiptHandle"]
    event["Records"][0]["eventSourceARN"] = f"arn:aws:sqs:eu-central-1:123456789012:{queue}"

    assert stage.record(event) == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    counts = stage.counted()
    assert (counts["put_off"], counts.get("put_off_failed", 0)) == (1, 0)
    assert counts["lead_unreadable"] == 1
    assert "Messages" not in stage.sqs.receive_message(QueueUrl=url)
    assert stage.leads()[damaged] == before
    stage.sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=received["ReceiptHandle"], VisibilityTimeout=0
    )
