"""The team on the deployed stack: who owns a lead that comes, and who hears of what."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.local_stack import LocalStack
from infra.local.sign_ins import REP, make_people, token_by_code_flow
from infra.local.synthesis import LOCAL_TEAM
from infra.local.visitors import ask_sales, post_form
from infra.team import TeamMember, listening
from tests.cloud.stack_driving import wait_until

KASIA = TeamMember(name="Kasia", mail="kasia@example.com")
JAN = TeamMember(name="Jan", mail="jan@example.com", role="manager")
OLA = TeamMember(name="Ola", mail="ola@example.com", role="manager", owns={"country": ["PL"]})


@pytest.fixture(autouse=True, scope="module")
def _people(stack: LocalStack) -> None:
    make_people(stack)


def row_of(stack: LocalStack, address: str) -> dict[str, Any]:
    token = token_by_code_flow(stack, REP)
    answer = ask_sales(stack, "GET", f"/leads?email={address}", token=token)
    (row,) = json.loads(answer.body)["leads"]
    return dict(row)


def test_a_form_of_a_territory_is_its_owners_at_once_and_stays_so(stack: LocalStack) -> None:
    address = "pola@team.example.com"
    form = {"email": address, "job_title": "CEO", "company_size": "120", "country": "Polska",
            "industry": "software", "submission_id": "pola-1"}  # fmt: skip
    statuses = [post_form(stack, "demo", form)[0] for _ in range(3)]
    assert statuses == [201, 201, 201]
    row = row_of(stack, address)
    assert (row["band"], row["owner"]) == ("warm", REP.address)
    post_form(stack, "demo", form | {"country": "DE", "submission_id": "pola-2"})
    assert row_of(stack, address)["owner"] == REP.address


def test_a_form_of_no_territory_is_nobodys(stack: LocalStack) -> None:
    address = "dieter@team.example.com"
    form = {"email": address, "job_title": "CEO", "company_size": "120", "country": "DE"}
    assert post_form(stack, "demo", form | {"industry": "software"})[0] == 201
    row = row_of(stack, address)
    assert (row["band"], row["owner"]) == ("warm", None)


def test_the_topic_has_a_subscription_for_each_of_the_team(stack: LocalStack) -> None:
    sns = stack.client("sns")
    listed = sns.list_subscriptions_by_topic(TopicArn=stack.outputs["AlertTopic"])["Subscriptions"]
    told = {one["Endpoint"] for one in listed if one["Protocol"] == "email"}
    assert {str(member["mail"]) for member in LOCAL_TEAM} <= told


def test_managers_are_told_how_leads_stand(stack: LocalStack) -> None:
    sns, sqs = stack.client("sns"), stack.client("sqs")
    queue = sqs.create_queue(QueueName="summaries")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    manager = TeamMember.model_validate(LOCAL_TEAM[1])
    sns.subscribe(
        TopicArn=stack.outputs["AlertTopic"],
        Protocol="sqs",
        Endpoint=arn["QueueArn"],
        Attributes={"FilterPolicy": json.dumps(listening(manager)), "RawMessageDelivery": "true"},
    )
    form = {"email": "suma@team.example.com", "job_title": "CEO", "company_size": "120"}
    assert post_form(stack, "demo", form | {"country": "PL", "industry": "software"})[0] == 201
    name = stack.outputs["TellSummaryFunction"]
    answer = stack.client("lambda").invoke(FunctionName=name, Payload="{}")
    told = json.loads(answer["Payload"].read())
    heard: list[dict[str, Any]] = []

    def arrived() -> bool:
        messages = sqs.receive_message(QueueUrl=queue).get("Messages", [])
        heard.extend(json.loads(one["Body"]) for one in messages)
        return any(one["alert_id"] == told["summary"] for one in heard)

    wait_until("the summary has come", arrived)
    (summary,) = [one for one in heard if one["kind"] == "summary"]
    assert summary["looked_at"] >= 1
    assert {one["owner"] for one in summary["owners"]} >= {REP.address}


HOT_OF_KASIA = {"kind": "hot", "owner": "kasia@example.com", "channel": "ads"}
CASES: Mapping[str, tuple[Mapping[str, str], set[str]]] = {
    "a rep's hot lead": (HOT_OF_KASIA, {"rep"}),
    "another rep's": (HOT_OF_KASIA | {"owner": "piotr@example.com"}, set()),
    "nobody's": ({"kind": "hot", "channel": "ads"}, {"manager", "owning manager"}),
    "one whose owner is away": (
        HOT_OF_KASIA | {"owner_away": "true"},
        {"rep", "manager", "owning manager"},
    ),
    "one nobody contacted": (
        HOT_OF_KASIA | {"kind": "escalation"},
        {"manager", "owning manager"},
    ),
    "the summary": ({"kind": "summary"}, {"manager", "owning manager"}),
    "a manager's own": (HOT_OF_KASIA | {"owner": "ola@example.com"}, {"owning manager"}),
    "one a manager took": (HOT_OF_KASIA | {"owner": "jan@example.com"}, {"manager"}),
}


def test_each_hears_of_what_is_theirs_and_managers_of_what_nobody_looks_after(
    stack: LocalStack,
) -> None:
    sns, sqs = stack.client("sns"), stack.client("sqs")
    topic = sns.create_topic(Name="team")["TopicArn"]
    listeners = {
        "rep": KASIA,
        "manager": JAN,
        "owning manager": OLA,
    }
    queues = {}
    for name, one in listeners.items():
        queues[name] = sqs.create_queue(QueueName=f"team-{name.replace(' ', '-')}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queues[name], AttributeNames=["QueueArn"])
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"FilterPolicy": json.dumps(listening(one)), "RawMessageDelivery": "true"},
        )
    heard: dict[str, set[str]] = {case: set() for case in CASES}
    for case, (attributes, _) in CASES.items():
        told = {
            name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()
        }
        sns.publish(TopicArn=topic, Message=case, MessageAttributes=told)

    def arrived() -> bool:
        for name, url in queues.items():
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            for one in answer.get("Messages", []):
                heard[one["Body"]].add(name)
                sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        return heard == {case: who for case, (_, who) in CASES.items()}

    wait_until("each has heard", arrived)
    assert arrived()
