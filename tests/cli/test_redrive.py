"""`redrive`: dead letters come back to their queue, each once, and none is lost on the way."""

import io
import json
import sys
from typing import Any

import pytest

from functions.intake.activity_event import Doors, MessageReader
from functions.scoring.instants import format_instant
from tests.cli.conftest import Run
from tests.cli.moto_stack import NAME, MotoStack

IN_AWS = ("--stack", NAME)


def letter(number: int) -> str:
    return json.dumps({"ingested_at": format_instant(1), "event": {"id": number}})


def waiting(stack: MotoStack, queue: str) -> int:
    asked = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[queue], AttributeNames=["All"]
    )
    return int(asked["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.parametrize(
    ("name", "dead", "source"),
    [
        ("ActivityDeadLetters", "ActivityDeadLetters", "ActivityQueue"),
        ("activity", "ActivityDeadLetters", "ActivityQueue"),
        ("parking", "ParkingDeadLetters", "ParkingQueue"),
    ],
)
def test_dead_letters_come_back_to_their_queue_as_they_are(
    stack: MotoStack, run: Run, name: str, dead: str, source: str
) -> None:
    """D9."""
    sent = [letter(number) for number in range(23)]
    stack.put(dead, *sent)
    code, out, _ = run("redrive", name, *IN_AWS)
    assert (code, out) == (0, f"23 of about 23 messages moved from {dead} to {source}.\n")
    assert sorted(map(json.dumps, stack.messages(source))) == sorted(sent)
    again = run("redrive", name, *IN_AWS)
    assert (again[0], again[1].startswith("0 of about 0")) == (0, True)
    assert stack.messages(source) == []


def test_attributes_go_with_their_message(stack: MotoStack, run: Run) -> None:
    attributes = {"RETRIES": {"DataType": "Number", "StringValue": "3"}}
    stack.client("sqs").send_message(
        QueueUrl=stack.outputs["ActivityDeadLetters"],
        MessageBody=letter(1),
        MessageAttributes=attributes,
    )
    run("redrive", "activity", *IN_AWS)
    (moved,) = stack.client("sqs").receive_message(
        QueueUrl=stack.outputs["ActivityQueue"], MessageAttributeNames=["All"]
    )["Messages"]
    assert moved["MessageAttributes"] == attributes


def test_what_fails_again_does_not_go_round_for_ever(stack: MotoStack, run: Run) -> None:
    stack.put("ActivityDeadLetters", letter(1), letter(2))
    stack.on_send = lambda _, body: stack.put("ActivityDeadLetters", body)
    code, out, _ = run("redrive", "activity", *IN_AWS)
    assert (code, out.startswith("2 of about 2 messages moved")) == (0, True)
    assert waiting(stack, "ActivityDeadLetters") == 2


def test_a_letter_that_cannot_be_sent_stays(stack: MotoStack, run: Run) -> None:
    stack.put("ActivityDeadLetters", *map(letter, range(3)))
    stack.fail_sends("InternalError", "0", "2")
    code, out, err = run("redrive", "activity", *IN_AWS)
    assert (code, err.count("\n")) == (1, 1)
    assert out.startswith("1 of about 3 messages moved")
    assert "some could not be sent (InternalError) and stay where they are; repeat" in err
    assert waiting(stack, "ActivityDeadLetters") == 2


def test_letters_that_others_hold_are_said_to_stay(stack: MotoStack, run: Run) -> None:
    stack.put("ActivityDeadLetters", letter(1), letter(2))
    url = stack.outputs["ActivityDeadLetters"]
    stack.client("sqs").receive_message(QueueUrl=url, VisibilityTimeout=60)
    code, out, _ = run("redrive", "activity", *IN_AWS)
    assert code == 0
    assert "1 of about 2 messages moved" in out
    assert "About 1 stay for now" in out


def event(**more: Any) -> dict[str, Any]:
    detail = {"lead": "anna@example.com", "kind": "page_viewed", "path": "/pricing", "id": "1"}
    return {
        "id": "e", "source": "shop", "account": "123456789012", "detail-type": "page_viewed",
        "time": "2026-11-01T10:00:00Z", "detail": detail,
    } | more  # fmt: skip


@pytest.mark.parametrize(("more", "silent"), [({}, False), ({"replay-name": "november"}, True)])
def test_what_the_bus_could_not_deliver_comes_as_its_rule_would_have_written_it(
    stack: MotoStack, run: Run, more: dict[str, str], silent: bool
) -> None:
    stack.put("BusDeadLetters", json.dumps(event(**more)))
    assert run("redrive", "bus", *IN_AWS)[0] == 0
    (body,) = stack.messages()
    reader = MessageReader(stack.model, Doors(), lambda address: address)
    read = reader.read(json.dumps(body))
    assert ([fact.id for fact in read.facts], read.refusals, read.silent) == (["1"], [], silent)


def test_what_the_bus_had_written_already_stays_as_it_is(stack: MotoStack, run: Run) -> None:
    stack.put("BusDeadLetters", letter(7))
    run("redrive", "BusDeadLetters", *IN_AWS)
    assert stack.messages() == [json.loads(letter(7))]


def test_what_is_no_event_stays_with_the_undelivered_ones(stack: MotoStack, run: Run) -> None:
    stack.put("BusDeadLetters", "nonsense", "[]", "{}", json.dumps(event()))
    code, out, err = run("redrive", "bus", *IN_AWS)
    assert (code, err.count("\n")) == (1, 1)
    assert out.startswith("1 of about 4")
    assert "3 of them are no events and stay where they are" in err
    assert f"lead-scoring redrive BusDeadLetters --stack {NAME} --show" in err
    assert waiting(stack, "BusDeadLetters") == 3


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("SweepDeadLetters", "the next minute asks anew"),
        ("alert", "all other subscribers have it"),
        ("erasure", "the next hour asks anew"),
        ("RefusedQueue", "those are ActivityDeadLetters, ParkingDeadLetters, BusDeadLetters"),
        ("nonsense", "nonsense is no queue of dead letters"),
    ],
)
def test_other_queues_are_left_alone_with_one_sentence_on_what_to_do(
    stack: MotoStack, run: Run, name: str, advice: str
) -> None:
    code, _, err = run("redrive", name, *IN_AWS)
    assert (code, err.count("\n")) == (1, 1)
    assert advice in err


def test_the_oldest_dead_letters_are_shown_and_stay(stack: MotoStack, run: Run) -> None:
    bodies = [json.dumps({"number": number, "bell": "\x07"}) for number in range(5)]
    stack.put("AlertDeadLetters", *bodies)
    code, out, _ = run("redrive", "alert", "--show", *IN_AWS)
    assert code == 0
    assert out.endswith("3 of about 5 in AlertDeadLetters.\n")
    assert out.count("Sent  20") == 3
    assert "\x07" not in out
    assert waiting(stack, "AlertDeadLetters") == 5


def test_dead_letters_are_thrown_away_once_a_person_says_so(
    stack: MotoStack, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.put("SweepDeadLetters", *(letter(number) for number in range(13)))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    code, _, err = run("redrive", "sweep", "--empty", *IN_AWS)
    assert (code, "--yes" in err, waiting(stack, "SweepDeadLetters")) == (1, True, 13)
    code, out, _ = run("redrive", "sweep", "--empty", "--yes", *IN_AWS)
    assert (code, out) == (0, "13 of about 13 messages of SweepDeadLetters thrown away.\n")
    assert waiting(stack, "SweepDeadLetters") == 0
    assert run("redrive", "sweep", "--empty", *IN_AWS)[0] == 0
