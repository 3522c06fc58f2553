"""The synthesised template keeps its promises, and each promise notices when it is broken."""

import atexit
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from infra.app import build
from infra.deploy_settings import DeploySettings, read_settings
from infra.local.prepare import LOCAL, ROOT
from infra.local.synthesis import (
    LOCAL_PAGES,
    LOCAL_SETTINGS,
    LOCAL_SITES,
    MODEL,
    SynthesisFailed,
    synthesise,
)
from infra.team import TeamMember, listening
from tests.infra.console_promises import (
    files_of_the_console_are_read_by_its_distribution_alone,
    the_release_is_put_before_the_deployment_ends,
)
from tests.infra.sales_promises import (
    CONSOLE,
    every_route_of_sales_asks_for_a_token_with_its_scope,
    people_are_made_by_admins_alone,
    people_who_sign_in_cannot_be_lost,
)
from tests.infra.template_mutants import MUTANTS_MIN, mutants
from tests.infra.template_promises import (
    PROMISES,
    Promise,
    roles_name_every_action_and_resource,
    tables_cannot_be_lost,
)
from tests.infra.template_reading import (
    Template,
    lead_functions,
    listed,
    named,
    of_type,
    properties,
)

pytestmark = pytest.mark.xdist_group("templates")  # each is synthesised once

ACKNOWLEDGED_MAX = 19
WITH_CONSOLE = {"console_addresses": [f"{CONSOLE}/"]}  # what is promised is promised of this stack


@cache
def assembly(settings: str = "{}") -> Path:
    """As the command makes it, but in this process: to start Node for each would take longest."""
    written = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    folder = tempfile.mkdtemp(prefix="assembly-", dir=LOCAL)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = App(outdir=folder, context=written | json.loads(settings))
    build(app, read_settings(app.node.get_all_context()))
    app.synth()
    return Path(folder)


def template(**settings: Any) -> dict[str, Any]:
    folder = assembly(json.dumps(settings, sort_keys=True))
    (file,) = folder.glob("*.template.json")
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def _by_row() -> Iterator[Any]:
    for promise in PROMISES:
        for row in promise.rows:
            yield pytest.param(promise, id=f"{row}-{promise.name}")


def test_the_template_is_that_of_the_command() -> None:
    (file,) = synthesise({}).glob("*.template.json")
    assert json.loads(file.read_text(encoding="utf-8")) == template()


@pytest.mark.parametrize("promise", list(_by_row()))
def test_the_template_keeps_its_promise(promise: Promise) -> None:
    promise.keeps(template(**WITH_CONSOLE))


def test_g25_d16_no_mutant_of_the_template_keeps_every_promise() -> None:
    """Whatever is taken away, or set otherwise: some promise is broken by it."""
    whole = template(**WITH_CONSOLE)
    assert all(_keeps(promise, whole) for promise in PROMISES)
    tried, survivors = 0, []
    asked = list(PROMISES)  # the last that was broken first: it often is by the next mutant too
    for name in mutants(whole):
        tried += 1
        broken = next((one for one in asked if not _keeps(one, whole)), None)
        if broken is None:
            survivors.append(name)
        else:
            asked.remove(broken)
            asked.insert(0, broken)
    assert whole == template(**WITH_CONSOLE), "each mutant was taken back"
    assert tried >= MUTANTS_MIN
    assert not survivors


def _keeps(promise: Promise, mutant: dict[str, Any]) -> bool:
    try:
        promise.keeps(mutant)
    except (AssertionError, LookupError, TypeError, ValueError, AttributeError):
        return False
    return True


def test_no_resource_waits_for_itself() -> None:
    """CloudFormation refuses a circle; page, sign-in and API each want to know where others are."""
    resources = template()["Resources"]
    waits = {
        name: {*_named_in(one), *listed(one.get("DependsOn", []))} & set(resources)
        for name, one in resources.items()
    }
    TopologicalSorter(waits).prepare()  # or CycleError
    assert any(name.startswith("WebConsoleDistribution") for name in waits)


def _named_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key in {"Ref", "Fn::GetAtt"}:
                yield part if key == "Ref" else part[0]
            else:
                yield from _named_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _named_in(part)


def test_d16_the_stack_cannot_be_deleted_by_a_slip() -> None:
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
    **WITH_CONSOLE,
}


def test_a_trial_stack_leaves_nothing_behind() -> None:
    trial = template(**TRIAL)
    for resource in trial["Resources"].values():
        assert resource.get("DeletionPolicy", "Delete") == "Delete"
    for table in properties(trial, "AWS::DynamoDB::Table").values():
        assert not table.get("DeletionProtectionEnabled")


