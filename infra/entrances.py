"""Where the world comes in: forms over HTTP, activities over a bus.

A form is answered at once and parked on a queue when the table is away. An activity goes bus,
rule, queue, function; a rule matches on source and account, never on kind, so that an unknown
kind is refused aloud.
"""

import hashlib
from typing import Any

from aws_cdk import Aws, Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.deploy_settings import OWN, DeploySettings, Sender
from infra.http_entrance import HttpEntrance, Limits, handed_to
from infra.nag import acknowledge
from infra.python_function import PythonFunction
from infra.queues import dead_letters, work_queue

FORM_SECONDS = 10
ACTIVITY_SECONDS = 30
BATCH = 50
WINDOW_SECONDS = 1
VISIBILITY_SECONDS = 6 * ACTIVITY_SECONDS + WINDOW_SECONDS + 19  # what Lambda asks, and some air
RULE_RETRIES = 185  # with 24 hours, the most EventBridge does
ENVELOPE = '{"ingested_at": <aws.events.event.ingestion-time>, "event": <aws.events.event.json>}'
REPLAYED = ENVELOPE.removesuffix("}") + ', "replayed": true}'
MAIL_EVENTS = (
    "SEND",
    "DELIVERY",
    "OPEN",
    "CLICK",
    "BOUNCE",
    "COMPLAINT",
    "REJECT",
    "RENDERING_FAILURE",
    "DELIVERY_DELAY",
    "SUBSCRIPTION",
)


