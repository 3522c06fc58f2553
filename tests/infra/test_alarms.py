"""Alarms over our own metrics look at names that the functions really write."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from infra.local.prepare import ROOT
from infra.local.synthesis import synthesise
from tests.infra.template_reading import properties

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


SILENT = math.nan  # a count that is nought is not written, and then there is no figure at all


@pytest.mark.parametrize(
    ("alarm", "measured", "rings"),
    [
        ("Refused", {"refused": 3, "accepted": SILENT}, True),
        ("Refused", {"refused": 1, "accepted": 99}, True),
        ("Refused", {"refused": 1, "accepted": 300}, False),
        ("Refused", {"refused": SILENT, "accepted": 300}, False),
        ("Conflicts", {"conflicts": 7, "commits": SILENT}, True),
        ("Conflicts", {"conflicts": 21, "commits": 100}, True),
        ("Conflicts", {"conflicts": 20, "commits": 100}, False),
        ("Conflicts", {"conflicts": SILENT, "commits": 100}, False),
        ("FormsFail", {"failed": 1, "all": 100}, True),
        ("FormsFail", {"failed": 1, "all": 200}, False),
        ("NobodyListens", {"published": 1, "delivered": SILENT, "failed": SILENT}, True),
        ("NobodyListens", {"published": 1, "delivered": 1, "failed": SILENT}, False),
        ("NobodyListens", {"published": SILENT, "delivered": 0, "failed": 0}, False),
        ("TableReadThrottleEvents", {"m0": SILENT, "m1": 1, "m2": SILENT}, True),
    ],
)
def test_g20_an_alarm_over_several_measures_rings_where_one_of_them_is_silent(
    alarm: str, measured: dict[str, float], rings: bool
) -> None:
    (file,) = synthesise({}).glob("*.template.json")
    alarms = properties(json.loads(file.read_text(encoding="utf-8")), "AWS::CloudWatch::Alarm")
    (rule,) = [one for name, one in alarms.items() if name[:-8] == f"Alarms{alarm}"]
    (expression,) = [one["Expression"] for one in rule["Metrics"] if "Expression" in one]
    assert (worth(expression, measured) >= rule["Threshold"]) is rings


def worth(expression: str, measured: dict[str, float]) -> float:
    """A metric expression as CloudWatch computes it; a hole makes its sum and its quotient one."""

    def filled(value: float, instead: float) -> float:
        return instead if math.isnan(value) else value

    def chosen(condition: object, one: float, other: float) -> float:
        return one if condition else other

    python = expression.replace("IF(", "chosen(").replace("FILL(", "filled(")
    python = re.sub(r"\ball\b", "everything", python).replace(" AND ", " and ")
    known = {name if name != "all" else "everything": value for name, value in measured.items()}
    value: float = eval(python, {"__builtins__": {}}, {"chosen": chosen, "filled": filled, **known})
    return value
