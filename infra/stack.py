"""The whole template, for AWS and for one machine alike."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import Annotations, Aws, CfnOutput, Stack, Tags
from constructs import Construct

from functions.leads.lead import DIGEST
from infra.alarms import NAMESPACE, Alarms
from infra.alerting import AlertTopic
from infra.console import Console
from infra.console_release import build_release
from infra.deploy_settings import NO_CONSOLE, OWN, DeploySettings
from infra.entrances import (
    ACTIVITY_SECONDS,
    FORM_SECONDS,
    ActivityEntrance,
    FormsEntrance,
    MailEvents,
)
from infra.erasure_rounds import SECONDS as ERASURE_SECONDS
from infra.erasure_rounds import ErasureRounds
from infra.expiry import SECONDS, ExpirySchedule
from infra.listeners import kinds_heard
from infra.nag import acknowledge
from infra.python_function import PythonFunction, powertools_layer
from infra.rescore_schedule import SECONDS as RESCORE_SECONDS
from infra.rescore_schedule import RescoreSchedule
from infra.sales_entrance import SECONDS as SALES_SECONDS
from infra.sales_entrance import SalesEntrance
from infra.sign_in import SignIn
from infra.storage import LeadStorage
from infra.watch_dashboard import WatchDashboard
from infra.watch_schedule import SECONDS as WATCH_SECONDS
from infra.watch_schedule import WatchSchedule
from infra.weekly_summary import SECONDS as SUMMARY_SECONDS
from infra.weekly_summary import WeeklySummary

LEADS = ["dynamodb:BatchGetItem", "dynamodb:PutItem"]  # reads many at once; a write is a whole item
ONE_FACT = {"leads": LEADS, "facts": ["dynamodb:PutItem", "dynamodb:Query"]}
MANY_FACTS = {
    "leads": LEADS,
    "facts": ["dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:Query"],
}
LISTS = ["ranking", "owned", "no_contact", "external", "monthly"]  # indexes that sales reads
FORGETTING = ["dynamodb:BatchWriteItem", "dynamodb:Query"]  # of the history; nobody else deletes
REGISTER = ["dynamodb:PutItem", "dynamodb:Query"]
MODELS = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]


class LeadScoringStack(Stack):
    """Construct ids are chosen once: with them, logical ids of tables and of the key stay as they
    are.
    """

    def __init__(
        self,
        scope: Construct,
        settings: DeploySettings,
        *,
        asset: Path,
        model: Mapping[str, Any],
    ) -> None:
        super().__init__(
            scope,
            settings.stack_name,
            description="Lead scoring: forms and activities in, alerts of hot leads out",
            termination_protection=settings.keep_data,
        )
        self._settings = settings
        self._asset = asset
        for key, value in {"application": "lead-scoring", "stage": settings.stage}.items():
            Tags.of(self).add(key, value)
        for key, value in settings.tags.items():
            Tags.of(self).add(key, value)

        self.storage = LeadStorage(self, "Storage", settings)
        self.alerts = AlertTopic(self, "Alerts", settings)
        self.entrance = ActivityEntrance(self, "Activity", settings)
        self.console = Console(self, "WebConsole", settings) if settings.serves_console else None
        self._layer = powertools_layer(self)
        self._room = Construct(self, "Functions")
        acknowledge(
            self._room,
            "AwsSolutions-L1",
            "The runtime is that of the Python that synthesises, so that every .pyc matches it.",
        )
        self.functions = {
            "CaptureForm": self._capture_form(),
            "RecordActivity": self._record_activity(),
            "ExpirePoints": self._expire_points(),
            "EraseLead": self._erase_lead(),
        }
        self.functions["ServeSales"] = self._serve_sales(self.functions["EraseLead"])
        self.functions["TellSummary"] = self._tell_summary()
        self.functions["WatchModel"] = self._watch_model()
        self.functions["RescoreLeads"] = self._rescore_leads()
        self.entrance.feed(self.functions["RecordActivity"], settings)
        self.forms = FormsEntrance(
            self,
            "Forms",
            function=self.functions["CaptureForm"],
            origins=_origins(model),
            settings=settings,
        )
        consoles = [*([self.console.address] if self.console else ()), *settings.console_addresses]
        self.sign_in = SignIn(self, "People", settings, consoles=consoles)
        self.sales = SalesEntrance(
            self,
            "Sales",
            function=self.functions["ServeSales"],
            sign_in=self.sign_in,
            consoles=consoles,
            settings=settings,
        )
        self._publish_console()
        self.schedule = ExpirySchedule(self, "Expiry", self.functions["ExpirePoints"])
        self.summaries = WeeklySummary(
            self,
            "Summary",
            self.functions["TellSummary"],
            settings=settings,
            time_zone=model["alerts"]["time_zone"],
        )
        self.erasures = ErasureRounds(self, "Erasure", self.functions["EraseLead"])
        self.rescores = RescoreSchedule(self, "Rescore", self.functions["RescoreLeads"])
        self.watches = WatchSchedule(self, "Watch", self.functions["WatchModel"])
        self.dashboard = WatchDashboard(
            self,
            "Weeks",
            settings=settings,
            log=self.functions["WatchModel"].log_group,
            wished=model.get("review", {}).get("hot_wins_below"),
        )
        if settings.mail_configuration_set:
            MailEvents(self, "Mail", settings)
        self.alarms = Alarms(
            self,
            "Alarms",
            settings=settings,
            storage=self.storage,
            forms=self.forms,
            sales=self.sales,
            activities=self.entrance,
            schedule=self.schedule,
            erasures=self.erasures,
            summaries=self.summaries,
            rescores=self.rescores,
            watches=self.watches,
            model=model,
            alerts=self.alerts,
            functions=self.functions,
        )
        self._say_where()

    def _capture_form(self) -> PythonFunction:
        parking, refused = self.entrance.parking, self.entrance.refused
        function = self._function(
            "CaptureForm", "capture_form", FORM_SECONDS, {"PARKING_QUEUE_URL": parking.queue_url}
        )
        self._allow_moves(function, ONE_FACT)
        function.allow(["sqs:SendMessage"], [parking.queue_arn, refused.queue_arn])
        return function

    def _record_activity(self) -> PythonFunction:
        entrance = self.entrance
        queues = {
            "ACTIVITY_QUEUE_URL": entrance.activities.queue_url,
            "PARKING_QUEUE_URL": entrance.parking.queue_url,
        }
        function = self._function("RecordActivity", "record_activity", ACTIVITY_SECONDS, queues)
        self._allow_moves(function, MANY_FACTS)
        function.allow(["sqs:SendMessage"], [entrance.refused.queue_arn])
        function.allow(
            [
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ],
            [entrance.activities.queue_arn, entrance.parking.queue_arn],
        )
        return function

    def _expire_points(self) -> PythonFunction:
        function = self._function("ExpirePoints", "expire_points", SECONDS, {})
        self._allow_moves(function, ONE_FACT)
        function.allow(["dynamodb:Query"], self.storage.index_arns("due"))
        return function

    def _erase_lead(self) -> PythonFunction:
        storage = self.storage
        register = {"ERASED_TABLE": storage.erased.table_name}
        function = self._function("EraseLead", "erase_lead", ERASURE_SECONDS, register)
        function.allow(LEADS, [storage.leads.table_arn])
        function.allow(FORGETTING, [storage.facts.table_arn])
        function.allow(REGISTER, [storage.erased.table_arn])
        return function

    def _serve_sales(self, erasing: PythonFunction) -> PythonFunction:
        erased_by = {"ERASE_FUNCTION": erasing.function.function_name}
        function = self._function("ServeSales", "serve_sales", SALES_SECONDS, erased_by)
        function.allow(["lambda:InvokeFunction"], [erasing.function.function_arn])
        self._allow_moves(function, MANY_FACTS)
        function.allow(["dynamodb:Query"], self.storage.index_arns(*LISTS))
        return function

    def _tell_summary(self) -> PythonFunction:
        function = self._function("TellSummary", "tell_summary", SUMMARY_SECONDS, {})
        storage = self.storage
        function.allow(["dynamodb:BatchGetItem"], [storage.leads.table_arn])
        function.allow(["dynamodb:Query"], [storage.facts.table_arn])
        function.allow(["dynamodb:Query"], storage.index_arns("ranking", "monthly"))
        function.allow(["sns:Publish"], [self.alerts.topic.topic_arn])
        return function

    def _watch_model(self) -> PythonFunction:
        """Counts leads and writes none."""
        storage = self.storage
        models = {"MODELS_TABLE": storage.models.table_name}
        function = self._function("WatchModel", "watch_model", WATCH_SECONDS, models)
        function.allow(["dynamodb:Scan"], [storage.leads.table_arn])
        function.allow(["dynamodb:Query"], [storage.facts.table_arn])
        function.allow(MODELS, [storage.models.table_arn])
        return function

    def _rescore_leads(self) -> PythonFunction:
        """Brings all leads under the model. It is updated after all others, so that it never
        finds a model under which another one does not work yet.
        """
        models = {"MODELS_TABLE": self.storage.models.table_name}
        if DIGEST in kinds_heard(self._settings):
            models["TELLS_DIGEST"] = "yes"
        function = self._function("RescoreLeads", "rescore_leads", RESCORE_SECONDS, models)
        self._allow_moves(function, ONE_FACT)
        function.allow(["dynamodb:Scan"], [self.storage.leads.table_arn])
        function.allow(MODELS, [self.storage.models.table_arn])
        for other in self.functions.values():
            function.function.node.add_dependency(other.function)
        return function

    def _allow_moves(self, function: PythonFunction, actions: Mapping[str, list[str]]) -> None:
        function.allow(actions["leads"], [self.storage.leads.table_arn])
        function.allow(actions["facts"], [self.storage.facts.table_arn])
        function.allow(["sns:Publish"], [self.alerts.topic.topic_arn])

    def _function(
        self, name: str, module: str, seconds: int, environment: Mapping[str, str]
    ) -> PythonFunction:
        return PythonFunction(
            self._room,
            name,
            module=module,
            timeout_seconds=seconds,
            asset=self._asset,
            layer=self._layer,
            settings=self._settings,
            environment={**self._environment(), **environment},
        )

    def _publish_console(self) -> None:
        if self.console:
            self.console.publish(
                build_release(),
                api=self.sales.address,
                sign_in=self.sign_in.pages,
                client=self.sign_in.console_client,
            )
        elif self._settings.console:
            Annotations.of(self).add_info_v2("lead-scoring:console", NO_CONSOLE)

    def _environment(self) -> dict[str, str]:
        settings = self._settings
        senders = [
            sender.model_dump(by_alias=True)
            | ({"account": Aws.ACCOUNT_ID} if sender.account == OWN else {})
            for sender in settings.senders
        ]
        environment = {
            "STAGE": settings.stage,
            "LEADS_TABLE": self.storage.leads.table_name,
            "FACTS_TABLE": self.storage.facts.table_name,
            "REFUSED_QUEUE_URL": self.entrance.refused.queue_url,
            "ALERT_TOPIC_ARN": self.alerts.topic.topic_arn,
            "LEAD_ID_KEY": self.storage.lead_id_key.unsafe_unwrap(),  # a dynamic reference
            "SENDERS": json.dumps(senders, separators=(",", ":")),
            "MAIL_SOURCES": json.dumps(settings.mail_sources, separators=(",", ":")),
            "REFRESH_MINUTES": str(settings.refresh_minutes),
            "POWERTOOLS_SERVICE_NAME": settings.service,
            "POWERTOOLS_METRICS_NAMESPACE": NAMESPACE,
            "POWERTOOLS_LOG_LEVEL": "INFO",
        }
        url = settings.alert_url or (self.console and self.console.lead_address)
        return environment | ({"ALERT_URL": url} if url else {})

    def _say_where(self) -> None:
        outputs = {
            "FormAddress": f"{self.forms.address}/forms/",
            "SalesApi": self.sales.address,
            **self.sign_in.outputs,
            "ActivityBus": self.entrance.bus.event_bus_name,
            "AlertTopic": self.alerts.topic.topic_arn,
            "AlarmTopic": self.alarms.topic.topic_arn,
            "ActivityQueue": self.entrance.activities.queue_url,
            "ParkingQueue": self.entrance.parking.queue_url,
            "RefusedQueue": self.entrance.refused.queue_url,
            "ActivityDeadLetters": self.entrance.activity_dead.queue_url,
            "ParkingDeadLetters": self.entrance.parking_dead.queue_url,
            "BusDeadLetters": self.entrance.bus_dead.queue_url,
            "SweepDeadLetters": self.schedule.dead.queue_url,
            "AlertDeadLetters": self.alerts.dead.queue_url,
            "ErasureDeadLetters": self.erasures.dead.queue_url,
            "SummaryDeadLetters": self.summaries.dead.queue_url,
            "RescoreDeadLetters": self.rescores.dead.queue_url,
            "WatchDeadLetters": self.watches.dead.queue_url,
            "Dashboard": self.dashboard.address,
            "LeadsTable": self.storage.leads.table_name,
            "FactsTable": self.storage.facts.table_name,
            "ErasedTable": self.storage.erased.table_name,
            "ModelsTable": self.storage.models.table_name,
            "LeadIdKey": self.storage.lead_id_key_arn,  # where it is, never what it is
            "ScheduleGroup": self.schedule.group_name,
            **{
                f"{name}Function": function.function.function_name
                for name, function in self.functions.items()
            },
        }
        if self.console:
            outputs |= {"Console": self.console.address, "ConsoleTarget": self.console.target}
        if self._settings.domain:
            outputs["DomainTarget"] = self.forms.domain_target
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)


def _origins(model: Mapping[str, Any]) -> list[str]:
    return sorted({origin for form in model["forms"].values() for origin in form["origins"]})
