"""The table, or the queues too, are away for a while; whoever writes meanwhile loses nothing."""

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

import pytest

from cli.main import main
from infra.local.cloud import opener
from infra.local.local_stack import write_stack
from infra.local.visitors import post, post_form, put_activity
from tests.cloud.rough_stack import RoughStack, page
from tests.cloud.service_door import Fault
from tests.cloud.stack_driving import facts_kept, is_idle, lead_ids, now, wait_until

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("rough")]

PAGE = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("fault", ["failing", "silent"])
def test_b44_d5_g6_g22_a_form_posted_while_the_table_is_away_is_answered_202_and_scored_later(
    rough: RoughStack, fault: Fault
) -> None:
    """So is an activity; nobody is needed, and nothing ends among the dead letters."""
    script, browser = f"script-{fault}@away.example.com", f"browser-{fault}@away.example.com"
    answers = {"company": "Example Ltd", "submission_id": "one"}
    visits = [page(script, str(n), f"/{where}") for n, where in enumerate(("pricing", "news"))]
    before = now()
    with rough.doors.table.shut(fault), ThreadPoolExecutor() as visitors:
        put_activity(rough.stack, {"activities": visits})
        by_script = visitors.submit(post_form, rough.stack, "demo", {"email": script, **answers})
        body = urlencode({"email": browser, **answers}).encode()
        by_browser = visitors.submit(post, rough.stack, "demo", body, PAGE)
        assert by_script.result() == (202, '{"status":"queued"}')
        assert by_browser.result()[0] == 303
        wait_until("the consumer has met it too", lambda: rough.doors.table.refused >= 3)
        assert not rough.item(script)
    forms = [form(lead, before) for lead in (script, browser)]
    wait_until("all is scored", lambda: rough.shows(*forms, *visits))
    wait_until("nothing comes back", lambda: is_idle(rough.stack) and not rough.parked())
    assert post_form(rough.stack, "demo", {"email": script, **answers})[0] == 201
    assert len(facts_of(rough, script)) == 3, "what came again is no second submission"
    assert len(rough.alerts_of(script)) == 1
    assert rough.waiting(rough.dead_letters) == rough.waiting(rough.parking_dead_letters) == 0


def test_b45_g6_g7_with_table_and_queues_away_a_form_is_answered_503_and_sent_again_once_kept(
    rough: RoughStack,
) -> None:
    lead = "both@away.example.com"
    answers = {"email": lead, "company": "Example Ltd", "submission_id": "one"}
    with rough.doors.table.shut("failing"), rough.doors.queues.shut("failing"):
        status, headers, body = answered(rough, answers)
        assert (status, headers["Retry-After"]) == (503, "30")
        assert json.loads(body)["code"] == "temporarily_unavailable"
    assert facts_of(rough, lead) == []
    before = now()
    for _ in range(2):
        assert post_form(rough.stack, "demo", answers) == (201, '{"status":"accepted"}')
    assert len(facts_of(rough, lead)) == 1
    assert rough.shows(form(lead, before))


def test_d6_d9_what_an_outage_made_dead_letters_of_is_brought_back_by_one_command(
    rough: RoughStack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The end is that of the oracle, which knows of no outage."""
    facts = [page(f"day-{n}@away.example.com", "one", "/pricing") for n in range(3)]
    with rough.doors.table.shut("failing"), rough.few_receives():
        for fact in facts:
            put_activity(rough.stack, fact)
        wait_until("dead letters ring", lambda: rough.waiting(rough.dead_letters) == 3)
    monkeypatch.chdir(tmp_path)
    write_stack(rough.stack, Path(".local/stack.json"))
    assert main(["redrive", "ActivityDeadLetters"]) == 0
    assert "3 of about 3 messages moved" in capsys.readouterr().out
    wait_until("all is scored", lambda: rough.shows(*facts))
    wait_until("nothing comes back", lambda: is_idle(rough.stack))
    assert rough.waiting(rough.dead_letters) == 0


def form(lead: str, at: int) -> dict[str, object]:
    """The form as a fact; when it was received matters to no score of this model."""
    sent = page(lead, "one", at=at)
    kept = {name: sent[name] for name in ("id", "lead", "at")}
    return {
        **kept, "kind": "form_submitted", "form": "demo", "answers": {"company": "Example Ltd"},
    }  # fmt: skip


def facts_of(rough: RoughStack, address: str) -> list[str]:
    lead = lead_ids(rough.stack)(address)
    return [fact for owner, fact in facts_kept(rough.stack) if owner == lead]


def answered(rough: RoughStack, answers: dict[str, str]) -> tuple[int, Message, str]:
    request = urllib.request.Request(
        rough.stack.form_address + "demo",
        data=json.dumps(answers).encode(),
        headers={"content-type": "application/json"},
    )
    try:
        with opener(rough.stack.cloud).open(request) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()
