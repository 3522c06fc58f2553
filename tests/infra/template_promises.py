"""What the template promises, each as a function that fails on a template which breaks it.

They read the synthesised JSON and nothing else, so that a mutant of it can be put before them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Template = Mapping[str, Any]
Promise = Callable[[Template], None]

FOURTEEN_DAYS = 14 * 86_400
KEPT_FOR_GOOD = {  # another logical id would be another, empty table
    "StorageLeads7148D774": "AWS::DynamoDB::Table",
    "StorageFacts4576462A": "AWS::DynamoDB::Table",
    "StorageErasedC37A8A4D": "AWS::DynamoDB::Table",
    "StorageLeadIdKey719D9B9E": "AWS::SecretsManager::Secret",
}
ROLES = {
    "FunctionsCaptureFormRole": {
        "Log": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "Leads": {"dynamodb:BatchGetItem", "dynamodb:PutItem"},
        "Facts": {"dynamodb:PutItem", "dynamodb:Query"},
        "Topic": {"sns:Publish"},
        "Parking": {"sqs:SendMessage"},
        "Refused": {"sqs:SendMessage"},
    },
    "FunctionsRecordActivityRole": {
        "Log": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "Leads": {"dynamodb:BatchGetItem", "dynamodb:PutItem"},
        "Facts": {"dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:Query"},
        "Topic": {"sns:Publish"},
        "Refused": {"sqs:SendMessage"},
        "Activities": {
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        },
        "Parking": {
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        },
    },
    "FunctionsExpirePointsRole": {
        "Log": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "Leads": {"dynamodb:BatchGetItem", "dynamodb:PutItem"},
        "Facts": {"dynamodb:Query"},
        "Topic": {"sns:Publish"},
        "Leads/index/due": {"dynamodb:Query"},
        "DeadLetters": {"sqs:SendMessage"},
    },
    "FunctionsEraseLeadRole": {  # the only one that deletes
        "Log": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "Leads": {"dynamodb:BatchGetItem", "dynamodb:PutItem"},
        "Facts": {"dynamodb:BatchWriteItem", "dynamodb:Query"},
        "Erased": {"dynamodb:PutItem", "dynamodb:Query"},
        "DeadLetters": {"sqs:SendMessage"},
    },
    "ExpiryRole": {"Function": {"lambda:InvokeFunction"}, "DeadLetters": {"sqs:SendMessage"}},
    "ErasureRole": {"Function": {"lambda:InvokeFunction"}, "DeadLetters": {"sqs:SendMessage"}},
}
LOGGED = {  # nothing of the visitor
    "requestId", "requestTime", "httpMethod", "routeKey", "status", "responseLatency",
    "integrationErrorMessage",
}  # fmt: skip
ALARMS = {
    "ActivityDeadLetters", "ParkingDeadLetters", "BusDeadLetters", "SweepDeadLetters",
    "AlertDeadLetters", "ErasureDeadLetters", "NoErasureRound", "EraseLeadThrottled",
    "ActivitiesLate", "ParkingLate", "FormsFail", "FormsParked",
    "AlertOverdue", "NoSweep", "SweepLate", "Conflicts", "Refused", "Malformed", "Unreadable",
    "Bugs", "AlertsFail", "AlertsLost", "NobodyListens", "ManyAlerts", "CaptureFormThrottled",
    "RecordActivityThrottled", "ExpirePointsThrottled", "TableReadThrottleEvents",
    "TableWriteThrottleEvents", "IndexReadThrottleEvents", "IndexWriteThrottleEvents",
    *(
        f"{rule}{metric}"
        for rule in ("ActivityRule", "ReplayRule", "MailRule")
        for metric in (
            "FailedInvocations", "InvocationsSentToDlq", "InvocationsFailedToBeSentToDlq",
        )
    ),
}  # fmt: skip


HEARTBEATS = {"NoSweep", "NoErasureRound"}  # silence itself is the fault


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def properties(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    return {name: resource["Properties"] for name, resource in of_type(template, kind).items()}


def named(template: Template, kind: str, part: str) -> dict[str, Any]:
    """The properties of the one resource whose logical id holds `part` and else only a hash."""
    found = [
        resource
        for name, resource in properties(template, kind).items()
        if re.fullmatch(rf"{part}[0-9A-F]{{8}}", name)
    ]
    assert len(found) == 1, f"{kind} {part}: {len(found)}"
    return found[0]


def tables_cannot_be_lost(template: Template) -> None:
    """G (table), D16"""
    for name, kind in KEPT_FOR_GOOD.items():
        resource = template["Resources"][name]
        assert resource["Type"] == kind
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    tables = properties(template, "AWS::DynamoDB::Table")
    assert len(tables) == 3
    for table in tables.values():
        assert table["DeletionProtectionEnabled"] is True
        recovery = table["PointInTimeRecoverySpecification"]
        assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert set(table["OnDemandThroughput"]) == {"MaxReadRequestUnits", "MaxWriteRequestUnits"}
        assert min(table["OnDemandThroughput"].values()) > 0


def leads_have_the_indexes_of_their_readers(template: Template) -> None:
    leads = template["Resources"]["StorageLeads7148D774"]["Properties"]
    shapes = {
        index["IndexName"]: (
            [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]],
            index["Projection"],
        )
        for index in leads["GlobalSecondaryIndexes"]
    }
    keys_only = {"ProjectionType": "KEYS_ONLY"}
    quality = {"NonKeyAttributes": ["quality"], "ProjectionType": "INCLUDE"}
    assert shapes == {
        "due": ([("due_shard", "HASH"), ("due_at", "RANGE")], keys_only),
        "ranking": ([("band", "HASH"), ("call_order", "RANGE")], keys_only),
        "owned": ([("owner_band", "HASH"), ("call_order", "RANGE")], keys_only),
        "monthly": ([("month", "HASH"), ("lead", "RANGE")], quality),
        "no_contact": ([("do_not_contact", "HASH"), ("lead", "RANGE")], keys_only),
        "external": ([("external_id", "HASH")], keys_only),
    }
    kinds = {a["AttributeName"]: a["AttributeType"] for a in leads["AttributeDefinitions"]}
    assert {name for name, kind in kinds.items() if kind == "N"} == {"due_shard", "due_at"}
    assert leads["KeySchema"] == [{"AttributeName": "lead", "KeyType": "HASH"}]
    assert "TimeToLiveSpecification" not in leads


def facts_are_forgotten_by_their_own_date(template: Template) -> None:
    facts = template["Resources"]["StorageFacts4576462A"]["Properties"]
    assert facts["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert [key["AttributeName"] for key in facts["KeySchema"]] == ["lead", "fact"]


def who_was_erased_is_never_forgotten(template: Template) -> None:
    """D17"""
    erased = template["Resources"]["StorageErasedC37A8A4D"]["Properties"]
    assert "TimeToLiveSpecification" not in erased
    assert [key["AttributeName"] for key in erased["KeySchema"]] == ["shard", "lead"]


def the_key_of_lead_ids_is_made_once(template: Template) -> None:
    key = template["Resources"]["StorageLeadIdKey719D9B9E"]["Properties"]
    assert key["GenerateSecretString"] == {"ExcludePunctuation": True, "PasswordLength": 64}
    assert not of_type(template, "AWS::SecretsManager::RotationSchedule")
    for function in properties(template, "AWS::Lambda::Function").values():
        text = json.dumps(function["Environment"]["Variables"]["LEAD_ID_KEY"])
        assert "{{resolve:secretsmanager:" in text
        assert "StorageLeadIdKey719D9B9E" in text


def functions_are_as_agreed(template: Template) -> None:
    """G (functions)"""
    functions = properties(template, "AWS::Lambda::Function")
    timeouts = {f["Handler"]: f["Timeout"] for f in functions.values()}
    assert timeouts == {
        "functions.capture_form.handler": 10,
        "functions.record_activity.handler": 30,
        "functions.expire_points.handler": 60,
        "functions.erase_lead.handler": 60,
    }
    logs = of_type(template, "AWS::Logs::LogGroup")
    written: set[str] = set()
    for function in functions.values():
        assert function["Architectures"] == ["arm64"]
        assert function["MemorySize"] == 512
        assert function["Layers"] == [{"Ref": "PowertoolsLayer"}]
        assert "TracingConfig" not in function
        assert "ReservedConcurrentExecutions" not in function
        assert function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] == "LeadScoring"
        written.add(function["LoggingConfig"]["LogGroup"]["Ref"])
    assert len(written) == 4
    assert written < set(logs)
    assert {log["Properties"]["RetentionInDays"] for log in logs.values()} == {30}
    assert len(logs) == 5


def the_layer_is_the_locked_version(template: Template) -> None:
    parameter = template["Parameters"]["PowertoolsLayer"]
    assert parameter["Type"] == "AWS::SSM::Parameter::Value<String>"
    found = re.fullmatch(
        r"/aws/service/powertools/python/arm64/python3\.\d+/(\d+\.\d+\.\d+)", parameter["Default"]
    )
    assert found


def roles_name_every_action_and_resource(template: Template) -> None:
    """G25"""
    assert len(of_type(template, "AWS::IAM::Role")) == len(ROLES)
    policies = properties(template, "AWS::IAM::Policy")
    assert len(policies) == len(ROLES)
    for name, granted in ROLES.items():
        policy = named(template, "AWS::IAM::Policy", f"{name}DefaultPolicy")
        assert dict(_grants(policy)) == granted, name
    for role in properties(template, "AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role
        assert "Policies" not in role
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"]["Service"] in {"lambda.amazonaws.com", "scheduler.amazonaws.com"}


def _grants(policy: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    found: dict[str, set[str]] = {}
    for statement in policy["PolicyDocument"]["Statement"]:
        assert statement["Effect"] == "Allow"
        assert "NotAction" not in statement
        assert "NotResource" not in statement
        actions = _listed(statement["Action"])
        for resource in _listed(statement["Resource"]):
            found.setdefault(short_resource(resource), set()).update(actions)
    yield from found.items()


def short_resource(resource: Any) -> str:
    """What a policy or a target points at, by its construct's name: `Leads`, `Leads/index/due`."""
    assert isinstance(resource, dict), f"a resource without a reference: {resource}"
    if "Fn::Join" in resource:
        (reference, rest) = resource["Fn::Join"][1]
        return f"{short_resource(reference)}{rest}"
    name = str(resource.get("Ref") or resource["Fn::GetAtt"][0])
    return re.sub(r"[0-9A-F]{8}$", "", name).removeprefix(_room(name))


