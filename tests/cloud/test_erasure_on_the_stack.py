"""A person is erased on the running stack: by the command, through the function and its role."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from functions.leads.lead_table import decode
from functions.scoring.instants import format_instant
from infra.local.local_stack import LocalStack, write_stack
from infra.local.sign_ins import ADMINISTRATOR, REP, make_people, token_by_code_flow
from infra.local.visitors import Answer, ask_sales, post_form, put_activity
from tests.cloud.stack_driving import lead_ids, now, take_messages, wait_until
from tests.sales.test_calling_leads import WRITES

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

PERSON = "erased@people.example.com"
OF_EACH_ANSWER = ("date", "apigw-requestid", "x-amzn-requestid", "x-amz-request-id", "x-amz-id-2")
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(
    stack: LocalStack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Run a command in a folder of its own; gives exit code and what it said."""
    monkeypatch.chdir(tmp_path)
    write_stack(stack, Path(".local/stack.json"))

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(list(arguments))
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


def page(number: int, person: str = PERSON) -> dict[str, str]:
    at = format_instant(now())
    return {"id": str(number), "lead": person, "at": at, "kind": "page_viewed", "path": "/"}


def items(stack: LocalStack, lead: str) -> dict[str, list[dict[str, Any]]]:
    """What the tables hold of a lead."""
    asked = {
        "KeyConditionExpression": "#lead = :lead",
        "ExpressionAttributeNames": {"#lead": "lead"},
        "ExpressionAttributeValues": {":lead": {"S": lead}},
    }
    client = stack.client("dynamodb")
    tables = {"leads": stack.leads_table, "facts": stack.facts_table}
    return {name: client.query(TableName=of, **asked)["Items"] for name, of in tables.items()}


def put_back(stack: LocalStack, kept: dict[str, list[dict[str, Any]]]) -> None:
    for name, found in kept.items():
        table = {"leads": stack.leads_table, "facts": stack.facts_table}[name]
        for item in found:
            stack.client("dynamodb").put_item(TableName=table, Item=item)


def invoke(stack: LocalStack, event: dict[str, Any]) -> dict[str, Any]:
    answer = stack.client("lambda").invoke(
        FunctionName=stack.outputs["EraseLeadFunction"], Payload=json.dumps(event)
    )
    assert "FunctionError" not in answer
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    return told


def reasons_refused(stack: LocalStack, person: str = PERSON) -> list[str]:
    """Take what was refused of the person; gives why."""
    bodies = [message["Body"] for message in take_messages(stack, stack.refused_queue)]
    return [json.loads(body)["reason"] for body in bodies if person in body]


def test_g23_c32_b43_d17_an_erased_person_is_gone_stays_so_and_may_come_back(
    stack: LocalStack, command: Command
) -> None:
    lead = lead_ids(stack)(PERSON)
    assert post_form(stack, "demo", {"email": PERSON, "company": "Gone GmbH"})[0] in {201, 303}
    put_activity(stack, page(1))
    wait_until("both are facts", lambda: len(items(stack, lead)["facts"]) == 2)
    before = items(stack, lead)
    code, told = command("export", PERSON)
    assert code == 0
    assert "Gone GmbH" in told

    code, told = command("erase", PERSON, "--yes")
    assert code == 0
    assert "a lead with 2 facts." in told
    assert "Erased: the lead and 2 facts." in told
    assert PERSON not in json.dumps(items(stack, lead))
    assert items(stack, lead)["facts"] == []
    put_activity(stack, page(2))
    wait_until("what came late is refused", lambda: "erased" in reasons_refused(stack))
    assert items(stack, lead)["facts"] == []

    put_back(stack, before)  # as a restore does
    code, told = command("erase", "--after-restore", "--yes")
    assert code == 0
    assert "gone again: 1 lead, 2 facts." in told
    assert PERSON not in json.dumps(items(stack, lead))
    assert invoke(stack, {"round": True})["failed"] == 0

    assert post_form(stack, "demo", {"email": PERSON, "company": "New GmbH"})[0] in {201, 303}
    wait_until("a new lead begins", lambda: command("show", PERSON)[0] == 0)
    assert "New GmbH" in command("export", PERSON)[1]
    assert "Gone GmbH" not in json.dumps(items(stack, lead))


def test_g23_c32_b43_an_admin_erases_by_the_api_and_what_was_received_before_stays_out(
    stack: LocalStack, command: Command
) -> None:
    make_people(stack)
    admin, rep = (token_by_code_flow(stack, person) for person in (ADMINISTRATOR, REP))
    person = "by.the.api@people.example.com"
    lead = lead_ids(stack)(person)
    honeypot = json.loads(Path(stack.model).read_text("utf-8"))["forms"]["demo"]["honeypot"]
    form = {"email": person, "company": "Gone GmbH", "submission_id": "one"}
    assert post_form(stack, "demo", form)[0] == 201
    assert post_form(stack, "demo", form | {"submission_id": "two", honeypot: "x"})[0] == 201
    put_activity(stack, page(1, person))
    wait_until("both are facts", lambda: len(items(stack, lead)["facts"]) == 2)
    wait_until("the third is refused", lambda: "spam" in command("refused")[1])
    exported = ask_sales(stack, "GET", f"/leads/{lead}/export", token=admin)
    assert json.loads(exported.body)["stored"] == decode(items(stack, lead)["leads"][0])

    assert ask_sales(stack, "DELETE", f"/leads/{lead}", token=rep).status == 403
    assert ask_sales(stack, "DELETE", f"/leads/{lead}", token=admin).status == 202
    wait_until("its history is gone", lambda: items(stack, lead)["facts"] == [])
    assert "1 sent again: 1 to ParkingQueue." in command("refused", "--resend", "spam")[1]
    put_activity(stack, page(1, person))
    refused: list[str] = []

    def both_came() -> bool:
        refused.extend(reasons_refused(stack, person))
        return len(refused) >= 2

    wait_until("what was received before is refused", both_came)
    assert refused == ["erased"] * 2
    for method, what, body in (
        ("GET", "", None),
        ("GET", "/score", None),
        ("GET", "/export", None),
        ("DELETE", "", None),
        *((method, f"/{what}", body) for method, what, body in WRITES),
    ):
        gone, never = (
            ask_sales(stack, method, f"/leads/{name}{what}", token=admin, body=body)
            for name in (lead, "A" * len(lead))
        )
        assert gone.status == never.status == 404, (method, what)
        assert told_of(gone) == told_of(never), (method, what)

    assert post_form(stack, "demo", form)[0] == 201
    again = json.loads(ask_sales(stack, "GET", f"/leads/{lead}", token=admin).body)
    assert [one["kind"] for one in again["happened"]] == ["form_submitted"]


def told_of(answer: Answer) -> tuple[str, dict[str, str]]:
    """A body and its headers, but for what each answer has of its own."""
    own = json.loads(answer.body)["request_id"]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    kept = {name: value for name, value in headers.items() if name not in OF_EACH_ANSWER}
    return answer.body.replace(own, ""), kept