def test_another_stage_is_another_stack_with_another_bus() -> None:
    trial = template(**TRIAL)
    (bus,) = properties(trial, "AWS::Events::EventBus").values()
    (pool,) = properties(trial, "AWS::Cognito::UserPool").values()
    names = [api["Name"] for api in properties(trial, "AWS::ApiGatewayV2::Api").values()]
    assert names == [bus["Name"], f"{bus['Name']}-sales"]
    assert bus["Name"] == pool["UserPoolName"] == "lead-scoring-trial"


def test_without_a_page_of_the_console_nobody_but_machines_signs_in_and_nothing_else_differs() -> (
    None
):
    ours, bare = template(**WITH_CONSOLE, console=False), template(console=False)
    (client,) = set(ours["Resources"]) - set(bare["Resources"])
    assert client.startswith("PeopleConsoleClient")
    del ours["Resources"][client]
    del ours["Outputs"]["ConsoleClient"]
    (authorizer,) = properties(ours, "AWS::ApiGatewayV2::Authorizer").values()
    authorizer["JwtConfiguration"]["Audience"].remove({"Ref": client})
    del named(ours, "AWS::ApiGatewayV2::Api", "SalesApi")["CorsConfiguration"]
    assert ours == bare


def test_without_the_console_its_own_resources_and_its_address_are_missing_and_nothing_else() -> (
    None
):
    ours, bare = template(**WITH_CONSOLE), template(**WITH_CONSOLE, console=False)
    missing = set(ours["Resources"]) - set(bare["Resources"])
    assert all(name.startswith("WebConsole") for name in missing)
    for name in missing:
        del ours["Resources"][name]
    for output in ("Console", "ConsoleTarget"):
        del ours["Outputs"][output]
    for function in lead_functions(ours).values():
        del function["Environment"]["Variables"]["ALERT_URL"]
    client = named(ours, "AWS::Cognito::UserPoolClient", "PeopleConsoleClient")
    cors = named(ours, "AWS::ApiGatewayV2::Api", "SalesApi")["CorsConfiguration"]
    for addresses in (client["CallbackURLs"], client["LogoutURLs"], cors["AllowOrigins"]):
        assert "WebConsoleDistribution" in json.dumps(addresses.pop(0))
    assert ours == bare


OWN_HOST: dict[str, Any] = {
    "console_domain": "leads.example.com",
    "console_certificate": "arn:aws:acm:us-east-1:111122223333:certificate/2",
}


