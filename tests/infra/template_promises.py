"""What the template promises, each as a function that fails on a template which breaks it.

They read the synthesised JSON and nothing else, so that a mutant of it can be put before them.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.infra.alarm_promises import ALARMS, HEARTBEATS, every_alarm_rings_elsewhere
from tests.infra.console_promises import (
    an_alert_links_to_the_console,
    files_of_the_console_are_read_by_its_distribution_alone,
    outputs_say_where_the_console_is,
    the_console_is_served_over_tls_as_its_files_say,
    the_page_is_told_where_it_is_and_whom_it_may_call,
    the_page_names_files_of_its_own_release,
    the_page_runs_its_own_files_and_shows_in_no_frame,
    the_release_is_put_before_the_deployment_ends,
)
from tests.infra.sales_promises import (
    a_machine_signs_in_by_its_secret_and_is_no_admin,
    every_route_of_sales_asks_for_a_token_with_its_scope,
    outputs_say_where_sales_is,
    people_are_made_by_admins_alone,
    people_have_the_roles_that_the_code_knows,
    people_sign_in_on_a_host_of_this_account,
    people_who_sign_in_cannot_be_lost,
    sales_may_be_called_by_pages_of_the_console_alone,
    scopes_are_defined_before_a_client_asks_for_them,
    the_console_has_no_secret_and_signs_in_by_code_alone,
    tokens_are_those_of_the_two_clients_of_the_pool,
)
from tests.infra.template_reading import (
    Template,
    lead_functions,
    listed,
    named,
    of_api,
    of_type,
    properties,
    short_resource,
)
from tests.infra.watch_promises import (
    the_model_is_watched_every_hour,
    weeks_are_shown_on_one_page,
)

__all__ = ("ALARMS", "HEARTBEATS", "PROMISES", "ROLES", "Promise", "of_type", "properties")


class Promise(NamedTuple):
    """What a template has to keep, with the rows that rest on it; `G` alone is the table of
    settings.
    """

    rows: tuple[str, ...]
    keeps: Callable[[Template], None]

    @property
    def name(self) -> str:
        return self.keeps.__name__


FOUR_DAYS, FOURTEEN_DAYS = 4 * 86_400, 14 * 86_400
READS_AND_WRITES_MAX = {"MaxReadRequestUnits": 4000, "MaxWriteRequestUnits": 4000}
KEPT_FOR_GOOD = {  # another logical id would be another, empty table
    "StorageLeads7148D774": "AWS::DynamoDB::Table",
    "StorageFacts4576462A": "AWS::DynamoDB::Table",
    "StorageErasedC37A8A4D": "AWS::DynamoDB::Table",
    "StorageModels44005BB0": "AWS::DynamoDB::Table",
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
        "Facts": {"dynamodb:PutItem", "dynamodb:Query"},
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
    "FunctionsServeSalesRole": {
        "Log": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "Leads": {"dynamodb:BatchGetItem", "dynamodb:PutItem"},
        "Facts": {"dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:Query"},
        "Topic": {"sns:Publish"},
        "Function": {"lambda:InvokeFunction"},  # that which forgets
        **{
            f"Leads/index/{index}": {"dynamodb:Query"}
            for index in ("ranking", "owned", "no_contact", "external", "monthly")
        },
    },
    "FunctionsTellSummaryRole": {  # writes nothing
        "Log": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "Leads": {"dynamodb:BatchGetItem"},
        "Facts": {"dynamodb:Query"},
        "Topic": {"sns:Publish"},
        "Leads/index/ranking": {"dynamodb:Query"},
        "Leads/index/monthly": {"dynamodb:Query"},
        "DeadLetters": {"sqs:SendMessage"},
    },
    "FunctionsWatchModelRole": {  # it reads all leads and writes none
        "Log": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "Leads": {"dynamodb:Scan"},
        "Facts": {"dynamodb:Query"},
        "Models": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"},
        "DeadLetters": {"sqs:SendMessage"},
    },
    "FunctionsRescoreLeadsRole": {  # it reads all leads and writes them
        "Log": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "Leads": {"dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Scan"},
        "Facts": {"dynamodb:PutItem", "dynamodb:Query"},
        "Topic": {"sns:Publish"},
        "Models": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"},
        "DeadLetters": {"sqs:SendMessage"},
    },
    "ExpiryRole": {"Function": {"lambda:InvokeFunction"}, "DeadLetters": {"sqs:SendMessage"}},
    "ErasureRole": {"Function": {"lambda:InvokeFunction"}, "DeadLetters": {"sqs:SendMessage"}},
    "SummaryRole": {"Function": {"lambda:InvokeFunction"}, "DeadLetters": {"sqs:SendMessage"}},
    "RescoreRole": {"Function": {"lambda:InvokeFunction"}, "DeadLetters": {"sqs:SendMessage"}},
    "WatchRole": {"Function": {"lambda:InvokeFunction"}, "DeadLetters": {"sqs:SendMessage"}},
}
AT_A_DEPLOYMENT = {  # and never in between
    "WebConsolePublisherRole": {
        "WebConsolePublisherLog": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "WebConsoleFiles/*": {"s3:PutObject"},  # never read, never deleted
    },
}
KINDS = {
    "AWS::ApiGatewayV2::Api": 2,
    "AWS::ApiGatewayV2::Authorizer": 1,
    "AWS::ApiGatewayV2::Integration": 2,
    "AWS::ApiGatewayV2::Route": 21,
    "AWS::ApiGatewayV2::Stage": 2,
    "AWS::CloudFront::Distribution": 1,
    "AWS::CloudFront::OriginAccessControl": 1,
    "AWS::CloudFront::ResponseHeadersPolicy": 1,
    "AWS::CloudWatch::Alarm": 51,
    "AWS::CloudWatch::Dashboard": 1,
    "AWS::Cognito::UserPool": 1,
    "AWS::Cognito::UserPoolClient": 2,
    "AWS::Cognito::UserPoolDomain": 1,
    "AWS::Cognito::UserPoolGroup": 3,
    "AWS::Cognito::UserPoolResourceServer": 1,
    "AWS::DynamoDB::Table": 4,
    "AWS::Events::EventBus": 1,
    "AWS::Events::Rule": 3,
    "AWS::IAM::Policy": 14,
    "AWS::IAM::Role": 14,
    "AWS::Lambda::EventInvokeConfig": 5,
    "AWS::Lambda::EventSourceMapping": 2,
    "AWS::Lambda::Function": 9,
    "AWS::Lambda::Permission": 21,
    "AWS::Logs::LogGroup": 11,
    "AWS::S3::Bucket": 1,
    "AWS::S3::BucketPolicy": 1,
    "AWS::SNS::Topic": 2,
    "AWS::SNS::TopicPolicy": 2,
    "AWS::SQS::Queue": 12,
    "AWS::SQS::QueuePolicy": 12,
    "AWS::Scheduler::Schedule": 11,
    "AWS::Scheduler::ScheduleGroup": 1,
    "AWS::SecretsManager::Secret": 1,
    "Custom::ConsoleRelease": 1,
}
GATEWAYS = {"Forms": "CaptureForm", "Sales": "ServeSales"}
LOGGED = {  # nothing of the visitor
    "requestId", "requestTime", "httpMethod", "routeKey", "status", "responseLatency",
    "integrationErrorMessage",
}  # fmt: skip


def the_kinds_of_resources_are_as_reviewed(template: Template) -> None:
    assert Counter(one["Type"] for one in template["Resources"].values()) == KINDS


def every_reference_is_to_something_that_is_there(template: Template) -> None:
    attributes = {"Arn", "QueueName", "TopicName", "ApiEndpoint"}
    attributes |= {"DomainName", "Id", "RegionalDomainName"}  # of the console
    places = {*template["Resources"], *template["Parameters"]}
    for kind, target in _references([template["Resources"], template["Outputs"]]):
        if kind == "Fn::GetAtt":
            name, attribute = target
            assert name in template["Resources"]
            assert attribute in attributes
        else:
            assert target in places or re.fullmatch(r"AWS::(AccountId|Partition|Region)", target)


def _references(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key in {"Ref", "Fn::GetAtt"}:
                yield key, part
            elif key != "Fn::Sub":
                yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def tables_cannot_be_lost(template: Template) -> None:
    """G (table), D16"""
    for name, kind in KEPT_FOR_GOOD.items():
        resource = template["Resources"][name]
        assert resource["Type"] == kind
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    tables = properties(template, "AWS::DynamoDB::Table")
    assert len(tables) == 4
    for table in tables.values():
        assert table["DeletionProtectionEnabled"] is True
        recovery = table["PointInTimeRecoverySpecification"]
        assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}


def a_flood_costs_no_more_than_was_agreed(template: Template) -> None:
    """D18, with the gateway's throttle and the concurrency of the queues' reader."""
    for table in properties(template, "AWS::DynamoDB::Table").values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["OnDemandThroughput"] == READS_AND_WRITES_MAX


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
    named_in_keys = {name for keys, _ in shapes.values() for name, _ in keys} | {"lead"}
    numbers = {"due_shard", "due_at"}
    assert kinds == {name: "N" if name in numbers else "S" for name in named_in_keys}
    assert _keys(leads) == [("lead", "HASH", "S")]
    assert "TimeToLiveSpecification" not in leads


def facts_are_forgotten_by_their_own_date(template: Template) -> None:
    facts = template["Resources"]["StorageFacts4576462A"]["Properties"]
    assert facts["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert _keys(facts) == [("lead", "HASH", "S"), ("fact", "RANGE", "S")]


def who_was_erased_is_never_forgotten(template: Template) -> None:
    """D17"""
    erased = template["Resources"]["StorageErasedC37A8A4D"]["Properties"]
    assert "TimeToLiveSpecification" not in erased
    assert _keys(erased) == [("shard", "HASH", "N"), ("lead", "RANGE", "S")]


def which_models_ran_is_never_forgotten(template: Template) -> None:
    models = template["Resources"]["StorageModels44005BB0"]["Properties"]
    assert "TimeToLiveSpecification" not in models
    assert _keys(models) == [("name", "HASH", "S"), ("part", "RANGE", "S")]


def _keys(table: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    kinds = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    assert len(kinds) == len(table["AttributeDefinitions"])
    return [
        (key["AttributeName"], key["KeyType"], kinds[key["AttributeName"]])
        for key in table["KeySchema"]
    ]


def the_key_of_lead_ids_is_made_once(template: Template) -> None:
    key = template["Resources"]["StorageLeadIdKey719D9B9E"]["Properties"]
    assert key["GenerateSecretString"] == {"ExcludePunctuation": True, "PasswordLength": 64}
    assert not of_type(template, "AWS::SecretsManager::RotationSchedule")
    for function in lead_functions(template).values():
        text = json.dumps(function["Environment"]["Variables"]["LEAD_ID_KEY"])
        assert "{{resolve:secretsmanager:" in text
        assert "StorageLeadIdKey719D9B9E" in text


def functions_are_as_agreed(template: Template) -> None:
    """G (functions)"""
    functions = lead_functions(template)
    timeouts = {f["Handler"]: f["Timeout"] for f in functions.values()}
    assert timeouts == {
        "functions.capture_form.handler": 10,
        "functions.record_activity.handler": 30,
        "functions.expire_points.handler": 60,
        "functions.erase_lead.handler": 60,
        "functions.serve_sales.handler": 10,
        "functions.tell_summary.handler": 60,
        "functions.rescore_leads.handler": 60,
        "functions.watch_model.handler": 720,
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
    assert len(written) == 8
    assert written < set(logs)
    assert {log["Properties"]["RetentionInDays"] for log in logs.values()} == {30}
    assert len(logs) == 11


def the_layer_is_the_locked_version(template: Template) -> None:
    parameter = template["Parameters"]["PowertoolsLayer"]
    assert parameter["Type"] == "AWS::SSM::Parameter::Value<String>"
    found = re.fullmatch(
        r"/aws/service/powertools/python/arm64/python3\.\d+/(\d+\.\d+\.\d+)", parameter["Default"]
    )
    assert found


def roles_name_every_action_and_resource(template: Template) -> None:
    """G25"""
    roles = ROLES | AT_A_DEPLOYMENT
    assert len(of_type(template, "AWS::IAM::Role")) == len(roles)
    policies = properties(template, "AWS::IAM::Policy")
    assert len(policies) == len(roles)
    for name, granted in roles.items():
        policy = named(template, "AWS::IAM::Policy", f"{name}DefaultPolicy")
        assert dict(_grants(policy)) == granted, name
        ((role,),) = (listed(policy["Roles"]),)
        assert re.fullmatch(rf"{name}[0-9A-F]{{8}}", role["Ref"])


def roles_are_taken_on_by_their_own_service_alone(template: Template) -> None:
    for name, role in properties(template, "AWS::IAM::Role").items():
        assert set(role) <= {"AssumeRolePolicyDocument", "Tags"}, "no policy but our own"
        service = "lambda" if name.startswith(("Functions", "WebConsole")) else "scheduler"
        assert role["AssumeRolePolicyDocument"]["Statement"] == [
            {
                "Action": "sts:AssumeRole",
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
            }
        ]
    for function in lead_functions(template).values():
        own = function["Handler"].split(".")[1].title().replace("_", "")
        assert function["Role"]["Fn::GetAtt"][0].startswith(f"Functions{own}Role")
    for name, schedule in properties(template, "AWS::Scheduler::Schedule").items():
        own = next(
            one
            for one in ("Expiry", "Erasure", "Summary", "Rescore", "Watch")
            if name.startswith(one)
        )
        assert schedule["Target"]["RoleArn"]["Fn::GetAtt"][0].startswith(f"{own}Role")


def _grants(policy: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    found: dict[str, set[str]] = {}
    for statement in policy["PolicyDocument"]["Statement"]:
        assert statement["Effect"] == "Allow"
        assert "NotAction" not in statement
        assert "NotResource" not in statement
        actions = listed(statement["Action"])
        for resource in listed(statement["Resource"]):
            found.setdefault(short_resource(resource), set()).update(actions)
    yield from found.items()


def pages_are_listed_and_bring_no_credentials(template: Template) -> None:
    api = named(template, "AWS::ApiGatewayV2::Api", "FormsApi")
    assert api["ProtocolType"] == "HTTP"
    assert api["CorsConfiguration"] == {
        "AllowCredentials": False,
        "AllowHeaders": ["content-type"],
        "AllowMethods": ["POST"],
        "AllowOrigins": ["https://www.example.com"],
        "MaxAge": 3600,
    }


def forms_come_through_one_throttled_route(template: Template) -> None:
    (route,) = of_api(template, "AWS::ApiGatewayV2::Route", "Forms").values()
    assert route["RouteKey"] == "POST /forms/{form}"
    assert route["AuthorizationType"] == "NONE"
    each_gateway_is_throttled(template)


def each_gateway_is_throttled(template: Template) -> None:
    for api in GATEWAYS:
        (stage,) = of_api(template, "AWS::ApiGatewayV2::Stage", api).values()
        assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
        assert "RouteSettings" not in stage
        limits = stage["DefaultRouteSettings"]
        assert limits == {"ThrottlingRateLimit": 20, "ThrottlingBurstLimit": 40}


def a_request_reaches_its_function_whole(template: Template) -> None:
    """B18: in payload 2.0 the body comes as it was sent, and Lambda refuses one above 6 MB."""
    admitted = []
    for api, own in GATEWAYS.items():
        ((name, integration),) = of_api(template, "AWS::ApiGatewayV2::Integration", api).items()
        assert integration["IntegrationType"] == "AWS_PROXY"
        assert integration["PayloadFormatVersion"] == "2.0"
        function = integration["IntegrationUri"]["Fn::GetAtt"][0]
        assert function.startswith(f"Functions{own}Function")
        for route in of_api(template, "AWS::ApiGatewayV2::Route", api).values():
            assert route["Target"] == {"Fn::Join": ["", ["integrations/", {"Ref": name}]]}
            path = route["RouteKey"].split(" ")[1]
            admitted.append(_the_gateway_may_call(function, route["ApiId"], path))
    permissions = list(properties(template, "AWS::Lambda::Permission").values())
    assert sorted(map(json.dumps, permissions)) == sorted(map(json.dumps, admitted))


def _the_gateway_may_call(function: str, api: Mapping[str, str], path: str) -> dict[str, Any]:
    account = ["AWS::Partition", "AWS::Region", "AWS::AccountId"]
    partition, region, owner = ({"Ref": one} for one in account)
    source = ["arn:", partition, ":execute-api:", region, ":", owner, ":", api, f"/*/*{path}"]
    return {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Fn::GetAtt": [function, "Arn"]},
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": {"Fn::Join": ["", source]},
    }


def the_gateway_waits_longer_than_the_function(template: Template) -> None:
    """B46: of the two the function's own time-out comes first."""
    for api, own in GATEWAYS.items():
        (integration,) = of_api(template, "AWS::ApiGatewayV2::Integration", api).values()
        function = named(template, "AWS::Lambda::Function", f"Functions{own}Function")
        assert function["Timeout"] == 10
        assert integration["TimeoutInMillis"] == 12_000


