"""What wakes a person, as a table. Alarms go to a topic of their own, never to that of the alerts.

Where silence itself is the fault (the heartbeat of the sweep), missing data is breaching.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from functions.leads.week_count import REVIEW_AFTER_MS
from functions.scoring.instants import DAY_MS
from infra.alerting import AlertTopic
from infra.deploy_settings import DeploySettings
from infra.entrances import ActivityEntrance, FormsEntrance
from infra.erasure_rounds import ErasureRounds
from infra.expiry import ExpirySchedule
from infra.python_function import PythonFunction
from infra.rescore_schedule import RescoreSchedule
from infra.sales_entrance import SalesEntrance
from infra.storage import LeadStorage
from infra.watch_schedule import WatchSchedule
from infra.weekly_summary import WeeklySummary

NAMESPACE = "LeadScoring"  # of the functions' own metrics; see functions/runtime/telemetry.py
MINUTE = 60
# What is counted once a week is said anew each hour, and looked at by the day: periods of an alarm
# come to 7 days at most (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference, PutMetricAlarm).
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric: `name` in `namespace`; its sum, maximum or minimum over `seconds`."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str = "Sum"


@dataclass(frozen=True, slots=True)
class Ring:
    """An alarm: rings when `expression` over `measures` (or the one measure itself) reaches
    `at_least`. A count that is nought is not written, so a measure that may be silent while the
    alarm should ring stands in `FILL`.
    """

    name: str
    says: str
    measures: Mapping[str, Measure]
    at_least: float
    expression: str | None = None
    seconds: int = MINUTE
    periods: int = 1
    silence_rings: bool = False
    above: bool = field(default=True)  # False: rings when it falls below `at_least`


class Alarms(Construct):
    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: DeploySettings,
        storage: LeadStorage,
        forms: FormsEntrance,
        sales: SalesEntrance,
        activities: ActivityEntrance,
        schedule: ExpirySchedule,
        erasures: ErasureRounds,
        summaries: WeeklySummary,
        rescores: RescoreSchedule,
        watches: WatchSchedule,
        model: Mapping[str, Any],
        alerts: AlertTopic,
        functions: Mapping[str, PythonFunction],
    ) -> None:
        super().__init__(scope, name)
        self.topic = sns.Topic(self, "Topic", display_name="Lead scoring alarms", enforce_ssl=True)
        self.topic.add_to_resource_policy(_alarms_may_publish(self.topic))
        for number, address in enumerate(settings.operators, start=1):
            sns.CfnSubscription(
                self,
                f"Operator{number}",
                topic_arn=self.topic.topic_arn,
                protocol="email",
                endpoint=address,
            )
        dead = {
            "Activity": activities.activity_dead.queue_name,
            "Parking": activities.parking_dead.queue_name,
            "Bus": activities.bus_dead.queue_name,
            "Sweep": schedule.dead.queue_name,
            "Alert": alerts.dead.queue_name,
            "Erasure": erasures.dead.queue_name,
            "Summary": summaries.dead.queue_name,
            "Rescore": rescores.dead.queue_name,
            "Watch": watches.dead.queue_name,
        }
        queues = {
            "Activities": activities.activities.queue_name,
            "Parking": activities.parking.queue_name,
        }
        bus = activities.bus.event_bus_name
        rules = {
            "ActivityRule": {
                "EventBusName": bus,
                "RuleName": activities.rules["activities"].rule_name,
            },
            "ReplayRule": {"EventBusName": bus, "RuleName": activities.rules["replays"].rule_name},
        }
        if "mail" in activities.rules:  # it stands on the default bus
            rules["MailRule"] = {"RuleName": activities.rules["mail"].rule_name}
        topic = {"TopicName": alerts.topic.topic_name}
        names = {name: function.function.function_name for name, function in functions.items()}
        self._combined = settings.combined_alarms
        self._ring(_dead_letters(dead))
        self._ring(_queue_ages(queues))
        self._ring(_rules(rules))
        self._ring(_throttles(names, storage))
        self._ring(_forms(forms.api.api_id, queues["Parking"]))
        self._ring([_failing("SalesFail", "call of the sales API", sales.api.api_id)])
        self._ring(_own(settings))
        self._ring(_review(settings, model.get("review", {})))
        self._ring(_alerts(topic, settings))

    def _ring(self, rings: Iterable[Ring]) -> None:
        for ring in rings:
            if ring.expression and not self._combined:
                continue
            alarm = cloudwatch.Alarm(
                self,
                ring.name,
                alarm_description=ring.says,
                metric=_metric(ring),
                threshold=ring.at_least,
                evaluation_periods=ring.periods,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
                if ring.above
                else cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.BREACHING
                if ring.silence_rings
                else cloudwatch.TreatMissingData.NOT_BREACHING,
            )
            alarm.add_alarm_action(actions.SnsAction(self.topic))


def _dead_letters(queues: Mapping[str, str]) -> Iterable[Ring]:
    for name, queue in queues.items():
        waiting = Measure(
            "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue}, "Maximum"
        )
        yield Ring(
            f"{name}DeadLetters",
            f"Undelivered messages wait in {name}DeadLetters: look, mend, redrive.",
            {"waiting": waiting},
            at_least=1,
        )


def _queue_ages(queues: Mapping[str, str]) -> Iterable[Ring]:
    for name, queue in queues.items():
        age = Measure("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": queue}, "Maximum")
        yield Ring(
            f"{name}Late",
            f"The oldest message of {name} has waited more than ten minutes.",
            {"age": age},
            at_least=600,
        )


def _rules(rules: Mapping[str, Mapping[str, str]]) -> Iterable[Ring]:
    for name, dimensions in rules.items():
        for metric in (
            "FailedInvocations",
            "InvocationsSentToDlq",
            "InvocationsFailedToBeSentToDlq",
        ):
            yield Ring(
                f"{name}{metric}",
                f"The bus could not deliver through {name} ({metric}).",
                {"failed": Measure("AWS/Events", metric, dimensions)},
                at_least=1,
            )


def _throttles(functions: Mapping[str, str], storage: LeadStorage) -> Iterable[Ring]:
    for name, function in functions.items():
        yield Ring(
            f"{name}Throttled",
            f"Lambda refused to run {name}: raise the account's concurrency.",
            {"throttles": Measure("AWS/Lambda", "Throttles", {"FunctionName": function})},
            at_least=1,
        )
    leads, facts = storage.leads.table_name, storage.facts.table_name
    erased = storage.erased.table_name
    tables = [{"TableName": leads}, {"TableName": facts}, {"TableName": erased}]
    indexes = [{"TableName": leads, "GlobalSecondaryIndexName": i} for i in storage.indexes]
    for name, places in (("Table", tables), ("Index", indexes)):
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
            measures = {
                f"m{n}": Measure("AWS/DynamoDB", metric, place) for n, place in enumerate(places)
            }
            yield Ring(
                f"{name}{metric}",
                f"DynamoDB slows us down ({name}, {metric}); see table_*_per_second in cdk.json.",
                measures,
                at_least=1,
                expression=_sum(measures),
            )


def _failing(name: str, what: str, api: str) -> Ring:
    of_api = {"ApiId": api}
    return Ring(
        name,
        f"One {what} in a hundred, or more, was answered with a 5xx.",
        {
            "failed": Measure("AWS/ApiGateway", "5xx", of_api),
            "all": Measure("AWS/ApiGateway", "Count", of_api),
        },
        at_least=1,
        expression="IF(all > 0, 100 * failed / all, 0)",
        seconds=5 * MINUTE,
    )


def _forms(api: str, parking: str) -> Iterable[Ring]:
    yield _failing("FormsFail", "form", api)
    yield Ring(
        "FormsParked",
        "A form had to be parked: the table was slow or away.",
        {"parked": Measure("AWS/SQS", "NumberOfMessagesSent", {"QueueName": parking})},
        at_least=1,
    )


def _measure_of(settings: DeploySettings) -> Callable[..., Measure]:
    def own(name: str, statistic: str = "Sum") -> Measure:
        return Measure(NAMESPACE, name, {"service": settings.service}, statistic)

    return own


def _own(settings: DeploySettings) -> Iterable[Ring]:
    own = _measure_of(settings)
    yield Ring(
        "AlertOverdue",
        "An alert has waited more than five minutes past its time: can the functions publish?",
        {"age": own("oldest_overdue_alert", "Maximum")},
        at_least=300_000,  # milliseconds
    )
    yield Ring(
        "NoSweep",
        "Of twenty sweeps in five minutes fewer than sixteen ended: some leads or alerts wait.",
        {"sweeps": own("sweeps")},
        at_least=16,  # one schedule of four that stands still makes fifteen
        seconds=5 * MINUTE,
        silence_rings=True,
        above=False,
    )
    yield Ring(
        "NoErasureRound",
        "No round of erasures ended in three hours: what was erased is not deleted a second time.",
        {"rounds": own("erasure_rounds")},
        at_least=1,
        seconds=60 * MINUTE,
        periods=3,
        silence_rings=True,
        above=False,
    )
    yield Ring(
        "SweepLate",
        "The oldest lead that is due has waited more than fifteen minutes.",
        {"age": own("oldest_due", "Maximum")},
        at_least=900_000,  # milliseconds
    )
    yield Ring(
        "ShardsFail",
        "For five minutes some of what is due could not be read: those leads and alerts wait.",
        {"failed": own("shard_failed")},
        at_least=3,  # one shard fails five times then, and a tick may fall into the next period
        seconds=5 * MINUTE,
    )
    yield Ring(
        "Conflicts",
        "More than a fifth of the commits met a conflict: one lead is very busy, or a bug loops.",
        {"conflicts": own("conflicts"), "commits": own("applied")},
        at_least=1,
        expression="IF(conflicts > 0.2 * FILL(commits, 0), 1, 0)",
        seconds=5 * MINUTE,
        periods=2,
    )
    yield Ring(
        "Refused",
        "More than one message in a hundred was refused: lead-scoring refused shows why.",
        {"refused": own("refused"), "accepted": own("accepted")},
        at_least=1,
        expression="IF(refused > 0, 100 * refused / (refused + FILL(accepted, 0)), 0)",
        seconds=15 * MINUTE,
    )
    yield Ring(
        "Malformed",
        "A message on our own queue has not our own shape: a deploy broke the bus rule.",
        {"malformed": own("refused_malformed")},
        at_least=1,
    )
    yield Ring(
        "Unreadable",
        "A stored lead cannot be read (corrupt, or of a layout this code does not know).",
        {"unreadable": own("lead_unreadable")},
        at_least=1,
    )
    yield Ring(
        "Bugs",
        "Our own code failed on a lead or a message, which is put off; its neighbours are well.",
        {"bugs": own("bug")},
        at_least=1,
    )


def _review(settings: DeploySettings, review: Mapping[str, Any]) -> Iterable[Ring]:
    """What the model says of when people look at it again (R82, R83)."""
    own = _measure_of(settings)
    if wished := review.get("hot_wins_below"):
        yield Ring(
            "HotSeldomWins",
            f"Of the hot leads that ended within 90 days fewer than {wished} percent were won: "
            "lead-scoring review shows which rules mislead.",
            {"wins": own("hot_wins_percent", "Minimum")},
            at_least=wished,
            seconds=DAY,
            above=False,
        )
    days = review.get("after", REVIEW_AFTER_MS) // DAY_MS
    yield Ring(
        "ReviewDue",
        f"The model has not changed for {days} days: lead-scoring review and verify show whether "
        "it is still right.",
        {"age": own("model_age_days", "Maximum")},
        at_least=days,
        seconds=DAY,
    )


def _alerts(topic: Mapping[str, str], settings: DeploySettings) -> Iterable[Ring]:
    def of_topic(name: str) -> Measure:
        return Measure("AWS/SNS", name, topic)

    yield Ring(
        "AlertsFail",
        "SNS could not deliver an alert to a subscriber.",
        {"failed": of_topic("NumberOfNotificationsFailed")},
        at_least=1,
    )
    yield Ring(
        "AlertsLost",
        "SNS could not even put an undelivered alert among the dead letters.",
        {"lost": of_topic("NumberOfNotificationsFailedToRedriveToDlq")},
        at_least=1,
    )
    yield Ring(
        "NobodyListens",
        "An alert reached nobody: a confirmed subscriber is gone, or a territory is empty.",
        {
            "published": of_topic("NumberOfMessagesPublished"),
            "delivered": of_topic("NumberOfNotificationsDelivered"),
            "failed": of_topic("NumberOfNotificationsFailed"),
        },
        at_least=1,
        expression="IF(published > 0 AND FILL(delivered, 0) + FILL(failed, 0) == 0, 1, 0)",
        seconds=5 * MINUTE,
    )
    yield Ring(
        "ManyAlerts",
        "More alerts in an hour than alerts_per_hour in cdk.json: does the model suit the traffic?",
        {"published": of_topic("NumberOfMessagesPublished")},
        at_least=settings.alerts_per_hour + 1,
        seconds=60 * MINUTE,
    )


def _metric(ring: Ring) -> cloudwatch.IMetric:
    metrics = {
        name: cloudwatch.Metric(
            namespace=m.namespace,
            metric_name=m.name,
            dimensions_map=dict(m.dimensions),
            statistic=m.statistic,
            period=Duration.seconds(ring.seconds),
        )
        for name, m in ring.measures.items()
    }
    if ring.expression is None:
        (metric,) = metrics.values()
        return metric
    return cloudwatch.MathExpression(
        expression=ring.expression,
        using_metrics=dict(metrics),
        period=Duration.seconds(ring.seconds),
    )


def _sum(measures: Iterable[str]) -> str:
    return " + ".join(f"FILL({name}, 0)" for name in measures)


def _alarms_may_publish(topic: sns.Topic) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions=["sns:Publish"],
        resources=[topic.topic_arn],
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )
