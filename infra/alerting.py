"""The topic that tells people of hot leads, and who listens.

Subscriptions carry filter policies, so that each rep gets a territory, and dead letters of
their own. Escalations and summaries go only to who asks for them.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.deploy_settings import DeploySettings, Subscriber
from infra.listeners import policies
from infra.queues import dead_letters


class AlertTopic(Construct):
    def __init__(self, scope: Construct, name: str, settings: DeploySettings) -> None:
        super().__init__(scope, name)
        self.dead = dead_letters(self, "DeadLetters")
        self.topic = sns.Topic(self, "Topic", display_name="Hot leads", enforce_ssl=True)
        for subscriber, asked in policies(settings):
            self._subscribe(subscriber, asked)
        self._let_the_topic_give_up()

    def _subscribe(self, subscriber: Subscriber, asked: Mapping[str, Any]) -> None:
        sns.CfnSubscription(
            self,
            f"To{subscriber.protocol}{_short(subscriber)}",
            topic_arn=self.topic.topic_arn,
            protocol=subscriber.protocol,
            endpoint=subscriber.endpoint,
            filter_policy=asked,
            redrive_policy={"deadLetterTargetArn": self.dead.queue_arn},
        )

    def _let_the_topic_give_up(self) -> None:
        from_topic = {"ArnEquals": {"aws:SourceArn": self.topic.topic_arn}}
        self.dead.add_to_resource_policy(
            service_may_send("sns.amazonaws.com", self.dead, from_topic)
        )


def _short(subscriber: Subscriber) -> str:
    """A name that stays while the subscriber stays, wherever it stands in the list and whatever its
    filter: SNS refuses a second subscription of an endpoint.
    """
    return hashlib.sha256(subscriber.endpoint.encode()).hexdigest()[:8]


def service_may_send(
    service: str, queue: sqs.IQueue, condition: dict[str, dict[str, str]]
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal(service)],
        actions=["sqs:SendMessage"],
        resources=[queue.queue_arn],
        conditions=condition,
    )
