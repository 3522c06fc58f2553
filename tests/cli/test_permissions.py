"""Each command asks AWS for what `docs/operations.md` says it may, and for nothing else (E)."""

import json
import re
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from cli import send_facts
from cli.clock import now
from cli.main import main
from functions.intake.refusal import Received, Refusal, refused_message
from functions.leads.kept_model import KeptModel, keep
from functions.leads.lead_identity import keyed_id
from functions.leads.model_table import ModelTable
from functions.leads.rescore_run import Run, save_run
from functions.leads.week_count import begun, keep_week, newest_count, save_count
from functions.scoring.instants import format_instant
from infra.team import ROLES
from modelling.compile import compile_model_text
from tests.builders import form_submitted, page_viewed
from tests.cli.moto_stack import KEY, NAME, MotoStack

ROOT = Path(__file__).resolve().parents[2]
ANNA = "anna@example.com"
LEAD = keyed_id(KEY.encode(), ANNA)
ALL_NEED = "cloudformation:DescribeStacks"
ACTIONS = {  # what a call is called where a role allows it
    "lambda:Invoke": "lambda:InvokeFunction",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
ERASED = {"facts": 0, "was": "lead", "is_complete": True, "seen": 0, "erased": 0, "after": None}


def documented() -> dict[str, str]:
    """What stands beside each command in the table, by its name."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    part = text[text.index("## Who may use the commands") :].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \| (.+) \|$", part, re.MULTILINE)
    return {name: told for names, told in rows for name in re.findall(r"`(\w+)`", names)}


def actions(told: str) -> set[str]:
    return set(re.findall(r"`([a-z-]+:[A-Za-z]+)`", told))


@pytest.fixture
def system(stack: MotoStack, tmp_path: Path) -> MotoStack:
    """Anna known by two facts, something refused, dead letters, and a file of facts."""
    at = now() - 1000
    stack.erasing = lambda _: ERASED
    stack.happen(form_submitted(lead=LEAD, at=at), page_viewed(lead=LEAD, at=at - 1))
    stack.put("RefusedQueue", refused_message(Refusal("unknown_kind", body="{}"), Received(at)))
    stack.put("BusDeadLetters", json.dumps({"ingested_at": "x", "event": {}}), "no event")
    line = {"id": "1", "lead": ANNA, "at": format_instant(at), "kind": "page_viewed"}
    (tmp_path / "facts.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    (tmp_path / "cdk.json").write_text(json.dumps({"context": {"team": TEAM}}), "utf-8")
    over = Run(1, "v1", begun_at=at, starts_at=at, ended_at=at)
    models = ModelTable(stack.client("dynamodb"), "models")
    save_run(models, over, expected=0)
    stack.watching = lambda _: count_the_week(stack, models, at)
    keep(models, KeptModel("v1", "", stack.model | {"version": "v1"}, at), number=1)
    text = (ROOT / "scoring-model.yaml").read_text("utf-8")
    (tmp_path / "other.yaml").write_text(text.replace("points: 15", "points: 14"), "utf-8")
    live = compile_model_text(text)
    keep(models, KeptModel(live["version"], text, live, at), number=2)
    stack.outputs["UserPool"] = pool_with(stack, rep="kasia@example.com")
    return stack


def count_the_week(stack: MotoStack, models: ModelTable, at: int) -> dict[str, object]:
    """Do what the function does of which the command asks."""
    with stack.unheard():
        known = newest_count(models)
        count = replace(begun("2026-W48", "v1", (), at=at), counted_at=at, is_told=True)
        save_count(models, replace(count, revision=known.revision if known else 0))
        keep_week(models, count)
    return {}


def pool_with(stack: MotoStack, *, rep: str) -> str:
    """Make a user pool with the groups of each role, and one rep."""
    cognito = stack.client("cognito-idp")
    pool = str(cognito.create_user_pool(PoolName="people")["UserPool"]["Id"])
    for group in ROLES.values():
        cognito.create_group(UserPoolId=pool, GroupName=group)
    cognito.admin_create_user(UserPoolId=pool, Username=rep)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=rep, GroupName=ROLES["rep"])
    return pool


def import_facts(system: MotoStack) -> None:
    """Send an import, which waits until the system has taken it up."""
    given = {"facts": ["facts.jsonl"], "silent": True, "model": None, "stack": NAME}
    options = Namespace(**given, region=None, profile=None)

    def take_up(_: float) -> None:
        with system.unheard():
            system.deliver()

    assert send_facts.run(options, wait=take_up) == 0


RUNS: dict[str, list[list[str]]] = {  # by command, until everything it can do was done
    "status": [["status"]],
    "show": [["show", ANNA, "--at", "2026-01-01T00:00:00Z"]],
    "export": [["export", ANNA]],
    "pull": [["pull", "--from", "2020-01-01"]],
    "refused": [["refused"], ["refused", "--resend", "all"]],
    "redrive": [["redrive", "bus", "--show"], ["redrive", "bus"]],
    "send": [["send", "facts.jsonl"]],
    "team": [["team"], ["team", "add"], ["team", "remove", "kasia@example.com", "--yes"]],
    "erase": [["erase", ANNA, "--yes"]],
    "score": [["score", "--lead", ANNA, "--at", "2026-01-01T00:00:00Z"]],
    "models": [["models"]],
    "publish": [["publish", "other.yaml"]],  # which asks; what deploys is no command of ours
    "ignore": [["ignore", "--domain", "example.com", "--because", "a scanner"]],  # so does this
    "rescore": [["rescore"], ["rescore", "--status"], ["rescore", "--watch"]],
    "review": [["review"], ["review", "--now"]],
}
TEAM = [  # Kasia was a rep, Jan cannot sign in yet
    {"name": "Kasia Nowak", "mail": "kasia@example.com", "role": "manager"},
    {"name": "Jan Lis", "mail": "jan@example.com"},
]
READING = {"sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"}


def test_g25_every_command_needs_what_the_page_says_and_all_of_it(system: MotoStack) -> None:
    page = documented()
    assert set(page) == set(RUNS)
    for command, runs in RUNS.items():
        asked: set[str] = set()
        for arguments in runs:
            asked |= asked_by(system, arguments)
        told = page[command]
        if command == "send":
            assert asked == {"events:PutEvents"}
            system.called.clear()
            import_facts(system)
            asked = called(system) | {"dynamodb:Query"}  # of a history under another model
            told += page["show"]
        assert asked == actions(told), command


def test_g25_looking_needs_less_than_moving(system: MotoStack) -> None:
    assert asked_by(system, ["refused"]) == READING
    assert asked_by(system, ["redrive", "bus", "--show"]) == READING
    assert asked_by(system, ["erase", "--after-restore", "--yes"]) == {"lambda:InvokeFunction"}
    empty = asked_by(system, ["redrive", "bus", "--empty", "--yes"])
    assert empty <= READING | {"sqs:DeleteMessage"}


def asked_by(system: MotoStack, arguments: list[str]) -> set[str]:
    """Run a command; gives the actions it needed but for the one all need."""
    system.called.clear()
    assert main([*arguments, "--stack", NAME]) in {0, 1}
    return called(system)


def called(system: MotoStack) -> set[str]:
    assert ALL_NEED in system.called
    return {ACTIONS.get(one, one) for one in system.called} - {ALL_NEED}
