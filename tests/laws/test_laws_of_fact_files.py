"""`lead-scoring score` over fact files: the same facts, the same bytes, and those right."""

import json
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cli.main import main
from tests.laws.drawn_histories import Case, FactLine, cases
from tests.laws.law_profile import law
from tests.oracle import brute_force

TRIES = 100


@law(TRIES)
@given(cases(), st.data())
def test_any_order_repetition_and_split_of_a_fact_file_prints_the_same_bytes(
    case: Case, data: st.DataObject
) -> None:
    document, _, lines, now = case
    if data.draw(st.booleans()):
        lines = [without_id(line) for line in lines]
    repeats = data.draw(st.lists(st.sampled_from(lines), max_size=6))
    shuffled = data.draw(st.permutations(lines + repeats))
    cut = data.draw(st.integers(0, len(shuffled)))
    with TemporaryDirectory() as folder:
        printed = print_scores(Path(folder), document, [lines], now)
        assert (
            print_scores(Path(folder), document, [shuffled[:cut], shuffled[cut:]], now) == printed
        )
    assert [json.loads(line) for line in printed.splitlines()] == expected(document, lines, now)


def without_id(line: FactLine) -> FactLine:
    """An activity as a sender without ids writes it; an answer's id decides ties and stays."""
    return {name: value for name, value in line.items() if name != "id" or "answers" in line}


def expected(document: dict[str, Any], lines: list[FactLine], now: int) -> list[dict[str, Any]]:
    """What brute force says, in the shape of the command's lines."""
    at = brute_force.text_of(now)
    told = brute_force.score(document, lines, at)
    return [{"lead": lead, "at": at, **answer} for lead, answer in told.items()]


def print_scores(
    folder: Path, document: dict[str, Any], files: Sequence[Sequence[FactLine]], now: int
) -> str:
    """Run the command as people do and give what it prints."""
    model = folder / "model.yaml"
    model.write_text(json.dumps(document), "utf-8")  # JSON is YAML too
    names = []
    for number, lines in enumerate(files):
        names.append(folder / f"facts-{number}.jsonl")
        names[-1].write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    printed = StringIO()
    arguments = ["score", *names, "--model", model, "--at", brute_force.text_of(now), "--json"]
    with redirect_stdout(printed):
        assert main([str(argument) for argument in arguments]) == 0
    return printed.getvalue()
