"""G5: eight processes write one lead at once, and every fact that was acknowledged counts."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from functions.leads.lead import read_lead
from infra.local.prepare import ROOT, environment
from infra.local.visitors import post_form, put_activity
from tests.cloud.one_writer import AT_ONCE
from tests.cloud.rough_stack import RoughStack, page
from tests.cloud.stack_driving import facts_kept, is_idle, lead_ids, now, wait_until

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("rough")]

WRITERS, FACTS_EACH = 8, 40


@pytest.fixture(scope="module")
def written(rough: RoughStack) -> list[dict[str, int]]:
    """What each of eight processes met that wrote one lead, all from the same instant on."""
    asked = {
        "endpoint": rough.stack.endpoint,
        "leads": rough.stack.leads_table,
        "facts_table": rough.stack.facts_table,
        "model": rough.stack.model,
        "lead": lead_ids(rough.stack)("many@example.com"),
        "facts": FACTS_EACH,
        "at": now() - 60_000,
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.cloud.one_writer", json.dumps({**asked, "writer": n})],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(WRITERS)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * WRITERS
    return [json.loads(text) for text in told]


def test_g5_eight_processes_that_write_one_lead_lose_nothing(
    rough: RoughStack, written: list[dict[str, int]]
) -> None:
    item = rough.item("many@example.com")
    ledger = read_lead(item).merged.state.ledger.occurrences
    assert {rule: len(kept) for rule, kept in ledger.items()} == {
        f"writer-{number}": FACTS_EACH for number in range(WRITERS)
    }
    assert item["score"] == WRITERS * FACTS_EACH
    assert len(facts_of(rough, "many@example.com")) == WRITERS * FACTS_EACH


def test_g5_they_really_met(rough: RoughStack, written: list[dict[str, int]]) -> None:
    """Each commit is a revision; a publisher that clears its alert, if it can, writes one more."""
    item = rough.item("many@example.com")
    assert sum(one.get("conflicts", 0) for one in written) >= WRITERS
    assert item["revision"] - WRITERS * FACTS_EACH // AT_ONCE in {0, 1}


def test_g5_g12_g13_of_eight_writers_one_makes_the_lead_hot_and_tells_of_it(
    written: list[dict[str, int]],
) -> None:
    assert sum(one.get("turned_hot", 0) for one in written) == 1
    assert sum(one["published"] for one in written) == 1


def test_g5_g7_forms_and_activities_of_one_lead_at_once_lose_nothing(rough: RoughStack) -> None:
    """Through the functions themselves: four visitors post while the queue is worked off."""
    lead, conflicts = "both@many.example.com", conflicts_told(rough)
    forms = [{"email": lead, "submission_id": str(number)} for number in range(20)]
    pages = [page(lead, f"page-{number}") for number in range(40)]
    with ThreadPoolExecutor(max_workers=5) as visitors:
        viewed = visitors.map(partial(put_activity, rough.stack), pages)
        posted = visitors.map(partial(post_form, rough.stack, "demo"), forms)
        assert {status for status, _ in posted} <= {201, 202}  # after four conflicts parked
        assert len(list(viewed)) == len(pages)
    wait_until("all is counted", lambda: rough.item(lead).get("score") == 60)
    wait_until("nothing comes back", lambda: is_idle(rough.stack) and not rough.parked())
    assert len(facts_of(rough, lead)) == 60
    assert conflicts_told(rough) > conflicts, "they really met"
    assert rough.waiting(rough.dead_letters) == rough.waiting(rough.parking_dead_letters) == 0


def conflicts_told(rough: RoughStack) -> int:
    return sum(
        rough.metric(function, "conflicts") for function in ("CaptureForm", "RecordActivity")
    )


def facts_of(rough: RoughStack, address: str) -> list[str]:
    lead = lead_ids(rough.stack)(address)
    return [fact for owner, fact in facts_kept(rough.stack) if owner == lead]
