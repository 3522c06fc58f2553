"""A model other than that of the last rescore: the deployed function brings every lead under it.

That the schedule calls it is seen where schedules are; here it is called, so that nobody waits.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.leads.kept_model import deployments, kept_model
from functions.leads.lead_table import decode, encode
from functions.leads.model_table import ModelTable
from functions.leads.rescore_run import newest_run, save_run
from infra.local.local_stack import LocalStack
from infra.local.synthesis import MODEL
from tests.cloud.rough_stack import page
from tests.cloud.stack_driving import import_facts, lead_ids, now, take_messages, wait_until

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

PEOPLE = [f"rescored-{number}@example.com" for number in range(20)]
EVERYTHING = {"segments": [0, 1, 2, 3]}


def invoked(stack: LocalStack, event: dict[str, Any]) -> dict[str, Any]:
    told = stack.client("lambda").invoke(
        FunctionName=stack.outputs["RescoreLeadsFunction"], Payload=json.dumps(event)
    )
    answer: dict[str, Any] = json.loads(told["Payload"].read())
    return answer


def items(stack: LocalStack) -> dict[str, dict[str, Any]]:
    ids = lead_ids(stack)
    keys = [{"lead": {"S": ids(address)}} for address in PEOPLE]
    told = stack.client("dynamodb").batch_get_item(
        RequestItems={stack.leads_table: {"Keys": keys, "ConsistentRead": True}}
    )
    return {raw["lead"]["S"]: decode(raw) for raw in told["Responses"][stack.leads_table]}


def test_g15_a_changed_model_is_noticed_kept_and_brought_to_every_lead_with_one_digest(
    stack: LocalStack,
) -> None:
    dynamodb = stack.client("dynamodb")
    models = ModelTable(dynamodb, stack.outputs["ModelsTable"])
    facts = [page(address, "one", "/pricing") for address in PEOPLE]
    import_facts(stack, *([fact] for fact in facts))
    wait_until("all are known", lambda: len(items(stack)) == len(PEOPLE))
    invoked(stack, {"begin": True})
    wait_until("it is over", lambda: invoked(stack, EVERYTHING).get("is_over"))
    right = items(stack)
    for item in right.values():
        wrong = item | {"model": "former", "score": 0, "engagement": 0}
        dynamodb.put_item(TableName=stack.leads_table, Item=encode(wrong))
    run = newest_run(models)
    assert run is not None
    save_run(models, replace(run, version="former"), expected=run.revision)
    assert not invoked(stack, EVERYTHING)["is_over"]
    noticed = newest_run(models)
    assert noticed is not None
    assert noticed.version == run.version
    assert noticed.starts_at > now()  # whoever still has the former model ends first
    save_run(models, replace(noticed, starts_at=now()), expected=noticed.revision)
    wait_until("it is over", lambda: invoked(stack, EVERYTHING).get("is_over"))

    assert {lead: item["score"] for lead, item in items(stack).items()} == {
        lead: item["score"] for lead, item in right.items()
    }
    told = [json.loads(one["Body"]) for one in take_messages(stack, stack.alert_inbox)]
    about = [json.loads(one["Message"]) for one in told]
    digests = [one for one in about if one["alert_id"] == f"digest-{noticed.id}"]
    assert [one["written"] for one in digests] == [len(PEOPLE)]
    assert not [one for one in about if one.get("lead") in right]
    kept = kept_model(models, run.version)
    assert kept is not None
    assert kept.source == MODEL.read_text("utf-8")
    assert kept.compiled == json.loads(Path(stack.model).read_text("utf-8"))
    assert deployments(models)[-1].version == run.version
