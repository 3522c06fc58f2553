"""Forgetting people: once an hour a round finishes what did not end, and deletes once more what was
erased a day ago.

Whoever asks for an erasure calls the function itself; the schedule only comes after.
"""

import json

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.python_function import PythonFunction
from infra.queues import dead_letters

SECONDS = 60
RETRIES = 2
MAX_AGE_SECONDS = 3600  # the next hour asks again


class ErasureRounds(Construct):
    def __init__(self, scope: Construct, name: str, function: PythonFunction) -> None:
        super().__init__(scope, name)
        self.dead = dead_letters(self, "DeadLetters")
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
        arn = function.function.function_arn
        for action, resource in (
            ("lambda:InvokeFunction", arn),
            ("sqs:SendMessage", self.dead.queue_arn),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
        schedule = scheduler.CfnSchedule(
            self,
            "Hourly",
            schedule_expression="rate(1 hour)",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            state="ENABLED",
            target=scheduler.CfnSchedule.TargetProperty(
                arn=arn,
                role_arn=role.role_arn,
                input=json.dumps({"round": True}),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=MAX_AGE_SECONDS, maximum_retry_attempts=RETRIES
                ),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=self.dead.queue_arn
                ),
            ),
        )
        schedule.node.add_dependency(role)
        self._give_up_aloud(function)

    def _give_up_aloud(self, function: PythonFunction) -> None:
        """A round that fails three times ends beside what the schedule could not hand over."""
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
