"""`refused`, `redrive` and `status` against the running stack, found by what `make up` writes."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main
from functions.scoring.instants import format_instant
from infra.local.local_stack import LocalStack, write_stack
from infra.local.visitors import SOURCE, post_form, put_activity
from tests.cloud.stack_driving import lead_ids, now, take_messages, wait_until

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(
    stack: LocalStack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Run a command in a folder of its own; gives exit code and standard output."""
    monkeypatch.chdir(tmp_path)
    write_stack(stack, Path(".local/stack.json"))

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        return main(list(arguments)), capsys.readouterr().out

    return run


def is_kept(stack: LocalStack, address: str) -> bool:
    key = {"lead": {"S": lead_ids(stack)(address)}}
    return "Item" in stack.client("dynamodb").get_item(TableName=stack.leads_table, Key=key)


def page(lead: str, number: int, **more: str) -> dict[str, str]:
    at = format_instant(now())
    return {"id": str(number), "lead": lead, "at": at, "kind": "page_viewed", "path": "/"} | more


def test_b9_c14_a_lead_is_made_of_spam_and_what_nobody_knows_is_refused_again(
    stack: LocalStack, command: Command
) -> None:
    human, unknown = "human@refused.example.com", "unknown@refused.example.com"
    model = json.loads(Path(stack.model).read_text("utf-8"))
    honeypot = model["forms"]["demo"]["honeypot"]
    answers = {"email": human, "company": "Menschen GmbH", honeypot: "x"}
    assert post_form(stack, "demo", answers)[0] in {201, 303}
    put_activity(stack, page(unknown, 1, kind="never_heard_of"))
    wait_until("both are refused", lambda: "unknown_kind  1" in listed(command))
    assert "spam  1" in listed(command)
    shown = command("refused", "--show", "unknown_kind")[1]
    assert f"Source    {SOURCE}" in shown
    assert unknown in shown

    assert "1 sent again: 1 to ParkingQueue." in command("refused", "--resend", "spam")[1]
    wait_until("a lead is made of it", lambda: is_kept(stack, human))
    code, told = command("refused", "--resend", "all")
    assert (code, "1 sent again: 1 to ActivityQueue." in told) == (0, True)
    wait_until("it is refused again", lambda: "unknown_kind  1" in listed(command))
    assert not is_kept(stack, unknown)
    assert len(take_messages(stack, stack.refused_queue)) == 1


def listed(command: Command) -> str:
    return re.sub(r" {2,}", "  ", command("refused")[1])


def test_d9_g21_dead_letters_are_named_brought_back_and_taken_up(
    stack: LocalStack, command: Command
) -> None:
    """What comes back is scored as on the first day."""
    leads = [f"{name}@dead.example.com" for name in ("anna", "jan", "ola")]
    for number, lead in enumerate(leads):
        event = {"source": SOURCE, "account": stack.account, "detail": page(lead, number)}
        body = {"ingested_at": format_instant(now()), "event": event}
        stack.client("sqs").send_message(
            QueueUrl=stack.outputs["ActivityDeadLetters"], MessageBody=json.dumps(body)
        )
    code, told = command("status")
    assert code == 1
    assert "Needs attention: 3 in ActivityDeadLetters; mend the cause" in told
    code, told = command("redrive", "ActivityDeadLetters")
    assert (code, told) == (
        0, "3 of about 3 messages moved from ActivityDeadLetters to ActivityQueue.\n",
    )  # fmt: skip
    wait_until("all are taken up", lambda: all(is_kept(stack, lead) for lead in leads))
    stack.client("lambda").invoke(  # rather than wait for the schedule's minute
        FunctionName=stack.functions["ExpirePoints"], Payload=json.dumps({"shards": [0, 1, 2, 3]})
    )
    wait_until("all is well", lambda: command("status")[0] == 0)
    _, told = command("status")
    assert re.search(r"ActivityDeadLetters +0 +0 +-", told)
    assert re.search(r"confirmed +sqs ", told)
