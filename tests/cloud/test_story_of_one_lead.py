"""`make demo` tells the truth: it names the step that a fault takes away.

Each test waits for the schedule, so each may run in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.local_stack import LocalStack, write_stack
from infra.local.prepare import ROOT, environment

pytestmark = pytest.mark.cloud


def demo(stack: LocalStack, folder: Path) -> tuple[int, str, str]:
    """What `make demo` runs, on this stack: its exit code, what it said, what it complained of."""
    file = folder / "stack.json"
    write_stack(stack, file)
    done = subprocess.run(
        [sys.executable, "-m", "infra.local", "demo"],
        cwd=ROOT,
        env=environment() | {"LEAD_SCORING_STACK": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.xdist_group("permissions")
def test_the_story_is_told_with_no_more_permissions_than_the_template_grants(
    enforced_stack: LocalStack, tmp_path: Path
) -> None:
    code, said, complaint = demo(enforced_stack, tmp_path)
    assert (code, complaint) == (0, "")
    order = [said.index(word) for word in ("She is warm", "She is hot", "Subject: Hot:", "4. At")]
    assert order == sorted(order)
    assert said.rindex("She is warm") > order[-1]
    assert "One alert in all." in said


@pytest.mark.xdist_group("no-schedule")
def test_without_the_schedule_the_story_stops_where_points_expire(
    lone_stack: LocalStack, tmp_path: Path
) -> None:
    scheduler = lone_stack.client("scheduler")
    for entry in scheduler.list_schedules(GroupName=lone_stack.schedule_group)["Schedules"]:
        schedule = scheduler.get_schedule(GroupName=lone_stack.schedule_group, Name=entry["Name"])
        scheduler.update_schedule(
            Name=entry["Name"],
            GroupName=lone_stack.schedule_group,
            State="DISABLED",
            ScheduleExpression=schedule["ScheduleExpression"],
            FlexibleTimeWindow=schedule["FlexibleTimeWindow"],
            Target=schedule["Target"],
        )
    code, _, complaint = demo(lone_stack, tmp_path)
    assert code == 1
    assert "This step did not happen: points expire: she is hot" in complaint


@pytest.mark.xdist_group("no-publish")
def test_without_the_permission_to_publish_the_story_stops_at_the_alert(
    enforced_stack: LocalStack, tmp_path: Path
) -> None:
    iam = enforced_stack.client("iam")
    for role in iam.list_roles()["Roles"]:
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            policy = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)
            document = policy["PolicyDocument"]
            kept = [s for s in document["Statement"] if s["Action"] != "sns:Publish"]
            if len(kept) < len(document["Statement"]):
                iam.put_role_policy(
                    RoleName=role["RoleName"],
                    PolicyName=name,
                    PolicyDocument=json.dumps({**document, "Statement": kept}),
                )
    code, _, complaint = demo(enforced_stack, tmp_path)
    assert code == 1
    assert "This step did not happen: one alert arrives: none came" in complaint


@pytest.mark.xdist_group("no-rule")
def test_without_the_bus_rule_the_story_stops_at_the_pricing_page(
    lone_stack: LocalStack, tmp_path: Path
) -> None:
    events = lone_stack.client("events")
    for rule in events.list_rules(EventBusName=lone_stack.bus)["Rules"]:
        events.disable_rule(Name=rule["Name"], EventBusName=lone_stack.bus)
    code, _, complaint = demo(lone_stack, tmp_path)
    assert code == 1
    assert "This step did not happen: the pricing page makes her hot: she is warm" in complaint
