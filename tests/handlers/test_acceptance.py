"""G7 and G8: a verdict depends on what was sent and when it came in, and on nothing else."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.intake.activity_event import Doors
from functions.intake.sender import Sender
from functions.leads.lead_table import TryLater
from functions.scoring.instants import DAY_MS, HOUR_MS, format_instant, parse_instant
from tests.handlers.entrances_in_memory import Entrances
from tests.handlers.lambda_stage import NOW, batch, message, request, sample

PAGE: dict[str, Any] = {
    "id": "visit-1",
    "lead": "anna@example.com",
    "at": "2026-11-23T09:59:00Z",
    "kind": "page_viewed",
}
FORM = {"email": "anna@example.com", "name": "Anna"}
INGESTED = parse_instant(NOW)
EDGE = format_instant(INGESTED - 400 * DAY_MS)
BEYOND = format_instant(INGESTED - 400 * DAY_MS - 1)
NAMED = Doors((Sender("example.website", "111122223333", frozenset({"page_viewed"})),))
BODIES: dict[str, object] = {
    "taken": message(PAGE),
    "taken at the edge of the retention": message(PAGE | {"at": EDGE}),
    "taken a little ahead": message(PAGE | {"at": "2026-11-23T10:05:01Z"}),
    "taken in part": message({"activities": [PAGE, PAGE | {"at": "soon"}, PAGE | {"id": "2"}]}),
    "taken as a form": message(PAGE | {"kind": "form_submitted", "answers": {"name": "Anna"}}),
    "taken from the parking queue": json.loads(
        sample("form_parked_while_the_table_was_away")["Records"][0]["body"]
    ),
    "taken from a mail service": json.loads(sample("email_clicked")["Records"][0]["body"]),
    "passed over": json.loads(sample("email_advice_without_a_mail")["Records"][0]["body"]),
    "too_old": message(PAGE | {"at": BEYOND}),
    "future": message(PAGE | {"at": "2026-11-23T10:05:02Z"}),
    "invalid_time": message(PAGE | {"at": "2026-02-30T00:00:00Z"}),
    "invalid_lead": message(PAGE | {"lead": "nobody"}),
    "invalid_id": message(PAGE | {"id": 5}),
    "unknown_kind": message(PAGE | {"kind": "coffee_drunk"}),
    "unsupported_version": message(PAGE | {"v": 7}),
    "invalid_text": message(PAGE | {"title": "\x00"}),
    "too_large": message(PAGE | {"note": "x" * 70_000}),
    "malformed": "rubbish",
}
GUARDED: dict[str, object] = {
    "taken from one who is named": message(PAGE),
    "source_not_allowed": message(PAGE, source="else"),
    "type_not_allowed": message(PAGE | {"kind": "link_clicked"}),
}
NEIGHBOURS = (
    message(PAGE | {"lead": "ewa@example.com"}),
    "rubbish",
    message(PAGE | {"lead": "jan@example.com", "at": "soon"}),
)


def verdict(entrances: Entrances, event: dict[str, Any], *, lead: str) -> tuple[Any, ...]:
    """What became of the last record of a batch: its facts, and why the rest was refused."""
    assert entrances.record(event) == {"batchItemFailures": []}
    last = event["Records"][-1]["messageId"]
    refused = [json.loads(body) for body in entrances.refused.bodies]
    mine = [told for told in refused if told["message_id"] == last]
    facts = sorted((key, item["content"]) for key, item in entrances.store.facts.items())
    return (
        [fact for fact in facts if fact[0][0] not in {"ewa@example.com", "jan@example.com"}],
        sorted(told["reason"] for told in mine),
        sorted(str(told["mistakes"]) for told in mine),
        lead in entrances.store.leads,
    )


@pytest.mark.parametrize("name", [*BODIES, *GUARDED])
def test_g8_neither_the_clock_nor_attempts_nor_neighbours_change_a_verdict(name: str) -> None:
    body, doors = (BODIES | GUARDED)[name], NAMED if name in GUARDED else Doors()
    lead = "anna@example.com"
    first = verdict(Entrances(doors=doors), batch(body), lead=lead)
    if name.startswith("taken") or name == "passed over":
        assert bool(first[0]) == name.startswith("taken")
    else:
        assert (first[0], set(first[1])) == ([], {name})
    later = (-HOUR_MS, 0, 1000, HOUR_MS, DAY_MS, 10 * DAY_MS, 399 * DAY_MS, 1000 * DAY_MS)
    for shift in later:
        for receives in (1, 2, 29):
            for bodies in ((body,), (*NEIGHBOURS, body), (body, *NEIGHBOURS, body)):
                entrances = Entrances(doors=doors, now=INGESTED + shift)
                found = verdict(entrances, batch(*bodies, receives=receives), lead=lead)
                assert found == first


@pytest.mark.parametrize("shift", [-1, 0, 1])
@pytest.mark.parametrize("of_a_form", [False, True])
def test_g8_a_tombstone_decides_by_the_instant_of_ingestion_alone(
    shift: int, of_a_form: bool
) -> None:
    kind = {"kind": "form_submitted", "answers": {}} if of_a_form else {}
    body = message(PAGE | kind | {"at": "2026-11-23T09:00:00Z"})
    found = []
    for now in (INGESTED, INGESTED + DAY_MS, INGESTED + 399 * DAY_MS):
        entrances = Entrances(now=now)
        entrances.record(batch(message(PAGE)))
        (item,) = entrances.store.leads.values()
        keys = ("lead", "layout", "revision", "answers", "ledger", "touches", "contact")
        bare = {"answers": "{}", "ledger": "[{},{}]", "touches": "[null,null]", "contact": "[]"}
        tombstone = {"erased": 1, "erased_at": INGESTED + shift}
        kept = {key: item[key] for key in keys}
        entrances.store.leads[item["lead"]] = kept | bare | tombstone
        entrances.record(batch(body))
        found.append(entrances.reasons())
    assert found == [[] if of_a_form and shift < 0 else ["erased"]] * 3


DAY_BEGINS = parse_instant("2026-11-24T00:00:00Z")


@pytest.mark.parametrize("at", [INGESTED, INGESTED + DAY_MS, INGESTED + 399 * DAY_MS])
def test_g7_the_same_submission_id_is_one_fact_whenever_it_comes_again(at: int) -> None:
    entrances = Entrances()
    first = entrances.capture(request(FORM | {"submission_id": "1"}))
    before = (dict(entrances.store.facts), dict(entrances.store.leads))
    entrances.now = at
    assert entrances.capture(request(FORM | {"submission_id": "1"})) == first
    assert (entrances.store.facts, entrances.store.leads) == before
    other = entrances.capture(request(FORM | {"submission_id": "1", "unknown": "x"}))
    assert json.loads(other["body"])["code"] == "submission_id_reused"
    assert (entrances.store.facts, entrances.store.leads) == before


@pytest.mark.parametrize(
    ("first", "again", "facts"),
    [
        (DAY_BEGINS, DAY_BEGINS, 1),
        (DAY_BEGINS, DAY_BEGINS + DAY_MS - 1, 1),
        (DAY_BEGINS - 1, DAY_BEGINS, 2),
        (DAY_BEGINS, DAY_BEGINS + DAY_MS, 2),
    ],
)
def test_g7_without_an_id_the_same_content_on_the_same_utc_day_is_the_same(
    first: int, again: int, facts: int
) -> None:
    entrances = Entrances(now=first)
    answer = entrances.capture(request(FORM))
    entrances.now = again
    assert entrances.capture(request(FORM)) == answer
    assert len(entrances.store.facts) == facts
    entrances.capture(request(FORM | {"name": "Ewa"}))
    assert len(entrances.store.facts) == facts + 1


@pytest.mark.parametrize("stated", [{}, {"submission_id": "1"}])
def test_g7_a_202_becomes_a_201_and_no_second_fact(stated: dict[str, str]) -> None:
    """The visitor tries again when the table is back; what was parked arrives after that."""
    entrances = Entrances()
    entrances.store.before = _raising
    assert entrances.capture(request(FORM | stated))["statusCode"] == 202
    entrances.store.before = lambda _: None
    assert entrances.capture(request(FORM | stated))["statusCode"] == 201
    before = (dict(entrances.store.facts), dict(entrances.store.leads))
    entrances.record(batch(*entrances.parking.bodies))
    assert (entrances.store.facts, entrances.store.leads) == before
    assert entrances.reasons() == []


def _raising(_: str) -> None:
    raise TryLater


ODD_ENVELOPES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no headers": lambda event: event.pop("headers"),
    "headers are none": lambda event: event.update(headers=None),
    "a header is a list": lambda event: event.update(headers={"content-type": ["a"]}),
    "no body": lambda event: event.pop("body"),
    "the body is none": lambda event: event.update(body=None),
    "the body is an object": lambda event: event.update(body={"email": "anna@example.com"}),
    "no context": lambda event: event.pop("requestContext"),
    "the context is a list": lambda event: event.update(requestContext=[]),
    "http is a text": lambda event: event.update(requestContext={"http": "POST"}),
    "http is none": lambda event: event.update(requestContext={"http": None}),
    "no path": lambda event: event.pop("pathParameters"),
    "the path is a text": lambda event: event.update(pathParameters="demo"),
    "the form is a list": lambda event: event.update(pathParameters={"form": ["demo"]}),
    "nothing at all": lambda event: event.clear(),
}


@pytest.mark.parametrize("odd", ODD_ENVELOPES)
def test_g17_an_envelope_no_gateway_sends_is_answered_too(odd: str) -> None:
    event = request(FORM)
    ODD_ENVELOPES[odd](event)
    entrances = Entrances()
    assert 400 <= entrances.capture(event)["statusCode"] < 500
    assert entrances.store.leads == {}
    assert entrances.counts["bug"] == 0
