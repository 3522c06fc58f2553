"""A late verdict, then a proposal of `learn` go live on a deployed stack while facts come in, and
the old model comes back.

Whatever was stored when: each lead is scored by one model or the other, never by a mixture.
"""

import json
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.kept_models import newest_of
from cli.main import main
from cli.running_stack import RunningStack, find_stack
from functions.leads.lead import Lead, read_lead
from functions.leads.lead_table import decode
from functions.leads.model_table import ModelTable
from functions.leads.rescore_run import newest_run, save_run
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_state
from infra.local.local_stack import LocalStack, read_stack, write_stack
from infra.local.synthesis import MODEL
from modelling.compile import compile_model_text
from tests.analysis.made_up_leads import imported, made_up_rows
from tests.cloud.rough_stack import page
from tests.cloud.stack_driving import import_facts, is_idle, lead_ids, now, wait_until

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

PEOPLE = [f"published-{number}@example.com" for number in range(4)]
SCANNED = [f"published-{number}@gateway.example" for number in range(2)]
EVERYBODY = [*PEOPLE, *SCANNED]
PRICES = 15  # points of the pricing page
EVERYTHING = {"segments": [0, 1, 2, 3]}
Options = Mapping[str, Any]


@pytest.fixture
def here(stack: LocalStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStack:
    """A folder from which the command finds the stack, with the model that is live."""
    write_stack(stack, tmp_path / ".local" / "stack.json")
    monkeypatch.chdir(tmp_path)
    Path("scoring-model.yaml").write_text(MODEL.read_text("utf-8"), "utf-8")
    return stack


def proposal() -> str:
    """What `learn` proposes from past leads."""
    lines = imported(made_up_rows(450, seed=8)).lines
    Path("facts.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert main(["learn", "facts.jsonl", "--out", "proposal.yaml"]) == 0
    return Path("proposal.yaml").read_text("utf-8")


@contextmanager
def facts_coming_in(stack: LocalStack) -> Iterator[Callable[[], int]]:
    """While the block runs, everybody looks at prices again and again."""
    done, sent = threading.Event(), [0]

    def send() -> None:
        while not done.wait(3.0):
            sent[0] += 1
            import_facts(stack, [page(one, f"live-{sent[0]}", "/pricing") for one in EVERYBODY])

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield lambda: sent[0]
    finally:
        done.set()
        thread.join()


def rescored(stack: LocalStack) -> None:
    """Let the function do at once what the schedule has it do within minutes."""
    functions = stack.client("lambda")
    models = ModelTable(stack.client("dynamodb"), stack.outputs["ModelsTable"])

    def is_over() -> bool:
        run = newest_run(models)
        if run is not None and run.starts_at > now():  # a minute, until old code has ended
            save_run(models, replace(run, starts_at=now()), expected=run.revision)
        answer = functions.invoke(
            FunctionName=stack.outputs["RescoreLeadsFunction"], Payload=json.dumps(EVERYTHING)
        )
        return bool(json.loads(answer["Payload"].read()).get("is_over"))

    wait_until("all leads are rescored", is_over)


def leads(stack: LocalStack) -> dict[str, Lead]:
    """The leads by their address, as they are stored."""
    ids = lead_ids(stack)
    keys = [{"lead": {"S": ids(address)}} for address in EVERYBODY]
    told = stack.client("dynamodb").batch_get_item(
        RequestItems={stack.leads_table: {"Keys": keys, "ConsistentRead": True}}
    )
    stored = [read_lead(decode(raw)) for raw in told["Responses"][stack.leads_table]]
    return {lead.merged.state.email: lead for lead in stored}


def models_of_leads(stack: LocalStack, *models: str) -> set[str]:
    """Whose model each lead has; each is scored by that one to the point."""
    books = {book.version: book for book in (RuleBook(compile_model_text(one)) for one in models)}
    found = set()
    for lead in leads(stack).values():
        assert lead.model is not None
        score = score_state(books[lead.model], lead.merged.state, at=lead.as_of or 0)
        assert (lead.score, lead.fit, lead.engagement, lead.band) == (
            score.total, score.fit, score.engagement, score.band,
        )  # fmt: skip
        found.add(lead.model)
    return found


def live(options: Options) -> str:
    running: RunningStack = find_stack(Namespace(**options))
    kept = newest_of(running)
    return kept.version if kept else ""


def test_a_verdict_then_a_proposal_go_live_under_traffic_and_the_old_model_comes_back(
    here: LocalStack, capsys: pytest.CaptureFixture[str]
) -> None:
    old = MODEL.read_text("utf-8")
    first = str(compile_model_text(old)["version"])
    options = {"stack": None, "region": None, "profile": None}
    import_facts(here, [page(one, "before", "/pricing") for one in EVERYBODY])
    wait_until("all are known", lambda: is_idle(here))
    rescored(here)
    assert live(options) == first
    before = {address: lead.score for address, lead in leads(here).items()}
    assert set(before.values()) == {PRICES}

    why = "their gateway opens every link"
    verdict = ["ignore", "--domain", "gateway.example", "--because", why, "--yes"]
    assert main(verdict) == 0
    assert f"{len(SCANNED)} facts of {len(SCANNED)} leads are covered" in capsys.readouterr().out
    rescored(here)
    during = {address: lead.score for address, lead in leads(here).items()}
    assert during == before | dict.fromkeys(SCANNED, 0)
    ignoring = Path("scoring-model.yaml").read_text("utf-8")

    new = proposal()
    second = str(compile_model_text(new)["version"])
    with facts_coming_in(here) as sent:
        assert main(["publish", "proposal.yaml", "--yes"]) == 0
        models_of_leads(here, ignoring, new)
        number = sent()
        wait_until("facts came after it", lambda: sent() > number)
    said = capsys.readouterr().out
    assert "leads, as they are now" in said
    assert f"{second} is live" in said
    wait_until("all is taken in", lambda: is_idle(here))
    models_of_leads(here, ignoring, new)
    rescored(here)
    assert models_of_leads(here, new) == {second}
    assert live(options) == second

    assert main(["publish", first, "--yes"]) == 0
    rescored(here)
    assert models_of_leads(here, old) == {first}
    after = {address: lead.score for address, lead in leads(here).items()}
    assert set(after.values()) <= {PRICES, 2 * PRICES}  # once a day, whatever midnight does
    assert live(options) == first
    now_up = read_stack(Path(".local/stack.json").resolve())
    assert now_up is not None
    assert json.loads(Path(now_up.model).read_text("utf-8"))["version"] == first
