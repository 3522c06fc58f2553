"""The synthesised template keeps its promises, and each promise notices when it is broken."""

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from infra.deploy_settings import DeploySettings
from infra.local.synthesis import LOCAL_SETTINGS, MODEL, SynthesisFailed, synthesise
from tests.infra.template_promises import (
    PROMISES,
    Promise,
    named,
    of_type,
    properties,
    tables_cannot_be_lost,
)

pytestmark = pytest.mark.xdist_group("templates")  # each is synthesised once

ACKNOWLEDGED_MAX = 8
MUTANTS_MIN = 40
PROTECTIONS = {  # what keeps things, where what fails goes, and who is told
    "AWS::CloudWatch::Alarm": ("AlarmActions",),
    "AWS::DynamoDB::Table": ("DeletionProtectionEnabled", "PointInTimeRecoverySpecification"),
    "AWS::Lambda::EventInvokeConfig": ("DestinationConfig",),
    "AWS::SQS::Queue": ("RedrivePolicy",),
}

Mutant = Callable[[dict[str, Any]], None]


@cache
def assembly(settings: str = "{}") -> Path:
    return synthesise(json.loads(settings))


def template(**settings: Any) -> dict[str, Any]:
    folder = assembly(json.dumps(settings, sort_keys=True))
    (file,) = folder.glob("*.template.json")
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_the_template_keeps_its_promise(promise: Promise) -> None:
    promise(template())


def _mutants() -> Iterator[tuple[str, Mutant]]:
    for name, resource in template()["Resources"].items():
        kind = resource["Type"]
        if kind in {"AWS::SQS::Queue", "AWS::CloudWatch::Alarm", "AWS::SQS::QueuePolicy"}:
            yield f"without {name}", _without(name)
        for key in PROTECTIONS.get(kind, ()):
            if key in resource["Properties"]:
                yield f"{name} without {key}", _without_property(name, key)
        if kind == "AWS::DynamoDB::Table":
            yield f"{name} is deleted with the stack", _deleted(name)
        if kind == "AWS::IAM::Policy":
            yield from _widenings(name, len(resource["Properties"]["PolicyDocument"]["Statement"]))
        if kind == "AWS::Events::Rule":
            for key in ("DeadLetterConfig", "InputTransformer", "RetryPolicy"):
                yield f"{name} without {key}", _without_of_target(name, key)
        if kind == "AWS::Scheduler::Schedule":
            yield f"{name} without dead letters", _schedule_without(name, "DeadLetterConfig")


def _widenings(name: str, statements: int) -> Iterator[tuple[str, Mutant]]:
    for number in range(statements):
        yield f"{name}[{number}] may do anything", _widened(name, number, "Action")
        yield f"{name}[{number}] on everything", _widened(name, number, "Resource")


def _without(name: str) -> Mutant:
    def mutate(whole: dict[str, Any]) -> None:
        del whole["Resources"][name]

    return mutate


def _without_property(name: str, key: str) -> Mutant:
    def mutate(whole: dict[str, Any]) -> None:
        del whole["Resources"][name]["Properties"][key]

    return mutate


def _deleted(name: str) -> Mutant:
    def mutate(whole: dict[str, Any]) -> None:
        whole["Resources"][name]["DeletionPolicy"] = "Delete"

    return mutate


def _widened(name: str, number: int, key: str) -> Mutant:
    def mutate(whole: dict[str, Any]) -> None:
        policy = whole["Resources"][name]["Properties"]["PolicyDocument"]
        policy["Statement"][number][key] = "*"

    return mutate


def _without_of_target(name: str, key: str) -> Mutant:
    def mutate(whole: dict[str, Any]) -> None:
        del whole["Resources"][name]["Properties"]["Targets"][0][key]

    return mutate


def _schedule_without(name: str, key: str) -> Mutant:
    def mutate(whole: dict[str, Any]) -> None:
        del whole["Resources"][name]["Properties"]["Target"][key]

    return mutate


def test_no_mutant_of_the_template_keeps_every_promise() -> None:
    assert all(_keeps(promise, template()) for promise in PROMISES)
    survivors = []
    mutants = list(_mutants())
    for name, mutate in mutants:
        mutant = copy.deepcopy(template())
        mutate(mutant)
        if all(_keeps(promise, mutant) for promise in PROMISES):
            survivors.append(name)
    assert len(mutants) >= MUTANTS_MIN
    assert not survivors


