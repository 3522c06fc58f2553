"""A function that a schedule calls: the right to call it, the calls, and an end for what fails.

The scheduler hands over asynchronously. What it cannot hand over, and what the function fails on
after its retries, end in the same dead letters, so that neither is silent.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.python_function import PythonFunction
from infra.queues import dead_letters

RETRIES = 2


class ScheduledCalls(Construct):
    """Calls of one function; `max_age_seconds` is how long a call that fails is tried again."""

    def __init__(
        self, scope: Construct, name: str, function: PythonFunction, *, max_age_seconds: int
    ) -> None:
        super().__init__(scope, name)
        self.dead = dead_letters(self, "DeadLetters")
        self._max_age_seconds = max_age_seconds
        self._arn = function.function.function_arn
        self._role = iam.Role(
            self, "Role", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com")
        )
        for action, resource in (
            ("lambda:InvokeFunction", self._arn),
            ("sqs:SendMessage", self.dead.queue_arn),
        ):
            self._role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
        self._give_up_aloud(function)

    def call(
        self,
        name: str,
        when: str,
        event: Mapping[str, Any],
        *,
        group: str | None = None,
        time_zone: str | None = None,
        is_on: bool = True,
    ) -> None:
        """Call the function with this event, as `rate(1 minute)` or `cron(...)` of a zone says."""
        schedule = scheduler.CfnSchedule(
            self,
            name,
            group_name=group,
            schedule_expression=when,
            schedule_expression_timezone=time_zone,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            state="ENABLED" if is_on else "DISABLED",
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self._arn,
                role_arn=self._role.role_arn,
                input=json.dumps(event),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=self._max_age_seconds,
                    maximum_retry_attempts=RETRIES,
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=self.dead.queue_arn
                ),
            ),
        )
        schedule.node.add_dependency(self._role)

    def _give_up_aloud(self, function: PythonFunction) -> None:
        """What the function fails on, retries included, ends beside what never reached it."""
        function.allow(["sqs:SendMessage"], [self.dead.queue_arn])
        config = lambda_.CfnEventInvokeConfig(
            self,
            "GiveUp",
            function_name=function.function.function_name,
            qualifier="$LATEST",
            maximum_event_age_in_seconds=self._max_age_seconds,
            maximum_retry_attempts=RETRIES,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=self.dead.queue_arn
                )
            ),
        )
        config.node.add_dependency(function.role)
