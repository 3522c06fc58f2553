"""`lead-scoring` against the running stack, found by the file that `make up` writes."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from functions.scoring.instants import HOUR_MS, MINUTE_MS, format_instant
from infra.local.local_stack import LocalStack, write_stack
from infra.local.visitors import put_activity
from tests.cloud.stack_driving import lead_ids, now, take_messages, wait_until

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("watched_stack")]

LEAD, OTHER = "ola@import.example.com", "olek@import.example.com"


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_c34_g10_imported_facts_are_shown_scored_and_pulled_alike_and_alert_nobody(
    watched_stack: LocalStack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A lead that an import makes hot is told in the digest, and to nobody else."""
    monkeypatch.chdir(tmp_path)
    write_stack(watched_stack, Path(".local/stack.json"))
    take_messages(watched_stack, watched_stack.alert_inbox)
    at = now()
    lines: list[dict[str, Any]] = [
        {
            "id": "f", "lead": LEAD, "at": format_instant(at - HOUR_MS // 2),
            "kind": "form_submitted", "form": "demo", "utm_medium": "cpc",
            "answers": {"company": "Importy SA", "country": "Polska"},
        },
        {"lead": LEAD, "at": format_instant(at), "kind": "page_viewed", "path": "/pricing"},
        {"lead": OTHER, "at": format_instant(at), "kind": "page_viewed", "path": "/news"},
    ]  # fmt: skip
    Path("facts.jsonl").write_text("\n".join(json.dumps(line) for line in lines), "utf-8")

    told = command(capsys, "send", "facts.jsonl", "--import")
    assert "2 leads: 1 hot, 0 warm, 1 cold. Nobody was alerted." in told

    instant = ("--at", format_instant(at + MINUTE_MS), "--json")
    model = ("--model", watched_stack.model)
    scored = command(capsys, "score", "facts.jsonl", *model, *instant).splitlines()
    for lead, score in zip((LEAD, OTHER), map(json.loads, scored), strict=True):
        shown = json.loads(command(capsys, "show", lead, *instant))
        assert {name: shown[name] for name in score} == score

    period = ("--from", format_instant(at - HOUR_MS), "--out", "pulled.jsonl")
    command(capsys, "pull", *period, "--to", format_instant(at + MINUTE_MS))
    pulled = [json.loads(line) for line in Path("pulled.jsonl").read_text("utf-8").splitlines()]
    ours = [line for line in pulled if line["lead"] in {LEAD, OTHER}]
    Path("ours.jsonl").write_text("\n".join(json.dumps(line) for line in ours), "utf-8")
    assert command(capsys, "score", "ours.jsonl", *model, *instant).splitlines() == scored

    later = lines[2] | {"id": "later", "lead": "later@import.example.com"}
    put_activity(watched_stack, later)
    wait_until(
        "a later activity is taken up", lambda: is_kept("later@import.example.com", watched_stack)
    )
    alerts = take_messages(watched_stack, watched_stack.alert_inbox)
    assert [one for one in alerts if lead_ids(watched_stack)(LEAD) in one["Body"]] == []


def is_kept(address: str, stack: LocalStack) -> bool:
    key = {"lead": {"S": lead_ids(stack)(address)}}
    return "Item" in stack.client("dynamodb").get_item(TableName=stack.leads_table, Key=key)
