"""Envelopes and mail records that others captured or documented, against a table written first.

`expected_outcomes.csv` names each file of the folder in REAL_DATA (and which item of it), what it
is, what becomes of it as it stands, and what becomes of it when it carries a form or an activity of
ours: most envelopes were captured around somebody else's body.
"""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.lambda_stage import Stage, batch, request

TABLE = Path(__file__).parent / "expected_outcomes.csv"
FOLDER = os.environ.get("REAL_DATA", "")
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
OURS = {"kind": "page_viewed", "lead": "anna@example.com", "at": "2026-11-23T09:00:00Z"}
LATER = "2026-11-23T09:00:01Z"

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="set REAL_DATA to the folder of captured envelopes and records"
)


def name_of(row: dict[str, str]) -> str:
    return f"{row['file']}#{row['item']}" if row["item"] else row["file"]


def content(row: dict[str, str]) -> Any:
    loaded = json.loads((Path(FOLDER) / row["file"]).read_text(encoding="utf-8"))
    if not row["item"]:
        return loaded
    item = loaded[int(row["item"])]
    return item.get("payload", item)


def instants(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name in {"timestamp", "time"} and isinstance(part, str):
                yield part
            yield from instants(part)


def in_envelope(record: dict[str, Any]) -> dict[str, Any]:
    """A mail record that came by SNS, in the envelope in which the default bus brings it."""
    time = max(instants(record), default="2018-01-01T00:00:00Z")
    return {"source": "aws.ses", "account": "123456789012", "time": time, "detail": record}


def queued(event: dict[str, Any]) -> dict[str, Any]:
    return {"ingested_at": max(instants(event), default=LATER), "event": event}


def became(stage: Stage, event: dict[str, Any]) -> str:
    """What a batch of the queue became, in the words of the table."""
    assert stage.record(event) == {"batchItemFailures": []}
    refused = {told["reason"] for told in stage.sent("refused")}
    if refused:
        assert stage.facts() == []
        return " ".join(["refused", *sorted(refused)])
    kinds = [fact["kind"] for fact in stage.facts()]
    reasons = {
        lead["do_not_contact"]["S"] for lead in stage.leads().values() if "do_not_contact" in lead
    }
    return " ".join([*kinds, *(f"do_not_contact={reason}" for reason in reasons)]) or "passed over"


def answered(stage: Stage, event: dict[str, Any]) -> str:
    answer = stage.capture(event)
    if answer["headers"]["content-type"].startswith("text/html"):
        return f"{answer['statusCode']} page"
    body = json.loads(answer["body"])
    return f"{answer['statusCode']} {body.get('code') or body['status']}"


def posted(case: dict[str, Any]) -> dict[str, Any]:
    """A case of another project's body parser, as a post to our form."""
    event = request(case["body"], content_type=case["contentType"], accept="application/json")
    return event | {"isBase64Encoded": case["isBase64Encoded"]}


def as_it_is(stage: Stage, row: dict[str, str]) -> str:
    found = content(row)
    match row["is"]:
        case "request":
            return answered(stage, found)
        case "post":
            return answered(stage, posted(found))
        case "batch":
            return became(stage, found)
        case "body":
            return became(stage, batch(found))
        case "event":
            return became(stage, batch(queued(found)))
        case _:
            return became(stage, batch(queued(in_envelope(found))))


def carrying_ours(stage: Stage, row: dict[str, str]) -> str:
    found = content(row)
    if row["is"] == "request":
        # a captured page's origin is foreign to our form, which is what row B38 is about
        headers = {"content-type": "application/json", "origin": "https://www.example.com"}
        found["requestContext"]["http"]["method"] = "POST"
        ours = {
            "headers": (found.get("headers") or {}) | headers,
            "pathParameters": {"form": "demo"},
            "body": json.dumps({"email": "anna@example.com"}),
            "isBase64Encoded": False,
        }
        return answered(stage, found | ours)
    if row["is"] == "batch":
        for number, record in enumerate(found["Records"]):
            event = {"source": "example.website", "detail": OURS | {"id": str(number)}}
            record["body"] = json.dumps({"ingested_at": LATER, "event": event})
        return became(stage, found).split(" ")[0]
    return became(stage, batch({"ingested_at": LATER, "event": found | {"detail": OURS}}))


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_captured_file_has_the_outcome_its_row_says(stage: Stage, row: dict[str, str]) -> None:
    assert as_it_is(stage, row) == row["as_it_is"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["carrying_ours"]], ids=name_of)
def test_a_captured_envelope_carries_what_is_ours(stage: Stage, row: dict[str, str]) -> None:
    assert carrying_ours(stage, row) == row["carrying_ours"]
    assert len(stage.leads()) == 1


def test_every_envelope_and_mail_record_of_the_folder_has_a_row() -> None:
    folder = Path(FOLDER)
    found = {
        str(file.relative_to(folder))
        for part in ("envelopes", "ses")
        for file in (folder / part).rglob("*.json")
    }
    assert found <= {row["file"] for row in ROWS}


def test_at_least_half_of_the_files_are_accepted_with_effect() -> None:
    accepted = {
        name_of(row) for row in ROWS if row["carrying_ours"] or row["as_it_is"].startswith("email_")
    }
    files = {row["file"] if row["is"] == "post" else name_of(row) for row in ROWS}
    assert len(accepted) >= len(files) / 2
