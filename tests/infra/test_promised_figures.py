"""Figures of the template and of the code that have to fit each other, and who tells of them."""

import json
from typing import Any

import pytest

from functions.entrances import activity_recorder, form_capture
from functions.intake import activity_event, form_request
from functions.leads import apply_facts, sweep, writing
from functions.leads.rounds import STOPS_AFTER_MS
from functions.leads.turning_hot import LEASE_MS
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from infra.local.prepare import ROOT
from infra.local.synthesis import synthesise
from tests.infra.template_promises import (
    a_flood_costs_no_more_than_was_agreed,
    activities_are_read_in_batches_that_leave_room_for_forms,
    forms_come_through_one_throttled_route,
)
from tests.infra.template_reading import Template, named, properties

pytestmark = pytest.mark.xdist_group("templates")

PLATFORM_BODY_BYTES = 6 * 1024 * 1024  # of one synchronous call of a Lambda
BUS_EVENT_BYTES = 256 * 1024  # the least that EventBridge ever took


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    (file,) = synthesise({}).glob("*.template.json")
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def test_b18_b17_our_own_limits_are_reached_long_before_those_of_the_platform() -> None:
    assert form_request.BODY_BYTES_MAX * 100 < PLATFORM_BODY_BYTES
    assert activity_event._DETAIL_BYTES_MAX * 2 < BUS_EVENT_BYTES


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("more than 6 MB (413)", id="B18-a-body-of-megabytes"),
        pytest.param('"Too Many Requests"` (429)', id="B40-too-many-at-once"),
        pytest.param('"Service Unavailable"', id="B46-a-function-that-was-too-slow"),
        pytest.param("headers of more than 10,240 bytes in all (4xx)", id="B47-long-headers"),
    ],
)
def test_what_the_gateway_answers_by_itself_is_told_to_websites(told: str) -> None:
    """Nothing of ours sees such a request, so that of B47 the page is all there is to look at."""
    page = " ".join((ROOT / "docs" / "websites.md").read_text(encoding="utf-8").split())
    assert told in page


def test_b46_a_function_ends_before_the_gateway_in_front_of_it_gives_up(
    template: Template,
) -> None:
    asked = properties(template, "AWS::ApiGatewayV2::Integration").values()
    functions = properties(template, "AWS::Lambda::Function")
    ends = [
        function["Timeout"] * SECOND_MS
        for name, function in functions.items()
        if "CaptureForm" in name or "ServeSales" in name
    ]
    assert len(asked) == len(ends) == 2
    assert max(ends) < min(one["TimeoutInMillis"] for one in asked)


def test_b40_d18_a_flood_is_held_at_the_gateway_by_the_reader_and_at_the_tables(
    template: Template,
) -> None:
    forms_come_through_one_throttled_route(template)
    activities_are_read_in_batches_that_leave_room_for_forms(template)
    a_flood_costs_no_more_than_was_agreed(template)


def test_g22_g18_thirty_receives_outlast_four_hours_and_end_within_six_and_a_half(
    template: Template,
) -> None:
    queue = named(template, "AWS::SQS::Queue", "ActivityActivities")
    receives = queue["RedrivePolicy"]["maxReceiveCount"]
    first, most = activity_recorder._WAIT_SECONDS, activity_recorder._WAIT_SECONDS_MAX
    waits = sum(min(first << number, most) for number in range(receives - 1))
    least = waits * (100 - activity_recorder._JITTER_PERCENT_MAX) / 100
    assert least > 4 * 3600
    assert waits < 6.5 * 3600
    assert waits * SECOND_MS < queue["MessageRetentionPeriod"] * SECOND_MS


def test_g21_whoever_finds_a_dead_letter_has_ten_days(template: Template) -> None:
    """Its age counts from the first send, which may be as long ago as its queue keeps a message."""
    queues = properties(template, "AWS::SQS::Queue")
    for queue in queues.values():
        if "RedrivePolicy" in queue:
            dead = queues[queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]
            kept = dead["MessageRetentionPeriod"] - queue["MessageRetentionPeriod"]
            assert kept * SECOND_MS >= 10 * DAY_MS


def test_g14_an_alert_whose_publisher_died_is_out_within_two_minutes(template: Template) -> None:
    """A lease, a tick of the schedule, and what the function needs to begin and to publish."""
    schedules = properties(template, "AWS::Scheduler::Schedule")
    ticks = {
        one["ScheduleExpression"] for name, one in schedules.items() if name.startswith("Expiry")
    }
    assert ticks == {"rate(1 minute)"}
    assert LEASE_MS + MINUTE_MS + 10 * SECOND_MS <= 2 * MINUTE_MS


def test_d3_a_round_ends_by_itself_before_its_function_does(template: Template) -> None:
    function = named(template, "AWS::Lambda::Function", "FunctionsExpirePointsFunction")
    assert function["Timeout"] * SECOND_MS >= STOPS_AFTER_MS + 10 * SECOND_MS


def test_k2_k5_k11_a_conflict_is_decided_anew_so_often_and_after_so_long() -> None:
    """The form four times, activities five, the sweep two, 20 to 400 ms between two tries."""
    assert (form_capture._ATTEMPTS, apply_facts.ATTEMPTS, sweep.TRIES) == (4, 5, 2)
    assert writing.PAUSE_MS == (20, 400)


def test_k12_a_rule_tries_for_as_long_as_its_bus_keeps_an_event(template: Template) -> None:
    rules = properties(template, "AWS::Events::Rule").values()
    ages = {rule["Targets"][0]["RetryPolicy"]["MaximumEventAgeInSeconds"] for rule in rules}
    assert ages == {24 * HOUR_MS // SECOND_MS}