class FormsEntrance(HttpEntrance):
    """`POST /forms/{form}`, open to anyone: a website's visitor has no account."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        function: PythonFunction,
        origins: list[str],
        settings: DeploySettings,
    ) -> None:
        super().__init__(
            scope,
            name,
            api_name=settings.service,
            pages=_cors(origins) if origins else None,
            limits=Limits(settings.forms_per_second, settings.forms_burst),
            settings=settings,
        )
        (route,) = self.api.add_routes(
            path="/forms/{form}",
            methods=[apigateway.HttpMethod.POST],
            integration=handed_to(function),
        )
        acknowledge(
            route, "AwsSolutions-APIG4", "A website's visitor has no account; forms are public."
        )
        self.address = self.api.api_endpoint
        if settings.domain and settings.certificate:
            self._own_domain(settings.domain, settings.certificate)

    def _own_domain(self, host: str, certificate: str) -> None:
        domain = apigateway.DomainName(
            self,
            "Domain",
            domain_name=host,
            certificate=certificates.Certificate.from_certificate_arn(
                self, "Certificate", certificate
            ),
        )
        apigateway.ApiMapping(self, "Mapping", api=self.api, domain_name=domain, stage=self.stage)
        self.address = f"https://{host}"
        self.domain_target = domain.regional_domain_name


class ActivityEntrance(Construct):
    """The bus, its rules, the queue they fill, and the queue of parked forms."""

    def __init__(self, scope: Construct, name: str, settings: DeploySettings) -> None:
        super().__init__(scope, name)
        self.activity_dead = dead_letters(self, "ActivityDeadLetters", of_a_queue=True)
        self.parking_dead = dead_letters(self, "ParkingDeadLetters", of_a_queue=True)
        self.bus_dead = dead_letters(self, "BusDeadLetters")
        self.activities = work_queue(
            self, "Activities", visibility_seconds=VISIBILITY_SECONDS, dead=self.activity_dead
        )
        self.parking = work_queue(
            self, "Parking", visibility_seconds=VISIBILITY_SECONDS, dead=self.parking_dead
        )
        self.refused = dead_letters(self, "Refused")
        self.bus = events.EventBus(self, "Bus", event_bus_name=settings.service)
        sources = _sources(settings.senders)
        self.rules = {
            "activities": self._rule("ActivityRule", self.bus, sources, replay=False),
            "replays": self._rule("ReplayRule", self.bus, sources, replay=True),
        }
        if settings.mail_sources:
            mails = {"source": settings.mail_sources}
            self.rules["mail"] = self._rule("MailRule", None, mails, replay=False)
        for sender in settings.senders:
            if sender.account != OWN:
                self._admit(sender)
        if settings.archive_days:
            self.bus.archive(
                "Archive",
                event_pattern=events.EventPattern(account=[Aws.ACCOUNT_ID]),
                retention=Duration.days(settings.archive_days),
            )

    def feed(self, consumer: PythonFunction, settings: DeploySettings) -> None:
        """Activities and parked forms go to one function, which reports what failed of a batch."""
        for name, queue in (("FromActivities", self.activities), ("FromParking", self.parking)):
            mapping = lambda_.EventSourceMapping(
                self,
                name,
                target=consumer.function,
                event_source_arn=queue.queue_arn,
                batch_size=BATCH,
                max_batching_window=Duration.seconds(WINDOW_SECONDS),
                max_concurrency=settings.activity_concurrency,
                report_batch_item_failures=True,
            )
            mapping.node.add_dependency(consumer.role)

    def _rule(
        self,
        name: str,
        bus: events.IEventBus | None,
        pattern: dict[str, Any],
        *,
        replay: bool,
    ) -> events.Rule:
        rule = events.Rule(
            self,
            name,
            event_bus=bus,
            event_pattern=events.EventPattern(source=["replaced below"]),
            targets=[
                targets.SqsQueue(
                    self.activities,
                    dead_letter_queue=self.bus_dead,
                    max_event_age=Duration.hours(24),
                    retry_attempts=RULE_RETRIES,
                )
            ],
        )
        resource = rule.node.default_child
        assert isinstance(resource, events.CfnRule)
        accounts = {"account": [Aws.ACCOUNT_ID]} | pattern
        resource.event_pattern = accounts | {"replay-name": [{"exists": replay}]}
        # RuleTargetInput writes EventBridge's own variables as text; the resource does not.
        resource.add_property_override(
            "Targets.0.InputTransformer", {"InputTemplate": REPLAYED if replay else ENVELOPE}
        )
        return rule

    def _admit(self, sender: Sender) -> None:
        """Another account may put its own source and kinds, and nothing that lacks one of them."""
        events.CfnEventBusPolicy(
            self,
            f"Admit{sender.account}{_short(sender.source)}",
            event_bus_name=self.bus.event_bus_name,
            statement_id=f"Admit{sender.account}-{_short(sender.source)}",
            statement={
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{Aws.PARTITION}:iam::{sender.account}:root"},
                "Action": "events:PutEvents",
                "Resource": self.bus.event_bus_arn,
                "Condition": {
                    "StringEquals": {
                        "events:source": sender.source,
                        "events:detail-type": sender.kinds,
                    },
                    "Null": {"events:source": "false", "events:detail-type": "false"},
                },
            },
        )


class MailEvents(Construct):
    """An SES configuration set whose events reach the default bus (a setting)."""

    def __init__(self, scope: Construct, name: str, settings: DeploySettings) -> None:
        super().__init__(scope, name)
        configuration = ses.CfnConfigurationSet(self, "ConfigurationSet", name=settings.service)
        bus = f"arn:{Aws.PARTITION}:events:{Aws.REGION}:{Aws.ACCOUNT_ID}:event-bus/default"
        ses.CfnConfigurationSetEventDestination(
            self,
            "Destination",
            configuration_set_name=configuration.ref,
            event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
                matching_event_types=list(MAIL_EVENTS),
                enabled=True,
                event_bridge_destination=(
                    ses.CfnConfigurationSetEventDestination.EventBridgeDestinationProperty(
                        event_bus_arn=bus
                    )
                ),
            ),
        )


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _sources(senders: list[Sender]) -> dict[str, Any]:
    """Which sources and accounts a rule lets in: those named, or anyone of this account."""
    if not senders:
        return {"source": [{"prefix": ""}]}
    accounts = {Aws.ACCOUNT_ID if s.account == OWN else s.account for s in senders}
    return {"source": sorted({s.source for s in senders}), "account": sorted(accounts)}


def _cors(origins: list[str]) -> apigateway.CorsPreflightOptions:
    return apigateway.CorsPreflightOptions(
        allow_origins=origins,
        allow_methods=[apigateway.CorsHttpMethod.POST],
        allow_headers=["content-type"],
        allow_credentials=False,
        max_age=Duration.hours(1),
    )
