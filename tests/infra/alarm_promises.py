"""What wakes a person, alarm by alarm: what is measured, where, and when it rings.

The table is the reviewed one; a sentence of it is read off each alarm of the template.
"""

import re
from collections.abc import Mapping
from typing import Any

from tests.infra.template_reading import Template, lead_functions, of_type

DEAD = "AWS/SQS ApproximateNumberOfMessagesVisible of {}, Maximum of 60 s, reaches 1"
LATE = "AWS/SQS ApproximateAgeOfOldestMessage of {}, Maximum of 60 s, reaches 600"
OWN = "LeadScoring {} of this stack, {} of {} s"
INDEXES = ("due", "ranking", "owned", "monthly", "no_contact", "external")
RULES = {
    "ActivityRule": "ActivityBus ActivityActivityRule",
    "ReplayRule": "ActivityBus ActivityReplayRule",
    "MailRule": "ActivityMailRule",  # on the default bus
}
FAILED = ("FailedInvocations", "InvocationsSentToDlq", "InvocationsFailedToBeSentToDlq")
FUNCTIONS = (
    "CaptureForm", "RecordActivity", "ExpirePoints", "EraseLead", "ServeSales", "TellSummary",
    "RescoreLeads", "WatchModel",
)  # fmt: skip


def _throttled(places: tuple[str, ...], metric: str) -> str:
    """A sum in which a place without throttles is no hole."""
    total = " + ".join(f"FILL(m{number}, 0)" for number in range(len(places)))
    parts = (
        f"m{number}: AWS/DynamoDB {metric} of {place}, Sum of 60 s"
        for number, place in enumerate(places)
    )
    return f"{total} reaches 1 ({'; '.join(parts)})"


def _failing(api: str) -> str:
    return (
        "IF(all > 0, 100 * failed / all, 0) reaches 1 "
        f"(failed: AWS/ApiGateway 5xx of {api}, Sum of 300 s; "
        f"all: AWS/ApiGateway Count of {api}, Sum of 300 s)"
    )


def _topic(metric: str, seconds: int = 60) -> str:
    return f"AWS/SNS {metric} of AlertsTopic, Sum of {seconds} s"


SENTENCES: Mapping[str, str] = {
    "ActivityDeadLetters": DEAD.format("ActivityActivityDeadLetters"),
    "ParkingDeadLetters": DEAD.format("ActivityParkingDeadLetters"),
    "BusDeadLetters": DEAD.format("ActivityBusDeadLetters"),
    "SweepDeadLetters": DEAD.format("ExpiryDeadLetters"),
    "AlertDeadLetters": DEAD.format("AlertsDeadLetters"),
    "ErasureDeadLetters": DEAD.format("ErasureDeadLetters"),
    "SummaryDeadLetters": DEAD.format("SummaryDeadLetters"),
    "RescoreDeadLetters": DEAD.format("RescoreDeadLetters"),
    "WatchDeadLetters": DEAD.format("WatchDeadLetters"),
    "ActivitiesLate": LATE.format("ActivityActivities"),
    "ParkingLate": LATE.format("ActivityParking"),
    **{
        f"{rule}{metric}": f"AWS/Events {metric} of {place}, Sum of 60 s, reaches 1"
        for rule, place in RULES.items()
        for metric in FAILED
    },
    **{
        f"{name}Throttled": f"AWS/Lambda Throttles of Functions{name}Function, "
        "Sum of 60 s, reaches 1"
        for name in FUNCTIONS
    },
    **{
        f"Table{metric}": _throttled(("StorageLeads", "StorageFacts", "StorageErased"), metric)
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents")
    },
    **{
        f"Index{metric}": _throttled(tuple(f"{one} StorageLeads" for one in INDEXES), metric)
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents")
    },
    "FormsFail": _failing("FormsApi"),
    "SalesFail": _failing("SalesApi"),
    "FormsParked": "AWS/SQS NumberOfMessagesSent of ActivityParking, Sum of 60 s, reaches 1",
    "AlertOverdue": f"{OWN.format('oldest_overdue_alert', 'Maximum', 60)}, reaches 300000",
    "NoSweep": f"{OWN.format('sweeps', 'Sum', 300)}, stays below 16, silence rings",
    "NoErasureRound": f"{OWN.format('erasure_rounds', 'Sum', 3600)}, "
    "stays below 1 3 times, silence rings",
    "SweepLate": f"{OWN.format('oldest_due', 'Maximum', 60)}, reaches 900000",
    "ShardsFail": f"{OWN.format('shard_failed', 'Sum', 300)}, reaches 3",
    "Conflicts": "IF(conflicts > 0.2 * FILL(commits, 0), 1, 0) reaches 1 2 times "
    f"(conflicts: {OWN.format('conflicts', 'Sum', 300)}; "
    f"commits: {OWN.format('applied', 'Sum', 300)})",
    "Refused": "IF(refused > 0, 100 * refused / (refused + FILL(accepted, 0)), 0) reaches 1 "
    f"(refused: {OWN.format('refused', 'Sum', 900)}; "
    f"accepted: {OWN.format('accepted', 'Sum', 900)})",
    "Malformed": f"{OWN.format('refused_malformed', 'Sum', 60)}, reaches 1",
    "Unreadable": f"{OWN.format('lead_unreadable', 'Sum', 60)}, reaches 1",
    "Bugs": f"{OWN.format('bug', 'Sum', 60)}, reaches 1",
    "HotSeldomWins": f"{OWN.format('hot_wins_percent', 'Minimum', 86400)}, stays below 10",
    "ReviewDue": f"{OWN.format('model_age_days', 'Maximum', 86400)}, reaches 180",
    "AlertsFail": f"{_topic('NumberOfNotificationsFailed')}, reaches 1",
    "AlertsLost": f"{_topic('NumberOfNotificationsFailedToRedriveToDlq')}, reaches 1",
    "NobodyListens": "IF(published > 0 AND FILL(delivered, 0) + FILL(failed, 0) == 0, 1, 0) "
    f"reaches 1 (published: {_topic('NumberOfMessagesPublished', 300)}; "
    f"delivered: {_topic('NumberOfNotificationsDelivered', 300)}; "
    f"failed: {_topic('NumberOfNotificationsFailed', 300)})",
    "ManyAlerts": f"{_topic('NumberOfMessagesPublished', 3600)}, reaches 51",
}
ALARMS = frozenset(SENTENCES)
HEARTBEATS = {name for name, told in SENTENCES.items() if told.endswith("silence rings")}
RINGS = {"GreaterThanOrEqualToThreshold": "reaches", "LessThanThreshold": "stays below"}
SILENCE = {"breaching": ", silence rings", "notBreaching": ""}


