"""What is counted in the stack is what is there: three leads, one of them won.

That the schedule calls it is seen where schedules are; here it is called, so that nobody waits.
"""

import json
from pathlib import Path

import pytest

from cli.main import main
from functions.leads.model_table import ModelTable
from functions.leads.week_count import Tally, WeekCount, week_counts
from functions.scoring.instants import HOUR_MS, format_instant
from infra.local.local_stack import LocalStack, write_stack
from tests.cloud.rough_stack import page
from tests.cloud.stack_driving import facts_kept, import_facts, lead_ids, now, wait_until

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

PEOPLE = [f"counted-{number}@example.com" for number in range(3)]


def counted(stack: LocalStack) -> WeekCount:
    """Have the week counted anew; others may have leads here too."""
    told = stack.client("lambda").invoke(
        FunctionName=stack.outputs["WatchModelFunction"], Payload=b'{"anew": true}'
    )
    assert json.loads(told["Payload"].read())["is_over"]
    return newest(stack)


def newest(stack: LocalStack) -> WeekCount:
    models = ModelTable(stack.client("dynamodb"), stack.outputs["ModelsTable"])
    return week_counts(models)[-1]


def test_r82_a_week_is_counted_kept_and_shown_by_band_and_by_rule(
    stack: LocalStack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = counted(stack)
    ids = lead_ids(stack)
    won = {"kind": "sales_concluded", "result": "won"}
    lines = [page(address, "one", "/pricing", at=now() - HOUR_MS) for address in PEOPLE]
    end = {"id": "end", "lead": PEOPLE[0], "at": format_instant(now()), **won}
    import_facts(stack, *([line] for line in lines), [end])
    known = {ids(address) for address in PEOPLE}
    wait_until("all is known", lambda: sum(lead in known for lead, _ in facts_kept(stack)) >= 4)
    monkeypatch.chdir(tmp_path)
    write_stack(stack, Path(".local/stack.json"))
    assert main(["review", "--now", "--json"]) == 0  # which has it counted anew
    shown = json.loads(capsys.readouterr().out)["week"]
    after = newest(stack)
    assert shown["rules"]["pricing-page"] == after.rules["pricing-page"]._asdict()
    rule = "pricing-page"
    assert _more(before.rules[rule], after.rules[rule]) == Tally(leads=3, won=1)
    assert sum(after.bands[band].won - before.bands[band].won for band in after.bands) == 1
    assert (after.seen - before.seen, after.failed) == (3, before.failed)


def _more(before: Tally, after: Tally) -> Tally:
    return Tally(*(one - other for one, other in zip(after, before, strict=True)))