def the_access_log_holds_nothing_of_the_visitor(template: Template) -> None:
    for api in GATEWAYS:
        (stage,) = of_api(template, "AWS::ApiGatewayV2::Stage", api).values()
        logged = json.loads(stage["AccessLogSettings"]["Format"])
        assert set(logged.values()) == {f"$context.{name}" for name in LOGGED}
        group, attribute = stage["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"]
        assert (template["Resources"][group]["Type"], attribute) == ("AWS::Logs::LogGroup", "Arn")
        assert group.startswith(f"{api}AccessLog")


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
        assert "FilterCriteria" not in mapping  # what does not fit would be deleted
        assert mapping.get("Enabled", True) is True
        assert mapping["FunctionName"]["Ref"].startswith("FunctionsRecordActivityFunction")


def queues_wait_long_enough(template: Template) -> None:
    """Longer than six runs of their reader and a batching window, as Lambda asks."""
    for mapping in properties(template, "AWS::Lambda::EventSourceMapping").values():
        reader = template["Resources"][mapping["FunctionName"]["Ref"]]["Properties"]
        queue = template["Resources"][mapping["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        window = mapping["MaximumBatchingWindowInSeconds"]
        assert queue["VisibilityTimeout"] >= 6 * reader["Timeout"] + window
        assert queue["VisibilityTimeout"] == 200
        assert queue["MessageRetentionPeriod"] == FOUR_DAYS
        assert queue["ReceiveMessageWaitTimeSeconds"] == 20


def what_fails_thirty_times_is_a_dead_letter(template: Template) -> None:
    for name in ("Activity", "Parking"):
        part = {"Activity": "ActivityActivities", "Parking": "ActivityParking"}[name]
        end = named(template, "AWS::SQS::Queue", part)["RedrivePolicy"]
        assert end["maxReceiveCount"] == 30
        target, attribute = end["deadLetterTargetArn"]["Fn::GetAtt"]
        assert re.fullmatch(rf"Activity{name}DeadLetters[0-9A-F]{{8}}", target)
        assert attribute == "Arn"


def what_ends_ends_for_two_weeks(template: Template) -> None:
    """G (dead letters), G21"""
    ends = {
        "ActivityActivityDeadLetters", "ActivityParkingDeadLetters", "ActivityBusDeadLetters",
        "ActivityRefused", "AlertsDeadLetters", "ExpiryDeadLetters", "ErasureDeadLetters",
        "SummaryDeadLetters", "RescoreDeadLetters", "WatchDeadLetters",
    }  # fmt: skip
    for name in ends:
        assert named(template, "AWS::SQS::Queue", name)["MessageRetentionPeriod"] == FOURTEEN_DAYS
    assert len(of_type(template, "AWS::SQS::Queue")) == len(ends) + 2


def queues_and_topics_are_tls_only(template: Template) -> None:
    for queue in properties(template, "AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True
        assert "KmsMasterKeyId" not in queue  # the managed key cannot admit EventBridge
    for kind in ("Queue", "Topic"):
        service = {"Queue": "SQS", "Topic": "SNS"}[kind]
        whom, action = {"Queue": ({"AWS": "*"}, "sqs:*"), "Topic": ("*", "sns:Publish")}[kind]
        denied = [
            (*(target["Ref"] for target in policy[f"{kind}s"]), _target(statement))
            for policy in properties(template, f"AWS::{service}::{kind}Policy").values()
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
            and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            and (statement["Principal"], statement["Action"]) == (whom, action)
        ]
        everything = of_type(template, f"AWS::{service}::{kind}")
        assert sorted(denied) == sorted((name, name) for name in everything)


def only_our_own_edges_are_admitted(template: Template) -> None:
    """Who is no role of ours may send where it has to, and nowhere else: the way to a dead letter
    is not found missing on the day it is needed.
    """
    rules = ("ActivityActivityRule", "ActivityReplayRule", "ActivityMailRule")
    expected = {
        *(("ActivityActivities", "events", rule) for rule in rules),
        *(("ActivityBusDeadLetters", "events", rule) for rule in rules),
        ("AlertsDeadLetters", "sns", "AlertsTopic"),
        ("AlarmsTopic", "cloudwatch", "AWS::AccountId"),
    }
    admitted = [
        edge
        for kind in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
        for policy in properties(template, kind).values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] != "Deny"
        for edge in [_edge(statement)]
    ]
    assert sorted(admitted) == sorted(expected)


def _edge(statement: Mapping[str, Any]) -> tuple[str, str, str]:
    assert statement["Effect"] == "Allow"
    assert listed(statement["Action"]) in (
        ["sqs:SendMessage"],
        ["sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"],  # where a rule sends to
        ["sns:Publish"],
    )
    ((operator, condition),) = statement["Condition"].items()
    ((key, source),) = condition.items()
    assert (operator, key) in {
        ("ArnEquals", "aws:SourceArn"),
        ("StringEquals", "aws:SourceAccount"),
    }
    ((kind, service),) = statement["Principal"].items()
    assert kind == "Service"
    name = str(source.get("Ref") or source["Fn::GetAtt"][0])
    return (
        re.sub(r"[0-9A-F]{8}$", "", _target(statement)),
        service.removesuffix(".amazonaws.com"),
        re.sub(r"[0-9A-F]{8}$", "", name),
    )


def _target(statement: Mapping[str, Any]) -> str:
    resource = statement["Resource"]
    return str(resource.get("Ref") or resource["Fn::GetAtt"][0])


def bus_rules_hand_over_the_whole_event_and_its_arrival(template: Template) -> None:
    """G (rule), finding on the trusted instant"""
    whole = '{"ingested_at": <aws.events.event.ingestion-time>, "event": <aws.events.event.json>'
    expected = {
        "ActivityActivityRule": (whole + "}", [{"exists": False}]),
        "ActivityReplayRule": (whole + ', "replayed": true}', [{"exists": True}]),
        "ActivityMailRule": (whole + "}", [{"exists": False}]),
    }
    assert len(of_type(template, "AWS::Events::Rule")) == len(expected)
    (ours,) = of_type(template, "AWS::Events::EventBus")
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
        senders = ["aws.ses"] if name == "ActivityMailRule" else [{"prefix": ""}]
        assert rule["EventPattern"] == {  # never by detail-type: what nobody knows is refused aloud
            "replay-name": replay,
            "source": senders,
            "account": [{"Ref": "AWS::AccountId"}],
        }
        assert rule["State"] == "ENABLED"
        bus = None if name == "ActivityMailRule" else {"Ref": ours}
        assert rule.get("EventBusName") == bus, "mail events come by the default bus"


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
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
        target = schedule["Target"]
        assert target["Arn"]["Fn::GetAtt"][0].startswith("FunctionsExpirePoints")
        assert target["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 60,
            "MaximumRetryAttempts": 2,
        }
        assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("ExpiryDeadLetters")
        shards += json.loads(target["Input"])["shards"]
    assert len(schedules) == 4
    assert sorted(shards) == list(range(16))
    late = named(template, "AWS::Lambda::EventInvokeConfig", "ExpiryGiveUp")
    assert late["Qualifier"] == "$LATEST"
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
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = schedule["Target"]
    assert target["Arn"]["Fn::GetAtt"][0].startswith("FunctionsEraseLead")
    assert json.loads(target["Input"]) == {"round": True}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 2}
    late = named(template, "AWS::Lambda::EventInvokeConfig", "ErasureGiveUp")
    assert late["Qualifier"] == "$LATEST"
    assert late["FunctionName"]["Ref"].startswith("FunctionsEraseLead")
    assert (late["MaximumRetryAttempts"], late["MaximumEventAgeInSeconds"]) == (2, 3600)
    ends = (
        target["DeadLetterConfig"]["Arn"],
        late["DestinationConfig"]["OnFailure"]["Destination"],
    )
    assert all(end["Fn::GetAtt"][0].startswith("ErasureDeadLetters") for end in ends)


def managers_are_told_on_monday_morning(template: Template) -> None:
    """R12: while anybody listens, for a summary nobody takes would ring NobodyListens."""
    schedule = named(template, "AWS::Scheduler::Schedule", "SummaryMonday")
    assert schedule["ScheduleExpression"] == "cron(0 8 ? * MON *)"
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Warsaw"
    listening = "summary" in json.dumps(properties(template, "AWS::SNS::Subscription"))
    assert schedule["State"] == ("ENABLED" if listening else "DISABLED")
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = schedule["Target"]
    assert target["Arn"]["Fn::GetAtt"][0].startswith("FunctionsTellSummary")
    assert json.loads(target["Input"]) == {}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 2}
    late = named(template, "AWS::Lambda::EventInvokeConfig", "SummaryGiveUp")
    assert late["Qualifier"] == "$LATEST"
    assert late["FunctionName"]["Ref"].startswith("FunctionsTellSummary")
    assert (late["MaximumRetryAttempts"], late["MaximumEventAgeInSeconds"]) == (2, 3600)
    ends = (
        target["DeadLetterConfig"]["Arn"],
        late["DestinationConfig"]["OnFailure"]["Destination"],
    )
    assert all(end["Fn::GetAtt"][0].startswith("SummaryDeadLetters") for end in ends)


