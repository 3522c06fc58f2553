"""The function that rescores, as it is called: by the schedule, or to begin."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from functions import rescore_leads
from functions.leads.apply_facts import Move
from functions.leads.kept_model import kept_model
from functions.leads.model_table import ModelTable
from functions.runtime import wiring
from tests.builders import ANNA, World, arrival, compiled_model, form_submitted, page_viewed
from tests.moto_function import REGION, TOPIC, function_in_moto
from tests.moto_function import deploy as deploy_compiled
from tests.rescoring.rescored_world import generous

CONTEXT = SimpleNamespace(function_name="rescore", aws_request_id="1")
EVERYTHING = {"segments": [0, 1, 2, 3]}


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Tables and a topic in moto, and the file of the model that is deployed."""
    model = tmp_path / "scoring-model.json"
    with function_in_moto(monkeypatch, model, TELLS_DIGEST="yes"):
        boto3.client("sns", region_name=REGION).create_topic(Name="alerts")
        boto3.client("sqs", region_name=REGION).create_queue(QueueName="told")
        boto3.client("sns", region_name=REGION).subscribe(
            TopicArn=TOPIC,
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{REGION}:123456789012:told",
        )
        yield model


def deploy(file: Path, model: dict[str, Any]) -> None:
    file.with_suffix(".yaml").write_text("model: as written\n", "utf-8")
    deploy_compiled(file, model)


def told() -> list[dict[str, Any]]:
    queues = boto3.client("sqs", region_name=REGION)
    url = queues.get_queue_url(QueueName="told")["QueueUrl"]
    found = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(json.loads(one["Body"])["Message"]) for one in found]


def test_a_new_model_is_noticed_brought_to_every_lead_and_told_of(deployed: Path) -> None:
    deploy(deployed, compiled_model())
    around = replace(World().around(), store=wiring.store())
    facts = [form_submitted(answers={"company": "Example Ltd"}), page_viewed()]
    Move(around).apply(ANNA, [arrival(fact) for fact in facts])
    assert rescore_leads.handler(EVERYTHING, CONTEXT)["is_over"]
    assert told() == []  # nothing was to be done
    deploy(deployed, generous())
    assert not rescore_leads.handler(EVERYTHING, CONTEXT)["is_over"]  # the former model still runs
    begun = rescore_leads.handler({"begin": True}, CONTEXT)
    assert begun["run"].endswith("-v2")
    assert rescore_leads.handler(EVERYTHING, CONTEXT)["is_over"]
    (message,) = told()
    assert (message["kind"], message["alert_id"]) == ("digest", f"digest-{begun['run']}")
    assert [one["company"] for one in message["hot"]] == ["Example Ltd"]
    kept = kept_model(ModelTable(wiring.store().client, "models"), "v2")
    assert kept is not None
    assert kept.source == "model: as written\n"


def test_where_nobody_listens_no_digest_is_sent(
    deployed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that nobody takes would ring the alarm NobodyListens."""
    monkeypatch.delenv("TELLS_DIGEST")
    deploy(deployed, generous())
    around = replace(World().around(), store=wiring.store())
    Move(around).apply(ANNA, [arrival(page_viewed())])
    rescore_leads.handler({"begin": True}, CONTEXT)
    assert rescore_leads.handler(EVERYTHING, CONTEXT)["is_over"]
    assert told() == []