def every_alarm_rings_elsewhere(template: Template) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    (topic,) = [name for name in of_type(template, "AWS::SNS::Topic") if name.startswith("Alarms")]
    functions = lead_functions(template).values()
    (service,) = {
        function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for function in functions
    }
    told = {}
    for name, alarm in alarms.items():
        rule = alarm["Properties"]
        assert rule["AlarmActions"] == [{"Ref": topic}]
        assert rule.get("ActionsEnabled", True) is True
        assert rule["AlarmDescription"]
        words = sentence(rule).replace(f" of {service},", " of this stack,")
        told[_short(name).removeprefix("Alarms")] = words
    assert told == SENTENCES


def sentence(alarm: Mapping[str, Any]) -> str:
    """What an alarm waits for, in words."""
    times = f" {alarm['EvaluationPeriods']} times" if alarm["EvaluationPeriods"] != 1 else ""
    rings = f"{RINGS[alarm['ComparisonOperator']]} {alarm['Threshold']}{times}"
    rings += SILENCE[alarm["TreatMissingData"]]
    if "Metrics" not in alarm:
        return f"{_measured(alarm, alarm['Statistic'], alarm['Period'])}, {rings}"
    parts = [one for one in alarm["Metrics"] if "MetricStat" in one]
    (whole,) = [one for one in alarm["Metrics"] if "Expression" in one]
    assert whole["ReturnData"] is True
    assert [one["ReturnData"] for one in parts] == [False] * len(parts)
    words = (
        f"{one['Id']}: {_measured(stat['Metric'], stat['Stat'], stat['Period'])}"
        for one in parts
        for stat in [one["MetricStat"]]
    )
    return f"{whole['Expression']} {rings} ({'; '.join(words)})"


def _measured(metric: Mapping[str, Any], statistic: str, seconds: int) -> str:
    places = " ".join(_place(one["Value"]) for one in metric["Dimensions"])
    name = f"{metric['Namespace']} {metric['MetricName']}"
    return f"{name} of {places}, {statistic} of {seconds} s"


def _place(value: str | Mapping[str, Any]) -> str:
    if isinstance(value, str):
        return value
    return _short(str(value.get("Ref") or value["Fn::GetAtt"][0]))


def _short(name: str) -> str:
    return re.sub(r"[0-9A-F]{8}$", "", name)