def test_the_console_has_its_own_host_name_where_it_is_asked_for() -> None:
    whole, at = template(**OWN_HOST), "https://leads.example.com/"
    (distribution,) = properties(whole, "AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    assert config["Aliases"] == ["leads.example.com"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": OWN_HOST["console_certificate"],
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    client = named(whole, "AWS::Cognito::UserPoolClient", "PeopleConsoleClient")
    assert client["CallbackURLs"] == client["LogoutURLs"] == [at]
    cors = named(whole, "AWS::ApiGatewayV2::Api", "SalesApi")["CorsConfiguration"]
    assert cors["AllowOrigins"] == [at.rstrip("/")]
    (release,) = properties(whole, "Custom::ConsoleRelease").values()
    assert f'"redirect":"{at}"' in release["Pages"]["config.json"]["Fn::Join"][1][-1]
    for function in lead_functions(whole).values():
        assert function["Environment"]["Variables"]["ALERT_URL"] == f"{at}#/leads/"
    assert whole["Outputs"]["Console"]["Value"] == at
    assert "Fn::GetAtt" in whole["Outputs"]["ConsoleTarget"]["Value"]


def test_an_address_of_ones_own_in_alerts_outranks_the_console() -> None:
    whole = template(alert_url="https://crm.example.com/leads/")
    for function in lead_functions(whole).values():
        link = function["Environment"]["Variables"]["ALERT_URL"]
        assert link == "https://crm.example.com/leads/"
    assert "Console" in whole["Outputs"]


OWN_ISSUER: dict[str, Any] = {"issuer": "https://id.example.com/t1", "audience": ["leads", "crm"]}


def test_with_an_issuer_of_ones_own_the_console_signs_in_where_it_is_told_to() -> None:
    told = {"pages": "https://sign-in.example.com", "console_client": "leads"}
    whole = template(sign_in=OWN_ISSUER | told)
    (release,) = properties(whole, "Custom::ConsoleRelease").values()
    written = json.dumps(release["Pages"]["config.json"])
    for part in (told["pages"], '\\"client\\":\\"leads\\"'):
        assert part in written
    (headers,) = properties(whole, "AWS::CloudFront::ResponseHeadersPolicy").values()
    assert f".amazonaws.com {told['pages']}; " in json.dumps(headers)
    assert not [one for one in whole["Resources"].values() if "Cognito" in one["Type"]]


def test_with_an_issuer_that_does_not_say_where_people_sign_in_there_is_no_console() -> None:
    whole = template(sign_in=OWN_ISSUER)
    assert not [name for name in whole["Resources"] if name.startswith("WebConsole")]
    assert "Console" not in whole["Outputs"]


def test_a_trial_empties_the_files_of_its_console_before_they_are_deleted() -> None:
    trial = template(**TRIAL)
    (release,) = properties(trial, "Custom::ConsoleRelease").values()
    assert release["KeepFiles"] == "false"
    policy = named(trial, "AWS::IAM::Policy", "WebConsolePublisherRoleDefaultPolicy")
    statements = policy["PolicyDocument"]["Statement"]
    granted = {action for one in statements for action in listed(one["Action"])}
    assert granted - {"logs:CreateLogStream", "logs:PutLogEvents"} == {
        "s3:PutObject", "s3:DeleteObject", "s3:ListBucket",
    }  # fmt: skip


def test_the_local_template_differs_by_name_and_by_what_the_local_cloud_lacks() -> None:
    ours = template(**WITH_CONSOLE, console=False)
    local = template(**LOCAL_SETTINGS, team=[])
    missing = set(ours["Resources"]) - set(local["Resources"])
    assert all("Metrics" in ours["Resources"][name]["Properties"] for name in missing)
    assert not set(local["Resources"]) - set(ours["Resources"])
    renamed = json.dumps(ours).replace("lead-scoring-prod", "lead-scoring-local")
    renamed = renamed.replace('"Value": "prod"', '"Value": "local"')
    renamed = renamed.replace('"stage": "prod"', '"stage": "local"')
    renamed = renamed.replace('"STAGE": "prod"', '"STAGE": "local"')
    renamed = renamed.replace("LeadScoringActivity", "LeadScoringlocalActivity")
    renamed = renamed.replace('"LeadScoring-"', '"LeadScoring-local-"')
    same = json.loads(renamed)
    for name in missing:
        del same["Resources"][name]
    for function in properties(same, "AWS::Lambda::Function").values():
        function["Environment"]["Variables"]["MAIL_SOURCES"] = '["aws.ses","local.ses"]'
    for function in properties(local, "AWS::Lambda::Function").values():
        function["Code"] = properties(same, "AWS::Lambda::Function").popitem()[1]["Code"]
    forms = named(same, "AWS::ApiGatewayV2::Api", "FormsApi")
    forms["CorsConfiguration"]["AllowOrigins"] = sorted(
        [*forms["CorsConfiguration"]["AllowOrigins"], "null", *LOCAL_SITES]
    )
    sales = named(same, "AWS::ApiGatewayV2::Api", "SalesApi")
    assert all(page.startswith("http://127.0.0.1:") for page in LOCAL_PAGES)
    sales["CorsConfiguration"]["AllowOrigins"] = [page.rstrip("/") for page in LOCAL_PAGES]
    console = named(same, "AWS::Cognito::UserPoolClient", "PeopleConsoleClient")
    console |= {"CallbackURLs": LOCAL_PAGES, "LogoutURLs": LOCAL_PAGES}
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
    "team": [
        {"name": "Kasia", "mail": "kasia@example.com", "owns": {"country": ["PL"]}},
        {"name": "Anna", "mail": "anna@example.com"},
        {"name": "Jan", "mail": "jan@example.com", "role": "manager"},
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
    "sign_in": OWN_ISSUER,
    "sales_per_second": 30,
    "sales_burst": 60,
    "activity_concurrency": 8,
    "table_reads_per_second": 100,
    "table_writes_per_second": 100,
    "refresh_minutes": 60,
    "alerts_per_hour": 10,
    "console": False,
    **OWN_HOST,
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
    assert [statement["Action"] for statement in traces] == [actions] * 8


def the_archive_is_kept_thirty_days_at_most(whole: Template) -> None:
    (archive,) = properties(whole, "AWS::Events::Archive").values()
    (bus,) = of_type(whole, "AWS::Events::EventBus")
    assert archive["RetentionDays"] == 30
    assert archive["KmsKeyIdentifier"] == ""  # the bus's own
    assert archive["SourceArn"] == {"Fn::GetAtt": [bus, "Arn"]}
    assert archive["EventPattern"] == {"account": [{"Ref": "AWS::AccountId"}]}


def each_subscriber_has_a_territory_and_dead_letters(whole: Template) -> None:
    told = [
        (
            re.sub(r"[0-9A-F]{8}$", "", one["TopicArn"]["Ref"]),
            one["Protocol"],
            one["Endpoint"],
            one.get("FilterPolicy"),
            one.get("RedrivePolicy"),
        )
        for one in properties(whole, "AWS::SNS::Subscription").values()
    ]
    (dead,) = [one for one in of_type(whole, "AWS::SQS::Queue") if one.startswith("AlertsDead")]
    end = {"deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}}
    queue = "arn:aws:sqs:eu-central-1:111122223333:alerts"
    rep, _, manager = map(TeamMember.model_validate, EVERYTHING["team"])  # Anna is a subscriber
    assert told == [
        ("AlertsTopic", "email", "anna@example.com", {"kind": ["hot"], "country": ["PL"]}, end),
        ("AlertsTopic", "sqs", queue, {"kind": ["hot"]}, end),
        ("AlertsTopic", "email", "kasia@example.com", listening(rep), end),
        ("AlertsTopic", "email", "jan@example.com", listening(manager), end),
        ("AlarmsTopic", "email", "ops@example.com", None, None),
    ]


def a_partner_may_put_only_its_own_source_and_kinds(whole: Template) -> None:
    (policy,) = properties(whole, "AWS::Events::EventBusPolicy").values()
    (bus,) = of_type(whole, "AWS::Events::EventBus")
    assert policy["EventBusName"] == {"Ref": bus}
    root = [{"Ref": "AWS::Partition"}, ":iam::222233334444:root"]
    assert policy["Statement"] == {
        "Effect": "Allow",
        "Action": "events:PutEvents",
        "Resource": {"Fn::GetAtt": [bus, "Arn"]},
        "Principal": {"AWS": {"Fn::Join": ["", ["arn:", *root]]}},
        "Condition": {
            "StringEquals": {"events:source": "partner", "events:detail-type": ["page_viewed"]},
            "Null": {"events:source": "false", "events:detail-type": "false"},
        },
    }


ASKED_FOR = {  # what is in the template only where a setting asks for it
    "AWS::Events::Archive": the_archive_is_kept_thirty_days_at_most,
    "AWS::Events::EventBusPolicy": a_partner_may_put_only_its_own_source_and_kinds,
    "AWS::SNS::Subscription": each_subscriber_has_a_territory_and_dead_letters,
}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("G23", "AWS::Events::Archive"),
        ("C26", "AWS::Events::EventBusPolicy"),
        ("C27", "AWS::Events::EventBusPolicy"),
        ("G12", "AWS::SNS::Subscription"),
    ],
    ids=lambda value: value,
)
def test_what_a_setting_asks_for_keeps_its_promise_and_no_mutant_of_it_does(
    row: str, kind: str
) -> None:
    whole, promise = template(**EVERYTHING), Promise((row,), ASKED_FOR[kind])
    promise.keeps(whole)
    assert not [name for name in mutants(whole, kinds={kind}) if _keeps(promise, whole)]


def test_pages_elsewhere_may_send_forms_where_they_are_listed_and_nothing_else_changes() -> None:
    trial = template(**TRIAL)
    origins = named(trial, "AWS::ApiGatewayV2::Api", "FormsApi")["CorsConfiguration"][
        "AllowOrigins"
    ]
    assert origins == ["https://landing.example.com", "https://www.example.com"]
    origins.remove("https://landing.example.com")
    broken = [promise.keeps for promise in PROMISES if not _keeps(promise, trial)]
    kept = [
        tables_cannot_be_lost,
        roles_name_every_action_and_resource,
        people_are_made_by_admins_alone,
        people_who_sign_in_cannot_be_lost,
        files_of_the_console_are_read_by_its_distribution_alone,
        the_release_is_put_before_the_deployment_ends,
    ]
    assert broken == kept, "a trial keeps no data, no people and no files"


def test_an_issuer_that_is_there_already_takes_the_place_of_the_pool() -> None:
    whole = template(**EVERYTHING)
    assert not [one for one in whole["Resources"].values() if "Cognito" in one["Type"]]
    assert not {"UserPool", "SignIn", "ConsoleClient", "MachineClient"} & set(whole["Outputs"])
    (authorizer,) = properties(whole, "AWS::ApiGatewayV2::Authorizer").values()
    assert authorizer["JwtConfiguration"] == {
        "Audience": ["leads", "crm"],
        "Issuer": "https://id.example.com/t1",
    }
    assert whole["Outputs"]["Issuer"]["Value"] == "https://id.example.com/t1"
    every_route_of_sales_asks_for_a_token_with_its_scope(whole)


def test_c26_c27_a_rule_takes_from_named_senders_where_any_are_named() -> None:
    whole = template(**EVERYTHING)
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
    for function in lead_functions(whole).values():
        assert function["Environment"]["Variables"]["MAIL_SOURCES"] == "[]"


def test_forms_have_their_own_host_name_where_it_is_asked_for() -> None:
    whole = template(**EVERYTHING)
    (domain,) = properties(whole, "AWS::ApiGatewayV2::DomainName").values()
    assert domain["DomainName"] == "forms.example.com"
    assert whole["Outputs"]["FormAddress"]["Value"] == "https://forms.example.com/forms/"
    assert "DomainTarget" in whole["Outputs"]


def test_d13_g24_a_mistake_in_the_model_stops_the_synthesis_and_names_rule_and_line(
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
