"""`make demo` tells the truth: it names the step that a fault takes away.

Each story waits for its schedule, so all of them are told side by side, each on a stack of its own.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from infra.local.cloud import stop_cloud
from infra.local.local_stack import LocalStack, bring_up, write_stack
from infra.local.prepare import ROOT, environment

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("stories")]


@dataclass(frozen=True)
class Story:
    """`make demo` on a stack of its own, while it runs; what is asked of it waits for its end."""

    process: subprocess.Popen[str]

    @property
    def code(self) -> int:
        return self._told[0]

    @property
    def said(self) -> str:
        return self._told[1]

    @property
    def complaint(self) -> str:
        return self._told[2]

    @cached_property
    def _told(self) -> tuple[int, str, str]:
        said, complaint = self.process.communicate()
        return self.process.returncode, said, complaint


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Story]]:
    """All stories, begun; the longest wait first."""
    with ExitStack() as ends:
        yield {
            name: begin(ends, tmp_path_factory.mktemp("story"), enforced=enforced, fault=fault)
            for name, enforced, fault in (
                ("without the schedule", False, switch_the_schedule_off),
                ("with the permissions of the template", True, leave_everything),
                ("without the permission to publish", True, forbid_to_publish),
                ("without the bus rule", False, switch_the_bus_rules_off),
            )
        }


def begin(
    ends: ExitStack,
    folder: Path,
    *,
    enforced: bool,
    fault: Callable[[LocalStack], None],
) -> Story:
    stack = bring_up(enforce_permissions=enforced)
    ends.callback(stop_cloud, stack.cloud)
    fault(stack)
    file = folder / "stack.json"
    write_stack(stack, file)
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local", "demo"],
        cwd=ROOT,
        env=environment() | {"LEAD_SCORING_STACK": str(file)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ends.enter_context(process)
    ends.callback(process.kill)
    return Story(process)


def leave_everything(stack: LocalStack) -> None:
    pass


def switch_the_schedule_off(stack: LocalStack) -> None:
    scheduler = stack.client("scheduler")
    for entry in scheduler.list_schedules(GroupName=stack.schedule_group)["Schedules"]:
        schedule = scheduler.get_schedule(GroupName=stack.schedule_group, Name=entry["Name"])
        scheduler.update_schedule(
            Name=entry["Name"],
            GroupName=stack.schedule_group,
            State="DISABLED",
            ScheduleExpression=schedule["ScheduleExpression"],
            FlexibleTimeWindow=schedule["FlexibleTimeWindow"],
            Target=schedule["Target"],
        )


def forbid_to_publish(stack: LocalStack) -> None:
    iam = stack.client("iam")
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


def switch_the_bus_rules_off(stack: LocalStack) -> None:
    events = stack.client("events")
    for rule in events.list_rules(EventBusName=stack.bus)["Rules"]:
        events.disable_rule(Name=rule["Name"], EventBusName=stack.bus)


def test_without_the_bus_rule_the_story_stops_at_the_pricing_page(
    stories: Mapping[str, Story],
) -> None:
    story = stories["without the bus rule"]
    assert story.code == 1
    expected = "This step did not happen: the pricing page makes her hot: she is warm"
    assert expected in story.complaint


def test_g25_without_the_permission_to_publish_the_story_stops_at_the_alert(
    stories: Mapping[str, Story],
) -> None:
    story = stories["without the permission to publish"]
    assert story.code == 1
    assert "This step did not happen: one alert arrives: none came" in story.complaint


def test_g25_g13_the_story_is_told_with_no_more_permissions_than_the_template_grants(
    stories: Mapping[str, Story],
) -> None:
    story = stories["with the permissions of the template"]
    assert (story.code, story.complaint) == (0, "")
    said = story.said
    order = [said.index(word) for word in ("She is warm", "She is hot", "Subject: Hot:", "4. At")]
    assert order == sorted(order)
    assert said.rindex("She is warm") > order[-1]
    assert "One alert in all." in said


def test_without_the_schedule_the_story_stops_where_points_expire(
    stories: Mapping[str, Story],
) -> None:
    story = stories["without the schedule"]
    assert story.code == 1
    assert "This step did not happen: points expire: she is hot" in story.complaint
