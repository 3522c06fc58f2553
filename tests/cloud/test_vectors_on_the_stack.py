"""The vectors, driven through the deployed stack: it scores them as the command line does.

A vector is moved so that its instant is a moment ahead of now, and its leads get addresses of their
own. A form of that very instant is posted over HTTP, everything else is imported from the bus; the
stack is updated to each model in turn, by the way a changed model is deployed.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cli.fact_files import SOURCE
from cli.main import main
from cli.running_stack import LeadIds
from functions.intake.fact_line import read_fact
from functions.leads.history import Record
from functions.scoring.facts import FORM_SUBMITTED, Fact
from functions.scoring.instants import HOUR_MS, SECOND_MS, format_instant, parse_instant
from infra.local.cloud import LocalCloud
from infra.local.lead_reading import rule_book
from infra.local.local_stack import LocalStack, bring_up_to_date
from infra.local.visitors import post_form
from tests.cloud.patched_copy import with_model
from tests.cloud.stack_driving import (
    facts_kept,
    import_facts,
    is_idle,
    lead_ids,
    now,
    read_lead_at,
    take_messages,
    wait_until,
)
from tests.oracle.brute_force import span
from tests.vectors.scoring_vector import Vector, all_vectors

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("vectors")]

AHEAD_MS = 120 * SECOND_MS  # by then all is taken in; the entrance takes facts up to five minutes
REFUSED = {  # messages of vectors about facts that count nowhere, and why they are refused
    ("a submission sent twice is one submission", "submission_id_reused"): 1,
    ("what is yet to happen displaces nothing", "future"): 1,
}
MODELS_MAX = 5

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """A vector moved to the instant `at`, with leads that only it has."""

    vector: Vector
    number: int
    at: int

    @property
    def facts(self) -> list[Line]:
        by = self.at - parse_instant(self.vector.at)
        return [
            {
                **line,
                "at": format_instant(parse_instant(line["at"]) + by),
                "lead": self._address(line["lead"]),
            }
            for line in self.vector.facts
        ]

    @property
    def posted(self) -> list[Line]:
        return [line for line in self.facts if self._is_posted(line)]

    @property
    def imported(self) -> list[Line]:
        """In the order in which it happened: the first receipt of a form is the one that counts."""
        rest = [line for line in self.facts if not self._is_posted(line)]
        return sorted(rest, key=lambda line: parse_instant(line["at"]))

    @property
    def addresses(self) -> list[str]:
        return [self._address(lead) for lead in self.vector.expect]

    def _address(self, lead: str) -> str:
        return f"v{self.number}-{lead}"

    def _is_posted(self, line: Line) -> Any:
        return line["kind"] == FORM_SUBMITTED and line["at"] == format_instant(self.at)


@dataclass(frozen=True, slots=True)
class Driven:
    """What the stack and the command line say of one lead; `rules` are names with their types."""

    moved: Moved
    rules: Mapping[str, str]
    stack: Line
    command: Line

    @property
    def differs(self) -> bool:
        return self._comparable(self.stack) != self._comparable(self.command)

    def _comparable(self, told: Line) -> object:
        """All that is told; of a vector with a posted form, which has an instant of its own (its
        receipt), without instants.
        """
        same = {name: told[name] for name in self.command if name not in {"lines", "forecast"}}
        if not self.moved.posted:
            return same, told["lines"], told["forecast"]
        return same, [(line["rule"], line["points"]) for line in told["lines"]]


def test_g1_the_stack_gives_each_vector_the_score_of_the_command_line(driven: list[Driven]) -> None:
    assert len(driven) == sum(len(vector.expect) for vector in all_vectors())
    differing = {one.moved.vector.name: (one.stack, one.command) for one in driven if one.differs}
    assert not differing, json.dumps(differing, indent=1)


def test_the_command_line_gives_each_moved_vector_the_score_it_expects(
    driven: list[Driven],
) -> None:
    scores: dict[str, list[int]] = {}
    for one in driven:
        scores.setdefault(one.moved.vector.name, []).append(one.command["score"])
    expected = {
        vector.name: [told["score"] for told in vector.expect.values()] for vector in all_vectors()
    }
    assert scores == expected


def test_nine_in_ten_scores_read_from_the_stack_are_not_zero(driven: list[Driven]) -> None:
    assert sum(one.stack["score"] != 0 for one in driven) >= 0.9 * len(driven)


def test_every_kind_of_rule_earns_in_some_score_read_from_the_stack(driven: list[Driven]) -> None:
    earned = {
        one.rules[line["rule"]]
        for one in driven
        for line in one.stack["lines"]
        if line["points"] and line["rule"] in one.rules
    }
    assert earned == {"answer", "activity", "unanswered", "quiet"}


def test_forms_come_over_http_and_all_else_from_the_bus(driven: list[Driven]) -> None:
    assert any(one.moved.posted for one in driven)
    assert any(one.moved.imported for one in driven)


def test_each_lead_is_stored_under_the_model_of_its_vector(driven: list[Driven]) -> None:
    for one in driven:
        assert one.stack["stored"]["model"] == one.stack["model"], one.moved.vector.name
    assert len({one.stack["model"] for one in driven}) <= MODELS_MAX


@pytest.fixture(scope="module")
def driven(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> list[Driven]:
    """Every lead of every vector, driven once."""
    vectors = list(enumerate(all_vectors()))
    models = sorted({vector.model_path for _, vector in vectors})
    file = tmp_path_factory.mktemp("vectors") / "facts.jsonl"
    told: list[Driven] = []
    for model in models:
        folder = tmp_path_factory.mktemp(model.stem)
        stack = bring_up_to_date(cloud, with_model(folder, model))
        at = now() + AHEAD_MS
        group = [
            moved_near(at, vector, number)
            for number, vector in vectors
            if vector.model_path == model
        ]
        told += drive(stack, model, group, file, at=at)
    return told


def moved_near(at: int, vector: Vector, number: int) -> Moved:
    """Moved to an instant, or by whole buckets to the one in which that instant lies: there
    `expect` holds until the bucket ends.
    """
    bucket = span(vector.shift) if vector.shift else 1
    return Moved(vector, number, at - (at - parse_instant(vector.at)) % bucket)


def drive(
    stack: LocalStack, model: Path, group: list[Moved], file: Path, *, at: int
) -> list[Driven]:
    """Everything of one model: taken in, then read as of an instant."""
    take_in(stack, group)
    rules = {rule["rule"]: rule["type"] for rule in rule_book(stack.model).model["rules"]}
    scored = told_by_command(group, model, file, at=at)
    return [
        Driven(moved, rules, read_lead_at(stack, address, at=at), scored[address])
        for moved in group
        for address in moved.addresses
    ]


def take_in(stack: LocalStack, group: list[Moved]) -> None:
    """Puts all facts of a group into the stack, and waits until it has recorded them."""
    import_facts(stack, *(moved.imported for moved in group if moved.imported))
    ids, model = lead_ids(stack), rule_book(stack.model).model
    keys = {
        history_key(line, model, ids)
        for moved in group
        for line in moved.imported
        if parse_instant(line["at"]) < now() + HOUR_MS
    }
    wait_until("all facts are recorded", lambda: facts_kept(stack) >= keys and is_idle(stack))
    names = {moved.vector.name for moved in group}
    expected = {told: facts for told, facts in REFUSED.items() if told[0] in names}
    assert Counter(refused(stack, group)) == expected
    for form in (line for moved in group for line in moved.posted):
        fields = {"email": form["lead"], "submission_id": form["id"], **form.get("answers", {})}
        status, answer = post_form(stack, form["form"], fields)
        assert status == 201, answer


def history_key(line: Line, model: Mapping[str, Any], ids: LeadIds) -> tuple[str, str]:
    fact = read_fact(line, received_at=None, model=model, lead_id=ids, source=SOURCE)
    assert isinstance(fact, Fact), fact
    return Record(fact, 0).key


def refused(stack: LocalStack, group: list[Moved]) -> Iterator[tuple[str, str]]:
    """The vector and the reason of each message that the stack refused, wholly or in part."""
    by_address = {address: moved for moved in group for address in moved.addresses}
    for message in take_messages(stack, stack.refused_queue):
        told = json.loads(message["Body"])
        line, *_ = json.loads(told["body"])["event"]["detail"]["activities"]
        yield by_address[line["lead"]].vector.name, told["reason"]


def told_by_command(group: list[Moved], model: Path, file: Path, *, at: int) -> dict[str, Line]:
    """What `lead-scoring score` says of the moved facts at an instant, per lead."""
    lines = [json.dumps(line) + "\n" for moved in group for line in moved.facts]
    file.write_text("".join(lines), encoding="utf-8")
    asked = ["score", str(file), "--model", str(model), "--at", format_instant(at), "--json"]
    with redirect_stdout(StringIO()) as printed:
        assert main(asked) == 0
    return {told["lead"]: told for told in map(json.loads, printed.getvalue().splitlines())}