def _keeps(promise: Promise, mutant: dict[str, Any]) -> bool:
    try:
        promise(mutant)
    except (AssertionError, KeyError, TypeError, ValueError):
        return False
    return True


def test_the_digest_of_resources_and_actions_is_as_reviewed() -> None:
    whole = template()
    kinds = Counter(resource["Type"] for resource in whole["Resources"].values())
    assert kinds == {
        "AWS::ApiGatewayV2::Api": 1,
        "AWS::ApiGatewayV2::Integration": 1,
        "AWS::ApiGatewayV2::Route": 1,
        "AWS::ApiGatewayV2::Stage": 1,
        "AWS::CloudWatch::Alarm": 40,
        "AWS::DynamoDB::Table": 3,
        "AWS::Events::EventBus": 1,
        "AWS::Events::Rule": 3,
        "AWS::IAM::Policy": 6,
        "AWS::IAM::Role": 6,
        "AWS::Lambda::EventInvokeConfig": 2,
        "AWS::Lambda::EventSourceMapping": 2,
        "AWS::Lambda::Function": 4,
        "AWS::Lambda::Permission": 1,
        "AWS::Logs::LogGroup": 5,
        "AWS::SNS::Topic": 2,
        "AWS::SNS::TopicPolicy": 2,
        "AWS::SQS::Queue": 9,
        "AWS::SQS::QueuePolicy": 9,
        "AWS::Scheduler::Schedule": 5,
        "AWS::Scheduler::ScheduleGroup": 1,
        "AWS::SecretsManager::Secret": 1,
    }


