"""The JSON Schema beside the model is current, and says of a model what the compiler says."""

import json
from typing import Any

import jsonschema
import pytest

from modelling.document_mistakes import MAY_BE_NOTHING, note_nothing
from modelling.mistakes import Margin
from modelling.reading import read_model_text
from modelling.schema import FILE, schema, schema_text
from tests.modelling.model_texts import SOUND, changed

MODEL = FILE.with_name("scoring-model.yaml")


def errors(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema())
    return [error.message for error in validator.iter_errors(read_model_text(text).content)]


def test_the_file_is_what_would_be_written() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run `python -m modelling.schema`"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_default_model_and_the_sound_one_fit_the_schema() -> None:
    assert errors(MODEL.read_text(encoding="utf-8")) == []
    assert errors(SOUND) == []


def test_the_first_line_of_the_default_model_names_the_schema() -> None:
    assert MODEL.read_text(encoding="utf-8").startswith(
        f"# yaml-language-server: $schema={FILE.name}\n"
    )


@pytest.mark.parametrize(
    "change",
    [
        ("    at_most: 2", "    atmost: 2"),
        ("points: 30", 'points: "30"'),
        ("lasts: 30 days", "lasts: 30"),
        ("above 70", "over 70"),
        ("{company_size: {from: 10, below: 250}}", "{company_size: {above: 10}}"),
        ("country: {type: country}", "country: {type: land}"),
    ],
)
def test_an_editor_underlines_the_mistake(change: tuple[str, str]) -> None:
    assert errors(changed(change)) != []


def test_every_key_is_explained() -> None:
    for name, part in schema()["$defs"].items():
        assert part.get("description"), name
        for key, entry in part.get("properties", {}).items():
            assert entry.get("description"), f"{name}.{key}"


def test_the_schema_holds_no_milliseconds() -> None:
    def numbers(node: Any) -> list[int]:
        if isinstance(node, dict):
            return [number for value in node.values() for number in numbers(value)]
        if isinstance(node, list):
            return [number for value in node for number in numbers(value)]
        return [node] if isinstance(node, int) else []

    assert max(numbers(json.loads(schema_text()))) <= 100_000


FORM_AND_MORE = """/thanks, errors: https://a.pl, origins: [https://a.pl], honeypot: fax,
    open: true, consent: {field: box, needed: true}}
alerts: {cooldown: 7 days, language: pl, time_zone: UTC, subject_names_company: true,
    hours: {mon-fri: 8:00-17:00}, contact_within: 1 hour}
ideal_leads:
  - ideal: one
    says: One
    agreed: {sales: A. Nowak}
    criteria: [{criterion: pole, asks: Yes?, guess: {country: PL}}]
goals: {direct: {leads: 40, ideal: 30}}
review: {hot_wins_below: 20, after: 180 days}
"""
EVERY_KEY = changed(
    ("points: 30\n", "points: 30\n    stage: top\n    group: who\n    says: {en: The CEO}\n"),
    ("  web: {cap: 30}", "  web: {cap: 30, floor: -5}\n  who: {cap: 30}"),
    ("at_most: 2\n", "at_most: 2\n    half_life: 9 days\n    holds: 2 days\n    once_per: day\n"),
    ("company_size: {type: number}", "company_size: {type: number, also: [employees]}"),
    ("/thanks}\n", FORM_AND_MORE),
)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = (
        list(node.items())
        if isinstance(node, dict)
        else list(enumerate(node))
        if isinstance(node, list)
        else []
    )
    return [path, *(place for step, child in steps for place in places(child, (*path, step)))]


@pytest.mark.parametrize("place", places(read_model_text(EVERY_KEY).content)[1:], ids=str)
def test_where_nothing_may_not_stand_an_editor_underlines_it(place: tuple[Any, ...]) -> None:
    document = read_model_text(EVERY_KEY).content
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = None
    margin = Margin()
    note_nothing(document, margin)

    underlined = list(jsonschema.Draft202012Validator(schema()).iter_errors(document))

    assert bool(underlined) == bool(margin.notes) or isinstance(place[-1], int)
    assert underlined or place[-1] in MAY_BE_NOTHING


@pytest.mark.parametrize(
    "change",
    [("  web: {cap: 30}", "  my web: {cap: 30}"), ("country: {type", "the country: {type")],
)
def test_an_editor_underlines_a_name_with_spaces(change: tuple[str, str]) -> None:
    assert errors(changed(change)) != []
