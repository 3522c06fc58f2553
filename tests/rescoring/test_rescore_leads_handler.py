"""The function that rescores, as it is called: by the schedule, or to begin."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions import rescore_leads
from functions.leads.apply_facts import Move
from functions.leads.kept_model import kept_model
from functions.leads.model_table import ModelTable
from functions.runtime import wiring
from tests.builders import ANNA, World, arrival, compiled_model, form_submitted, page_viewed
from tests.erasure.test_erased_stores import make_tables
from tests.rescoring.rescored_world import generous

REGION = "eu-central-1"
CONTEXT = SimpleNamespace(function_name="rescore", aws_request_id="1")
EVERYTHING = {"segments": [0, 1, 2, 3]}


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Tables and a topic in moto, and the file of the model that is deployed."""
    model = tmp_path / "scoring-model.json"
    for name, value in {
        "LEADS_TABLE": "leads",
        "FACTS_TABLE": "facts",
        "MODELS_TABLE": "models",
        "ALERT_TOPIC_ARN": f"arn:aws:sns:{REGION}:123456789012:alerts",
        "LEAD_ID_KEY": "a key for tests",
        "TELLS_DIGEST": "yes",
        "MODEL_FILE": str(model),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "POWERTOOLS_SERVICE_NAME": "lead-scoring",
        "POWERTOOLS_METRICS_NAMESPACE": "LeadScoring",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        make_tables(boto3.client("dynamodb", region_name=REGION), "leads", "facts", "models")
        boto3.client("sns", region_name=REGION).create_topic(Name="alerts")
        boto3.client("sqs", region_name=REGION).create_queue(QueueName="told")
        boto3.client("sns", region_name=REGION).subscribe(
            TopicArn=f"arn:aws:sns:{REGION}:123456789012:alerts",
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{REGION}:123456789012:told",
        )
        yield model
    forget()


def deploy(file: Path, model: dict[str, Any]) -> None:
    file.write_text(json.dumps(model), "utf-8")
    file.with_suffix(".yaml").write_text("model: as written\n", "utf-8")
    forget()


def forget() -> None:
    for part in (wiring.settings, wiring.model, wiring.book, wiring.team, wiring.client,
                 wiring.store, wiring._surroundings, wiring._session):  # fmt: skip
        part.cache_clear()


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
