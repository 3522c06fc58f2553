"""A mistake of ours loses no form and no activity, and tells its place, never anybody's words."""

import json
from typing import Any

import pytest

from functions.intake.form_submission import Submission
from functions.leads.apply_facts import Move
from functions.leads.lead_table import LeadTable
from tests.handlers.lambda_stage import Stage, batch, message, request

GOOD = {"email": "canary@example.com", "name": "canary", "submission_id": "1"}
PAGE = {"at": "2026-11-23T09:59:00Z", "kind": "page_viewed", "id": "canary"}


class SlippedError(Exception):
    """What a bug of ours raises, with the words of a stranger in it."""


def slip(*_: object, **__: object) -> Any:
    raise SlippedError("canary@example.com")


def test_d12_g20_a_bug_on_a_checked_form_parks_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Move, "_settle", slip)
        answer = stage.capture(request(GOOD))
    assert (answer["statusCode"], json.loads(answer["body"])) == (202, {"status": "queued"})
    lines = stage.out()
    assert '"kind":"SlippedError","place":"test_bugs_of_ours.py:' in lines
    (parked,) = stage.sent("parked")
    assert stage.record(batch(parked)) == {"batchItemFailures": []}
    assert [fact["answers"] for fact in stage.facts()] == [{"name": "canary"}]


def test_d12_g20_a_bug_before_a_form_is_checked_asks_the_visitor_to_try_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Submission, "fact", slip)
        answer = stage.capture(request(GOOD))
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "30")
    assert json.loads(answer["body"])["code"] == "temporarily_unavailable"
    counts = stage.counted()
    assert (counts["bug"], counts["unavailable"], counts["received"]) == (1, 1, 1)
    assert stage.capture(request(GOOD))["statusCode"] == 201


@pytest.mark.parametrize("step", ["read", "remember"])
def test_d12_g20_a_bug_in_what_leads_share_puts_off_each_of_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    pages = [message(PAGE | {"lead": f"{name}@example.com"}) for name in ("canary", "ewa")]
    with monkeypatch.context() as broken:
        broken.setattr(LeadTable, step, slip)
        with pytest.raises(Exception, match=r"^$") as raised:
            stage.record(batch(*pages))
    assert raised.value.__cause__ is raised.value.__context__ is None
    counts = stage.counted()
    assert (counts["bug"], counts["put_off"], counts["received"]) == (1, 2, 2)
    assert "accepted" not in counts
    assert stage.record(batch(*pages, receives=2)) == {"batchItemFailures": []}
    assert stage.counted()["accepted"] == 2
