"""`lead-scoring verify` and `lead-scoring compare`: what they print, their exit codes."""

import json
from functools import cache
from pathlib import Path

import pytest

from tests.analysis.made_leads import MODEL, Truth, made_lines
from tests.cli.conftest import Run

WRONG = Truth({"pricing": 0, "webinar": 28}, leads=1000)
MENDED = MODEL.replace("where: {path: /pricing}, points: 15", "where: {path: /pricing}, points: 1")
MENDED = MENDED.replace("webinar_attended, points: 14", "webinar_attended, points: 28")
ALIKE = MODEL.replace("email_clicked, points: 3", "email_clicked, points: 4")


@pytest.fixture
def facts(folder: Path) -> str:
    (folder / "made.yaml").write_text(MODEL, "utf-8")
    (folder / "mended.yaml").write_text(MENDED, "utf-8")
    (folder / "alike.yaml").write_text(ALIKE, "utf-8")
    (folder / "facts.jsonl").write_text(_lines(), "utf-8")
    return "facts.jsonl"


def test_verify_says_the_lines_that_decide(facts: str, run: Run) -> None:
    code, out, err = run("verify", facts, "--model", "made.yaml")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("1,000 leads with an outcome, ")
    assert [line for line in lines if line.startswith("AUC 0.7")]
    assert [line for line in lines if line.startswith("  webinar earns more: it gives 14 points")]
    assert len(lines) <= 20


def test_verify_gives_every_figure_as_json(facts: str, run: Run) -> None:
    code, out, _ = run("verify", facts, "--model", "made.yaml", "--json", "--by", "industry")
    told = json.loads(out)
    assert code == 0
    assert {band["name"] for band in told["bands"]} == {"hot", "warm", "cold"}
    assert sum(band["won"]["of"] for band in told["bands"]) == told["leads"] == 1000
    assert {group["field"] for group in told["groups"]} == {"industry"}
    assert {rule["verdict"] for rule in told["rules"]} <= {"earns", "wrong", "unsure", "too_few"}


@pytest.mark.parametrize(
    ("old", "new", "says", "code"),
    [
        ("made.yaml", "mended.yaml", "The new model is better.", 0),
        ("mended.yaml", "made.yaml", "The new model is worse.", 3),
        ("made.yaml", "alike.yaml", "No difference at these numbers.", 0),
    ],
)
def test_compare_says_its_verdict_and_leaves_with_its_code(
    facts: str, run: Run, old: str, new: str, says: str, code: int
) -> None:
    left, out, err = run("compare", old, new, facts)
    assert (left, err) == (code, "")
    assert out.splitlines()[0] == says


def test_compare_gives_every_figure_as_json(facts: str, run: Run) -> None:
    code, out, _ = run("compare", "mended.yaml", "made.yaml", facts, "--json")
    told = json.loads(out)
    assert (code, told["verdict"]) == (3, "worse")
    assert told["wins_apart"]["value"] < 0
    assert sum(change["leads"] for change in told["changes"]) == len(told["moved"])


def test_without_an_outcome_there_is_nothing_to_verify(folder: Path, run: Run) -> None:
    line = {"lead": "anna@example.com", "at": "2026-11-01T10:00:00Z", "kind": "page_viewed"}
    (folder / "open.jsonl").write_text(json.dumps(line), "utf-8")
    for command in (
        ("verify", "open.jsonl"),
        ("compare", *["scoring-model.yaml"] * 2, "open.jsonl"),
    ):
        code, out, err = run(*command)
        assert (code, out) == (1, "")
        assert err == (
            "lead-scoring: no lead has an outcome: add facts of kind sales_concluded, "
            "result won or lost\n"
        )


def test_who_is_left_out_and_whose_later_outcomes_do_not_count_is_said(
    facts: str, folder: Path, run: Run
) -> None:
    more = [
        _fact("new@example.com", "2026-01-05", "sales_concluded", result="won"),
        _fact("new@example.com", "2026-01-06", "page_viewed", path="/pricing"),
        _fact("again@example.com", "2026-01-01", "page_viewed", path="/pricing"),
        _fact("again@example.com", "2026-02-01", "sales_concluded", result="won"),
        _fact("again@example.com", "2026-05-01", "page_viewed", path="/pricing"),
        _fact("again@example.com", "2026-06-01", "sales_concluded", result="lost"),
    ]
    (folder / "more.jsonl").write_text("\n".join(map(json.dumps, more)), "utf-8")
    said = [
        "1 lead left out: nothing is known of it before the outcome.",
        "1 lead had more than one outcome: the first counts, 1 later (0 won) not.",
    ]
    counted = {"left_out": 1, "several": 1, "later": 1, "later_won": 0}
    for command in (
        ["verify", facts, "more.jsonl", "--model", "made.yaml"],
        ["compare", "made.yaml", "made.yaml", facts, "more.jsonl"],
        ["learn", facts, "more.jsonl", "--model", "made.yaml"],
    ):
        code, out, _ = run(*command, "--html", "report.html")
        assert code == 0
        assert [line for line in out.splitlines() if line in said] == said
        assert all(line in (folder / "report.html").read_text("utf-8") for line in said)
        code, out, _ = run(*command, "--json")
        assert json.loads(out)["uncounted"] == counted


def test_where_everybody_is_left_out_that_is_said(folder: Path, run: Run) -> None:
    line = _fact("new@example.com", "2026-01-05", "sales_concluded", result="won")
    (folder / "ends.jsonl").write_text(json.dumps(line), "utf-8")
    for command in ("verify", "learn"):
        code, out, err = run(command, "ends.jsonl")
        assert (code, out) == (1, "")
        assert err.endswith(
            "result won or lost. 1 lead left out: nothing is known of it before the outcome\n"
        )


def test_a_field_nobody_knows_and_no_calls_at_all_are_told(facts: str, run: Run) -> None:
    code, _, err = run("verify", facts, "--model", "made.yaml", "--by", "branch")
    assert code == 1
    assert "--by branch: name fields of the model: channel, job_title" in err
    code, _, err = run("compare", "made.yaml", "made.yaml", facts, "--calls", "0")
    assert code == 1
    assert "--calls: write a number of calls" in err


def _fact(lead: str, day: str, kind: str, **properties: str) -> dict[str, str]:
    return {"lead": lead, "at": f"{day}T10:00:00Z", "kind": kind, **properties}


@cache
def _lines() -> str:
    return "".join(json.dumps(line) + "\n" for line in made_lines(WRONG, seed=1))
