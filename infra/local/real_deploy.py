"""`make deploy`: the pinned CDK command, after it is said where to and what will be made."""

import json
import os
import subprocess
import sys
from collections import Counter

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy_settings import read_settings
from infra.local.prepare import CDK, ROOT, environment
from infra.local.synthesis import synthesise


def deploy_to_aws() -> None:
    """Asks first; `YES=1` answers for a pipeline."""
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    settings = read_settings(context)
    account, region = _where()
    print(f"Account {account}, Region {region}, stack {settings.stack_name}:")
    for kind, number in _resources(settings.stack_name):
        print(f"  {number:3}  {kind}")
    if not settings.subscribers:
        print("Nobody is subscribed to alerts (subscribers in cdk.json).")
    if not _yes():
        sys.exit("Nothing was deployed.")
    cdk = [str(CDK / "node_modules" / ".bin" / "cdk")]
    where = {"AWS_REGION": region, "CDK_DEFAULT_REGION": region, "CDK_DEFAULT_ACCOUNT": account}
    for command in (
        [*cdk, "bootstrap", f"aws://{account}/{region}"],
        [*cdk, "deploy", "--require-approval", "never", settings.stack_name],
    ):
        if subprocess.run(command, cwd=ROOT, env=environment() | where, check=False).returncode:
            sys.exit(1)


def _where() -> tuple[str, str]:
    try:
        session = boto3.Session()
        region = session.region_name
        if not region:
            sys.exit("No Region is set: export AWS_REGION, for example AWS_REGION=eu-central-1.")
        return session.client("sts").get_caller_identity()["Account"], region
    except (BotoCoreError, ClientError) as error:
        sys.exit(
            f"AWS does not know who is asking ({error}); log in first, for example aws sso login."
        )


def _resources(stack: str) -> list[tuple[str, int]]:
    template = json.loads((synthesise({}) / f"{stack}.template.json").read_text(encoding="utf-8"))
    kinds = Counter(resource["Type"] for resource in template["Resources"].values())
    return sorted(kinds.items())


def _yes() -> bool:
    if os.environ.get("YES"):
        return True
    try:
        return input("Deploy this? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False