def a_changed_model_is_noticed_every_minute(template: Template) -> None:
    """Design 9: each segment of the rescore is called for itself, after all other functions know
    the model.
    """
    schedules = properties(template, "AWS::Scheduler::Schedule")
    calls = [schedules[name] for name in schedules if name.startswith("RescoreSegment")]
    asked = [json.loads(call["Target"]["Input"])["segments"] for call in calls]
    assert sorted(asked) == [[0], [1], [2], [3]]
    late = named(template, "AWS::Lambda::EventInvokeConfig", "RescoreGiveUp")
    assert late["Qualifier"] == "$LATEST"
    assert late["FunctionName"]["Ref"].startswith("FunctionsRescoreLeads")
    assert (late["MaximumRetryAttempts"], late["MaximumEventAgeInSeconds"]) == (2, 60)
    for call in calls:
        assert (call["ScheduleExpression"], call["State"]) == ("rate(1 minute)", "ENABLED")
        assert call["FlexibleTimeWindow"] == {"Mode": "OFF"}
        target = call["Target"]
        assert target["Arn"]["Fn::GetAtt"][0].startswith("FunctionsRescoreLeads")
        retries = {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 2}
        assert target["RetryPolicy"] == retries
        ends = (
            target["DeadLetterConfig"]["Arn"],
            late["DestinationConfig"]["OnFailure"]["Destination"],
        )
        assert all(end["Fn::GetAtt"][0].startswith("RescoreDeadLetters") for end in ends)
    functions = of_type(template, "AWS::Lambda::Function")
    own = next(name for name in functions if name.startswith("FunctionsRescoreLeads"))
    others = {name for name in functions if name.startswith("Functions")} - {own}
    assert others <= set(functions[own]["DependsOn"])


