"""What can be seen of a running system from outside: its queues, its schedule, who listens.

Nothing is changed by looking. Numbers of messages are SQS's own, right within a minute; ages are
metrics of CloudWatch, which a local cloud does not have.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.queue_messages import Numbers, count_messages
from cli.running_stack import RunningStack, deploy_settings
from functions.leads.listing import ALERT_SHARD, SHARDS
from functions.scoring.instants import HOUR_MS, MINUTE_MS, SECOND_MS

REFUSED = "RefusedQueue"
DEAD_LETTERS = (
    "ActivityDeadLetters",
    "ParkingDeadLetters",
    "BusDeadLetters",
    "SweepDeadLetters",
    "AlertDeadLetters",
    "ErasureDeadLetters",
    "SummaryDeadLetters",
    "RescoreDeadLetters",
    "WatchDeadLetters",
)
QUEUES = ("ActivityQueue", "ParkingQueue", REFUSED, *DEAD_LETTERS)
DUE_MAX = 1000  # leads counted; beyond it the exact number helps nobody
METRIC_AGE_MS = 15 * MINUTE_MS  # how old the newest value of a metric may be
SWEPT_WITHIN_MS = HOUR_MS  # how far back a sweep is looked for
_SWEPT = "swept"  # what a sweep writes into its log when it ends


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """One queue, by the name of its output; `oldest_ms` is its oldest message's age, None where
    nobody knows.
    """

    name: str
    numbers: Numbers
    oldest_ms: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """Leads whose instant has passed: how many (`is_all`: no more than counted), and by how much
    the oldest is late, in ms.
    """

    number: int = 0
    late_ms: int = 0
    is_all: bool = True


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who is told: `state` is confirmed, pending, or gone."""

    protocol: str
    endpoint: str
    state: str


@dataclass(frozen=True, slots=True)
class SystemHealth:
    """All of it as of `at` (UTC ms). `swept_at` is when a sweep last ended; an hour ago where none
    did since, None where nobody knows. A round that could not read a shard is none, as for the
    alarm. `deployed_at` is when the system was last changed.
    """

    at: int
    deployed_at: int
    queues: list[QueueHealth]
    swept_at: int | None
    leads_due: Due
    alerts_due: Due
    subscribers: list[Listener]
    operators: list[Listener]


def read_health(stack: RunningStack, *, at: int) -> SystemHealth:
    """Look at everything once. Raises ProblemError and what AWS raises."""
    wanted, operators = _named(stack)
    return SystemHealth(
        at=at,
        deployed_at=stack.deployed_at,
        queues=list(_queues(stack, at=at)),
        swept_at=_swept_at(stack, at=at),
        leads_due=_leads_due(stack, at=at),
        alerts_due=_due(stack, ALERT_SHARD, at=at, most=DUE_MAX),
        subscribers=_listeners(stack, "AlertTopic", wanted),
        operators=_listeners(stack, "AlarmTopic", operators),
    )


def _queues(stack: RunningStack, *, at: int) -> Iterator[QueueHealth]:
    client = stack.client("sqs")
    urls = {name: stack.queue(name) for name in QUEUES}
    ages = {} if stack.is_local else _ages(stack, urls, at=at)
    for name, url in urls.items():
        yield QueueHealth(name, count_messages(client, url), ages.get(name))


def _ages(stack: RunningStack, urls: Mapping[str, str], *, at: int) -> dict[str, int]:
    """The oldest message's age in ms by queue, as of the newest minute CloudWatch knows."""
    asked = {f"m{place}": name for place, name in enumerate(urls)}
    answer = stack.client("cloudwatch").get_metric_data(
        MetricDataQueries=[_query(id_, urls[name]) for id_, name in asked.items()],
        StartTime=_moment(at - METRIC_AGE_MS),
        EndTime=_moment(at),
        ScanBy="TimestampDescending",
    )
    return {
        asked[result["Id"]]: int(result["Values"][0]) * SECOND_MS
        for result in answer["MetricDataResults"]
        if result["Values"]
    }


def _query(id_: str, url: str) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
    }
    return {"Id": id_, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}


def _swept_at(stack: RunningStack, *, at: int) -> int | None:
    function = stack.client("lambda").get_function_configuration(
        FunctionName=stack.output("ExpirePointsFunction")
    )
    group = function.get("LoggingConfig", {}).get("LogGroup")
    if group is None:
        return None
    since = at - SWEPT_WITHIN_MS
    for start in (at - 5 * MINUTE_MS, since):  # the newest minutes mostly answer
        pages = (
            stack.client("logs")
            .get_paginator("filter_log_events")
            .paginate(logGroupName=group, startTime=start, filterPattern=_SWEPT)
        )
        ended = [
            event["timestamp"]
            for page in pages
            for event in page["events"]
            if _is_sweep(event["message"])
        ]
        if ended:
            return int(max(ended))
    return since


def _is_sweep(line: str) -> bool:
    """Whether a log line tells of a round that read all its shards; metrics are lines, too."""
    try:
        told = json.loads(line)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("message") == _SWEPT and not told.get("failed")


def _leads_due(stack: RunningStack, *, at: int) -> Due:
    found = [_due(stack, shard, at=at, most=DUE_MAX // SHARDS) for shard in range(SHARDS)]
    late = max(due.late_ms for due in found)
    number = sum(due.number for due in found)
    return Due(number, late, is_all=all(due.is_all for due in found))


def _due(stack: RunningStack, shard: int, *, at: int, most: int) -> Due:
    page = stack.client("dynamodb").query(
        TableName=stack.leads_table,
        IndexName="due",
        KeyConditionExpression="due_shard = :shard AND due_at <= :until",
        ExpressionAttributeValues={":shard": {"N": str(shard)}, ":until": {"N": str(at)}},
        Limit=most,
    )
    instants = [int(item["due_at"]["N"]) for item in page["Items"]]
    late = at - min(instants) if instants else 0
    return Due(len(instants), late, is_all="LastEvaluatedKey" not in page)


def _named(stack: RunningStack) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Who listens and who operates by `cdk.json`, where it is this stack that it describes."""
    from infra.listeners import policies  # noqa: PLC0415  (as deploy_settings: when it is asked for)

    settings = deploy_settings()
    if not stack.is_local and settings.stack_name != stack.name:
        return [], []
    subscribers = [(str(one.protocol), one.endpoint) for one, _ in policies(settings)]
    return subscribers, [("email", address) for address in settings.operators]


def _listeners(
    stack: RunningStack, topic: str, wanted: Iterable[tuple[str, str]]
) -> list[Listener]:
    pages = (
        stack.client("sns")
        .get_paginator("list_subscriptions_by_topic")
        .paginate(TopicArn=stack.output(topic))
    )
    listed = [_listener(one) for page in pages for one in page["Subscriptions"]]
    kept = [one for one in listed if one.state != "gone"]
    here = {one.endpoint.casefold() for one in kept}
    gone = [Listener(*one, "gone") for one in wanted if one[1].casefold() not in here]
    return kept + gone


def _listener(subscription: Mapping[str, str]) -> Listener:
    arn = subscription["SubscriptionArn"]
    states = {"PendingConfirmation": "pending", "Deleted": "gone"}
    return Listener(
        subscription["Protocol"], subscription["Endpoint"], states.get(arn, "confirmed")
    )


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / SECOND_MS, tz=UTC)
