"""CloudFormation has the console's files put into their bucket, and takes them away with it."""

import json
from collections.abc import Iterator

import pytest

from infra.console_release import PAGE, WEB
from infra.local.cloud import LocalCloud, start_cloud, stop_cloud
from infra.local.deployment import deploy, local_client
from infra.local.synthesis import LOCAL_SETTINGS, synthesise

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("console")]

TRIAL = {
    **LOCAL_SETTINGS,
    "console": True,
    "console_domain": "leads.example.com",
    "console_certificate": "arn:aws:acm:us-east-1:000000000000:certificate/1",
    "keep_data": False,
}
WAIT = {"Delay": 1, "MaxAttempts": 120}


@pytest.fixture
def empty_cloud() -> Iterator[LocalCloud]:
    """It asks for permissions: those of the publisher have to suffice."""
    running = start_cloud(enforce_permissions=True)
    yield running
    stop_cloud(running)


def test_a_deployment_puts_the_console_and_a_trial_takes_it_away_again(
    empty_cloud: LocalCloud,
) -> None:
    name, outputs = deploy(empty_cloud, synthesise(TRIAL))
    assert outputs["Console"] == "https://leads.example.com/"
    store = local_client("s3", empty_cloud)
    (bucket,) = [name for name in _buckets(empty_cloud) if "webconsole" in name]
    files = {one["Key"] for one in store.list_objects_v2(Bucket=bucket)["Contents"]}
    told = json.loads(store.get_object(Bucket=bucket, Key="config.json")["Body"].read())
    assert told["api"] == outputs["SalesApi"]
    assert told["sign_in"] == outputs["SignIn"]
    assert told["client"] == outputs["ConsoleClient"]
    assert told["redirect"] == outputs["Console"]
    page = store.get_object(Bucket=bucket, Key=PAGE)["Body"].read().decode()
    assert f"connect-src 'self' {outputs['SalesApi']} {outputs['SignIn']}\"" in page
    released = {file for file in files if "/" in file}
    assert {file.partition("/")[2] for file in released} == {
        path.name for path in WEB.iterdir() if path.name != PAGE
    }
    assert all(f'"{file}"' in page for file in released)
    formation = local_client("cloudformation", empty_cloud)
    formation.delete_stack(StackName=name)
    formation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=WAIT)
    assert not [name for name in _buckets(empty_cloud) if "webconsole" in name]


def _buckets(cloud: LocalCloud) -> list[str]:
    return [one["Name"] for one in local_client("s3", cloud).list_buckets()["Buckets"]]