def alerts_go_to_a_topic_of_their_own(template: Template) -> None:
    """G (SNS)"""
    topics = properties(template, "AWS::SNS::Topic")
    assert len(topics) == 2
    assert not [topic for topic in topics.values() if topic.get("FifoTopic")]
    for subscription in properties(template, "AWS::SNS::Subscription").values():
        if subscription["TopicArn"]["Ref"].startswith("Alerts"):
            assert subscription["RedrivePolicy"]["deadLetterTargetArn"]


def outputs_say_where_everything_is(template: Template) -> None:
    assert {
        "FormAddress", "ActivityBus", "AlertTopic", "ActivityQueue", "ParkingQueue",
        "RefusedQueue", "ActivityDeadLetters", "BusDeadLetters", "LeadIdKey",
    } <= set(template["Outputs"])  # fmt: skip
    assert template["Outputs"]["LeadIdKey"]["Value"] == {"Ref": "StorageLeadIdKey719D9B9E"}
    assert "resolve:secretsmanager" not in json.dumps(template["Outputs"])


PROMISES: tuple[Promise, ...] = (
    Promise(("G",), the_kinds_of_resources_are_as_reviewed),
    Promise(("G",), every_reference_is_to_something_that_is_there),
    Promise(("D16", "G"), tables_cannot_be_lost),
    Promise(("D18",), a_flood_costs_no_more_than_was_agreed),
    Promise(("D3", "G10"), leads_have_the_indexes_of_their_readers),
    Promise(("G",), facts_are_forgotten_by_their_own_date),
    Promise(("D17",), who_was_erased_is_never_forgotten),
    Promise(("D16",), the_key_of_lead_ids_is_made_once),
    Promise(("G",), functions_are_as_agreed),
    Promise(("G",), the_layer_is_the_locked_version),
    Promise(("G25",), roles_name_every_action_and_resource),
    Promise(("G25",), roles_are_taken_on_by_their_own_service_alone),
    Promise(("B39",), pages_are_listed_and_bring_no_credentials),
    Promise(("B40", "D18"), forms_come_through_one_throttled_route),
    Promise(("B18",), a_request_reaches_its_function_whole),
    Promise(("B46",), the_gateway_waits_longer_than_the_function),
    Promise(("G17",), the_access_log_holds_nothing_of_the_visitor),
    Promise(("D18", "K7", "G"), activities_are_read_in_batches_that_leave_room_for_forms),
    Promise(("G18", "G21", "D8"), queues_wait_long_enough),
    Promise(("G18", "G22"), what_fails_thirty_times_is_a_dead_letter),
    Promise(("G21",), what_ends_ends_for_two_weeks),
    Promise(("G",), queues_and_topics_are_tls_only),
    Promise(("K12", "G"), only_our_own_edges_are_admitted),
    Promise(("K12", "D10"), bus_rules_hand_over_the_whole_event_and_its_arrival),
    Promise(("G23",), nothing_is_kept_that_cannot_forget),
    Promise(("G14", "D1", "D3"), the_schedule_looks_every_minute_at_every_shard),
    Promise(("G23",), erasures_are_looked_after_every_hour),
    Promise(("G",), managers_are_told_on_monday_morning),
    Promise(("G",), a_changed_model_is_noticed_every_minute),
    Promise(("G",), the_model_is_watched_every_hour),
    Promise(("G",), weeks_are_shown_on_one_page),
    Promise(("G",), which_models_ran_is_never_forgotten),
    Promise(("G12", "G"), alerts_go_to_a_topic_of_their_own),
    Promise(("G20", "G"), every_alarm_rings_elsewhere),
    Promise(("G",), outputs_say_where_everything_is),
    Promise(("D18",), each_gateway_is_throttled),
    Promise(("G25",), every_route_of_sales_asks_for_a_token_with_its_scope),
    Promise(("G25",), tokens_are_those_of_the_two_clients_of_the_pool),
    Promise(("G",), sales_may_be_called_by_pages_of_the_console_alone),
    Promise(("G25",), people_are_made_by_admins_alone),
    Promise(("D16",), people_who_sign_in_cannot_be_lost),
    Promise(("G25",), the_console_has_no_secret_and_signs_in_by_code_alone),
    Promise(("G25",), a_machine_signs_in_by_its_secret_and_is_no_admin),
    Promise(("G",), scopes_are_defined_before_a_client_asks_for_them),
    Promise(("G",), people_have_the_roles_that_the_code_knows),
    Promise(("G",), people_sign_in_on_a_host_of_this_account),
    Promise(("G",), outputs_say_where_sales_is),
    Promise(("G25",), files_of_the_console_are_read_by_its_distribution_alone),
    Promise(("G",), the_console_is_served_over_tls_as_its_files_say),
    Promise(("G",), the_page_runs_its_own_files_and_shows_in_no_frame),
    Promise(("G",), the_page_is_told_where_it_is_and_whom_it_may_call),
    Promise(("G",), the_page_names_files_of_its_own_release),
    Promise(("G",), the_release_is_put_before_the_deployment_ends),
    Promise(("G",), an_alert_links_to_the_console),
    Promise(("G",), outputs_say_where_the_console_is),
)
