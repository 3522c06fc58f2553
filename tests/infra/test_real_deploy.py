"""`make deploy` before anything is deployed: one sentence says what is missing."""

import os
from pathlib import Path
from typing import Any

import pytest

from infra.deploy_settings import InvalidSettings, read_settings
from infra.local.real_deploy import deploy_to_aws, who_hears_nothing

UNKNOWN = "AWS does not know who is asking ({}); log in first, for example aws sso login."
REGION = "AWS_REGION", "eu-central-1"


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def said(*arguments: str) -> str:
    """What it ends with."""
    with pytest.raises(SystemExit) as ended:
        deploy_to_aws(arguments)
    return str(ended.value.code)


def test_without_a_region_one_is_asked_for() -> None:
    assert said() == "No Region is set: export AWS_REGION, for example AWS_REGION=eu-central-1."


def test_without_credentials_one_is_told_to_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*REGION)
    assert said() == UNKNOWN.format("Unable to locate credentials")


def test_a_profile_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*REGION)
    missing = "The config profile (nobody) could not be found"
    assert said("--profile", "nobody") == UNKNOWN.format(missing)


def test_a_setting_of_the_command_has_a_value() -> None:
    assert said("-c", "stage") == "-c stage: write SETTING=VALUE, for example -c stage=trial."


def test_a_setting_of_the_command_is_checked_like_one_of_the_file() -> None:
    with pytest.raises(InvalidSettings, match=r"cdk\.json, archive_days"):
        deploy_to_aws(["-c", "archive_days=31"])


def test_a_team_of_reps_alone_is_told_that_escalations_reach_nobody() -> None:
    kasia = {"name": "Kasia Nowak", "mail": "kasia@example.com"}
    jan = {"name": "Jan", "mail": "jan@example.com"}
    chat = {"protocol": "email", "endpoint": "chat@example.com"}
    assert "Nobody is told of hot leads" in who_hears_nothing(read_settings({}))
    for settings in ({"team": [kasia, jan]}, {"team": [kasia], "subscribers": [chat]}):
        assert "neither a manager nor an admin" in who_hears_nothing(read_settings(settings))
    listening = chat | {"filter": {"kind": ["escalation", "summary"]}}
    told: dict[str, Any]
    for told in (
        {"team": [kasia, jan | {"role": "manager"}]},
        {"team": [kasia, jan | {"role": "admin"}]},
        {"team": [kasia], "subscribers": [listening]},
        {"subscribers": [chat]},
    ):
        assert who_hears_nothing(read_settings(told)) == ""