def test_the_stack_cannot_be_deleted_by_a_slip() -> None:
    manifest = json.loads((assembly() / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["artifacts"]["LeadScoring"]["properties"]["terminationProtection"] is True


def test_findings_are_acknowledged_one_by_one_with_a_reason() -> None:
    (file,) = assembly().glob("*.metadata.json")
    entries = [
        (place, entry["data"])
        for place, metadata in json.loads(file.read_text(encoding="utf-8")).items()
        for entry in metadata
        if entry["type"] == "aws:cdk:acknowledged-rules"
    ]
    assert 0 < len(entries) <= ACKNOWLEDGED_MAX
    for place, acknowledged in entries:
        assert place.count("/") > 1, "no rule is acknowledged on the whole stack"
        assert all(len(reason) > 20 for reason in acknowledged.values())


def test_the_layer_holds_the_version_that_is_locked() -> None:
    default = template()["Parameters"]["PowertoolsLayer"]["Default"]
    assert default.endswith("/" + version("aws-lambda-powertools"))


TRIAL: dict[str, Any] = {
    "stage": "trial",
    "keep_data": False,
    "form_origins": ["https://landing.example.com"],
}


def test_a_trial_stack_leaves_nothing_behind() -> None:
    trial = template(**TRIAL)
    for resource in trial["Resources"].values():
        assert resource.get("DeletionPolicy", "Delete") == "Delete"
    for table in properties(trial, "AWS::DynamoDB::Table").values():
        assert not table.get("DeletionProtectionEnabled")


def test_another_stage_is_another_stack_with_another_bus() -> None:
    (bus,) = properties(template(**TRIAL), "AWS::Events::EventBus").values()
    (api,) = properties(template(**TRIAL), "AWS::ApiGatewayV2::Api").values()
    assert bus["Name"] == api["Name"] == "lead-scoring-trial"


def test_the_local_template_differs_by_name_and_by_what_the_local_cloud_lacks() -> None:
    ours, local = template(), template(**LOCAL_SETTINGS)
    missing = set(ours["Resources"]) - set(local["Resources"])
    assert all("Metrics" in ours["Resources"][name]["Properties"] for name in missing)
    assert not set(local["Resources"]) - set(ours["Resources"])
    renamed = json.dumps(ours).replace("lead-scoring-prod", "lead-scoring-local")
    renamed = renamed.replace('"Value": "prod"', '"Value": "local"')
    renamed = renamed.replace('"stage": "prod"', '"stage": "local"')
    renamed = renamed.replace('"STAGE": "prod"', '"STAGE": "local"')
    renamed = renamed.replace("LeadScoringActivity", "LeadScoringlocalActivity")
    same = json.loads(renamed)
    for name in missing:
        del same["Resources"][name]
    for function in properties(same, "AWS::Lambda::Function").values():
        function["Environment"]["Variables"]["MAIL_SOURCES"] = '["aws.ses","local.ses"]'
    for function in properties(local, "AWS::Lambda::Function").values():
        function["Code"] = properties(same, "AWS::Lambda::Function").popitem()[1]["Code"]
    (api,) = properties(same, "AWS::ApiGatewayV2::Api").values()
    api["CorsConfiguration"]["AllowOrigins"].append("null")
    named(same, "AWS::Events::Rule", "ActivityMailRule")["EventPattern"]["source"] += ["local.ses"]
    for name, resource in same["Resources"].items():
        assert _without_digests(resource) == _without_digests(local["Resources"][name]), name


def _without_digests(resource: Any) -> Any:
    """A Sid ends in a digest of the construct's path, in which the stack's name stands."""
    if isinstance(resource, dict):
        return {k: _without_digests(v) for k, v in resource.items() if k != "Sid"}
    if isinstance(resource, list):
        return [_without_digests(item) for item in resource]
    return resource


EVERYTHING: dict[str, Any] = {
    "stage": "everything",
    "archive_days": 30,
    "operators": ["ops@example.com"],
    "subscribers": [
        {"protocol": "email", "endpoint": "anna@example.com", "filter": {"country": ["PL"]}},
        {"protocol": "sqs", "endpoint": "arn:aws:sqs:eu-central-1:111122223333:alerts"},
    ],
    "senders": [
        {"source": "example.website"},
        {"source": "partner", "account": "222233334444", "kinds": ["page_viewed"], "import": True},
    ],
    "mail_sources": [],
    "mail_configuration_set": True,
    "domain": "forms.example.com",
    "certificate": "arn:aws:acm:eu-central-1:111122223333:certificate/1",
    "tags": {"team": "growth"},
    "retention_days": 500,
    "forms_per_second": 30,
    "forms_burst": 60,
    "activity_concurrency": 8,
    "table_reads_per_second": 100,
    "table_writes_per_second": 100,
    "refresh_minutes": 60,
    "alerts_per_hour": 10,
    "combined_alarms": False,
    "log_days": 7,
    "reserved_concurrency": 5,
    "tracing": True,
    "alert_url": "https://leads.example.com/",
}


def test_every_setting_is_synthesised_away_from_its_default() -> None:
    changed = TRIAL | EVERYTHING
    defaults = {name: field.default for name, field in DeploySettings.model_fields.items()}
    assert not [name for name, default in defaults.items() if changed.get(name, default) == default]
    assert template(**EVERYTHING)["Resources"]


def test_only_the_roles_of_functions_may_write_traces() -> None:
    policies = properties(template(**EVERYTHING), "AWS::IAM::Policy")
    traces = [
        statement
        for policy in policies.values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Resource"] == "*"
    ]
    actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    assert [statement["Action"] for statement in traces] == [actions] * 4


def test_an_archive_is_kept_thirty_days_at_most() -> None:
    (archive,) = properties(template(**EVERYTHING), "AWS::Events::Archive").values()
    assert archive["RetentionDays"] == 30


def test_each_subscriber_has_a_territory_and_dead_letters() -> None:
    whole = template(**EVERYTHING)
    subscriptions = properties(whole, "AWS::SNS::Subscription")
    alerts = [s for s in subscriptions.values() if s["TopicArn"]["Ref"].startswith("Alerts")]
    assert [s.get("FilterPolicy") for s in alerts] == [{"country": ["PL"]}, None]
    assert all(s["RedrivePolicy"]["deadLetterTargetArn"] for s in alerts)
    (operator,) = [s for s in subscriptions.values() if s["TopicArn"]["Ref"].startswith("Alarms")]
    assert operator["Endpoint"] == "ops@example.com"


def test_pages_elsewhere_may_send_forms_where_they_are_listed_and_nothing_else_changes() -> None:
    trial = template(**TRIAL)
    (api,) = properties(trial, "AWS::ApiGatewayV2::Api").values()
    origins = api["CorsConfiguration"]["AllowOrigins"]
    assert origins == ["https://landing.example.com", "https://www.example.com"]
    origins.remove("https://landing.example.com")
    broken = [promise for promise in PROMISES if not _keeps(promise, trial)]
    assert broken == [tables_cannot_be_lost], "a trial keeps no data"


def test_a_partner_may_put_only_its_own_source_and_kinds() -> None:
    whole = template(**EVERYTHING)
    (policy,) = properties(whole, "AWS::Events::EventBusPolicy").values()
    statement = policy["Statement"]
    assert statement["Action"] == "events:PutEvents"
    assert "222233334444" in json.dumps(statement["Principal"])
    assert statement["Condition"] == {
        "StringEquals": {"events:source": "partner", "events:detail-type": ["page_viewed"]},
        "Null": {"events:source": "false", "events:detail-type": "false"},
    }
    pattern = named(whole, "AWS::Events::Rule", "ActivityActivityRule")["EventPattern"]
    assert pattern["source"] == ["example.website", "partner"]
    assert "222233334444" in pattern["account"]


def test_mail_events_reach_the_default_bus_where_it_is_asked_for() -> None:
    whole = template(**EVERYTHING)
    (destination,) = properties(whole, "AWS::SES::ConfigurationSetEventDestination").values()
    assert destination["EventDestination"]["EventBridgeDestination"]
    assert not of_type(template(), "AWS::SES::ConfigurationSet")


def test_without_mail_sources_nothing_of_the_default_bus_is_taken() -> None:
    whole = template(**EVERYTHING)
    rules = properties(whole, "AWS::Events::Rule")
    assert len(rules) == 2
    assert all("EventBusName" in rule for rule in rules.values())
    assert not [name for name in of_type(whole, "AWS::CloudWatch::Alarm") if "MailRule" in name]
    for function in properties(whole, "AWS::Lambda::Function").values():
        assert function["Environment"]["Variables"]["MAIL_SOURCES"] == "[]"


def test_forms_have_their_own_host_name_where_it_is_asked_for() -> None:
    whole = template(**EVERYTHING)
    (domain,) = properties(whole, "AWS::ApiGatewayV2::DomainName").values()
    assert domain["DomainName"] == "forms.example.com"
    assert whole["Outputs"]["FormAddress"]["Value"] == "https://forms.example.com/forms/"
    assert "DomainTarget" in whole["Outputs"]


def test_a_mistake_in_the_model_stops_the_synthesis_and_names_rule_and_line(
    tmp_path: Path,
) -> None:
    text = MODEL.read_text(encoding="utf-8")
    before, points, after = text.partition("\n    points: 20\n")
    broken = tmp_path / "model.yaml"
    broken.write_text(before + points.replace("20", "many") + after, encoding="utf-8")
    rule = before.rpartition("- rule: ")[2].partition("\n")[0]
    line = before.count("\n") + 2
    with pytest.raises(SynthesisFailed, match=f"line {line}: {rule}: .*`many`"):
        synthesise({}, model_file=broken)


def test_a_mistake_in_a_setting_stops_the_synthesis_and_names_it() -> None:
    with pytest.raises(SynthesisFailed, match=r"cdk\.json, archive_days"):
        synthesise({"archive_days": 31})


def test_an_unknown_kind_of_a_sender_stops_the_synthesis() -> None:
    with pytest.raises(SynthesisFailed, match=r"^cdk\.json, senders\.1\.kinds: page_veiwed is no"):
        synthesise({"senders": [{"source": "shop", "kinds": ["page_viewed", "page_veiwed"]}]})


@pytest.mark.parametrize("name", ["ActivityActivityRule", "ActivityReplayRule", "ActivityMailRule"])
def test_k12_what_a_rule_cannot_deliver_is_tried_for_a_day_and_then_kept_apart(name: str) -> None:
    whole = template()
    (rule,) = [one for one in of_type(whole, "AWS::Events::Rule") if one.startswith(name)]
    (target,) = whole["Resources"][rule]["Properties"]["Targets"]
    retries = {"MaximumEventAgeInSeconds": 24 * 3600, "MaximumRetryAttempts": 185}
    assert target["RetryPolicy"] == retries
    # a permission or key error is not retried: both queues admit the rule, and neither has a key
    for arn in (target["Arn"], target["DeadLetterConfig"]["Arn"]):
        queue = arn["Fn::GetAtt"][0]
        assert "KmsMasterKeyId" not in whole["Resources"][queue]["Properties"]
        assert rule in _rules_admitted(whole, queue)


def _rules_admitted(whole: dict[str, Any], queue: str) -> set[str]:
    admitted: set[str] = set()
    for policy in properties(whole, "AWS::SQS::QueuePolicy").values():
        if {"Ref": queue} not in policy["Queues"]:
            continue
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement.get("Principal") == {"Service": "events.amazonaws.com"}:
                assert "sqs:SendMessage" in statement["Action"]
                arn = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
                admitted.add(arn["Fn::GetAtt"][0])
    return admitted
