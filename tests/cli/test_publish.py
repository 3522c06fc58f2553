"""`publish`, `models` and `score --lead`: what a model changes is said before it goes live."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli.publish_command import run as publish
from cli.usage import command_parser
from functions.leads.kept_model import KeptModel, keep
from functions.leads.lead_identity import keyed_id
from functions.leads.model_table import ModelTable
from functions.leads.rescore_run import Run as Rescore
from functions.leads.rescore_run import save_run
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, HOUR_MS, format_instant
from modelling.compile import compile_model_text
from modelling.model_edits import with_note
from tests.builders import form_submitted, page_viewed
from tests.cli.conftest import Run
from tests.cli.moto_stack import KEY, NAME, MotoStack

ANNA = "anna@example.com"
LEAD = keyed_id(KEY.encode(), ANNA)
HERE = ("--stack", NAME)


@pytest.fixture
def source(folder: Path) -> str:
    return (folder / "scoring-model.yaml").read_text("utf-8")


@pytest.fixture
def live(stack: MotoStack, source: str) -> MotoStack:
    """Anna asked for a demo and looked at prices yesterday, under the project's own model."""
    at = stack.now - DAY_MS
    answers = {"job_title": "CEO", "company_size": 50, "country": "PL"}
    stack.happen(
        form_submitted(lead=LEAD, email=ANNA, at=at, answers=answers),
        page_viewed("/pricing", lead=LEAD, at=at + HOUR_MS),
    )
    deployed(stack, source, number=1, at=at)
    return stack


def deployed(stack: MotoStack, source: str, *, number: int, at: int) -> str:
    compiled = compile_model_text(source)
    models = ModelTable(stack.client("dynamodb"), "models")
    keep(models, KeptModel(compiled["version"], source, compiled, at), number=number)
    return str(compiled["version"])


def make_that_notes(folder: Path, monkeypatch: pytest.MonkeyPatch, *, fails: bool = False) -> Path:
    """Put a `make` before the real one that writes down what it was asked for. Nothing notices what
    it deployed, and nobody waits for that.
    """
    monkeypatch.setattr("cli.deploying.NOTICED_WITHIN_MS", 0)
    told = folder / "made"
    script = folder / "bin" / "make"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\necho "$@ $YES" > {told}\ncat "$LEAD_SCORING_MODEL" >> {told}\n'
        f"exit {int(fails)}\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return told


def changed(source: str, points: int = -40) -> str:
    assert "    points: 20\n    says: {en: CEO of a small company" in source
    return source.replace(
        "    points: 20\n    says: {en: CEO of a small company",
        f"    points: {points}\n    says: {{en: CEO of a small company",
    )


