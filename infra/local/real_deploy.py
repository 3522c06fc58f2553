"""`make deploy`: the pinned CDK command, after it is said where to and what will be made.

What it deploys is the assembly that was shown.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from functions.leads.lead import ESCALATION, SUMMARY
from infra.deploy_settings import NO_CONSOLE, DeploySettings, read_settings
from infra.listeners import kinds_heard
from infra.local.prepare import CDK, ROOT, environment
from infra.local.synthesis import MODEL, synthesise


def deploy_to_aws(arguments: Sequence[str]) -> None:
    """Asks first; `YES=1` answers for a pipeline. The arguments are those of `cdk deploy`."""
    asked, rest = _asked(arguments)
    context = _context(asked.context)
    settings = read_settings(context)
    account, region = _where(asked.profile)
    print(f"Account {account}, Region {region}, stack {settings.stack_name}:")
    assembly = synthesise(context, model_file=Path(os.environ.get("LEAD_SCORING_MODEL", MODEL)))
    for kind, number in _resources(assembly, settings.stack_name):
        print(f"  {number:3}  {kind}")
    if unheard := who_hears_nothing(settings):
        print(unheard)
    if settings.console and not settings.serves_console:
        print(NO_CONSOLE)
    if not _yes():
        sys.exit("Nothing was deployed.")
    cdk = [str(CDK / "node_modules" / ".bin" / "cdk")]
    env = environment() | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    chosen = ["--app", str(assembly), *(["--profile", asked.profile] if asked.profile else [])]
    for command in (
        [*cdk, "bootstrap", f"aws://{account}/{region}", *chosen],
        [*cdk, "deploy", settings.stack_name, "--require-approval", "never", *chosen, *rest],
    ):
        if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode:
            sys.exit(1)


def who_hears_nothing(settings: DeploySettings) -> str:
    """A sentence where alerts would reach nobody, empty where each reaches somebody.

    A team of reps hears of its own hot leads alone; a subscriber of what its filter asks for.
    """
    if not settings.subscribers and not settings.team:
        return "Nobody is told of hot leads (team and subscribers in cdk.json)."
    if not settings.team or kinds_heard(settings) >= {ESCALATION, SUMMARY}:
        return ""
    return (
        "The team has neither a manager nor an admin: escalations, Monday's summary and hot leads "
        "that nobody looks after reach no member of it (role in team, or subscribers, in cdk.json)."
    )


def _asked(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """What this command has to know too; all else is for `cdk deploy` alone."""
    parser = argparse.ArgumentParser("make deploy", add_help=False, allow_abbrev=False)
    parser.add_argument("-c", "--context", action="append", default=[], metavar="SETTING=VALUE")
    parser.add_argument("--profile")
    return parser.parse_known_args(arguments)


def _context(pairs: Sequence[str]) -> dict[str, Any]:
    """The settings of cdk.json, and over them those of the command."""
    written = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    if wrong := [pair for pair in pairs if "=" not in pair]:
        sys.exit(f"-c {wrong[0]}: write SETTING=VALUE, for example -c stage=trial.")
    return {**written, **dict(pair.split("=", 1) for pair in pairs)}


def _where(profile: str | None) -> tuple[str, str]:
    """Account and Region, or one sentence that says what is missing."""
    try:
        session = boto3.Session(profile_name=profile, region_name=os.environ.get("AWS_REGION"))
        region = session.region_name
        if not region:
            sys.exit("No Region is set: export AWS_REGION, for example AWS_REGION=eu-central-1.")
        return session.client("sts").get_caller_identity()["Account"], region
    except (BotoCoreError, ClientError) as error:
        why = str(error).rstrip(".")
        sys.exit(
            f"AWS does not know who is asking ({why}); log in first, for example aws sso login."
        )


def _resources(assembly: Path, stack: str) -> list[tuple[str, int]]:
    template = json.loads((assembly / f"{stack}.template.json").read_text(encoding="utf-8"))
    kinds = Counter(resource["Type"] for resource in template["Resources"].values())
    return sorted(kinds.items())


def _yes() -> bool:
    if os.environ.get("YES"):
        return True
    try:
        return input("Deploy this? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False
