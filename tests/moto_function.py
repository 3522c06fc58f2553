"""Where a function runs on tables in moto: its environment, its tables, and nothing remembered."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.runtime import telemetry, wiring
from tests.erasure.test_erased_stores import make_tables

REGION = "eu-central-1"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:alerts"


@contextmanager
def function_in_moto(monkeypatch: pytest.MonkeyPatch, model: Path, **more: str) -> Iterator[None]:
    """Let a function read the model of this file, and the environment say `more`."""
    for name, value in {
        "LEADS_TABLE": "leads",
        "FACTS_TABLE": "facts",
        "MODELS_TABLE": "models",
        "ALERT_TOPIC_ARN": TOPIC,
        "LEAD_ID_KEY": "a key for tests",
        "MODEL_FILE": str(model),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "POWERTOOLS_SERVICE_NAME": "lead-scoring",
        "POWERTOOLS_METRICS_NAMESPACE": "LeadScoring",
        **more,
    }.items():
        monkeypatch.setenv(name, value)
    forget()
    with mock_aws():
        make_tables(boto3.client("dynamodb", region_name=REGION), "leads", "facts", "models")
        yield
    forget()


def deploy(file: Path, model: Mapping[str, Any]) -> None:
    """Put a compiled model where the next call reads it."""
    file.write_text(json.dumps(model), "utf-8")
    forget()


def forget() -> None:
    """Let the next call read everything anew, as a new sandbox does."""
    for part in (wiring.settings, wiring.model, wiring.book, wiring.team, wiring.client,
                 wiring.store, wiring._surroundings, wiring._session,
                 telemetry.logger, telemetry._metrics):  # fmt: skip
        part.cache_clear()
