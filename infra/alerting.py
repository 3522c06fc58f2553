"""The topic that tells people of hot leads, and who listens.

Subscriptions carry filter policies, so that each rep gets a territory, and dead letters of
their own. Escalations and summaries go only to who asks for them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from functions.leads.lead import HOT
from infra.deploy_settings import DeploySettings, Subscriber
from infra.queues import dead_letters
from infra.team import listening


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


def policies(settings: DeploySettings) -> Iterator[tuple[Subscriber, dict[str, Any]]]:
    """Everybody who is told, once, with the filter of what: the subscribers, then by mail whoever
    of the team is not among them. A manager who is one is told of what nobody looks after besides.
    """
    team = {member.mail: member for member in settings.team}
    said = set()
    for one in settings.subscribers:
        asked: dict[str, Any] = {"kind": [HOT], **one.filter}
        member = team.get(one.endpoint.casefold()) if one.protocol == "email" else None
        if member is not None:
            said.add(member.mail)
            if member.role != "rep":
                asked = {"$or": [asked, *listening(member)["$or"]]}
        yield one, asked
    for member in settings.team:
        if member.mail not in said:
            yield Subscriber(protocol="email", endpoint=member.mail), listening(member)


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
