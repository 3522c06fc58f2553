"""The template as CloudFormation sees it: again, with other points, by the pinned command."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.cloud import ACCOUNT, KEY, REGION, LocalCloud, opener, start_cloud, stop_cloud
from infra.local.deployment import LAYER, deploy, local_client, put_layer
from infra.local.local_stack import LocalStack
from infra.local.prepare import CDK, ROOT, environment
from infra.local.synthesis import MODEL, synthesise

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]


@pytest.fixture
def another_cloud() -> Iterator[LocalCloud]:
    """With nothing in it, for a stack that another way deploys."""
    running = start_cloud()
    yield running
    stop_cloud(running)


def resources(cloud: LocalCloud, stack: str) -> dict[str, tuple[str, str]]:
    """Physical id and last change by logical id."""
    pages = local_client("cloudformation", cloud).get_paginator("list_stack_resources")
    return {
        resource["LogicalResourceId"]: (
            resource["PhysicalResourceId"],
            str(resource["LastUpdatedTimestamp"]),
        )
        for page in pages.paginate(StackName=stack)
        for resource in page["StackResourceSummaries"]
    }


def test_a_second_deploy_changes_nothing(cloud: LocalCloud) -> None:
    name, outputs = deploy(cloud, synthesise())
    before = resources(cloud, name)
    assert deploy(cloud, synthesise()) == (name, outputs)
    assert resources(cloud, name) == before


def test_a_change_of_points_alone_replaces_no_resource(cloud: LocalCloud, tmp_path: Path) -> None:
    name, _ = deploy(cloud, synthesise())
    before = resources(cloud, name)
    changed = tmp_path / "scoring-model.yaml"
    text = MODEL.read_text(encoding="utf-8")
    assert "    points: 20\n" in text
    changed.write_text(text.replace("    points: 20\n", "    points: 19\n", 1), encoding="utf-8")
    deploy(cloud, synthesise(model_file=changed))
    after = resources(cloud, name)
    assert {k: physical for k, (physical, _) in after.items()} == {
        k: physical for k, (physical, _) in before.items()
    }
    assert after != before, "the functions have the new model"


def test_the_pinned_command_bootstraps_and_deploys_and_then_finds_nothing_to_do(
    another_cloud: LocalCloud,
) -> None:
    account = {
        "AWS_ENDPOINT_URL": another_cloud.endpoint,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_REGION": REGION,
        "CI": "1",
        "YES": "1",
    }
    env = {k: v for k, v in environment().items() if not k.startswith("AWS_")} | account
    put_layer(another_cloud)
    settings = ["-c", "stage=local", "-c", "combined_alarms=false", "-c", "console=false"]
    layer = ["--parameters", f"PowertoolsLayer={LAYER}"]
    cdk = str(CDK / "node_modules" / ".bin" / "cdk")

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    assert run(cdk, "--version").startswith("2.1148.1 ")
    first = run(sys.executable, "-m", "infra.local", "deploy", *settings, *layer)
    assert f"Account {ACCOUNT}, Region {REGION}, stack LeadScoring-local:" in first
    assert "  4  AWS::DynamoDB::Table" in first
    assert "bootstrapped" in first
    assert "no changes" not in first
    again = run(sys.executable, "-m", "infra.local", "deploy", *settings, *layer)
    assert "(no changes)" in again


@pytest.mark.parametrize(
    ("origin", "allowed"), [("https://www.example.com", True), ("https://evil.example", False)]
)
def test_b38_b39_the_gateway_answers_a_preflight_and_admits_listed_origins_only(
    stack: LocalStack, origin: str, allowed: bool
) -> None:
    """No function is asked: a preflight is no form."""
    request = urllib.request.Request(
        f"{stack.form_address}demo",
        method="OPTIONS",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    try:
        with opener(stack.cloud).open(request) as answer:
            status, headers = answer.status, answer.headers
    except urllib.error.HTTPError as answer:
        status, headers = answer.code, answer.headers
    assert status == 204 or not allowed
    assert (headers.get("Access-Control-Allow-Origin") == origin) == allowed
    assert headers.get("Access-Control-Allow-Credentials") != "true"


def test_d17_tables_expire_facts_and_can_be_restored(stack: LocalStack) -> None:
    tables = stack.client("dynamodb")
    lifetime = tables.describe_time_to_live(TableName=stack.facts_table)["TimeToLiveDescription"]
    assert lifetime == {"AttributeName": "expires_at", "TimeToLiveStatus": "ENABLED"}
    for table in (stack.leads_table, stack.facts_table):
        backups = tables.describe_continuous_backups(TableName=table)
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


def test_nothing_of_the_user_reaches_the_functions(stack: LocalStack) -> None:
    functions = stack.client("lambda").list_functions()["Functions"]
    home = os.environ.get("HOME", "/nowhere")
    for function in functions:
        assert home + "/" not in str(function["Environment"]["Variables"])
