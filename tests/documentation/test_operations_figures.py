"""The page for engineers counts what the template holds, and names what the commands really ask."""

import json
import re
from typing import Any

import pytest

from infra.local.synthesis import synthesise
from tests.documentation.alert_of_the_readme import ROOT
from tests.infra.alarm_promises import ALARMS, HEARTBEATS
from tests.infra.template_reading import of_type, properties

pytestmark = pytest.mark.xdist_group("templates")

OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
HOURS = 730  # of a month
MINUTES = HOURS * 60
MILLION = 1_000_000
ROW = re.compile(r"^\| (.+?) \| ([\d.,]+) \| ([\d.]+)( a million)? \| ([\d.]+) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    (file,) = synthesise({}).glob("*.template.json")
    read: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return read


def costs() -> dict[str, tuple[float, float, float]]:
    """Rows of the table of costs: number, price of one, and cost, by what they are of."""
    part = OPERATIONS[OPERATIONS.index("## What it costs when idle") :]
    rows = re.findall(
        r"^\| (.+?) \| ([\d.,]+) \| ([\d.]+)( a million)? \| ([\d.]+) \|", part, re.MULTILINE
    )
    return {
        what: (
            float(number.replace(",", "")),
            float(price) / (MILLION if million else 1),
            float(cost),
        )
        for what, number, price, million, cost in rows
    }


def number_of(beginning: str) -> float:
    (found,) = [row[0] for what, row in costs().items() if what.startswith(beginning)]
    return found


def test_each_cost_is_its_number_times_its_price_and_together_they_are_the_sum() -> None:
    assert len(costs()) == 10
    for what, (number, price, cost) in costs().items():
        assert round(number * price, 2) == cost, what
    (together,) = re.findall(r"\*\*Together\*\* \| \| \| \*\*([\d.]+)\*\*", OPERATIONS)
    assert float(together) == round(sum(row[2] for row in costs().values()), 2)


def test_what_is_charged_by_time_is_what_the_template_holds(template: dict[str, Any]) -> None:
    assert number_of("dashboards") == len(of_type(template, "AWS::CloudWatch::Dashboard"))
    assert number_of("secrets") == len(of_type(template, "AWS::SecretsManager::Secret"))
    alarms = properties(template, "AWS::CloudWatch::Alarm").values()
    looked_at = sum(
        sum("MetricStat" in metric for metric in alarm.get("Metrics", [{"MetricStat": 1}]))
        for alarm in alarms
    )
    assert len(alarms) == len(ALARMS)
    assert number_of(f"metrics that the {len(alarms)} alarms look at") == looked_at
    heartbeats = {
        alarm["MetricName"] for alarm in alarms if alarm["TreatMissingData"] == "breaching"
    }
    (row,) = [what for what in costs() if what.startswith("own metrics written")]
    said_each_hour = {"model_age_days"}  # how right hot is, only where enough leads ended
    assert set(re.findall(r"`(\w+)`", row)) == heartbeats | said_each_hour
    assert number_of("own metrics") == len(heartbeats | said_each_hour)
    assert len(heartbeats) == len(HEARTBEATS)


def test_what_is_charged_by_use_when_idle_is_what_the_schedules_and_queues_ask(
    template: dict[str, Any],
) -> None:
    every = {"rate(1 minute)": MINUTES, "rate(1 hour)": HOURS}
    schedules = properties(template, "AWS::Scheduler::Schedule").values()
    running = [one for one in schedules if one["State"] == "ENABLED"]  # a summary has readers
    executions = sum(every[schedule["ScheduleExpression"]] for schedule in running)
    assert number_of("executions") == number_of("calls of the scheduler") == executions
    memory = properties(template, "AWS::Lambda::Function").popitem()[1]["MemorySize"]
    assert number_of("GB-seconds") == round(executions * 0.050 * memory / 1024)
    sources = len(of_type(template, "AWS::Lambda::EventSourceMapping"))
    assert number_of("receives") == sources * 5 * 3 * MINUTES
    shards = [json.loads(one["Target"]["Input"]).get("shards", []) for one in schedules]
    queries = sum(len(each) for each in shards) + 1  # one more holds the waiting alerts
    looks = len([one for one in schedules if "segments" in one["Target"]["Input"]])
    assert number_of("read units") == (queries / 2 + looks) * MINUTES + (16 + 2) * HOURS
    assert number_of("GB of logs") == round(executions / MILLION, 2)
