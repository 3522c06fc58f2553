"""`lead-scoring learn`: what it prints, and a proposal that the other commands take."""

import json
from pathlib import Path

import pytest

from tests.analysis.made_up_leads import imported, made_up_rows
from tests.cli.conftest import Run


@pytest.fixture
def facts(folder: Path) -> str:
    lines = imported(made_up_rows(450, seed=8)).lines
    (folder / "facts.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", "utf-8")
    return "facts.jsonl"


def test_a_proposal_passes_lint_and_scores_the_facts_it_was_learned_from(
    facts: str, run: Run
) -> None:
    code, out, err = run("learn", facts, "--out", "proposal.yaml")
    assert (code, err) == (0, "")
    assert "Those share" in out
    assert "Proposed:" in out
    assert "AUC" in out
    assert "by experience (R71)" in out
    assert "Not learned from" not in out
    code, out, _ = run("lint", "--model", "proposal.yaml")
    assert code == 0
    assert "error" not in out
    code, out, _ = run("score", facts, "--model", "proposal.yaml", "--json",
                       "--at", "2000-01-01T12:00:00Z")  # fmt: skip
    assert code == 0
    assert {json.loads(line)["band"] for line in out.splitlines()} == {"hot", "warm", "cold"}


def test_everything_is_told_as_json_too(facts: str, run: Run) -> None:
    code, out, _ = run("learn", facts, "--json", "--hot-share", "10", "--best")
    told = json.loads(out)
    assert code == 0
    assert told["least_amount"] == 200
    assert told["leads"] == 450
    assert told["shared"][0]["interval"][0] < told["shared"][0]["lift"]
    assert all(isinstance(rule["points"], int) for rule in told["rules"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--hot-share", "0"], "--hot-share: write a percentage"),
        (["--cap", "0"], "--cap takes"),
        (["--keep", "jobs"], "--keep: nothing to learn from is called jobs; did you mean job?"),
        (["--keep", "nosuch"], "--keep: nothing to learn from is called nosuch; there are "),
        (["--keep", "demo_asked.chanel"], "did you mean demo_asked.channel?"),
        (["--model", "nothing.yaml"], "there is no scoring model nothing.yaml"),
    ],
)
def test_a_wish_that_cannot_be_kept_is_refused_by_name(
    facts: str, run: Run, arguments: list[str], says: str
) -> None:
    code, _, err = run("learn", facts, *arguments)
    assert code == 1
    assert says in err


def test_what_a_band_means_and_whether_a_wish_is_met_is_told_in_every_form(
    facts: str, run: Run
) -> None:
    arguments = ["learn", facts, "--hot-precision", "99", "--keep", "demo_asked.channel,job"]
    code, out, _ = run(*arguments, "--out", "proposal.yaml", "--html", "learned.html")
    page = Path("learned.html").read_text("utf-8")
    assert code == 0
    for text in (out, page):
        assert "The wish is not met: 99 % of hot leads to be won were asked for" in text
        assert "What a band means" in text
        assert "The model is in proposal.yaml" in text
        assert "Write the model to a file" not in text
    _, out, _ = run(*arguments, "--json")
    told = json.loads(out)
    assert told["wish"]["hot_precision"] == 0.99
    assert told["wish"]["met"] is False
    assert told["wish"]["reached"] < 0.99
    assert set(told["measured"]["bands"]) == {"hot", "warm", "cold"}
    assert told["measured"]["bands"]["hot"]["share_won"] == told["measured"]["hot_precision"]
    assert told["one_half_only"] is False


def test_facts_without_an_outcome_say_what_to_add(folder: Path, run: Run) -> None:
    line = {"lead": "anna@example.com", "at": "2026-01-01T00:00:00Z", "kind": "page_viewed"}
    Path("facts.jsonl").write_text(json.dumps(line), "utf-8")
    code, _, err = run("learn", "facts.jsonl")
    assert code == 1
    assert "sales_concluded" in err


def test_a_line_that_is_no_fact_is_told_with_its_number(folder: Path, run: Run) -> None:
    Path("facts.jsonl").write_text("{}\nnonsense\n", "utf-8")
    code, _, err = run("learn", "facts.jsonl")
    assert code == 1
    assert "facts.jsonl line 2" in err


def test_without_a_proposal_no_file_is_written(folder: Path, run: Run) -> None:
    lines = imported(made_up_rows(30, seed=8)).lines
    Path("facts.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    code, out, _ = run("learn", "facts.jsonl", "--out", "proposal.yaml")
    assert code == 0
    assert "No model is proposed" in out
    assert "Fewer than 100 of them" in out
    assert not Path("proposal.yaml").exists()
