"""The schedule: every minute, four invocations of four shards each look for what is due.

The schedule decides nothing but when: late, twice at once or off for a day, the scores are the
same.
"""

import json

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.python_function import PythonFunction
from infra.queues import dead_letters

SECONDS = 60
SHARDS = 16
INVOCATIONS = 4
RETRIES = 2
MAX_AGE_SECONDS = 60  # the next minute asks again


class ExpirySchedule(Construct):
    def __init__(self, scope: Construct, name: str, function: PythonFunction) -> None:
        super().__init__(scope, name)
        self.dead = dead_letters(self, "DeadLetters")
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
        arn = function.function.function_arn
        for actions, resource in (
            ("lambda:InvokeFunction", arn),
            ("sqs:SendMessage", self.dead.queue_arn),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[actions], resources=[resource]))
        group = scheduler.CfnScheduleGroup(self, "Group")
        self.group_name = group.ref
        for first in range(0, SHARDS, SHARDS // INVOCATIONS):
            self._schedule(first, group, arn, role)
        self._give_up_aloud(function)

    def _schedule(
        self, first: int, group: scheduler.CfnScheduleGroup, arn: str, role: iam.Role
    ) -> None:
        shards = list(range(first, first + SHARDS // INVOCATIONS))
        schedule = scheduler.CfnSchedule(
            self,
            f"Shards{first}",
            group_name=group.ref,
            schedule_expression="rate(1 minute)",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            state="ENABLED",
            target=scheduler.CfnSchedule.TargetProperty(
                arn=arn,
                role_arn=role.role_arn,
                input=json.dumps({"shards": shards}),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=MAX_AGE_SECONDS, maximum_retry_attempts=RETRIES
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=self.dead.queue_arn
                ),
            ),
        )
        schedule.node.add_dependency(role)

    def _give_up_aloud(self, function: PythonFunction) -> None:
        """The scheduler hands over asynchronously: what the function fails on ends beside the
        rest.
        """
        function.allow(["sqs:SendMessage"], [self.dead.queue_arn])
        config = lambda_.CfnEventInvokeConfig(
            self,
            "GiveUp",
            function_name=function.function.function_name,
            qualifier="$LATEST",
            maximum_event_age_in_seconds=MAX_AGE_SECONDS,
            maximum_retry_attempts=RETRIES,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=self.dead.queue_arn
                )
            ),
        )
        config.node.add_dependency(function.role)
