"""Each vector against the product, as the command line reads it, and against brute force."""

from functools import cache
from typing import Any

import pytest

from functions.intake.fact_line import read_fact
from functions.scoring.facts import Fact
from functions.scoring.instants import parse_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_facts
from modelling.compile import compile_document, compile_model_file
from tests.laws.asked_product import answer
from tests.oracle import brute_force
from tests.vectors.scoring_vector import FOLDER, Vector, all_vectors, plain_document

VECTORS = all_vectors()
NAMES = [vector.name for vector in VECTORS]
MODELS_MAX = 5  # each is deployed once where the vectors drive the whole stack


@cache
def rule_book(model: str) -> RuleBook:
    return RuleBook(compile_model_file(FOLDER / "models" / f"{model}.yaml"))


def facts_of(vector: Vector) -> dict[str, list[Fact]]:
    read: dict[str, list[Fact]] = {}
    for line in vector.facts:
        model = rule_book(vector.model).model
        fact = read_fact(line, received_at=None, model=model, lead_id=lambda address: address)
        assert isinstance(fact, Fact), fact
        read.setdefault(fact.email, []).append(fact)
    return read


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_the_product_gives_what_the_vector_expects(vector: Vector) -> None:
    book, at = rule_book(vector.model), parse_instant(vector.at)
    facts = facts_of(vector)
    given = {lead: answer(score_facts(book, own, at=at)) for lead, own in facts.items()}
    assert given == vector.expect


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_brute_force_gives_what_the_vector_expects(vector: Vector) -> None:
    assert brute_force.score(vector.document, vector.facts, vector.at) == vector.expect


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_a_vector_moved_in_time_gives_the_same_moved(vector: Vector) -> None:
    shift = 2 * brute_force.span(vector.shift or "31 minutes")
    facts = [{**line, "at": later(line["at"], shift)} for line in vector.facts]
    expected = {lead: moved(told, shift) for lead, told in vector.expect.items()}
    assert brute_force.score(vector.document, facts, later(vector.at, shift)) == expected


@pytest.mark.parametrize("vector", [one for one in VECTORS if one.shift], ids=lambda one: one.name)
def test_what_can_only_be_shifted_by_whole_buckets_holds_for_one(vector: Vector) -> None:
    ends = parse_instant(vector.at) + brute_force.span(vector.shift or "")
    for told in vector.expect.values():
        assert all(parse_instant(step["at"]) >= ends for step in told["forecast"]), vector.name


def test_nine_in_ten_expected_scores_are_not_zero() -> None:
    scores = [told["score"] for vector in VECTORS for told in vector.expect.values()]
    assert sum(score != 0 for score in scores) >= 0.9 * len(scores)


def test_every_kind_of_rule_and_every_bound_earns_in_some_vector() -> None:
    seen = set()
    for vector in VECTORS:
        rules = {rule["rule"]: rule for rule in compile_document(vector.document)["rules"]}
        for told in vector.expect.values():
            for line in told["lines"]:
                rule = rules.get(line["rule"])
                seen.add(rule["type"] if rule else line["rule"].partition(" ")[0])
    assert seen == {"answer", "activity", "unanswered", "quiet", "cap", "floor"}


def test_every_rule_of_every_model_speaks_in_some_vector() -> None:
    silent = {}
    for path in sorted((FOLDER / "models").glob("*.yaml")):
        told = [
            answer for one in VECTORS if one.model == path.stem for answer in one.expect.values()
        ]
        spoke = {line["rule"] for answer in told for line in answer["lines"]}
        rules = brute_force.rules({"model": plain_document(path)})
        silent[path.stem] = [r["rule"] for r in rules if r["rule"] not in spoke and not opens(r)]
    assert not any(silent.values()), silent


def test_there_are_few_enough_models_to_deploy_each() -> None:
    assert len({vector.model for vector in VECTORS}) <= MODELS_MAX


def test_vectors_have_names_of_their_own() -> None:
    assert len(set(NAMES)) == len(NAMES)


def opens(rule: dict[str, Any]) -> bool:
    return rule.get("activity") == "email_opened"


def later(instant: str | None, shift: int) -> Any:
    return instant and brute_force.text_of(brute_force.milliseconds(instant) + shift)


def moved(told: dict[str, Any], shift: int) -> dict[str, Any]:
    return {
        **told,
        "lines": [
            {**line, "since": later(line["since"], shift), "until": later(line["until"], shift)}
            for line in told["lines"]
        ],
        "forecast": [{**step, "at": later(step["at"], shift)} for step in told["forecast"]],
    }