def _room(name: str) -> str:
    functions = "Functions(CaptureForm|RecordActivity|ExpirePoints|EraseLead)"
    rooms = rf"(Storage|Alerts|Activity(?=[A-Z])|Expiry|Erasure|{functions})"
    found = re.match(rooms, name)
    return found[0] if found else ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def forms_come_through_one_throttled_route(template: Template) -> None:
    """G (HTTP API), B40"""
    (api,) = properties(template, "AWS::ApiGatewayV2::Api").values()
    assert api["CorsConfiguration"] == {
        "AllowCredentials": False,
        "AllowHeaders": ["content-type"],
        "AllowMethods": ["POST"],
        "AllowOrigins": ["https://www.example.com"],
        "MaxAge": 3600,
    }
    (route,) = properties(template, "AWS::ApiGatewayV2::Route").values()
    assert route["RouteKey"] == "POST /forms/{form}"
    (integration,) = properties(template, "AWS::ApiGatewayV2::Integration").values()
    assert integration["TimeoutInMillis"] == 12_000
    assert integration["PayloadFormatVersion"] == "2.0"
    (stage,) = properties(template, "AWS::ApiGatewayV2::Stage").values()
    limits = stage["DefaultRouteSettings"]
    assert limits["ThrottlingRateLimit"] == 20
    assert limits["ThrottlingBurstLimit"] == 40
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert set(logged.values()) == {f"$context.{name}" for name in LOGGED}
    assert stage["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][1] == "Arn"


def activities_are_read_in_batches_that_leave_room_for_forms(template: Template) -> None:
    """G (activity source)"""
    mappings = properties(template, "AWS::Lambda::EventSourceMapping")
    assert {short_resource(m["EventSourceArn"]) for m in mappings.values()} == {
        "Activities",
        "Parking",
    }
    for mapping in mappings.values():
        assert mapping["BatchSize"] == 50
        assert mapping["MaximumBatchingWindowInSeconds"] == 1
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": 4}
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "FilterCriteria" not in mapping


def queues_wait_long_enough(template: Template) -> None:
    """G (queues)"""
    for name in ("ActivityActivities", "ActivityParking"):
        queue = named(template, "AWS::SQS::Queue", name)
        assert queue["VisibilityTimeout"] >= 6 * 30 + 1
        assert queue["MessageRetentionPeriod"] == 4 * 86_400
        assert queue["ReceiveMessageWaitTimeSeconds"] == 20
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 30
        target = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        assert target in of_type(template, "AWS::SQS::Queue")


def what_ends_ends_for_two_weeks(template: Template) -> None:
    """G (dead letters), G21"""
    ends = {
        "ActivityActivityDeadLetters", "ActivityParkingDeadLetters", "ActivityBusDeadLetters",
        "ActivityRefused", "AlertsDeadLetters", "ExpiryDeadLetters", "ErasureDeadLetters",
    }  # fmt: skip
    for name in ends:
        assert named(template, "AWS::SQS::Queue", name)["MessageRetentionPeriod"] == FOURTEEN_DAYS
    assert len(of_type(template, "AWS::SQS::Queue")) == len(ends) + 2


def queues_and_topics_are_tls_only(template: Template) -> None:
    for queue in properties(template, "AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True
    denied: set[str] = set()
    for kind, key in (("AWS::SQS::QueuePolicy", "Queues"), ("AWS::SNS::TopicPolicy", "Topics")):
        for policy in properties(template, kind).values():
            for statement in policy["PolicyDocument"]["Statement"]:
                tls = {"Bool": {"aws:SecureTransport": "false"}}
                if statement["Effect"] == "Deny" and statement["Condition"] == tls:
                    denied.update(reference["Ref"] for reference in policy[key])
                assert statement["Effect"] == "Deny" or "Condition" in statement
    assert denied == {*of_type(template, "AWS::SQS::Queue"), *of_type(template, "AWS::SNS::Topic")}


def bus_rules_hand_over_the_whole_event_and_its_arrival(template: Template) -> None:
    """G (rule), finding on the trusted instant"""
    whole = '{"ingested_at": <aws.events.event.ingestion-time>, "event": <aws.events.event.json>'
    expected = {
        "ActivityActivityRule": (whole + "}", [{"exists": False}]),
        "ActivityReplayRule": (whole + ', "replayed": true}', [{"exists": True}]),
        "ActivityMailRule": (whole + "}", [{"exists": False}]),
    }
    assert len(of_type(template, "AWS::Events::Rule")) == len(expected)
    for name, (text, replay) in expected.items():
        rule = named(template, "AWS::Events::Rule", name)
        (target,) = rule["Targets"]
        assert target["InputTransformer"] == {"InputTemplate": text}
        assert "Input" not in target
        assert short_resource(target["Arn"]) == "Activities"
        assert short_resource(target["DeadLetterConfig"]["Arn"]) == "BusDeadLetters"
        assert target["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 86_400,
            "MaximumRetryAttempts": 185,
        }
        pattern = rule["EventPattern"]
        assert pattern["replay-name"] == replay
        assert pattern["source"]
        assert pattern["account"]
        assert "detail-type" not in pattern
        assert rule["State"] == "ENABLED"
        assert ("EventBusName" in rule) == (name != "ActivityMailRule")


def nothing_is_kept_that_cannot_forget(template: Template) -> None:
    """G (archive)"""
    for archive in properties(template, "AWS::Events::Archive").values():
        assert 1 <= archive["RetentionDays"] <= 30


def the_schedule_looks_every_minute_at_every_shard(template: Template) -> None:
    """G (schedule)"""
    schedules = {
        name: schedule
        for name, schedule in properties(template, "AWS::Scheduler::Schedule").items()
        if name.startswith("Expiry")
    }
    shards: list[int] = []
    for schedule in schedules.values():
        assert schedule["ScheduleExpression"] == "rate(1 minute)"
        assert schedule["State"] == "ENABLED"
        target = schedule["Target"]
        assert target["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 60,
            "MaximumRetryAttempts": 2,
        }
        assert short_resource(target["DeadLetterConfig"]["Arn"]) == "DeadLetters"
        shards += json.loads(target["Input"])["shards"]
    assert len(schedules) == 4
    assert sorted(shards) == list(range(16))
    late = named(template, "AWS::Lambda::EventInvokeConfig", "ExpiryGiveUp")
    assert late["MaximumRetryAttempts"] == 2
    assert late["MaximumEventAgeInSeconds"] == 60
    assert late["FunctionName"]["Ref"].startswith("FunctionsExpirePoints")
    destination = late["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination["Fn::GetAtt"][0].startswith("ExpiryDeadLetters")


def erasures_are_looked_after_every_hour(template: Template) -> None:
    """G23"""
    schedule = named(template, "AWS::Scheduler::Schedule", "ErasureHourly")
    assert schedule["ScheduleExpression"] == "rate(1 hour)"
    assert schedule["State"] == "ENABLED"
    target = schedule["Target"]
    assert target["Arn"]["Fn::GetAtt"][0].startswith("FunctionsEraseLead")
    assert json.loads(target["Input"]) == {"round": True}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 2}
    late = named(template, "AWS::Lambda::EventInvokeConfig", "ErasureGiveUp")
    assert late["FunctionName"]["Ref"].startswith("FunctionsEraseLead")
    assert (late["MaximumRetryAttempts"], late["MaximumEventAgeInSeconds"]) == (2, 3600)
    ends = (
        target["DeadLetterConfig"]["Arn"],
        late["DestinationConfig"]["OnFailure"]["Destination"],
    )
    assert all(end["Fn::GetAtt"][0].startswith("ErasureDeadLetters") for end in ends)


def alerts_go_to_a_topic_of_their_own(template: Template) -> None:
    """G (SNS)"""
    topics = properties(template, "AWS::SNS::Topic")
    assert len(topics) == 2
    assert not [topic for topic in topics.values() if topic.get("FifoTopic")]
    for subscription in properties(template, "AWS::SNS::Subscription").values():
        if subscription["TopicArn"]["Ref"].startswith("Alerts"):
            assert subscription["RedrivePolicy"]["deadLetterTargetArn"]


def every_alarm_rings_elsewhere(template: Template) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    names = {re.sub(r"[0-9A-F]{8}$", "", name).removeprefix("Alarms") for name in alarms}
    assert names == ALARMS
    (topic,) = [name for name in of_type(template, "AWS::SNS::Topic") if name.startswith("Alarms")]
    thresholds = {}
    for name, alarm in alarms.items():
        rule = alarm["Properties"]
        assert rule["AlarmActions"] == [{"Ref": topic}]
        short = re.sub(r"[0-9A-F]{8}$", "", name).removeprefix("Alarms")
        thresholds[short] = (rule["Threshold"], rule["ComparisonOperator"][:4])
        silent = "breaching" if short in HEARTBEATS else "notBreaching"
        assert rule["TreatMissingData"] == silent
        assert rule["AlarmDescription"]
    expected = dict.fromkeys(ALARMS, (1, "Grea")) | {
        "ActivitiesLate": (600, "Grea"),
        "ParkingLate": (600, "Grea"),
        "AlertOverdue": (300_000, "Grea"),
        "NoSweep": (1, "Less"),
        "NoErasureRound": (1, "Less"),
        "SweepLate": (900_000, "Grea"),
        "Conflicts": (20, "Grea"),
        "ManyAlerts": (51, "Grea"),
    }
    assert thresholds == expected


def outputs_say_where_everything_is(template: Template) -> None:
    assert {
        "FormAddress", "ActivityBus", "AlertTopic", "ActivityQueue", "ParkingQueue",
        "RefusedQueue", "ActivityDeadLetters", "BusDeadLetters", "LeadIdKey",
    } <= set(template["Outputs"])  # fmt: skip
    assert template["Outputs"]["LeadIdKey"]["Value"] == {"Ref": "StorageLeadIdKey719D9B9E"}
    assert "resolve:secretsmanager" not in json.dumps(template["Outputs"])


PROMISES: tuple[Promise, ...] = (
    tables_cannot_be_lost,
    leads_have_the_indexes_of_their_readers,
    facts_are_forgotten_by_their_own_date,
    who_was_erased_is_never_forgotten,
    the_key_of_lead_ids_is_made_once,
    functions_are_as_agreed,
    the_layer_is_the_locked_version,
    roles_name_every_action_and_resource,
    forms_come_through_one_throttled_route,
    activities_are_read_in_batches_that_leave_room_for_forms,
    queues_wait_long_enough,
    what_ends_ends_for_two_weeks,
    queues_and_topics_are_tls_only,
    bus_rules_hand_over_the_whole_event_and_its_arrival,
    nothing_is_kept_that_cannot_forget,
    the_schedule_looks_every_minute_at_every_shard,
    erasures_are_looked_after_every_hour,
    alerts_go_to_a_topic_of_their_own,
    every_alarm_rings_elsewhere,
    outputs_say_where_everything_is,
)
