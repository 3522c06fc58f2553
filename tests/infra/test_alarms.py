"""Alarms over our own metrics look at names that the functions really write."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.local.prepare import ROOT
from infra.local.synthesis import synthesise
from tests.infra.template_promises import properties

pytestmark = pytest.mark.xdist_group("templates")

WRITTEN_BY_REASON = {"refused_malformed"}  # `refused_` and the reason of the refusal


def own_metrics() -> set[str]:
    (file,) = synthesise({}).glob("*.template.json")
    template: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    names = set()
    for alarm in properties(template, "AWS::CloudWatch::Alarm").values():
        metrics = [m["MetricStat"]["Metric"] for m in alarm.get("Metrics", []) if "MetricStat" in m]
        for metric in [*metrics, alarm]:
            if metric.get("Namespace") == "LeadScoring":
                names.add(metric["MetricName"])
                assert metric["Dimensions"] == [{"Name": "service", "Value": "lead-scoring-prod"}]
    return names


def code() -> str:
    files = sorted((ROOT / "functions").rglob("*.py"))
    return "\n".join(Path(file).read_text(encoding="utf-8") for file in files)


def test_alarms_look_at_metrics_of_our_own() -> None:
    assert {"sweeps", "conflicts", "applied", "refused", "accepted"} <= own_metrics()


def test_every_metric_that_an_alarm_looks_at_is_written() -> None:
    written = code()
    missing = {
        name
        for name in own_metrics() - WRITTEN_BY_REASON
        if not re.search(rf"[\"']{name}[\"']", written)
    }
    assert not missing
