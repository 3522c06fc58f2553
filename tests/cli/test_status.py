"""`status`: all is well, or what is not, by name; and it changes nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.clock import now
from cli.redrive import SOURCES
from cli.system_health import DEAD_LETTERS
from functions.leads.listing import ALERT_SHARD
from functions.scoring.instants import DAY_MS, MINUTE_MS
from tests.cli.conftest import Run
from tests.cli.moto_stack import NAME, SWEEP_LOG, MotoStack

IN_AWS = ("--stack", NAME)
JAN = "jan@example.com"


@pytest.fixture
def healthy(stack: MotoStack) -> MotoStack:
    """A stack that swept a moment ago, with one confirmed subscriber."""
    swept(stack, minutes=1)
    subscribe(stack, JAN)
    return stack


def swept(stack: MotoStack, minutes: float, **more: int) -> None:
    """Let a round of the schedule have ended so long ago, as the functions write it down."""
    logs = stack.client("logs")
    logs.create_log_stream(logGroupName=SWEEP_LOG, logStreamName=str(minutes))
    told = {"message": "swept", "written": 0} | more
    event = {"timestamp": now() - int(minutes * MINUTE_MS), "message": json.dumps(told)}
    logs.put_log_events(logGroupName=SWEEP_LOG, logStreamName=str(minutes), logEvents=[event])


def subscribe(
    stack: MotoStack, endpoint: str, arn: str = "arn:aws:sns:x", topic: str = "Alert"
) -> None:
    one = {"Protocol": "email", "Endpoint": endpoint, "SubscriptionArn": arn}
    stack.listeners.setdefault(stack.outputs[f"{topic}Topic"], []).append(one)


def due(stack: MotoStack, shard: int, minutes: float) -> None:
    item = {
        "lead": {"S": f"{shard}-{minutes}"}, "due_shard": {"N": str(shard)},
        "due_at": {"N": str(now() - int(minutes * MINUTE_MS))},
    }  # fmt: skip
    stack.client("dynamodb").put_item(TableName="leads", Item=item)


def aged(stack: MotoStack, queue: str, *seconds_by_minute: int) -> None:
    """State the age of the oldest message, newest minute first."""
    name = stack.outputs[queue].rpartition("/")[2]
    for minute, seconds in enumerate(seconds_by_minute, start=1):
        stack.client("cloudwatch").put_metric_data(
            Namespace="AWS/SQS",
            MetricData=[
                {
                    "MetricName": "ApproximateAgeOfOldestMessage",
                    "Dimensions": [{"Name": "QueueName", "Value": name}],
                    "Timestamp": datetime.fromtimestamp(now() / 1000 - 60 * minute, tz=UTC),
                    "Value": float(seconds),
                }
            ],
        )


def test_when_all_is_well_the_exit_code_says_so(healthy: MotoStack, run: Run) -> None:
    code, out, err = run("status", *IN_AWS)
    assert (code, err) == (0, "")
    for told in ("LeadScoring in AWS", "Last sweep       1 minute ago", "confirmed", JAN,
                 "Alerts to send   none", "All is well."):  # fmt: skip
        assert told in out


def test_refused_messages_and_fresh_work_need_nobody(healthy: MotoStack, run: Run) -> None:
    healthy.put("RefusedQueue", "{}")
    healthy.put("ActivityQueue", "{}", "{}")
    due(healthy, 3, minutes=1)
    due(healthy, ALERT_SHARD, minutes=1)
    code, out, _ = run("status", *IN_AWS)
    assert code == 0
    lines = {line.split()[0]: line.split()[1:3] for line in out.splitlines() if line.strip()}
    assert (lines["RefusedQueue"], lines["ActivityQueue"]) == (["1", "0"], ["2", "0"])
    assert "Leads due        1, the oldest for 1 minute" in out


def test_g20_dead_letters_need_somebody(healthy: MotoStack, run: Run) -> None:
    for queue in DEAD_LETTERS:
        healthy.put(queue, "{}")
    code, out, _ = run("status", *IN_AWS)
    assert code == 1
    for queue in DEAD_LETTERS:
        command = f"lead-scoring redrive {queue} --stack {NAME}"
        sent_back = queue in SOURCES
        advice = f"mend the cause, then {command}" if sent_back else f"{command} says what becomes"
        assert f"1 in {queue}; {advice}" in out


def test_the_age_of_the_oldest_message_is_that_of_the_newest_minute(
    healthy: MotoStack, run: Run
) -> None:
    healthy.put("ActivityQueue", "{}")
    aged(healthy, "ActivityQueue", 120, 7000)
    code, out, _ = run("status", *IN_AWS)
    assert code == 0
    (line,) = [line for line in out.splitlines() if "ActivityQueue" in line]
    assert line.strip().endswith("2 minutes")


def test_a_queue_that_stands_still_needs_somebody(healthy: MotoStack, run: Run) -> None:
    healthy.put("ParkingQueue", "{}")
    aged(healthy, "ParkingQueue", 1200)
    code, out, _ = run("status", *IN_AWS)
    assert (code, "the oldest message of ParkingQueue is 20 minutes old" in out) == (1, True)


def test_an_alert_that_is_late_needs_somebody(healthy: MotoStack, run: Run) -> None:
    due(healthy, ALERT_SHARD, minutes=7)
    due(healthy, ALERT_SHARD, minutes=2)
    code, out, _ = run("status", *IN_AWS)
    assert code == 1
    assert "Alerts to send   2, the oldest for 7 minutes" in out
    assert "an alert is 7 minutes late" in out


def test_a_lead_nobody_looked_at_needs_somebody(healthy: MotoStack, run: Run) -> None:
    due(healthy, 15, minutes=20)
    code, out, _ = run("status", *IN_AWS)
    assert (code, "a lead has been due for 20 minutes" in out) == (1, True)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(30, "the last sweep ended 30 minutes ago"), (None, "ended more than 1 hour ago, or never")],
)
def test_a_schedule_that_stands_still_needs_somebody(
    stack: MotoStack, run: Run, minutes: float | None, told: str
) -> None:
    subscribe(stack, JAN)
    if minutes:
        swept(stack, minutes)
    code, out, _ = run("status", *IN_AWS)
    assert (code, told in out) == (1, True)


def test_k10_a_round_whose_shards_could_not_be_read_is_no_sweep(stack: MotoStack, run: Run) -> None:
    subscribe(stack, JAN)
    swept(stack, minutes=30, failed=0)
    swept(stack, minutes=2, failed=4)
    metrics = {"timestamp": now() - MINUTE_MS, "message": json.dumps({"swept": [3.0]})}
    stack.client("logs").put_log_events(
        logGroupName=SWEEP_LOG, logStreamName="2", logEvents=[metrics]
    )
    code, out, _ = run("status", *IN_AWS)
    assert (code, "the last sweep ended 30 minutes ago" in out) == (1, True)


@pytest.mark.parametrize("name", ["CreationTime", "LastUpdatedTime"])
def test_a_stack_younger_than_five_minutes_need_not_have_swept_yet(
    stack: MotoStack, run: Run, name: str
) -> None:
    subscribe(stack, JAN)
    stack.deployed[name] = now() - 4 * MINUTE_MS
    code, out, _ = run("status", *IN_AWS)
    assert (code, "Last sweep       none yet" in out) == (0, True)
    stack.deployed[name] = now() - 6 * MINUTE_MS
    assert run("status", *IN_AWS)[0] == 1


def test_an_update_does_not_hide_that_the_schedule_stood_still_before(
    stack: MotoStack, run: Run
) -> None:
    subscribe(stack, JAN)
    swept(stack, minutes=30)
    stack.deployed["LastUpdatedTime"] = now()
    code, out, _ = run("status", *IN_AWS)
    assert (code, "the last sweep ended 30 minutes ago" in out) == (1, True)


def test_subscribers_are_confirmed_pending_or_gone(
    healthy: MotoStack, run: Run, folder: Path
) -> None:
    subscribe(healthy, "ola@example.com", "PendingConfirmation")
    subscribe(healthy, "ewa@example.com", "Deleted")
    subscribe(healthy, "ops@example.com", "PendingConfirmation", topic="Alarm")
    named = [{"protocol": "email", "endpoint": f"{name}@example.com"} for name in ("Jan", "ewa")]
    context = {"subscribers": named, "operators": ["ops@example.com"]}
    (folder / "cdk.json").write_text(json.dumps({"context": context}), "utf-8")
    code, out, _ = run("status", *IN_AWS)
    assert code == 1
    listed = [line.split() for line in out.splitlines() if " email " in line]
    states = {endpoint: state for state, _, endpoint in listed}
    assert states == {
        JAN: "confirmed", "ola@example.com": "pending", "ewa@example.com": "gone",
        "ops@example.com": "pending",
    }  # fmt: skip
    assert "ola@example.com has not confirmed" in out
    assert "ewa@example.com is in cdk.json but no longer subscribed" in out
    assert f"{JAN} is in" not in out


def test_a_stack_that_tells_nobody_needs_somebody(stack: MotoStack, run: Run) -> None:
    swept(stack, minutes=1)
    code, out, _ = run("status", *IN_AWS)
    assert (code, "nobody is told of hot leads" in out) == (1, True)


def test_the_settings_of_another_stage_say_nothing_of_this_stack(
    healthy: MotoStack, run: Run, folder: Path
) -> None:
    named = [{"protocol": "email", "endpoint": "ewa@example.com"}]
    context = {"stage": "trial", "subscribers": named}
    (folder / "cdk.json").write_text(json.dumps({"context": context}), "utf-8")
    assert run("status", *IN_AWS)[0] == 0


def test_looking_changes_nothing(healthy: MotoStack, run: Run) -> None:
    healthy.put("ActivityDeadLetters", "{}")
    due(healthy, 1, minutes=DAY_MS / MINUTE_MS)
    assert run("status", *IN_AWS) == run("status", *IN_AWS)
    assert len(healthy.messages("ActivityDeadLetters")) == 1


def test_a_stack_of_before_is_asked_to_be_brought_up_to_date(healthy: MotoStack, run: Run) -> None:
    del healthy.outputs["BusDeadLetters"]
    code, _, err = run("status", *IN_AWS)
    assert (code, err.count("\n")) == (1, 1)
    assert "has no output 'BusDeadLetters'" in err
