"""An admin erases by the sales API, through the real handlers: what was received before stays out,
whatever brings it again; a later form starts afresh; and of who is gone nobody can tell that he was
ever there (G23, C32, B43).
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions import erase_lead
from functions.entrances.sales_api import SalesApi
from functions.leads.lead import _OURS, _TYPES
from functions.runtime import wiring
from functions.scoring.instants import HOUR_MS, MINUTE_MS, format_instant
from tests.builders import (
    ANNA,
    MONDAY,
    activity_rule,
    answer_rule,
    compiled_model,
    form_submitted,
    page_viewed,
)
from tests.erasure.forgetting_world import ForgettingWorld
from tests.erasure.test_erase_lead_handler import FORM, built, known, later, page, stage
from tests.handlers.lambda_stage import Stage, batch, request
from tests.sales.sales_stage import IDEAL, SALES_KINDS, SalesStage, envelope
from tests.sales.test_calling_leads import WRITES

__all__ = ["built", "later", "stage"]  # the stage of the handler that forgets

ADMIN = {"cognito:groups": "[admins]", "username": "ada@example.com"}
READS = ("", "/score", "/export")


def ask(method: str, path: str, body: Any = None) -> dict[str, Any]:
    """What an admin is answered; the function that forgets is called as the API would have it."""

    def forget(lead: str) -> None:
        erase_lead.handler({"lead": lead}, None)

    desk = replace(wiring.sales_desk(), forget=forget)
    api = SalesApi(desk, key=b"a key", count=lambda *_: None, tell=lambda *_, **__: None)
    return api.answer(envelope(method, path, body, token=ADMIN), None)


def test_g23_c32_what_was_received_before_an_erasure_stays_out_and_a_later_form_starts_afresh(
    stage: Stage, later: Callable[[int], None]
) -> None:
    lead = known(stage, pages=3)
    spam = {**FORM, "submission_id": "spam", "fax_extension": "1"}
    stage.capture(request(spam))
    (refused,) = (told["body"] for told in stage.sent("refused"))
    dead = page(50)  # fails for hours, and is brought back by hand
    replayed = [page(1) | {"replayed": True}, page(60)]

    later(HOUR_MS)
    stage.restart()
    assert ask("DELETE", f"/leads/{lead}")["statusCode"] == 202
    assert stage.facts() == []
    later(2 * HOUR_MS)
    stage.restart()
    replayed[0]["ingested_at"] = format_instant(wiring.clock())  # the archive's own, or a new one
    for bodies in ([refused], [dead], replayed):
        assert stage.record(batch(*bodies)) == {"batchItemFailures": []}
        assert {told["reason"] for told in stage.sent("refused")} == {"erased"}
    assert stage.facts() == []
    assert ask("GET", f"/leads/{lead}")["statusCode"] == 404

    assert stage.capture(request(FORM))["statusCode"] == 201  # the same form, sent once more
    told = json.loads(ask("GET", f"/leads/{lead}")["body"])
    assert [one["kind"] for one in told["happened"]] == ["form_submitted"]
    for bodies in ([refused], [dead], replayed):
        assert stage.record(batch(*bodies)) == {"batchItemFailures": []}
    assert {told["reason"] for told in stage.sent("refused")} == {"erased"}
    assert len(stage.facts()) == 1
    assert stage.record(batch(page(70))) == {"batchItemFailures": []}
    assert len(stage.facts()) == 2, "what it does from now on is its own"


@pytest.fixture
def sales() -> SalesStage:
    """Anna with an id of a CRM, whom everything happened to; erasing is done at once."""
    fields = compiled_model()["fields"] | {"external_id": {"type": "text"}}
    model = compiled_model(
        answer_rule(),
        activity_rule(),
        countries={"pl": "PL"},
        kinds=["page_viewed", "form_submitted", *SALES_KINDS],
        ideal_leads=[IDEAL],
        fields=fields,
    )
    world = ForgettingWorld(model=model)
    stage = SalesStage(world=world)
    answers = {"job_title": "CEO", "company": "Example Ltd"}
    world.happen(form_submitted(answers=answers, touch={"utm_medium": "cpc"}), page_viewed())
    stage.ask("PATCH", f"/leads/{ANNA}/answers", {"answers": {"external_id": "crm-7"}})
    world.now += MINUTE_MS
    return stage


def erased(stage: SalesStage) -> None:
    world = stage.world
    assert isinstance(world, ForgettingWorld)
    assert stage.ask("DELETE", f"/leads/{ANNA}", token=ADMIN).status == 202
    for lead in stage.forgotten:
        world.erase(lead)


@pytest.mark.parametrize(("gone", "never"), [(ANNA, "nobody"), ("external_id:crm-7",) * 2])
def test_an_erased_lead_is_answered_as_one_that_never_was_byte_for_byte(
    sales: SalesStage, gone: str, never: str
) -> None:
    assert sales.get(f"/leads/{gone}").status == 200
    erased(sales)
    fresh = SalesStage()
    asked: list[tuple[str, str, Any]] = [("GET", what, None) for what in READS]
    asked += [("DELETE", "", None), *((m, f"/{what}", body) for m, what, body in WRITES)]
    for method, what, body in asked:
        told = [
            of.answer(envelope(method, f"/leads/{name}{what}", body, token=ADMIN))
            for of, name in ((sales, gone), (sales, never), (fresh, never))
        ]
        assert told[0] == told[1] == told[2], (method, what)
        assert told[0]["statusCode"] == 404, (method, what)
    found = [of.get("/leads", email=ANNA).body for of in (sales, fresh)]
    assert [body["leads"] for body in found] == [[], []]


def test_nobody_of_sales_brings_an_erased_person_back(sales: SalesStage) -> None:
    erased(sales)
    before = sales.world.item()
    assert sales.ask("POST", "/leads", {"email": ANNA}).status == 404
    assert sales.world.item() == before
    assert not [key for key in sales.world.store.facts if key[0] == ANNA]


def test_an_export_holds_every_attribute_that_a_lead_can_have(sales: SalesStage) -> None:
    """Those it has of itself, each other one there is, and what a newer version wrote beside."""
    item = sales.world.store.leads[ANNA]
    numbers = dict.fromkeys((name for name, kind in _TYPES.items() if kind is int), MONDAY)
    alert = {"alert_id": "a", "made_at": MONDAY, "lease_until": MONDAY}
    others = {
        "erased_at": MONDAY - 1,  # it came back since
        "alert": json.dumps(alert), "dealings": "{}", "do_not_contact": "unsubscribed",
        "due_shard": 3, "no_marketing": 1, "owner_band": "kasia@example.com#hot", "test": 1,
        "campaign": "spring", "experiment": "red",
            "rescored": "2 warm hot", "of_a_newer_version": "x",
    }  # fmt: skip
    item |= {name: value for name, value in (numbers | others).items() if name not in item}
    assert set(item) >= _OURS - {"erased"}, "an erased lead is exported to nobody"
    told = sales.get(f"/leads/{ANNA}/export", token=ADMIN)
    assert told.status == 200, told.body
    assert told.body["stored"] == item
    assert len(told.body["facts"]) == 3
