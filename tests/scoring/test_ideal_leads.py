"""R88-R99: how far a lead is from the ideal, by the definitions of the default model."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.scoring.answers import Given
from functions.scoring.ideals import Ideals, criteria_named
from functions.scoring.rule_book import RuleBook
from functions.scoring.state import State
from modelling.compile import compile_model_file
from tests.builders import MONDAY, compiled_model

ROOT = Path(__file__).parents[2]
VECTORS = [
    pytest.param(lead, id=f"{vector['row']}: {name}")
    for file in sorted((ROOT / "tests" / "vectors" / "quality").glob("*.json"))
    for vector in [json.loads(file.read_text("utf-8"))]
    for name, lead in vector["leads"].items()
]


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return RuleBook(compile_model_file(ROOT / "scoring-model.yaml"))


@pytest.mark.parametrize("lead", VECTORS)
def test_a_lead_is_as_far_from_the_ideal_as_the_vector_says(
    book: RuleBook, lead: dict[str, Any]
) -> None:
    given = {name: {"form": Given(MONDAY, "f", value)} for name, value in lead["answers"].items()}
    known = book.known(State(answers=given, email="anna@example.com"), at=MONDAY)
    measured = book.ideals.nearest(known, lead["ticks"])
    assert measured is not None
    assert {
        "definition": measured.definition,
        "missing": list(measured.missing),
        "unknown": measured.unknown,
        "distance": measured.distance,
    } == lead["expect"]


def test_each_criterion_says_whether_a_person_or_a_guess_answered_it(book: RuleBook) -> None:
    known = {"seniority": "c_level", "revenue": None}
    measured = book.ideals.nearest(known, {"b2b-ceo/b2b": "no", "b2b-ceo/team": "yes"})
    assert measured is not None
    assert [(one.answer, one.origin) for one in measured.judged] == [
        ("yes", "guess"),
        ("no", "tick"),
        ("unknown", None),
        ("yes", "tick"),
    ]


def test_what_a_person_ticked_as_unknown_is_unknown_by_a_tick(book: RuleBook) -> None:
    told = book.ideals.measured({"seniority": "c_level"}, {"b2b-ceo/ceo": "unknown"})
    (measured,) = (one for one in told if one.definition == "b2b-ceo")
    assert measured.judged[0] == ("ceo", "unknown", "tick")
    assert "ceo" not in measured.missing


def test_a_model_without_ideals_measures_nobody() -> None:
    assert Ideals(compiled_model()).nearest({}, {}) is None
    assert list(criteria_named(compiled_model())) == []


def test_the_ticks_a_model_knows_are_those_of_its_criteria(book: RuleBook) -> None:
    assert set(criteria_named(book.model)) == book.ideals.names
    assert "b2b-ceo/team" in book.ideals.names