@pytest.mark.usefixtures("live")
def test_what_a_model_changes_is_said_then_it_is_deployed(
    run: Run, folder: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_that_notes(folder, monkeypatch)
    (folder / "scoring-model.yaml").write_text(changed(source), "utf-8")
    code, out, err = run("publish", "--yes", "--note", "bosses buy no more", *HERE)
    assert code == 0, err
    assert "1 leads, as they are now" in out
    assert "Not held against outcomes: " in out
    assert "warm to cold: 1; mostly ceo-of-a-small-company" in out
    asked, _, model = made.read_text("utf-8").partition("\n")
    assert asked == "deploy 1"
    assert model == (folder / "scoring-model.yaml").read_text("utf-8")
    assert ': bosses buy no more"' in model
    assert f"lead-scoring rescore --watch --stack {NAME}" in out
    assert "is deployed, but not noticed yet" in out


def test_it_waits_until_all_leads_begin_to_be_scored_anew(
    live: MotoStack,
    folder: Path,
    source: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_that_notes(folder, monkeypatch)
    monkeypatch.setattr("cli.deploying.NOTICED_WITHIN_MS", 60_000)
    (folder / "scoring-model.yaml").write_text(changed(source), "utf-8")
    version = str(compile_model_text(changed(source))["version"])
    models = ModelTable(live.client("dynamodb"), "models")
    save_run(models, Rescore(1, "another", live.now, live.now), expected=0)
    waited = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            save_run(models, Rescore(2, version, live.now, live.now), expected=1)

    options = command_parser().parse_args(["publish", "--yes", *HERE])
    assert publish(options, wait=wait) == 0
    assert len(waited) == 3
    assert f"{version} is live, and all leads are being scored anew" in capsys.readouterr().out


@pytest.mark.usefixtures("live")
def test_the_model_that_is_live_is_not_published_again(run: Run) -> None:
    code, out, _ = run("publish", *HERE)
    assert code == 0
    assert "is live in LeadScoring in AWS" in out


@pytest.mark.usefixtures("live")
def test_a_model_with_errors_is_not_published(run: Run, folder: Path, source: str) -> None:
    broken = source.replace("hot: above 70", "hot: above 700")
    (folder / "scoring-model.yaml").write_text(broken, "utf-8")
    code, _, err = run("publish", "--yes", "--note", "a line more at the top", *HERE)
    assert code == 1
    (line,) = [n for n, text in enumerate(broken.splitlines(), 1) if "hot: above 700" in text]
    assert f"line {line}" in err
    assert "Nobody can become hot" in err
    assert "mend them first" in err


@pytest.mark.usefixtures("live")
def test_without_a_yes_nothing_is_published(run: Run, folder: Path, source: str) -> None:
    (folder / "scoring-model.yaml").write_text(changed(source), "utf-8")
    code, _, err = run("publish", *HERE)
    assert code == 1
    assert "say --yes" in err


@pytest.mark.usefixtures("live")
def test_a_deployment_that_fails_says_which_model_is_live(
    run: Run, folder: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_that_notes(folder, monkeypatch, fails=True)
    (folder / "scoring-model.yaml").write_text(changed(source), "utf-8")
    code, _, err = run("publish", "--yes", *HERE)
    assert code == 1
    assert "the model before is still live" in err


def test_going_back_is_publishing_an_old_version(
    run: Run, live: MotoStack, folder: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_that_notes(folder, monkeypatch)
    first = str(compile_model_text(source)["version"])
    deployed(live, changed(source), number=2, at=live.now)
    code, out, err = run("publish", first, "--yes", *HERE)
    assert code == 0, err
    assert "cold to warm: 1" in out
    assert made.read_text("utf-8").partition("\n")[2] == source
    assert "Put it into scoring-model.yaml" in out


IGNORING = """ignore:
  - verdict: a-link-scanner
    where: {user_agent: {like: "*scanner*"}}
"""


def test_going_back_to_before_a_verdict_says_that_the_verdict_ends(
    run: Run, live: MotoStack, folder: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_that_notes(folder, monkeypatch)
    first = str(compile_model_text(source)["version"])
    deployed(live, source + IGNORING, number=2, at=live.now)
    code, out, err = run("publish", first, "--yes", *HERE)
    assert code == 0, err
    assert "It ignores no more what the live model does: a-link-scanner." in out
    (folder / "scoring-model.yaml").write_text(changed(source) + IGNORING, "utf-8")
    _, out, _ = run("publish", "--yes", *HERE)
    assert "ignores no more" not in out


def test_a_model_is_held_against_the_outcomes_that_are_stored(
    run: Run, live: MotoStack, folder: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_that_notes(folder, monkeypatch)
    at = live.now - DAY_MS
    for number in range(60):
        lead, won = f"lead-{number}", number % 2 == 0
        answers = {"job_title": "CEO" if won else "Student", "company_size": 50, "country": "PL"}
        live.happen(
            form_submitted(lead=lead, email=f"{lead}@example.com", at=at, answers=answers),
            Fact(
                lead,
                at + 1,
                f"o{number}",
                "sales_concluded",
                "",
                {"result": "won" if won else "lost"},
            ),
        )
    live.happen(
        Fact("lead-new", at, "o-new", "sales_concluded", "", {"result": "won"}),
        page_viewed("/pricing", lead="lead-2", at=at + 2),
        Fact("lead-2", at + 3, "o-again", "sales_concluded", "", {"result": "won"}),
    )
    (folder / "scoring-model.yaml").write_text(changed(source), "utf-8")
    code, out, err = run("publish", *HERE)
    assert code == 1
    assert "say --yes" in err
    verdict, wins, area, hot = out[out.index("By the outcomes so far") :].splitlines()[:4]
    assert verdict == "By the outcomes so far: The new model is worse."
    assert " wins under the old model and " in wins
    assert area.startswith("  AUC ")
    assert hot.startswith("  Hot: ")


def test_where_no_outcome_counts_why_is_said_in_whole_sentences(
    run: Run, live: MotoStack, folder: Path, source: str
) -> None:
    live.happen(Fact("lead-new", live.now, "o-new", "sales_concluded", "", {"result": "won"}))
    (folder / "scoring-model.yaml").write_text(changed(source), "utf-8")
    _, out, _ = run("publish", *HERE)
    said = next(line for line in out.splitlines() if line.startswith("Not held against outcomes"))
    assert said.endswith("1 lead left out: nothing is known of it before the outcome.")


def test_models_are_listed_with_their_notes_and_printed_as_they_were_written(
    run: Run, live: MotoStack, source: str
) -> None:
    newer = with_note(changed(source), "bosses buy no more", day="2026-11-28")
    second = deployed(live, newer, number=2, at=live.now)
    first = str(compile_model_text(source)["version"])
    code, out, _ = run("models", *HERE)
    assert code == 0
    assert out.splitlines()[0].startswith(f"live  {second}  ")
    assert out.splitlines()[0].endswith("2026-11-28: bosses buy no more")
    assert out.splitlines()[1].startswith(f"      {first}  ")
    told = [json.loads(line) for line in run("models", "--json", *HERE)[1].splitlines()]
    assert [one["version"] for one in told] == [second, first]
    assert run("models", second, *HERE)[1] == newer
    code, _, err = run("models", "0" * 12, *HERE)
    assert code == 1
    assert "no model 000000000000 was deployed" in err


def test_what_a_leads_score_was_under_that_model_then(
    run: Run, live: MotoStack, source: str
) -> None:
    other = deployed(live, changed(source), number=2, at=live.now)

    def score(*more: str) -> dict[str, Any]:
        code, out, err = run("score", "--lead", ANNA, "--json", *more, *HERE)
        assert code == 0, err
        told: dict[str, Any] = json.loads(out)
        return told

    ours = score()
    then = score("--model", other)
    assert ours["score"] - then["score"] == 60
    before = format_instant(live.now - DAY_MS + HOUR_MS // 2)
    assert "pricing-page" not in {line["rule"] for line in score("--at", before)["lines"]}
    assert score("--at", before, "--model", other)["fit"] == then["fit"]


def test_files_and_a_lead_are_not_scored_at_once(run: Run) -> None:
    code, _, err = run("score")
    assert code == 1
    assert "--lead EMAIL" in err
