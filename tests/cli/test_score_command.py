"""`lead-scoring score`: what it prints, and what it says of lines it cannot read."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Run
from tests.vectors.scoring_vector import Vector, all_vectors

AT = "2026-11-23T10:00:00Z"
PRICING = {
    "id": "1", "lead": "Anna@Example.com", "at": "2026-11-20T10:00:00Z", "kind": "page_viewed",
    "path": "/pricing",
}  # fmt: skip
DEMO = {
    "id": "2", "lead": "anna@example.com", "at": "2026-11-20T10:05:00Z", "kind": "form_submitted",
    "form": "demo", "answers": {"job_title": "CEO", "company_size": "11-50"},
}  # fmt: skip
CAREERS = {
    "lead": "jan@example.org", "at": "2026-11-19T10:00:00Z", "kind": "page_viewed",
    "path": "/careers",
}  # fmt: skip


def write(path: Path, *lines: Any) -> str:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", "utf-8")
    return str(path)


def test_json_is_one_object_a_line_sorted_by_lead(folder: Path, run: Run) -> None:
    facts = write(folder / "facts.jsonl", CAREERS, PRICING, DEMO)
    code, out, _ = run("score", facts, "--at", AT, "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [one["lead"] for one in told] == ["anna@example.com", "jan@example.org"]
    anna = told[0]
    assert list(anna) == [
        *("lead", "at", "score", "fit", "engagement", "band", "lines", "forecast")
    ]
    assert anna["at"] == "2026-11-23T10:00:00.000Z"
    assert anna["score"] == anna["fit"] + anna["engagement"]
    assert sum(line["points"] for line in anna["lines"]) == anna["score"]
    assert list(anna["lines"][0]) == ["rule", "points", "since", "until"]
    assert list(anna["forecast"][0]) == ["at", "score", "band"]


@pytest.mark.parametrize("vector", all_vectors(), ids=lambda vector: vector.name)
def test_a_vector_has_the_score_it_says(vector: Vector, folder: Path, run: Run) -> None:
    facts = write(folder / "facts.jsonl", *vector.facts)
    model = str(vector.model_path)
    code, out, err = run("score", facts, "--model", model, "--at", vector.at, "--json")
    assert (code, err) == (0, "")
    told = {one.pop("lead"): one for one in map(json.loads, out.splitlines())}
    assert {lead: answer | {"at": told[lead]["at"]} for lead, answer in vector.expect.items()} == {
        lead: told[lead] for lead in vector.expect
    }


def test_files_may_be_split_and_come_in_any_order_and_from_standard_input(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write(folder / "whole.jsonl", PRICING, DEMO, CAREERS)
    first = write(folder / "first.jsonl", CAREERS, DEMO)
    _, expected, _ = run("score", whole, "--at", AT, "--json")
    rest = "\n".join(json.dumps(line) for line in (PRICING, CAREERS, PRICING)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(rest)))
    assert run("score", first, "-", "--at", AT, "--json") == (0, expected, "")


def test_a_table_gives_each_point_its_reason_and_the_highest_score_first(
    folder: Path, run: Run
) -> None:
    facts = write(folder / "facts.jsonl", CAREERS, PRICING, DEMO)
    code, out, _ = run("score", facts, "--at", AT)
    assert code == 0
    assert out.index("anna@example.com") < out.index("jan@example.org")
    assert "+15 Looked at the prices (until 2026-12-20)" in out
    assert "+20 CEO of a small company" in out
    _, polish, _ = run("score", facts, "--at", AT, "--language", "pl")
    assert "+20 Prezes małej firmy" in polish


def test_every_bad_line_is_named_and_nothing_is_scored_without_it(folder: Path, run: Run) -> None:
    facts = write(
        folder / "facts.jsonl",
        PRICING,
        "{oops",
        PRICING | {"kind": "page_veiwed"},
        PRICING | {"at": "2026-11-20 10:00"},
        DEMO | {"answers": {"company_size": "many"}},
        PRICING | {"lead": "anna"},
    )
    code, out, err = run("score", facts, "--json")
    assert (code, out) == (1, "")
    assert "5 lines cannot be read" in err
    assert "line 2: this is no JSON; write one object a line" in err
    assert "line 3: `page_veiwed` is no kind of activity" in err
    assert 'line 4: `at` is no instant with its time zone; write "at": "2026-' in err
    assert (
        "line 5: company_size (number): this is no number, or too large a one; write it with digits"
        in err
    )
    assert "line 6: `lead` is no e-mail address" in err
    assert "many" not in err


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ({"id": 1}, '`id` is no text; write it in quotes, "id": "1", or leave it out'),
        ({"id": "x" * 129}, "`id` has over 128 characters or is not plain ASCII"),
        ({"kind": None}, '`kind` is missing; write what happened, such as "kind": "page_viewed"'),
        ({"kind": 7}, '`kind` is no text; write what happened, such as "kind": "page_viewed"'),
        ({"kind": "page_veiwed"}, "this model knows; did you mean page_viewed? Name it under"),
        ({"kind": "Page Viewed"}, "this model knows; did you mean page_viewed? Name it under"),
        ({"kind": "zzz"}, "this model knows; name it under"),
        ({"price": 10**400}, "a number is too large, or is NaN; shorten it, or write it in quotes"),
    ],
)
def test_a_bad_line_is_told_in_a_sentence(
    mistake: dict[str, Any], told: str, folder: Path, run: Run
) -> None:
    code, _, err = run("score", write(folder / "facts.jsonl", PRICING | mistake), "--json")
    assert (code, err.count("\n")) == (1, 1)
    assert told in err


def test_a_mistake_is_one_line_that_says_what_to_do(folder: Path, run: Run) -> None:
    facts = write(folder / "facts.jsonl", PRICING)
    for arguments, told in (
        (("score", "nowhere.jsonl"), "nowhere.jsonl: No such file or directory; name a fact file"),
        (("score", facts, "--at", "yesterday"), "--at yesterday: this is no instant"),
        (("score", facts, "--model", "other.yaml"), "there is no scoring model other.yaml"),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert err.startswith(f"lead-scoring: {told}")
        assert err.count("\n") == 1


def test_an_invalid_model_shows_all_of_its_mistakes_with_their_lines(
    folder: Path, run: Run
) -> None:
    model = folder / "scoring-model.yaml"
    text = model.read_text("utf-8").replace("seniority: director}", "senority: director}")
    model.write_text(text.replace("quiet_for: 60 days", "quite_for: 60 days"), "utf-8")
    code, _, err = run("score", write(folder / "facts.jsonl", PRICING))
    assert code == 1
    assert "has 2 mistakes" in err
    assert "Did you mean `seniority`?" in err
    assert "Did you mean `quiet_for`?" in err


def test_a_fact_without_an_id_is_the_same_fact_in_each_file(folder: Path, run: Run) -> None:
    once = write(folder / "once.jsonl", CAREERS)
    twice = write(folder / "twice.jsonl", CAREERS, dict(reversed(CAREERS.items())))
    assert run("score", once, "--at", AT, "--json") == run("score", twice, "--at", AT, "--json")


def test_a_file_without_persons_can_be_scored(folder: Path, run: Run) -> None:
    nobody = PRICING | {"lead": "Ma91bOAfAFSVMIFOx2wL_w"}
    code, out, _ = run("score", write(folder / "facts.jsonl", nobody), "--at", AT, "--json")
    assert code == 0
    assert json.loads(out)["lead"] == "Ma91bOAfAFSVMIFOx2wL_w"


def test_help_and_scores_come_without_the_aws_sdk() -> None:
    program = (
        "import sys; from cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "sys.exit(sum(name in sys.modules for name in ('boto3', 'botocore', 'rich')))"
    )
    for arguments in (["--help"], ["score", "/dev/null", "--json"]):
        command = [sys.executable, "-c", program, *arguments]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_every_command_explains_itself_with_examples(run: Run) -> None:
    code, out, _ = run()
    assert code == 0
    for command in ("score", "try", "lint", "form", "show", "send", "pull"):
        assert f"    {command} " in out
        code, told, _ = run(command, "--help")
        assert code == 0
        assert f"examples:\n  lead-scoring {command}" in told
        assert max(len(line) for line in told.splitlines()) <= 100


def test_the_people_to_try_are_not_counted_in_the_help(run: Run) -> None:
    """There may be more of them tomorrow."""
    assert "lead-scoring try                 people you know by name, scored" in run("--help")[1]


def test_a_command_that_is_not_understood_says_where_to_read_on(run: Run) -> None:
    code, _, err = run("scor")
    assert code == 2
    assert "See lead-scoring --help." in err


def test_instants_at_the_ends_of_the_calendar_are_mistakes_and_no_crash(
    folder: Path, run: Run
) -> None:
    first = {name: value for name, value in PRICING.items() if name != "id"}
    for beyond in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00"):
        facts = write(folder / "facts.jsonl", first | {"at": beyond})
        code, _, err = run("score", facts, "--json")
        assert (code, "line 1: `at` is no instant" in err) == (1, True)
    facts = write(folder / "facts.jsonl", PRICING)
    code, _, err = run("score", facts, "--at", "9999-12-31T23:59:59Z", "--json")
    assert (code, "before the year 9000" in err) == (1, True)
