"""Deploys the template, unmodified, to the local cloud through CloudFormation.

What the local cloud leaves out of a template it accepts (CORS, TTL, point-in-time recovery) is
set afterwards, from the same template.
"""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local.cloud import ACCOUNT, KEY, REGION, LocalCloud

WAIT = {"Delay": 1, "MaxAttempts": 120}
LAYER = "/lead-scoring/powertools-layer"  # names below /aws are Amazon's own, here too
_MAKING = threading.Lock()  # clients are safe among threads, the session that makes them is not
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a zip can hold: the same content is the same file


class DeploymentFailed(RuntimeError):
    """CloudFormation gave up; the message names the resources and their reasons."""


@cache
def local_session() -> boto3.Session:
    """One for the process, as each reads the data of its services anew."""
    return boto3.Session(aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=REGION)


def local_client(name: str, cloud: LocalCloud) -> Any:
    """A client of the local cloud, kept: each costs 100 ms and more to make, and any thread may use
    it. Any, as its service is only known by name.
    """
    with _MAKING:
        return _client(name, cloud)


@cache
def _client(name: str, cloud: LocalCloud) -> Any:
    config = Config(
        connect_timeout=2,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 2},
        proxies={},
        s3={"addressing_style": "path"},
    )
    session: Any = local_session()
    return session.client(
        name, endpoint_url=cloud.endpoint, config=config, verify=cloud.certificate or None
    )


def deploy(cloud: LocalCloud, assembly: Path) -> tuple[str, dict[str, str]]:
    """The stack's name and its outputs, once CloudFormation says it is complete."""
    name, template_file, assets = _read(assembly)
    template = json.loads((assembly / template_file).read_text(encoding="utf-8"))
    bootstrap(cloud)
    put_layer(cloud)
    url = ""
    for file in assets:
        address = _upload(cloud, assembly, file)
        if file["source"]["path"] == template_file:
            url = address
    formation = local_client("cloudformation", cloud)
    _create_or_update(formation, name, url)
    stack = formation.describe_stacks(StackName=name)["Stacks"][0]
    _complete(cloud, template, _physical_ids(formation, name))
    return name, {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _read(assembly: Path) -> tuple[str, str, list[dict[str, Any]]]:
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    (name, stack), *_ = (
        (name, artifact)
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    )
    assets = json.loads((assembly / f"{name}.assets.json").read_text(encoding="utf-8"))["files"]
    stack_name = stack["properties"].get("stackName", name)
    return stack_name, stack["properties"]["templateFile"], list(assets.values())


def bootstrap(cloud: LocalCloud) -> None:
    """What `cdk bootstrap` puts into a real account, as far as a template asks for it."""
    local_client("ssm", cloud).put_parameter(
        Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String", Overwrite=True
    )


def put_layer(cloud: LocalCloud) -> None:
    """What the publisher of the Powertools layer puts into every Region."""
    arn = f"arn:aws:lambda:{REGION}:017000801446:layer:AWSLambdaPowertoolsPythonV3:1"
    local_client("ssm", cloud).put_parameter(Name=LAYER, Value=arn, Type="String", Overwrite=True)


def _upload(cloud: LocalCloud, assembly: Path, file: dict[str, Any]) -> str:
    (destination,) = file["destinations"].values()
    bucket = destination["bucketName"]
    for variable, value in (("${AWS::AccountId}", ACCOUNT), ("${AWS::Region}", REGION)):
        bucket = bucket.replace(variable, value)
    store = local_client("s3", cloud)
    try:
        store.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
    source = assembly / file["source"]["path"]
    body = _zipped(source) if source.is_dir() else source.read_bytes()
    store.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)
    return f"{cloud.endpoint}/{bucket}/{destination['objectKey']}"


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 1)
    return packed.getvalue()


def _create_or_update(formation: Any, name: str, url: str) -> None:
    arguments = {
        "StackName": name,
        "TemplateURL": url,
        "Parameters": [{"ParameterKey": "PowertoolsLayer", "ParameterValue": LAYER}],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    }
    try:
        formation.create_stack(**arguments)
        waiter = "stack_create_complete"
    except formation.exceptions.AlreadyExistsException:
        try:
            formation.update_stack(**arguments)
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return
            raise
        waiter = "stack_update_complete"
    try:
        formation.get_waiter(waiter).wait(StackName=name, WaiterConfig=WAIT)
    except Exception as error:
        raise DeploymentFailed("\n".join(_failures(formation, name))) from error


def _failures(formation: Any, name: str) -> Iterator[str]:
    for event in formation.describe_stack_events(StackName=name)["StackEvents"]:
        if "FAILED" in event["ResourceStatus"]:
            yield f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'failed')}"


def _physical_ids(formation: Any, name: str) -> dict[str, str]:
    pages = formation.get_paginator("list_stack_resources").paginate(StackName=name)
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
    }


def _complete(cloud: LocalCloud, template: dict[str, Any], physical: dict[str, str]) -> None:
    gateway = local_client("apigatewayv2", cloud)
    for name, properties in _resources(template, "AWS::ApiGatewayV2::Api"):
        if cors := properties.get("CorsConfiguration"):
            gateway.update_api(ApiId=physical[name], CorsConfiguration=cors)
    tables = local_client("dynamodb", cloud)
    for name, properties in _resources(template, "AWS::DynamoDB::Table"):
        table = physical[name]
        tables.update_continuous_backups(
            TableName=table,
            PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"],
        )
        lifetime = properties.get("TimeToLiveSpecification")
        state = tables.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        if lifetime and state["TimeToLiveStatus"] == "DISABLED":
            tables.update_time_to_live(TableName=table, TimeToLiveSpecification=lifetime)


def _resources(template: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]
